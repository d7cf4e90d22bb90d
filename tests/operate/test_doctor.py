"""What the doctor says of webhooks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.domain.delivery import TargetHealth
from hub.operate.doctor import look_at_targets

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WELL = TargetHealth(1, 7, "Shop", "on", None, None, 3, NOON)


def test_webhooks_that_take_what_they_are_told_are_no_trouble() -> None:
    failing_just_now = replace(WELL, failing_since=NOON - timedelta(minutes=1))
    asked = replace(WELL, state="paused", pause_reason="asked", waiting=9)
    finding = look_at_targets([WELL, failing_just_now, asked], NOON)
    assert finding.ok
    assert "3 webhooks" in finding.sentence
    assert "6 deliveries" in finding.sentence


def test_those_that_fail_are_named_with_what_to_do() -> None:
    failing = replace(WELL, failing_since=NOON - timedelta(minutes=70))
    paused = replace(WELL, target_id=8, state="paused", pause_reason="failing")
    gone = replace(WELL, target_id=9, state="paused", pause_reason="gone")
    finding = look_at_targets([failing, paused, gone, replace(gone, target_id=10)], NOON)
    assert not finding.ok
    for words in (
        "70 minutes",
        "hub webhook log 7",
        "took nothing for a day",
        "hub webhook resume 8",
        "said it is gone",
        "1 more",
    ):
        assert words in finding.sentence
