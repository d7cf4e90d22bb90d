"""What is a rating."""

from typing import Any

import pytest

from hub.domain.errors import BadRequest, HubError, TextInvalid, TextTooLong
from hub.domain.rating import MAX_COMMENT_CHARS, data_from_rating


@pytest.mark.parametrize(
    ("score", "comment", "data"),
    [
        (1, None, {"score": 1}),
        (5, "", {"score": 5}),
        (5, " \n ", {"score": 5}),
        (3, " Quick.\nAnd kind. ", {"score": 3, "comment": "Quick.\nAnd kind."}),
        (3, "x" * MAX_COMMENT_CHARS, {"score": 3, "comment": "x" * MAX_COMMENT_CHARS}),
    ],
)
def test_a_rating_is_points_and_maybe_words(score: int, comment: str | None, data: dict[str, Any]) -> None:
    assert data_from_rating(score, comment) == data


@pytest.mark.parametrize(
    ("score", "comment", "refusal", "field"),
    [
        (0, None, BadRequest, "score"),
        (6, None, BadRequest, "score"),
        (-1, "Good", BadRequest, "score"),
        (3, "x" * (MAX_COMMENT_CHARS + 1), TextTooLong, "comment"),
        (3, "a\x00b", TextInvalid, "comment"),
        (3, "\ud800", TextInvalid, "comment"),
    ],
)
def test_what_is_no_rating_is_refused_by_name(
    score: int, comment: str | None, refusal: type[HubError], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        data_from_rating(score, comment)
    assert refused.value.field == field
