"""The heartbeat line: a websocket cut into slices, for where websockets are blocked. Its counterpart is `websocket`.

Every call is a session of its own, from `hello` to the end: positions and commands in; the frames a websocket would have
brought out. Nothing is kept between calls, so overlapping calls on different processes do no harm: events carry their
numbers, commands their client ids.
"""

import asyncio
import math
from hashlib import sha256
from typing import Annotated, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.domain.errors import BadRequest
from hub.live import connection as codes
from hub.live.admission import Admission
from hub.live.connection import Connection
from hub.live.frames import JSON, MSGPACK, Codec, Command, Ephemeral, Hello, Seq, ToHub, bye_frame
from hub.live.outbox import Close
from hub.live.party import Entrance
from hub.live.registry import Registry
from hub.live.requests import allow_post, answer_headers, answer_refusal, find_bearer, read_body
from hub.live.room import Room
from hub.live.session import Session

MAX_BODY_BYTES: Final = 256 * 1024
MAX_WAIT_MS: Final = 25_000  # Common proxies cut requests that are idle for 30 to 60 s.
GATHER_S: Final = 0.01  # What comes right behind the first frame travels with it.
POLLS_PER_MINUTE, POLLS_BURST = 600, 20

# When to come again without waiting: soon while people talk, seldom else.
SOON_MS, SELDOM_MS = 1_500, 5_000

STATUS_OF_CLOSE: Final = {
    codes.BAD_FRAMES: 400,
    codes.TOKEN_INVALID: 401,
    codes.FORBIDDEN: 403,
    codes.TOO_MANY: 429,
    codes.WRONG_VERSION: 426,
    codes.RESTART: 503,
    codes.ELSEWHERE: 503,
}

CODECS: Final = {"application/json": JSON, "application/msgpack": MSGPACK}


class Beat(msgspec.Struct, frozen=True):
    """What one call brings: a hello without its token, which travels as a header, and what to do."""

    v: int
    key: str | None = None
    id_token: str | None = None
    positions: dict[str, str] = {}
    wants: list[str] = []
    inbox: str | None = None
    client: str | None = None
    reads: dict[str, Seq] = {}
    cmds: Annotated[list[Command], msgspec.Meta(max_length=50)] = []
    eph: Annotated[list[Ephemeral], msgspec.Meta(max_length=10)] = []
    wait_ms: Annotated[int, msgspec.Meta(ge=0, le=MAX_WAIT_MS)] = 0


def routes(room: Room, registry: Registry, admission: Admission) -> list[BaseRoute]:
    """The heartbeat entrance of visitors and agents."""
    heartbeat = Heartbeat(room, registry, admission)
    return [
        Route("/api/realtime/heartbeat", heartbeat.beat, methods=["POST"]),
        Route("/api/realtime/heartbeat", heartbeat.allow_beat, methods=["OPTIONS"]),
    ]


class Heartbeat:
    """Serves beats."""

    def __init__(self, room: Room, registry: Registry, admission: Admission) -> None:
        self._room = room
        self._registry = registry
        self._admission = admission

    async def allow_beat(self, request: Request) -> Response:
        """The answer to a browser that asks before it asks (CORS preflight)."""
        try:
            entrance = await self._admission.admit(request)
        except HTTPException as refusal:
            return answer_refusal(request, refusal, None)
        return allow_post(request, entrance)

    async def beat(self, request: Request) -> Response:
        """One slice: answered at once when there is something to say, else as soon as there is, at the latest after `wait_ms`."""
        entrance: Entrance | None = None
        try:
            entrance = await self._admission.admit(request)
            codec = _codec(request)
            beat = _parse_beat(codec, await read_body(request, MAX_BODY_BYTES))
            await self._require_turn(request)
        except HTTPException as refusal:
            return answer_refusal(request, refusal, entrance)
        connection = Connection(codec, asyncio.get_running_loop().time())
        session = Session(self._room, connection, entrance)
        self._registry.add(session)
        try:
            frames, close = await self._run(session, beat, find_bearer(request))
        finally:
            self._registry.remove(session)
            await session.leave(comes_back=True)
        next_ms = _next_ms(beat, connection.has_news)
        body = codec.render({"frames": [msgspec.Raw(frame) for frame in frames], "next_ms": next_ms})
        status = 200 if close is None else STATUS_OF_CLOSE.get(close.code, 503)
        return Response(body, status, answer_headers(request, entrance), media_type=_media_type(codec))

    async def _run(self, session: Session, beat: Beat, token: str | None) -> tuple[list[bytes], Close | None]:
        hello = Hello(
            v=beat.v,
            token=token,
            key=beat.key,
            id_token=beat.id_token,
            positions=beat.positions,
            wants=beat.wants,
            inbox=beat.inbox,
            client=beat.client,
            reads=beat.reads,
        )
        said: list[ToHub] = [hello, *beat.eph, *beat.cmds]
        for frame in said:
            if session.connection.ending is None:
                await session.handle_frame(frame)
        outbox = session.connection.outbox
        frames, close = outbox.take_all()
        if close is None and beat.wait_ms and not session.connection.has_news:
            try:
                async with asyncio.timeout(beat.wait_ms / 1000):
                    await outbox.wait_for_frame()
                await asyncio.sleep(GATHER_S)
            except TimeoutError:
                pass
            more, close = outbox.take_all()
            frames += more
        if outbox.lagging:
            frames.append(session.connection.codec.render(bye_frame("lagging", "now")))
        return frames, close

    async def _require_turn(self, request: Request) -> None:
        """Refuses (429) whoever beats too fast: the token's holder, the console, else the address."""
        who = find_bearer(request) or request.headers.get("cookie") or self._admission.find_address(request)
        if who is None:
            return
        # A digest, because keys are no place for tokens.
        key = f"beat:{sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
        wait_s = await self._room.ports.limits.take(key, POLLS_PER_MINUTE, POLLS_BURST)
        if wait_s > 0:
            raise HTTPException(
                429, "Too many beats; wait a moment.", {"Retry-After": str(math.ceil(wait_s))}
            )


def _codec(request: Request) -> Codec:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    codec = CODECS.get(kind)
    if codec is None:
        raise HTTPException(415, f"Send {' or '.join(CODECS)}.")
    return codec


def _media_type(codec: Codec) -> str:
    return next(kind for kind, known in CODECS.items() if known is codec)


def _parse_beat(codec: Codec, body: bytes) -> Beat:
    try:
        return codec.parse_as(body, Beat)
    except BadRequest as error:
        where = f" ({error.field})" if error.field else ""
        raise HTTPException(400, f"{error}{where}") from error


def _next_ms(beat: Beat, has_news: bool) -> int:
    """When to come again: at once for those who can wait, soon or seldom for those whose waiting is cut."""
    if beat.wait_ms:
        return 0
    return SOON_MS if has_news or beat.cmds or beat.eph else SELDOM_MS
