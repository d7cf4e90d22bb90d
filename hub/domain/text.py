"""What may be said: rules for text from people."""

import re
from unicodedata import category

from hub.domain.errors import TextEmpty, TextInvalid, TextTooLong

MAX_VISITOR_TEXT_CHARS = 4_000
MAX_AGENT_TEXT_CHARS = 100_000
MAX_LINE_TEXT_CHARS = (
    16_000  # What fits into one frame of a live line in any script; longer ones come by REST.
)
MAX_PREVIEW_CHARS = 200  # An inbox row shows one line; more would only travel.
MAX_NAME_CHARS = 100
MAX_EMAIL_CHARS, MAX_MAILBOX_CHARS = 254, 64  # RFC 5321, 4.5.3.1: a path has 256 with its brackets.

# Characters that take no room: a text of these alone shows nothing.
INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)

# Words between single dots (RFC 5322, 3.2.3), with the letters of RFC 6531; labels as host names have them.
MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[^\W_](?:[^\W_]|-){0,61}(?<!-)\.)+[^\W_](?:[^\W_]|-){0,61}(?<!-)")

# Direction overrides and isolates: in a name they could make it look like another one.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def require_text(text: str, max_chars: int) -> str:
    """The text, when it may be stored as a message; lengths count code points.

    Raises TextEmpty (nothing visible), TextTooLong, TextInvalid (NUL or lone surrogates: Postgres cannot hold them).
    """
    if len(text) > max_chars:
        raise TextTooLong(f"The text is longer than {max_chars:,} characters.", field="text")
    require_storable(text, "text")
    if all(character.isspace() or character in INVISIBLE for character in text):
        raise TextEmpty(field="text")
    return text


def require_storable(text: str, field: str) -> str:
    """The text, unless it holds NUL or a lone surrogate (TextInvalid)."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise TextInvalid(field=field)
    return text


def require_line(text: str, field: str, max_chars: int) -> str:
    """One line of plain text: no control or direction characters. Raises TextTooLong, TextInvalid."""
    if len(text) > max_chars:
        raise TextTooLong(f"This has more than {max_chars:,} characters.", field=field)
    if any(not character.isprintable() or character in BIDI_CONTROLS for character in text):
        raise TextInvalid("This is one line of text, without control characters.", field=field)
    return text


def require_lines(text: str, field: str, max_chars: int) -> str:
    """Plain text of several lines: tabs and line breaks, but no other control characters. Raises TextTooLong, TextInvalid."""
    if len(text) > max_chars:
        raise TextTooLong(f"This has more than {max_chars:,} characters.", field=field)
    if any(category(character) in ("Cc", "Cs") and character not in "\t\n\r" for character in text):
        raise TextInvalid("This holds control characters.", field=field)
    return text


def clean_name(name: str) -> str:
    """A name as it may be shown: one line, no control or direction characters, at most 100 characters; maybe empty."""
    return clean_line(name, MAX_NAME_CHARS)


def clean_line(text: str, max_chars: int) -> str:
    """A short text as it may be shown on one line, without control or direction characters; maybe empty."""
    kept = "".join(
        character if character.isprintable() and character not in BIDI_CONTROLS else " " for character in text
    )
    return " ".join(kept.split())[:max_chars].strip()


def is_email(text: str) -> bool:
    """Whether mail could be sent there: a mailbox and a domain of two labels or more, in any script; quoted mailboxes are none here."""
    mailbox, _, domain = text.rpartition("@")
    return (
        len(text) <= MAX_EMAIL_CHARS
        and len(mailbox) <= MAX_MAILBOX_CHARS
        and MAILBOX.fullmatch(mailbox) is not None
        and DOMAIN.fullmatch(domain) is not None
    )


def preview_text(text: str) -> str:
    """The first line's worth of a message, for a list row."""
    return " ".join(text[: MAX_PREVIEW_CHARS * 2].split())[:MAX_PREVIEW_CHARS]
