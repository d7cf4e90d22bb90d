"""Dates as Halo's clients read them: UTC, with a `Z`, to the millisecond."""

from datetime import UTC, datetime


def to_milliseconds(at: datetime) -> datetime:
    """The moment in UTC without what lies below a millisecond; rendered as `2026-03-02T12:00:00.123000Z`."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
