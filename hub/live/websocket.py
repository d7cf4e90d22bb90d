"""The websocket line: carries a session's frames. Its counterpart for blocked websockets is the heartbeat."""

import asyncio
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hub.live import connection as codes
from hub.live.admission import Admission
from hub.live.connection import Connection
from hub.live.frames import CODECS, MAX_FRAME_BYTES, bye_frame
from hub.live.outbox import Close
from hub.live.registry import Registry
from hub.live.room import Room
from hub.live.session import Session

LAST_WORDS_S = 5.0  # A line that does not even take its farewell by then is cut.
WRONG_KIND_OF_DATA = 1003
TOO_BIG = 1009


def routes(room: Room, registry: Registry, admission: Admission) -> list[BaseRoute]:
    """The websocket entrance of visitors and agents."""
    return [WebSocketRoute("/api/realtime", WebsocketEntrance(room, registry, admission).serve)]


class WebsocketEntrance:
    """Lets lines in, and carries each until it ends."""

    def __init__(self, room: Room, registry: Registry, admission: Admission) -> None:
        self._room = room
        self._registry = registry
        self._admission = admission

    async def serve(self, websocket: WebSocket) -> None:
        """One websocket from the handshake to its end."""
        codec = next(
            (CODECS[name] for name in websocket.scope.get("subprotocols", ()) if name in CODECS), None
        )
        try:
            if codec is None:
                raise HTTPException(400, f"Offer one of the sub-protocols {' and '.join(sorted(CODECS))}.")
            await self._admission.require_turn(websocket)
            entrance = await self._admission.admit(websocket)
        except HTTPException as refusal:
            await _deny(websocket, refusal)
            return
        # Behind the look-ups: a turn that waited for a store that is away would make everybody wait, one after the other.
        async with self._room.openings:
            await asyncio.sleep(0)  # Else a turn without a wait would be no turn.
            await websocket.accept(subprotocol=codec.subprotocol)
        loop = asyncio.get_running_loop()
        connection = Connection(codec, loop.time())
        session = Session(self._room, connection, entrance)
        self._registry.add(session)
        writing = asyncio.create_task(self._write(websocket, connection))
        connection.outbox.on_end = lambda: loop.call_later(LAST_WORDS_S, writing.cancel)
        try:
            await self._read(websocket, session, writing)
        finally:
            writing.cancel()
            self._registry.remove(session)
            await session.leave()

    async def _read(self, websocket: WebSocket, session: Session, writing: asyncio.Task[None]) -> None:
        """Frames to the session, one after the other, until either side ends the line."""
        while True:
            receiving = asyncio.create_task(_receive(websocket))
            await asyncio.wait({receiving, writing}, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                receiving.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                    await receiving
                return
            message = receiving.result()
            if message["type"] != "websocket.receive" or session.connection.ending is not None:
                if message["type"] == "websocket.disconnect":
                    return
                continue
            data = _frame_data(message, session.connection)
            if data is not None:
                await session.handle_bytes(data)
                # A line that does not read its answers gets no further command carried out.
                await session.connection.outbox.wait_for_room()

    async def _write(self, websocket: WebSocket, connection: Connection) -> None:
        """What the outbox holds, one after the other; ends when the line is to be closed."""
        try:
            while True:
                item = await connection.outbox.take()
                if isinstance(item, bytes):
                    await _send(websocket, connection, item)
                    self._room.observer.frames_out(1)
                    continue
                if item is None:
                    self._room.observer.dropped("lagging")
                    await _send(websocket, connection, connection.codec.render(bye_frame("lagging", "now")))
                    item = Close(codes.TOO_SLOW, "lagging")
                await websocket.close(item.code, item.reason)
                return
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # The other side is gone.
        finally:
            # Else a command carried out meanwhile would wait for room that nobody makes.
            connection.outbox.abandon()


async def _receive(websocket: WebSocket) -> Message:
    return await websocket.receive()


async def _send(websocket: WebSocket, connection: Connection, data: bytes) -> None:
    if connection.codec.is_text:
        await websocket.send_text(data.decode())
    else:
        await websocket.send_bytes(data)


def _frame_data(message: Message, connection: Connection) -> bytes | str | None:
    """The frame's bytes or text; None after ending a line that sent the wrong kind or too much."""
    data: bytes | str | None = message.get("text") if connection.codec.is_text else message.get("bytes")
    if data is None:
        connection.end(WRONG_KIND_OF_DATA, "wrong_kind_of_data", "never")
        return None
    if len(data) > MAX_FRAME_BYTES or (isinstance(data, str) and len(data.encode()) > MAX_FRAME_BYTES):
        connection.end(TOO_BIG, "too_big", "never")
        return None
    return data


async def _deny(websocket: WebSocket, refusal: HTTPException) -> None:
    if websocket.client_state is WebSocketState.CONNECTING:
        response = PlainTextResponse(refusal.detail + "\n", refusal.status_code, refusal.headers)
        await websocket.send_denial_response(response)
