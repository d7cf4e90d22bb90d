"""What the doctor says of chats that nobody would ever come to."""

import pytest

from hub.operate.doctor import Doctor, Finding
from hub.settings import Settings


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

    doctor = Doctor(
        Settings(database_url="postgresql://127.0.0.1:1/hub", redis_url="redis://127.0.0.1:1/0"),
        list_pending=fail,
        require_row_security=require,
        explain_blobs=explain,
        list_stranded=list_stranded,
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
