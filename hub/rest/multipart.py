"""Forms with files (RFC 7578), read part by part as they come: nothing of a file is held here."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from hub.domain.errors import BadRequest, WrongMediaType

MAX_PARTS = 32
MAX_HEADERS, MAX_HEADER_BYTES = 8, 4_096
MAX_FIELD_BYTES = 16 * 1024
MAX_BOUNDARY_CHARS = 200  # RFC 2046 says 70; some clients make longer ones.

Happening = tuple[Literal["begin", "data", "end"], bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form. `file_name` is None for a field; `chunks` are its bytes, to be read before the next part."""

    name: str
    file_name: str | None
    chunks: AsyncIterator[bytes]

    async def read_text(self) -> str:
        """A field's text. BadRequest when it is longer than 16 KiB or not UTF-8."""
        text = bytearray()
        async for chunk in self.chunks:
            text += chunk
            if len(text) > MAX_FIELD_BYTES:
                raise BadRequest("The field is too long.", field=self.name)
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            raise BadRequest("The field is not text in UTF-8.", field=self.name) from None


def is_multipart(request: Request) -> bool:
    """Whether the body says that it is a form with files."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


async def read_parts(request: Request) -> AsyncIterator[Part]:
    """The parts in their order; what is left unread of one is passed over.

    Raises BadRequest: no boundary, no name, more than 32 parts, a header too long, or a body that ends too soon.
    """
    reader = _Reader(request)
    while (part := await reader.next_part()) is not None:
        yield part
        async for _ in part.chunks:
            pass


class _Reader:
    def __init__(self, request: Request) -> None:
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise WrongMediaType("The body must not be compressed.")
        self._stream = request.stream()
        self._happenings: deque[Happening] = deque()
        self._header_name, self._header_value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._parts = 0
        self._is_complete = False
        self._parser = MultipartParser(
            _require_boundary(request),
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._take_header_name,
                "on_header_value": self._take_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": lambda data, start, end: self._happenings.append(("data", data[start:end])),
                "on_part_end": lambda: self._happenings.append(("end", b"")),
                "on_end": self._complete,
            },
            max_header_count=MAX_HEADERS,
            max_header_size=MAX_HEADER_BYTES,
        )

    async def next_part(self) -> Part | None:
        while (happening := await self._next()) is not None:
            if happening[0] == "begin":
                name, file_name = _names_from_header(happening[1])
                return Part(name, file_name, self._chunks())
        return None

    async def _chunks(self) -> AsyncIterator[bytes]:
        while (happening := await self._next()) is not None and happening[0] == "data":
            yield happening[1]

    async def _next(self) -> Happening | None:
        """What the body brings next; None after its end."""
        while not self._happenings:
            try:
                chunk = await anext(self._stream, b"")
            except ClientDisconnect:
                raise BadRequest("The body is incomplete.") from None
            try:
                if not chunk:
                    if self._is_complete:
                        return None
                    raise BadRequest("The body is incomplete.")
                self._parser.write(chunk)
            except FormParserError:
                raise BadRequest("The body is not a form of the type it says it is.") from None
        return self._happenings.popleft()

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BadRequest(f"The form has more than {MAX_PARTS} parts.")
        self._headers = {}

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers.setdefault(bytes(self._header_name).lower(), bytes(self._header_value))
        self._header_name, self._header_value = bytearray(), bytearray()

    def _end_headers(self) -> None:
        self._happenings.append(("begin", self._headers.get(b"content-disposition", b"")))

    def _complete(self) -> None:
        self._is_complete = True


def _require_boundary(request: Request) -> bytes:
    _, options = parse_options_header(request.headers["content-type"])
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= MAX_BOUNDARY_CHARS:
        raise BadRequest("The form's Content-Type names no boundary.")
    return boundary


def _names_from_header(header: bytes) -> tuple[str, str | None]:
    disposition, options = parse_options_header(header)
    name = options.get(b"name")
    if disposition != b"form-data" or not name:
        raise BadRequest("A part of the form has no name.")
    file_name = options.get(b"filename")
    return _text(name), None if file_name is None else _text(file_name)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
