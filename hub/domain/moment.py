"""Times as numbers: milliseconds since 1970 UTC, as the realtime protocol writes them."""

from datetime import datetime


def ms_from_datetime(at: datetime) -> int:
    """Whole milliseconds since 1970 UTC."""
    return round(at.timestamp() * 1000)
