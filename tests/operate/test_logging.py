"""What may get into the logs, and above all what may not."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog

from hub.operate.logging import ALLOWED_FIELDS, UnloggableError, configure_logging

# One of each kind of thing that people would not want to find in a log file.
CANARIES = (
    "my cat is called Canary",
    "canary@mail.example",
    "vc_canary.AbCdEf",
    "hk_live_canary01_0123456789",
    "eyJhbGciOiJIUzI1NiJ9.canary.sig",
    "xoxb-canary-123",
    "postgresql://hub:canary@db/hub",
)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    handlers, level, configuration = logging.root.handlers[:], logging.root.level, structlog.get_config()
    yield
    logging.root.handlers[:], logging.root.level = handlers, level
    structlog.configure(**configuration)


def logs_to(stream: io.StringIO, *, strict: bool = False) -> Any:
    configure_logging("debug", stream=stream, as_json=True, strict=strict)
    return structlog.get_logger()


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_level_time_and_its_fields() -> None:
    stream = io.StringIO()
    logs_to(stream).info("worker_started", worker=1, connection=UUID(int=7), seconds=0.25)

    [line] = lines_of(stream)

    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "worker_started",
        "level": "info",
        "worker": 1,
        "connection": str(UUID(int=7)),
        "seconds": 0.25,
    }


def test_a_field_nobody_allowed_is_left_out() -> None:
    stream = io.StringIO()
    logs_to(stream).info("posted", chat=3, text="my cat is called Canary")

    [line] = lines_of(stream)

    assert line["chat"] == 3
    assert "Canary" not in stream.getvalue()


def test_a_field_nobody_allowed_raises_in_tests() -> None:
    logger = logs_to(io.StringIO(), strict=True)

    with pytest.raises(UnloggableError, match="text"):
        logger.info("posted", chat=3, text="my cat is called Canary")


@pytest.mark.parametrize("canary", CANARIES)
def test_no_allowed_field_carries_text_addresses_or_tokens(canary: str) -> None:
    stream = io.StringIO()
    fields = ALLOWED_FIELDS - {"event", "level", "timestamp"}
    logs_to(stream).info("posted", **dict.fromkeys(fields, canary))
    logs_to(stream).info("posted", **{field: [1, canary] for field in fields})

    assert [line["event"] for line in lines_of(stream)] == ["posted", "posted"]
    assert "anary" not in stream.getvalue()


@pytest.mark.parametrize("canary", CANARIES)
def test_the_event_itself_cannot_be_a_sentence(canary: str) -> None:
    stream = io.StringIO()
    logs_to(stream).info(canary)

    assert [line["event"] for line in lines_of(stream)] == ["unnamed"]
    assert "anary" not in stream.getvalue()


@pytest.mark.parametrize("canary", CANARIES)
def test_an_exception_is_logged_as_types_and_places_without_its_message(canary: str) -> None:
    stream = io.StringIO()
    logger = logs_to(stream)
    try:
        _fail_twice(canary)
    except RuntimeError:
        logger.exception("request_failed", code="internal")

    [line] = lines_of(stream)

    assert line["error"] == "RuntimeError<-ValueError"
    assert line["stack"][-1].endswith(":_fail_with")
    assert "anary" not in stream.getvalue()


@pytest.mark.parametrize("canary", CANARIES)
def test_a_librarys_message_is_reduced_to_where_it_came_from(canary: str) -> None:
    stream = io.StringIO()
    logs_to(stream)

    logging.getLogger("some.library").error(f"cannot parse {canary}")
    logging.getLogger("some.library").error("cannot parse %s", canary)

    lines = lines_of(stream)
    assert [line["logger"] for line in lines] == ["some.library"] * 2
    assert all(line["source"].startswith("operate/test_logging.py:") for line in lines)
    assert "anary" not in stream.getvalue()


async def test_a_callback_that_fails_leaves_its_arguments_out_of_the_log() -> None:
    stream = io.StringIO()
    logs_to(stream)
    done = asyncio.Event()

    def fail(text: str) -> None:
        done.set()
        raise ValueError(text)

    asyncio.get_running_loop().call_soon(fail, CANARIES[0])
    await done.wait()
    await asyncio.sleep(0)

    assert [line["logger"] for line in lines_of(stream)] == ["asyncio"]
    assert "anary" not in stream.getvalue()


def test_an_error_in_an_oddly_named_file_keeps_its_stack() -> None:
    stream = io.StringIO()
    logger = logs_to(stream)
    try:
        exec(compile("1 / 0", "/srv/my hub/odd@name.py", "exec"))  # noqa: S102
    except ZeroDivisionError:
        logger.exception("request_failed")

    assert lines_of(stream)[0]["stack"][-1] == "my_hub/odd_name.py:1:<module>"


def test_a_terminal_gets_readable_lines_that_hold_no_more() -> None:
    stream = io.StringIO()
    configure_logging("info", stream=stream, as_json=False)

    structlog.get_logger().info("worker_started", worker=1, note=CANARIES[0])

    assert "worker_started" in stream.getvalue()
    assert "anary" not in stream.getvalue()


def test_lines_below_the_level_are_not_written() -> None:
    stream = io.StringIO()
    configure_logging("warning", stream=stream, as_json=True)

    structlog.get_logger().info("worker_started")
    logging.getLogger("some.library").info("hello")

    assert stream.getvalue() == ""


def _fail_twice(text: str) -> None:
    try:
        _fail_with(text)
    except ValueError as error:
        raise RuntimeError(text) from error


def _fail_with(text: str) -> None:
    raise ValueError(text)
