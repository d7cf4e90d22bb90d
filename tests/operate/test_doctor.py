"""What the doctor says of webhooks, and of chats that nobody would ever come to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.delivery import TargetHealth
from hub.operate.doctor import Doctor, Finding, look_at_targets
from hub.settings import Settings

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


async def examine(stranded: list[str]) -> list[Finding]:
    """Everything a doctor finds who reaches nothing but the list of stranded chats."""

    async def list_stranded(url: str) -> list[str]:
        return stranded

    async def fail(url: str) -> list[str]:
        raise ConnectionError

    async def require(url: str) -> None:
        raise ConnectionError

    async def explain() -> str | None:
        return None

    async def no_targets() -> list[TargetHealth]:
        return []

    doctor = Doctor(
        Settings(database_url="postgresql://127.0.0.1:1/hub", redis_url="redis://127.0.0.1:1/0"),
        list_pending=fail,
        require_row_security=require,
        explain_blobs=explain,
        list_stranded=list_stranded,
        measure_targets=no_targets,
        require_port_free=None,
        sentence_from_error=lambda error: type(error).__name__,
    )
    return [finding async for finding in doctor.examine()]


@pytest.mark.parametrize("number", [1, 9])
async def test_stranded_chats_are_named(number: int) -> None:
    found = await examine([f"chat {one} of tenant 1: no_holder" for one in range(number)])
    [told] = [finding for finding in found if "chat 0 of tenant 1: no_holder" in finding.sentence]
    assert not told.ok
    assert told.sentence.startswith(f"{number} open chats")


async def test_no_stranded_chat_is_fine() -> None:
    assert Finding(True, "Every open chat has a queue, an agent or a flow.") in await examine([])
