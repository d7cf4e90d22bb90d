"""Handing out files that strangers brought: names, ranges and headers that make them harmless."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.domain.errors import RangeNotSatisfiable

RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")
NOT_IN_QUOTES = re.compile(r"[^ !#-$&-\[\]-~]")  # What RFC 6266 advises against in the plain parameter.
ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 8187, attr-char, besides letters and digits.

# Whatever a browser takes the bytes for, they can neither run nor load anything.
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Accept-Ranges": "bytes",
}

Open = Callable[[int, int], Awaitable[AsyncIterator[bytes]]]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out; its bytes never change, so `tag` names them for ever.

    `kept_for` None: no cache keeps it. `is_embeddable`: pages of other origins may show it.
    """

    name: str
    type: str
    size: int
    tag: str
    is_inline: bool = False
    is_embeddable: bool = False
    kept_for: timedelta | None = None


async def respond_with_file(request: Request, file: Download, open_bytes: Open) -> Response:
    """The file, or the one range of it that was asked for (206). HEAD reads nothing of it.

    Raises RangeNotSatisfiable, and what `open_bytes` raises.
    """
    headers = headers_from_file(file)
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None
    span = None if wanted is None else parse_range(wanted, file.size)
    start, end = span or (0, file.size)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["Content-Length"] = str(end - start)
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(await open_bytes(start, end), status, headers)


def headers_from_file(file: Download) -> dict[str, str]:
    """Everything the answer says of the file besides its length."""
    kept = "no-store" if file.kept_for is None else f"max-age={int(file.kept_for.total_seconds())}, immutable"
    return {
        **HARMLESS,
        "Content-Type": f"{file.type}; charset=utf-8" if file.type.startswith("text/") else file.type,
        "Content-Disposition": render_disposition(file.name, is_inline=file.is_inline),
        "Cache-Control": f"private, {kept}",
        "Cross-Origin-Resource-Policy": "cross-origin" if file.is_embeddable else "same-origin",
        "ETag": f'"{file.tag}"',
    }


def render_disposition(name: str, *, is_inline: bool) -> str:
    """The Content-Disposition header (RFC 6266): the name in ASCII for old readers, and as it is for all others."""
    plain = NOT_IN_QUOTES.sub("_", name)
    header = f'{"inline" if is_inline else "attachment"}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe=ATTR_CHARS)}"


def parse_range(text: str, size: int) -> tuple[int, int] | None:
    """The range as start and end (not included); None for headers that RFC 9110 has us pass over.

    Raises RangeNotSatisfiable: beyond the file, or several ranges at once, which no client of ours needs.
    """
    unit, _, asked = text.partition("=")
    if unit.strip().lower() != "bytes":
        return None
    if "," in asked:
        raise RangeNotSatisfiable
    match = RANGE.fullmatch(asked.strip())
    if match is None or match[0] == "-":
        return None
    if not match[1]:
        if int(match[2]) == 0:
            raise RangeNotSatisfiable
        return max(0, size - int(match[2])), size
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable
    return start, min(size, int(match[2]) + 1) if match[2] else size


def _is_known(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return tag in (part.strip().removeprefix("W/") for part in known.split(","))
