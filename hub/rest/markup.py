"""HTML from agents' programs: cleaned to a small set of tags, and told as plain text.

Cleaning is by an allow-list (nh3), so what is left is harmless by construction. Whether something active was cut is only told.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

TAGS = frozenset(
    {
        "p",
        "br",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "a",
        "span",
    }
)
SCHEMES = frozenset({"http", "https", "mailto"})
LINK_RELATION = "noopener noreferrer nofollow ugc"

# What runs, loads or captures input, as it is written: a whole page's `<body onload>` is in no fragment. Only told, never relied upon;
# each part looks at a stretch of bounded length, so that no input takes more than linear time.
ACTIVE = re.compile(
    r"<(?:script|style|iframe|frame|object|embed|applet|base|link|meta|form|input|button|select|textarea|svg|math|template)\b"
    r"|<[a-z][^<>]*?[\s\"'/]on[a-z]{3,30}\s{0,9}="
    r"|<[a-z][^<>]*?=[\s\"']{0,9}(?:javascript|vbscript|data)\s{0,9}:",
    re.IGNORECASE,
)
# The same as it is read, by attribute: entities are characters by then, and browsers pass over blanks and control characters
# before an address, over line ends and tabs in it.
ADDRESSES = frozenset(
    {"href", "src", "xlink:href", "action", "formaction", "background", "poster", "data", "to", "values"}
)
ACTIVE_SCHEMES = frozenset({"javascript", "vbscript", "data"})
ACTIVE_ADDRESS = re.compile(rf"[\x00-\x20]*(?:{'|'.join(sorted(ACTIVE_SCHEMES))}):", re.IGNORECASE)
UNSEEN_IN_ADDRESSES = str.maketrans("", "", "\t\n\r")
ACTIVE_NAME = re.compile(r"on[a-z]{3}|srcdoc$", re.IGNORECASE)
ACTIVE_STYLE = re.compile(r"url\(|expression\(|binding|behaviou?r|@import|\\", re.IGNORECASE)

# What is nested as no page can be becomes something else when it is read again; the second reading settles all that is known.
MAX_READINGS = 4

BLOCKS = frozenset(
    {"p", "li", "blockquote", "pre", "ul", "ol", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Markup that may be shown: `html` is None when there is nothing but text. `was_active`: something that would have run was cut."""

    text: str
    html: str | None
    was_active: bool


def clean_markup(markup: str) -> Cleaned:
    """The markup as it may be stored and shown. Cleaning what was cleaned changes nothing."""
    was_active = ACTIVE.search(markup) is not None or _has_active_attributes(markup)
    cleaned = _keep_allowed(markup)
    for _ in range(MAX_READINGS):
        again = _keep_allowed(cleaned)
        if again == cleaned:
            has_tags = "<" in cleaned
            return Cleaned(text_from_markup(cleaned), cleaned if has_tags else None, was_active)
        cleaned = again
    return Cleaned(text_from_markup(cleaned), None, was_active)


def _keep_allowed(markup: str) -> str:
    cleaned = nh3.clean(
        markup,
        tags=set(TAGS),
        attributes={"a": {"href"}, "*": set()},
        url_schemes=set(SCHEMES),
        link_rel=LINK_RELATION,
        url_relative="deny",
    )
    # Readers take these line ends for others, or pass over them.
    return re.sub(r"<pre>\n+", "<pre>", cleaned.replace("\r\n", "\n").replace("\r", "\n"))


def _has_active_attributes(markup: str) -> bool:
    found: list[str] = []

    def note(_tag: str, name: str, value: str) -> None:
        if name in ADDRESSES:
            is_active = ACTIVE_ADDRESS.match(value.translate(UNSEEN_IN_ADDRESSES)) is not None
        elif name == "style":
            is_active = ACTIVE_STYLE.search(value) is not None
        else:
            is_active = ACTIVE_NAME.match(name) is not None
        if is_active:
            found.append(name)

    nh3.clean(
        markup,
        attributes={"*": {*ADDRESSES, "style", "srcdoc"}},
        generic_attribute_prefixes={"on"},
        attribute_filter=note,
        url_schemes=set(ACTIVE_SCHEMES),
        link_rel=None,
    )
    return bool(found)


def text_from_markup(markup: str) -> str:
    """What a reader sees of it, line by line."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (re.sub(r"[ \t\r\f]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def markup_from_text(text: str) -> str:
    """Plain text as markup that shows the same."""
    return html.escape(text, quote=False).replace("\n", "<br>")


class _Reader(HTMLParser):
    """Collects text; blocks and breaks become new lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or (tag in BLOCKS and self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
