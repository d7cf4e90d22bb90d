"""Ratings: what a visitor thinks of a chat, as a number of points and maybe a sentence."""

from typing import Any

from hub.domain.errors import BadRequest
from hub.domain.text import require_lines

LEAST_SCORE, MOST_SCORE = 1, 5
MAX_COMMENT_CHARS = 1_000


def data_from_rating(score: int, comment: str | None = None) -> dict[str, Any]:
    """What the event holds of a rating: `score`, and `comment` when there is something to read in it.

    Raises BadRequest (field `score`), TextTooLong, TextInvalid (field `comment`).
    """
    if not LEAST_SCORE <= score <= MOST_SCORE:
        raise BadRequest(f"A score is {LEAST_SCORE} to {MOST_SCORE}.", field="score")
    words = require_lines(comment or "", "comment", MAX_COMMENT_CHARS).strip()
    return {"score": score, "comment": words} if words else {"score": score}
