"""uvicorn's protocols with the deadlines and the bound they lack: whoever brings nothing, takes nothing or floods must not hold a place.

One place for every endpoint: what stands here holds for requests and live lines alike, whatever answers them.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hub.domain.rate import Bucket

HEADER_WITHIN_S: Final = (
    10.0  # A phone on a bad network needs a second or two; who needs more holds a place for nothing.
)
# A body's patience runs out in real time and grows with what comes, up to what it was: a stall is bounded, and so is a drip,
# while a large file on a slow network takes the time it takes.
BODY_PATIENCE_S: Final = 12.0
BODY_BYTES_PER_S: Final = 1024
LAST_BYTES_WITHIN_S: Final = (
    10.0  # Else a peer that never reads would keep its socket for as long as it likes.
)
# A peer that is behind and takes not one byte for so long has gone, or never reads.
TAKES_NOTHING_S: Final = 4.0
LOOK_EVERY_S: Final = 1.0

# Frames of the wire itself, which no application sees: pings, pongs and pieces. A message in pieces of 300 bytes is still let through.
WIRE_FRAMES_PER_S, WIRE_FRAMES_BURST = 50, 250
POLICY_VIOLATION: Final = 1008
FLOOD_LASTS_S: Final = 1.0

TOO_LATE: Final = b"The body did not come in time.\n"
TOO_LATE_ANSWER: Final = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: "
    + str(len(TOO_LATE)).encode()
    + b"\r\n\r\n"
    + TOO_LATE
)


class _Drain:
    """Cuts a connection when its peer takes none of what waits for it."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._left_bytes = 0
        self._looks = 0

    def begin(self, transport: asyncio.Transport) -> None:
        """More waits than the peer takes at once."""
        if self._timer is None:
            self._left_bytes, self._looks = transport.get_write_buffer_size(), 0
            self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look, transport)

    def end(self) -> None:
        """It has taken enough, or is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, transport: asyncio.Transport) -> None:
        before, self._left_bytes = self._left_bytes, transport.get_write_buffer_size()
        self._looks = self._looks + 1 if self._left_bytes >= before else 0
        if self._looks * LOOK_EVERY_S >= TAKES_NOTHING_S:
            self._timer = None
            transport.abort()
        else:
            self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look, transport)


class PatientHttp(HttpToolsProtocol):
    """HTTP whose header must come as a whole in time, and whose body must keep coming; counted from the first byte of each request."""

    _header_deadline: asyncio.TimerHandle | None = None
    _body_timer: asyncio.TimerHandle | None = None
    _body_due_s = 0.0

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._drain = _Drain()

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
        """It came, and the body is due."""
        self._forget_header()
        super().on_headers_complete()
        self._body_due_s = self.loop.time() + BODY_PATIENCE_S
        self._body_timer = self.loop.call_at(self._body_due_s, self._look_at_body)

    def on_body(self, body: bytes) -> None:
        """Some of the body came."""
        super().on_body(body)
        most_s = self.loop.time() + BODY_PATIENCE_S
        self._body_due_s = min(most_s, self._body_due_s + len(body) / BODY_BYTES_PER_S)

    def on_message_complete(self) -> None:
        """All of it came."""
        self._forget_body()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """The answer waits for its reader."""
        super().pause_writing()
        self._drain.begin(self.transport)

    def resume_writing(self) -> None:
        """It does no longer."""
        self._drain.end()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing will come any more."""
        self._forget_header()
        self._forget_body()
        self._drain.end()
        super().connection_lost(exc)

    def _expect_header(self) -> None:
        self._header_deadline = self.loop.call_later(HEADER_WITHIN_S, self.transport.abort)

    def _forget_header(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None

    def _forget_body(self) -> None:
        if self._body_timer is not None:
            self._body_timer.cancel()
            self._body_timer = None

    def _look_at_body(self) -> None:
        now_s = self.loop.time()
        if self.flow.read_paused:  # It is the application that takes its time.
            self._body_due_s = now_s + BODY_PATIENCE_S
        if now_s < self._body_due_s:
            self._body_timer = self.loop.call_at(self._body_due_s, self._look_at_body)
            return
        self._body_timer = None
        if not self.cycle.response_started and not self.pipeline:
            self.transport.write(TOO_LATE_ANSWER)
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self.transport.close()
        self.loop.call_later(LAST_BYTES_WITHIN_S, self.transport.abort)


class PatientWebsocket(WebSocketsSansIOProtocol):
    """Websockets that are cut when the other side takes nothing for too long, and ended when it floods the wire."""

    _cut: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._drain = _Drain()
        self._wire_frames = Bucket(WIRE_FRAMES_PER_S, WIRE_FRAMES_BURST)

    async def run_asgi(self) -> None:
        """The line's life; when it is over, the socket has a deadline."""
        await super().run_asgi()
        self._cut = self.loop.call_later(LAST_BYTES_WITHIN_S, self.transport.abort)

    async def send(self, message: Any) -> None:
        """Sends; a handshake that was refused with an answer is over, which uvicorn would log as an error of ours."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def handle_ping(self) -> None:
        """Answers a ping, unless there are too many."""
        if self._admits_wire_frame():
            super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        """Takes a pong, unless there are too many."""
        if self._admits_wire_frame():
            super().handle_pong(event)

    def handle_cont(self, event: Any) -> None:
        """Takes a piece of a message, unless there are too many: empty ones would never reach the limit of its size."""
        if self._admits_wire_frame():
            super().handle_cont(event)

    def pause_writing(self) -> None:
        """More waits for the other side than it takes."""
        super().pause_writing()
        self._drain.begin(self.transport)

    def resume_writing(self) -> None:
        """It has taken enough."""
        self._drain.end()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> Any:
        """The socket is gone."""
        self._drain.end()
        if self._cut is not None:
            self._cut.cancel()
        return super().connection_lost(exc)

    def _admits_wire_frame(self) -> bool:
        if self.close_sent or self.transport.is_closing():
            return False
        if self._wire_frames.take(self.loop.time()) == 0:
            return True
        reason = "too many frames"
        self.conn.fail(POLICY_VIOLATION, reason)
        self.queue.put_nowait({"type": "websocket.disconnect", "code": POLICY_VIOLATION, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # What still comes is thrown away for a moment: closed at once, the socket would be reset before the reason is read.
        self.close_timer = self.loop.call_later(FLOOD_LASTS_S, self.transport.close)
        return False
