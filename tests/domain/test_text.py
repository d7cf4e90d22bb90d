"""What may be said, and how names and previews are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import TextEmpty, TextInvalid, TextTooLong
from hub.domain.text import (
    MAX_NAME_CHARS,
    MAX_PREVIEW_CHARS,
    clean_name,
    is_email,
    preview_text,
    require_storable,
    require_text,
)


@pytest.mark.parametrize("text", ["a", " a ", "0", "👋", "سلام", "a\nb", "\u200ba", "<b>bold</b>", "x" * 50])
def test_a_text_is_kept_as_it_was_said(text: str) -> None:
    assert require_text(text, 50) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\r", "\u00a0\u2003", "\u200b", "\ufeff \u2060", "\u3164\u115f", "\u00ad"]
)
def test_a_text_that_shows_nothing_is_empty(text: str) -> None:
    with pytest.raises(TextEmpty) as refused:
        require_text(text, 50)
    assert refused.value.field == "text"


def test_length_counts_characters_and_not_bytes() -> None:
    assert require_text("👋" * 50, 50)
    with pytest.raises(TextTooLong, match="longer than 50 characters") as refused:
        require_text("x" * 51, 50)
    assert refused.value.field == "text"


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfff", "\ude00\ud83d"])
def test_what_postgres_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(TextInvalid):
        require_text(text, 50)
    with pytest.raises(TextInvalid) as refused:
        require_storable(text, "name")
    assert refused.value.field == "name"


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_accepted_can_be_stored(text: str) -> None:
    try:
        kept = require_text(text, 100)
    except (TextEmpty, TextTooLong, TextInvalid):
        return
    assert "\x00" not in kept.encode().decode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("Ada\x00\x1b[31m", "Ada [31m"),
        ("\u202eadA", "adA"),
        ("\u2066Marta\u2069", "Marta"),
        ("محمد", "محمد"),
        ("\u200b\u202e", ""),
        ("", ""),
        ("x" * 200, "x" * MAX_NAME_CHARS),
    ],
)
def test_a_name_is_one_line_without_tricks(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@given(st.text())
def test_a_clean_name_is_printable_short_and_stays_as_it_is(name: str) -> None:
    shown = clean_name(name)
    assert shown.isprintable()
    assert len(shown) <= MAX_NAME_CHARS
    assert clean_name(shown) == shown


@given(st.text())
def test_a_preview_is_one_short_line(text: str) -> None:
    preview = preview_text(text)
    assert len(preview) <= MAX_PREVIEW_CHARS
    assert " ".join(preview.split()) == preview.strip()


def test_a_preview_of_a_short_text_is_the_text() -> None:
    assert preview_text("Where is\nmy order?") == "Where is my order?"


@pytest.mark.parametrize(
    "text",
    [
        "ada@shop.example",
        "ada.byron+chat@mail.shop.example",
        "o'neil@shop-24.example",
        "用户@例子.中国",
        "a@1.de",
        "x" * 64 + "@shop.example",
    ],
)
def test_mail_can_be_sent_there(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@",
        "ada@",
        "@shop.example",
        "ada@shop",
        "ada@shop..example",
        "ada@.example",
        "ada@shop.example.",
        "ada@-shop.example",
        "ada@shop-.example",
        "ada.@shop.example",
        ".ada@shop.example",
        "a..da@shop.example",
        "ada byron@shop.example",
        "ada@by@shop.example",
        "ada@shop.example\n",
        "Ada <ada@shop.example>",
        "ada,bob@shop.example",
        "x" * 65 + "@shop.example",
        "ada@" + "x" * 64 + ".example",
        "ada@" + "shop." * 60 + "example",
    ],
)
def test_no_mail_can_be_sent_there(text: str) -> None:
    assert not is_email(text)
