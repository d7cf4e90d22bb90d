"""The passage of a text in which the words stand that were looked for."""

import pytest

from hub.domain.finding import CHARS_IN_ALL, passage_from_text


@pytest.mark.parametrize(
    ("text", "wanted", "pieces"),
    [
        ("Is the Fernweh in stock?", "fern", ["Is the ", "Fern", "weh in stock?"]),
        ("A saddle,\n a Saddle", "saddle", ["A ", "saddle", ", a ", "Saddle", ""]),
        ("unsaddled", "saddle", ["unsaddled"]),
        ("ask ada.lovelace@shop.example", "lovelace", ["ask ada.", "lovelace", "@shop.example"]),
        ("snake_case", "case", ["snake_", "case", ""]),
        ("你好世界", "世", ["你好", "世", "界"]),
        ("(a|b)*", "a|b", ["(", "a", "|", "b", ")*"]),
        ("nothing of it", "", ["nothing of it"]),
        ("nothing of it", "?!", ["nothing of it"]),
    ],
)
def test_every_second_piece_is_a_word_that_was_looked_for(text: str, wanted: str, pieces: list[str]) -> None:
    assert passage_from_text(text, wanted) == pieces


def test_a_long_text_is_cut_around_the_first_word() -> None:
    text = "before " * 100 + "saddle" + " after" * 100

    pieces = passage_from_text(text, "saddle")

    assert pieces[1] == "saddle"
    assert pieces[0].startswith("… before ")
    assert pieces[-1].endswith("…")
    assert len("".join(pieces)) <= CHARS_IN_ALL + 3


def test_of_a_text_in_which_no_word_stands_the_beginning_is_shown() -> None:
    assert passage_from_text("x" * 500, "saddle") == ["x" * CHARS_IN_ALL + "…"]
