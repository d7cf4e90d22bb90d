"""Logs: one line per event, of named fields with plain values only, so that nothing people wrote can get into them.

Rooms log with `structlog.get_logger()` and an event in snake case; this module decides what of it is written, and how.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

# Everything a line may carry. Adding a name here is a decision: its values must never be text of people.
ALLOWED_FIELDS: Final = frozenset(
    {
        "event", "level", "timestamp",
        "tenant", "profile", "chat", "connection", "identity", "delivery", "target", "seq", "stream",
        "kind", "code", "reason", "operation", "route", "method", "status", "state", "codec",
        "count", "size", "limit", "attempt", "seconds", "depth", "lag",
        "worker", "workers", "port", "process", "signal", "exit_code", "version", "migration", "store", "probe",
        "error", "stack", "logger", "source",
    }
)  # fmt: skip

EVENT = re.compile(r"[a-z][a-z0-9_]*")

LEADING_FIELDS: Final = ("timestamp", "level", "event")

# Codes, kinds, versions, file places: no spaces, no @, short. A sentence or an e-mail address does not pass.
PLAIN_TEXT = re.compile(r"[A-Za-z0-9_.:/+<>\-]{0,120}")

NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.:/+<>\-]")

# Tokens would pass as plain text, so their beginnings are known: visitor tokens, API keys, signed tokens, Slack's.
TOKEN = re.compile(r"vc_|hk_|eyJ|xox[abeprs]-", re.ASCII)

LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}

# Their own lines at `info` say nothing that ours do not.
CHATTY_LOGGERS = ("asyncio", "uvicorn", "uvicorn.error", "uvicorn.access", "websockets")


class UnloggableError(Exception):
    """A log line carries something that must not be logged; raised in tests, dropped in production."""


def configure_logging(
    level: str = "info", *, stream: TextIO | None = None, as_json: bool | None = None, strict: bool = False
) -> None:
    """Sends the logs of the hub and of its libraries to the stream (default: stderr).

    `as_json` None: JSON unless the stream is a terminal. `strict`: a field or value that may not be logged raises
    UnloggableError instead of being left out.
    """
    target = sys.stderr if stream is None else stream
    as_json = not target.isatty() if as_json is None else as_json
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    finish: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_error,
        FieldGate(strict=strict),
        renderer,
    ]
    structlog.configure(
        processors=finish,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(target),
        cache_logger_on_first_use=not strict,  # Tests configure more than once.
    )
    _take_over_library_logs(LEVELS[level])


class FieldGate:
    """The processor that lets through allowed fields with plain values, and nothing else."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        """The line without what must not be in it; UnloggableError instead when strict."""
        if not is_event_name(line["event"]):
            self._refuse("event")
            line["event"] = "unnamed"
        refused = [
            name for name, value in line.items() if name not in ALLOWED_FIELDS or not is_loggable(value)
        ]
        for name in refused:
            self._refuse(name)
            del line[name]
        # The leading fields first, since people read lines too.
        return {name: _plain(line[name]) for name in dict.fromkeys((*LEADING_FIELDS, *line)) if name in line}

    def _refuse(self, name: str) -> None:
        if self._strict:
            raise UnloggableError(
                f"The field “{name}” of a log line is unknown or holds more than a plain value."
            )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def is_event_name(value: object) -> bool:
    """Whether the value names an event, in snake case."""
    return isinstance(value, str) and EVENT.fullmatch(value) is not None and is_loggable(value)


def is_loggable(value: object) -> bool:
    """Whether the value is a number, an id, a short plain word, or a list of such."""
    if value is None or isinstance(value, bool | int | float | UUID):
        return True
    if isinstance(value, str):
        return PLAIN_TEXT.fullmatch(value) is not None and TOKEN.search(value) is None
    return isinstance(value, list | tuple) and all(is_loggable(item) for item in value)


def describe_error(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """The line with `exc_info` turned into `error` (types, outermost first) and `stack` (places); no messages, no values."""
    error = _find_error(line.pop("exc_info", None))
    if error is not None:
        chain = list_causes(error)
        line["error"] = "<-".join(type(cause).__name__ for cause in chain)[:120]
        line["stack"] = list_places(chain[-1].__traceback__)
    return line


def list_causes(error: BaseException) -> list[BaseException]:
    """The error and what led to it, outermost first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return chain


def list_places(trace: TracebackType | None) -> list[str]:
    """Where an error came by, outermost first: `package/module.py:line:function`."""
    return [
        f"{_short_path(frame.filename)}:{frame.lineno}:{frame.name}"[:120]
        for frame in traceback.extract_tb(trace)
    ]


def _short_path(path: str) -> str:
    return NOT_PLAIN.sub("_", "/".join(path.replace("\\", "/").rsplit("/", 2)[-2:]))


def _find_error(info: ExcInfo | BaseException | bool | None) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1]
    return sys.exc_info()[1] if info else None


def _take_over_library_logs(level: int) -> None:
    logging.root.handlers = [LibraryHandler()]
    logging.root.setLevel(level)
    for name in CHATTY_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(max(level, logging.WARNING))


class LibraryHandler(logging.Handler):
    """Turns a library's log record into a line that says which library, where and what type of error.

    Never its message: libraries put values into them (asyncio the arguments of a callback, servers whole tracebacks).
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the line."""
        fields: Mapping[str, Any] = {
            "logger": record.name[:120],
            "source": f"{_short_path(record.pathname)}:{record.lineno}",
            "exc_info": record.exc_info,
        }
        structlog.get_logger().log(record.levelno, "library_message", **fields)
