"""Dates as Halo's clients read them: UTC, with a `Z`, to the millisecond."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

Moment = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


def render_moment(at: datetime) -> str:
    """The moment as `2026-03-02T12:00:00.123Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
