"""A session: the known party on one live line. Frames in, actions out, answers back; it knows nothing of how bytes travel."""

import asyncio
import random
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, TypeVar

import structlog

from hub.domain.chat import Chat, may_see, require_may_see
from hub.domain.errors import (
    AlreadyTaken,
    AnsweredMeanwhile,
    ChatEnded,
    ChatNotFound,
    Forbidden,
    HeldOut,
    HubError,
    IdentityRefused,
    InternalError,
    NotParticipant,
    NotSignedIn,
    ProfileNotFound,
    StorageUnavailable,
    TooMany,
)
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.moment import ms_from_datetime
from hub.domain.position import parse_stream_name
from hub.domain.profile import Profile
from hub.domain.rate import Bucket
from hub.domain.text import MAX_LINE_TEXT_CHARS, MAX_VISITOR_TEXT_CHARS
from hub.live import connection as codes
from hub.live.connection import Connection
from hub.live.following import MAX_FOLLOWED, Following
from hub.live.frames import (
    MAX_POSITIONS,
    VERSION,
    BadFrame,
    Command,
    Ephemeral,
    Hello,
    Map,
    Ping,
    ToHub,
    chat_map,
    readiness_map,
    refusal_frame,
)
from hub.live.operations import Answer, Work, find_operation
from hub.live.party import Entrance, Party
from hub.live.rates import FRAMES_BURST, FRAMES_PER_S
from hub.live.room import Room

log = structlog.get_logger()

T = TypeVar("T")

PING_EVERY_S = 20  # Common proxies cut lines that are idle for 30 to 60 s.
DEAD_AFTER_S = 45  # Two missed pings and a bit: phones sleep through one.
HELLO_WITHIN_S = 5
TURN_WITHIN_S = 10.0  # Who waits longer for its greeting is sent away, to come back when fewer do:
COME_BACK_MS = (1_000, 10_000)
BAD_FRAMES_ALLOWED = 3
BAD_FRAMES_WINDOW_S = 60
REMIND_BEFORE_S = 60  # Time enough to sign in again, or for a visitor's page to take up its new token.

# A stale client heals in one trip when the refusal brings the header.
HEALING = (ChatEnded, AlreadyTaken, HeldOut, NotParticipant, AnsweredMeanwhile)


