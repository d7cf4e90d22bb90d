"""Markup of agents' programs: what is left of it, what is told as text, and that nothing that runs survives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.rest.markup import TAGS, clean_markup, markup_from_text, text_from_markup

RUNNING = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<p onclick = 'x()'>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><button formaction=javascript:alert(1)>x",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<style>@import 'https://evil.example'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]
PARTS = st.sampled_from(
    [
        *RUNNING,
        "<b>",
        "</b>",
        "<p",
        "x",
        "&lt;",
        "&",
        "<",
        ">",
        '"',
        "'",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "\n",
        "<a href=",
        "//evil",
    ]
)


@pytest.mark.parametrize("markup", RUNNING)
def test_what_would_run_is_cut_and_said_so(markup: str) -> None:
    cleaned = clean_markup(f"{markup} after")
    assert "alert" not in (cleaned.html or "")
    assert "evil" not in (cleaned.html or "")
    assert cleaned.was_active


@pytest.mark.parametrize(
    ("markup", "html", "text"),
    [
        ("Hello", None, "Hello"),
        ("a < b & c", None, "a < b & c"),
        ("one\ntwo", None, "one\ntwo"),
        ("<p>One</p><p>Two<br>three</p>", "<p>One</p><p>Two<br>three</p>", "One\nTwo\nthree"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<div class=x style='color:red'>Plain</div>", None, "Plain"),
        (
            '<a href="https://shop.example/?a=1&b=2" target=_top>Shop</a>',
            '<a href="https://shop.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow ugc">Shop</a>',
            "Shop",
        ),
        ("<a href='//evil.example'>x</a>", '<a rel="noopener noreferrer nofollow ugc">x</a>', "x"),
        ("<p title=x lang=de>a</p>", "<p>a</p>", "a"),
        ("", None, ""),
        ("<script>x</script>", None, ""),
    ],
)
def test_what_is_left_is_small_and_reads_as_text(markup: str, html: str | None, text: str) -> None:
    cleaned = clean_markup(markup)
    assert (cleaned.html, cleaned.text) == (html, text)
    assert not cleaned.was_active or markup.startswith("<script")


@given(st.lists(PARTS, max_size=20).map("".join))
def test_cleaning_what_was_cleaned_changes_nothing(markup: str) -> None:
    once = clean_markup(markup)
    if once.html is not None:
        again = clean_markup(once.html)
        assert (again.html, again.text) == (once.html, once.text)


@given(st.lists(PARTS, max_size=20).map("".join))
def test_only_the_allowed_tags_are_left(markup: str) -> None:
    html = clean_markup(markup).html or ""
    names = {part.lstrip("/").split(" ")[0].split(">")[0] for part in html.split("<")[1:]}
    assert names <= TAGS


@given(
    st.text(
        st.characters(exclude_characters="\r\f\t\x00", exclude_categories=("Cs", "Zs", "Cc")) | st.just("\n")
    )
)
def test_text_survives_as_markup(text: str) -> None:
    assert text_from_markup(markup_from_text(text)).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    "markup", ["<" * 100_000, "<a " * 33_000, "<a href='" * 11_000, "<!--" * 25_000, "<a" + " on" * 33_000]
)
def test_no_markup_takes_long(markup: str) -> None:
    """Seen by whether it ends at all: a quadratic reader needs minutes for these."""
    assert clean_markup(markup[:100_000]).html is None or "<" in markup
