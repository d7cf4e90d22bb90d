"""uvicorn's protocols with the two deadlines they lack: for a request's header, and for the last bytes of a line that is over."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEADER_WITHIN_S: Final = (
    10.0  # A phone on a bad network needs a second or two; who needs more holds a place for nothing.
)
LAST_BYTES_WITHIN_S: Final = (
    10.0  # Else a peer that never reads would keep its socket for as long as it likes.
)


class PatientHttp(HttpToolsProtocol):
    """HTTP whose connections must bring a whole header in time, from the first byte of each request or of the connection."""

    _header_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The header of the first request is due."""
        super().connection_made(transport)
        self._expect_header()

    def on_message_begin(self) -> None:
        """The header of a later request is due."""
        super().on_message_begin()
        if self._header_deadline is None:
            self._expect_header()

    def on_headers_complete(self) -> None:
        """It came."""
        self._forget_deadline()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It will not come."""
        self._forget_deadline()
        super().connection_lost(exc)

    def _expect_header(self) -> None:
        self._header_deadline = self.loop.call_later(HEADER_WITHIN_S, self.transport.abort)

    def _forget_deadline(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None


class PatientWebsocket(WebSocketsSansIOProtocol):
    """Websockets that are cut when the other side does not take the last bytes in time."""

    _cut: asyncio.TimerHandle | None = None

    async def run_asgi(self) -> None:
        """The line's life; when it is over, the socket has a deadline."""
        await super().run_asgi()
        self._cut = self.loop.call_later(LAST_BYTES_WITHIN_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> Any:
        """The socket is gone."""
        if self._cut is not None:
            self._cut.cancel()
        return super().connection_lost(exc)