class Session:
    """One party on one line, from `hello` to the end."""

    def __init__(self, room: Room, connection: Connection, entrance: Entrance) -> None:
        self._room = room
        self.connection = connection
        self._party = Party(room, entrance)
        self._following = Following(self._party, connection, room.fanout)
        self.has_said_hello = False  # Whether the party is known is another matter: the store may be slow.
        self._wants_inbox = False
        self._bad_frames_at_s: list[float] = []
        self._frames = Bucket(FRAMES_PER_S, FRAMES_BURST)
        self._was_reminded = False
        self._is_let_in = False  # Counted at its door, or among those who are here.

    @property
    def caller(self) -> Caller | None:
        """The party, once it has said hello and was recognised."""
        return self._party.caller

    @property
    def is_known(self) -> bool:
        """Whether the party has said hello and was recognised."""
        return self._party.caller is not None

    async def handle_bytes(self, data: bytes | str) -> None:
        """Carries out one frame as it came. Never raises: what goes wrong is answered, or ends the line."""
        now_s = asyncio.get_running_loop().time()
        self.connection.heard_at_s = now_s
        if self._frames.take(now_s):
            self._room.observer.dropped("flood")
            self.connection.end(codes.TOO_MANY, "too_many", "after", random.randint(*COME_BACK_MS))
            return
        try:
            frame = self.connection.codec.parse(data)
        except BadFrame as error:
            self._refuse_frame(str(error), now_s)
            return
        await self.handle_frame(frame)

    async def handle_frame(self, frame: ToHub) -> None:
        """Carries out one frame. Never raises."""
        self._room.observer.frame_in(type(frame).__name__.lower())
        try:
            await self._handle(frame, asyncio.get_running_loop().time())
        except HubError as error:
            self._end_with(error)
        except Exception:
            log.exception("frame_failed", connection=self.connection.id, kind=type(frame).__name__)
            self._end_with(InternalError())

    async def leave(self, *, comes_back: bool = False) -> None:
        """The line is gone: nobody is told anything on it any more.

        One that comes back, as beats do, keeps its leases: they end by themselves.
        """
        self._following.leave(keeps_leases=comes_back)
        if self._party.caller is None:
            return
        if self._wants_inbox:
            await self._room.inboxes.unfollow(self._following, self._party.caller.tenant_id)
        if self._is_let_in:
            self._leave_place()
        self._room.observer.closed(self._party.side)

    def send_ping(self, kind: str = "ping") -> None:
        """A `ping` or `pong` with the heads of what this line follows."""
        now = ms_from_datetime(self._party.ports.clock.now())
        self.connection.send({"t": kind, "heads": self._following.heads(), "now": now})

    def mind_expiry(self) -> None:
        """Says `reauth` shortly before the party's proof expires, and ends the line when it has.

        A visitor is given a fresh token instead, and stays.
        """
        caller, now = self._party.caller, self._party.ports.clock.now()
        if isinstance(caller, AgentCaller) and caller.is_on_page:
            self._following.leave_unseen()
        if caller is None or caller.proof.expires_at is None:
            return
        left_s = (caller.proof.expires_at - now).total_seconds()
        if left_s <= 0:
            self.connection.end(codes.TOKEN_INVALID, "token_expired", "never")
        elif left_s <= REMIND_BEFORE_S and not self._was_reminded:
            reminder: Map = {"t": "reauth", "expires_at": ms_from_datetime(caller.proof.expires_at)}
            fresh_token = self._party.renew(now)
            if fresh_token is None:
                self._was_reminded = True
            else:
                reminder["token"] = fresh_token
            self.connection.send(reminder)

    def mind_profiles(self, profiles: Mapping[tuple[int, int], Profile]) -> None:
        """Goes by the profiles as they are now, by tenant and id; ends the line of a page that is admitted no longer."""
        try:
            self._party.renew_profile(profiles)
        except Forbidden as error:
            self._end_with(error)
        if self._party.side == "agent":
            self._following.leave_unseen()

    def revoke(self) -> None:
        """Ends the line of a party that is no longer welcome."""
        self.connection.end(codes.TOKEN_INVALID, "revoked", "never")

    async def _handle(self, frame: ToHub, now_s: float) -> None:
        if not self.is_known:
            if isinstance(frame, Hello):
                self.has_said_hello = True
                await self._greet(frame)
            else:
                self.connection.end(codes.BAD_FRAMES, "hello_first", "never")
            return
        match frame:
            case Command():
                await self._carry_out(frame, now_s)
            case Ephemeral():
                if self._room.rates.take_typing(self._party.require_caller(), now_s) == 0:
                    self._following.say_typing(frame.chat, frame.on, frame.draft)
                    self._note_sign(frame)
            case Ping():
                self.send_ping("pong")
            case Hello():
                self.connection.end(codes.BAD_FRAMES, "hello_twice", "never")

    def _note_sign(self, frame: Ephemeral) -> None:
        """A visitor who types is there; that is kept only where somebody would ask."""
        if not frame.on or self._party.side != "visitor":
            return
        visitor, entrance = self._party.require_visitor()
        if entrance.profile.patience.ask_after_s and frame.chat in self._following:
            self._room.vigil.note_sign(visitor.tenant_id, frame.chat)

    # Hello.

    async def _greet(self, hello: Hello) -> None:
        if hello.v != VERSION:
            self.connection.end(codes.WRONG_VERSION, "version", "never")
            return
        if len(hello.positions) > MAX_POSITIONS:
            self.connection.end(codes.TOO_MANY, "too_many_positions", "never")
            return
        try:
            async with asyncio.timeout(TURN_WITHIN_S):
                await self._room.greetings.acquire()
        except TimeoutError:
            self.connection.end(codes.ELSEWHERE, "busy", "after", random.randint(*COME_BACK_MS))
            return
        try:
            await self._let_in(hello)
        finally:
            self._room.greetings.release()

    async def _let_in(self, hello: Hello) -> None:
        fresh_token = await self._party.recognise(hello)
        self._room.observer.opened(self._party.side)
        wanted = await _all_of(
            self._follow_if_there(chat_id) for chat_id in await self._list_wanted(hello.positions)
        )
        chats = [chat for chat in wanted if chat is not None]
        is_news = fresh_token is not None or any(_tells_of_reading(chat, hello.reads) for chat in chats)
        self.connection.send(self._welcome(chats, fresh_token), is_news=is_news)
        await _all_of(self._following.send_pages(chat.id, hello.positions) for chat in chats)
        self._take_place()
        if self._party.side == "agent" and "inbox" in hello.wants:
            self._wants_inbox = True
            tenant_id = self._party.require_agent().tenant_id
            await self._room.inboxes.follow(self._following, tenant_id, hello.inbox)

    async def _follow_if_there(self, chat_id: int) -> Chat | None:
        """The chat, unless it has ceased to be there for the party since it was looked for: that is no reason to end the line."""
        try:
            return await self._following.follow(chat_id)
        except ChatNotFound:
            return None

    def _take_place(self) -> None:
        """Visitors are told how the door stands from now on; agents are here from now on."""
        self._is_let_in = True
        if isinstance(self._party.caller, AgentCaller):
            self._room.presence.arrive(self._party.caller)
            self._room.doors.sit_down(self.connection, self._party.caller, self._party.readiness)
        else:
            self._room.doors.enter(self.connection, self._party.require_visitor()[1].profile)

    def _leave_place(self) -> None:
        self._is_let_in = False
        if isinstance(self._party.caller, AgentCaller):
            self._room.presence.leave(self._party.caller)
            self._room.doors.stand_up(self.connection, self._party.caller)
        else:
            self._room.doors.leave(self.connection, self._party.require_visitor()[1].profile)

    def _welcome(self, chats: list[Chat], fresh_token: str | None) -> Map:
        caller, side = self._party.require_caller(), self._party.side
        welcome: Map = {
            "t": "welcome",
            "v": VERSION,
            "connection": self.connection.id,
            "you": {"id": caller.id, "side": side, "name": caller.name},
            "epoch": self._party.epoch,
            "chats": [chat_map(chat, for_agent=side == "agent") for chat in chats],
            "ping_every_s": PING_EVERY_S,
            "dead_after_s": DEAD_AFTER_S,
            "max_text_chars": MAX_VISITOR_TEXT_CHARS if side == "visitor" else MAX_LINE_TEXT_CHARS,
            "max_file_bytes": self._room.max_file_bytes,
            "now": ms_from_datetime(self._party.ports.clock.now()),
        }
        if side == "agent":
            welcome["you"] |= readiness_map(self._party.readiness)
            agent = self._party.require_agent()
            welcome["you"] |= {"supervisor": agent.is_admin, "teams": list(agent.team_ids)}
        if fresh_token is not None:
            welcome["token"] = fresh_token
        return welcome

    async def _list_wanted(self, positions: Mapping[str, str]) -> list[int]:
        """The chats this line follows from the start: those it names and may see, and a visitor's open one."""
        caller, chats = self._party.require_caller(), self._party.ports.chats
        parsed = (parse_stream_name(name) for name in positions)
        # The newest, when they are too many: what is open now is among them.
        named = sorted({found[0] for found in parsed if found is not None})[-MAX_FOLLOWED:]
        if isinstance(caller, VisitorCaller):
            if caller.id is None:
                return []
            own = await chats.list_visitor_chats(caller.tenant_id, caller.profile_id, caller.id, named)
            return [chat.id for chat in own][-MAX_FOLLOWED:]
        found = await chats.list_chats(caller.tenant_id, named) if named else []
        return [chat.id for chat in found if may_see(caller, chat)]

    # Commands.

    async def _carry_out(self, command: Command, now_s: float) -> None:
        try:
            answer = await self._run(command, now_s)
        except HubError as error:
            await self._refuse(command, error)
            return
        except Exception:
            log.exception("command_failed", connection=self.connection.id, operation=command.op)
            await self._refuse(command, InternalError())
            return
        reply: Map = {"t": "reply", "cid": command.cid, "ok": True, "result": answer.result}
        if answer.duplicate:
            reply["duplicate"] = True
        self.connection.send(reply)
        self._room.observer.acknowledged(command.op, asyncio.get_running_loop().time() - now_s)
        if answer.then is not None:
            await answer.then()

    async def _run(self, command: Command, now_s: float) -> Answer:
        wait_s = self._room.rates.take_command(self._party.require_caller(), now_s)
        if wait_s:
            raise TooMany(after_ms=round(wait_s * 1000) + 1)
        operation = find_operation(command.op, self._party.require_caller())
        args: Any = self.connection.codec.parse_args(command, operation.form)
        return await operation.run(Work(self._party, self._following, self._room.fanout, command.cid, args))

    async def _refuse(self, command: Command, error: HubError) -> None:
        self._room.observer.refused(error.code)
        chat = await self._find_healing_header(command) if isinstance(error, HEALING) else None
        for_agent = self._party.side == "agent"
        self.connection.send(
            refusal_frame(command.cid, error, chat, self._room.address_of, for_agent=for_agent)
        )

    async def _find_healing_header(self, command: Command) -> Chat | None:
        named: Any = self.connection.codec.parse_args(command, dict)
        caller = self._party.require_caller()
        try:
            chat = await self._party.ports.chats.find_chat(caller.tenant_id, named["chat"])
            return require_may_see(caller, chat)
        except (ChatNotFound, StorageUnavailable):
            return None

    # Ends.

    def _refuse_frame(self, message: str, now_s: float) -> None:
        self._room.observer.refused("bad_frame")
        recent = [at for at in self._bad_frames_at_s if now_s - at < BAD_FRAMES_WINDOW_S]
        self._bad_frames_at_s = [*recent, now_s]
        if not self.is_known or len(self._bad_frames_at_s) >= BAD_FRAMES_ALLOWED:
            self.connection.end(codes.BAD_FRAMES, "bad_frames", "never")
        else:
            self.connection.send({"t": "error", "error": {"code": "bad_frame", "message": message}})

    def _end_with(self, error: HubError) -> None:
        """Ends the line for a reason that is not one command's."""
        self._room.observer.refused(error.code)
        match error:
            case NotSignedIn():
                self.connection.end(codes.TOKEN_INVALID, "token_invalid", "never")
            case IdentityRefused():
                self.connection.end(codes.TOKEN_INVALID, error.code, "never")
            case ProfileNotFound() | Forbidden() | ChatNotFound():
                self.connection.end(codes.FORBIDDEN, error.code, "never")
            case TooMany():
                self.connection.end(codes.TOO_MANY, error.code, "after", error.after_ms or 1_000)
            case _:
                self.connection.end(codes.RESTART, error.code, "after", error.after_ms or 1_000)


def _tells_of_reading(chat: Chat, told: Mapping[str, int]) -> bool:
    """Whether somebody has read further than a beat was told.

    Read marks have no position of their own: one that moves between two beats stands nowhere but in the header.
    """
    known = told.get(str(chat.id))
    return known is not None and sum(person.read_seq for person in chat.participants) > known


async def _all_of(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What all of them return, in their order, begun together so that the store is asked once. Raises the first error when all are over."""
    results = await asyncio.gather(*work, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if not isinstance(result, BaseException)]
