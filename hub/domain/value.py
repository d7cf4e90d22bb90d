"""Values: what somebody answers when a message asks for something: a number, yes or no, a date, or what they chose."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hub.domain.errors import BadRequest
from hub.domain.text import require_storable

MAX_VALUE_CHARS = 2_000  # Of what was chosen.

KINDS = ("int", "bool", "date", "multi")


def require_value(given: Mapping[str, Any]) -> dict[str, Any]:
    """The value as a message holds it: exactly one of `int` `bool` `date` `multi`, a date as ISO 8601 in UTC.

    Raises BadRequest (field `value`; `value.date` for what is no date, `value.multi` when nothing was chosen), TextInvalid.
    """
    told = {kind: given[kind] for kind in KINDS if given.get(kind) is not None}
    if len(told) != 1:
        raise BadRequest(f"A value is exactly one of {', '.join(KINDS)}.", field="value")
    if "date" in told:
        told["date"] = _parse_date(told["date"])
    if "multi" in told and not require_storable(told["multi"], "value.multi").strip():
        raise BadRequest("Nothing was chosen.", field="value.multi")
    return told


def render_date(at: datetime) -> str:
    """A date as values hold it. One without a zone is taken as UTC; OverflowError for a first or last day that is none there."""
    return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()


def words_from_value(value: Mapping[str, Any]) -> str:
    """A value in words, for who reads only those."""
    for kind, given in value.items():
        if kind == "bool":
            return "Yes" if given else "No"
        return str(given)[:10] if kind == "date" else str(given)
    return ""


def _parse_date(text: str) -> str:
    try:
        return render_date(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise BadRequest("That is no date of ISO 8601.", field="value.date") from None
