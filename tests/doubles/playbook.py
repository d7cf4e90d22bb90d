"""A live room in memory, and the two ends of its lines: frames in, frames out, no socket."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

from hub.actions.ports import ReadMark, TypingLease
from hub.auth.id_tokens import IdTokens
from hub.auth.sealing import Sealer
from hub.auth.visitor_tokens import VisitorTokens
from hub.domain.errors import NotSignedIn
from hub.domain.event import Event
from hub.domain.identity import AgentCaller
from hub.domain.profile import Profile
from hub.live.connection import Connection
from hub.live.doors import Doors
from hub.live.fanout import Fanout
from hub.live.frames import JSON, Codec
from hub.live.inbox import Inboxes
from hub.live.outbox import Close
from hub.live.party import AgentEntrance, Entrance, PageEntrance
from hub.live.presence import PresenceKeeper
from hub.live.room import Room
from hub.live.session import Session
from hub.live.vigil import Vigil
from hub.live.visits import Visiting
from tests.doubles.memory_chats import MemoryChats
from tests.doubles.memory_waiting import MemoryWaiting
from tests.doubles.nobody import NoColleagues
from tests.doubles.ports import HeldClock, Memory, MemoryIdentities
from tests.doubles.samples import sample_address
from tests.doubles.secrets import SECRET_KEYS

Frame = dict[str, Any]

TENANT_ID, EPOCH = 1, "k3x9"
PROFILE = Profile(TENANT_ID, 3, UUID(int=3), "pk_3fQ2", "Marlow Cycles", ("loopback",), EPOCH)
MARTA = AgentCaller(TENANT_ID, 5, "Marta Lindqvist", "marta@demo.example")
JONAS = AgentCaller(TENANT_ID, 6, "Jonas Okafor", "jonas@demo.example")
STRANGER = AgentCaller(2, 7, "Mallory", "mallory@elsewhere.example")
MAX_FILE_BYTES = 25 * 1024 * 1024
HELLO: Frame = {"t": "hello", "v": 1}
KEYS = {"hk_marta": MARTA, "hk_jonas": JONAS, "hk_stranger": STRANGER}


class KnownKeys:
    """Three agents by their keys."""

    async def find_key_caller(self, key: str) -> AgentCaller:
        try:
            return KEYS[key]
        except KeyError:
            raise NotSignedIn from None

    async def find_page_caller(
        self, profile: Profile, id_token: str | None, token: str | None
    ) -> tuple[AgentCaller, str | None]:
        raise NotSignedIn


class CountingObserver:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, object]] = []

    def opened(self, kind: str) -> None:
        self.reports.append(("opened", kind))

    def closed(self, kind: str) -> None:
        self.reports.append(("closed", kind))

    def frame_in(self, kind: str) -> None:
        self.reports.append(("frame_in", kind))

    def frames_out(self, count: int) -> None:
        self.reports.append(("frames_out", count))

    def acknowledged(self, operation: str, seconds: float) -> None:
        self.reports.append(("acknowledged", operation))

    def refused(self, code: str) -> None:
        self.reports.append(("refused", code))

    def delivered(self, seconds: float) -> None:
        self.reports.append(("delivered", None))

    def caught_up(self, events: int) -> None:
        self.reports.append(("caught_up", events))

    def dropped(self, reason: str) -> None:
        self.reports.append(("dropped", reason))


class DirectBell:
    """Rings in the one process there is; switched off it loses everything."""

    def __init__(self) -> None:
        self.fanout: Fanout | None = None
        self.is_on = True

    def ring_event(self, event: Event) -> None:
        if self.fanout is not None and self.is_on:
            self.fanout.hear_event(event)

    def ring_read(self, mark: ReadMark) -> None:
        if self.fanout is not None and self.is_on:
            self.fanout.hear_read(mark)

    def ring_typing(self, lease: TypingLease) -> None:
        if self.fanout is not None and self.is_on:
            self.fanout.hear_typing(lease)


class Play:
    """One live room. `chats.away` takes the store away, `bell.is_on` the doorbell."""

    def __init__(self) -> None:
        self.bell = DirectBell()
        self.chats = MemoryChats(HeldClock(), MemoryIdentities())
        self.waiting = MemoryWaiting(self.chats)
        memory = Memory(events=self.chats, chats=self.chats, bell=self.bell, waiting=self.waiting)
        self.clock = self.chats.clock = memory.clock
        self.chats.identities = memory.identities
        memory.profiles.profiles[PROFILE.id] = PROFILE
        memory.identities.epochs |= {TENANT_ID: EPOCH, STRANGER.tenant_id: "other"}
        self.tokens = VisitorTokens(SECRET_KEYS)
        self.observer = CountingObserver()
        inboxes = Inboxes(self.chats, NoColleagues())
        self.fanout = Fanout(self.chats, self.chats, inboxes, self.clock, self.observer, sample_address)
        self.bell.fanout = self.fanout
        self.visits = memory.visits
        self.availability, self.presence = memory.availability, memory.presence
        self.profiles = self.waiting.profiles = memory.profiles.profiles
        self.doors, keeper = Doors(memory.ports), PresenceKeeper(memory.presence)
        self.vigil = Vigil(memory.ports, self.fanout)
        self.room = Room(
            memory.ports,
            self.tokens,
            IdTokens(Sealer(SECRET_KEYS)),
            KnownKeys(),
            self.fanout,
            inboxes,
            self.doors,
            keeper,
            self.vigil,
            Visiting(memory.visits),
            self.observer,
            sample_address,
            MAX_FILE_BYTES,
        )

    def enter(self, entrance: Entrance, codec: Codec = JSON) -> "PlayedLine":
        """A line that has not said hello."""
        return PlayedLine(self, entrance, codec)

    def visitor(self) -> "PlayedLine":
        """A visitor's line."""
        return self.enter(PageEntrance(PROFILE))

    def agent(self, caller: AgentCaller | None = MARTA) -> "PlayedLine":
        """The console's line of an agent; None: a program's, whose key must name it."""
        return self.enter(AgentEntrance(caller))


class PlayedLine:
    """One line: says frames, and has what came back."""

    def __init__(self, play: Play, entrance: Entrance, codec: Codec) -> None:
        self.connection = Connection(codec, asyncio.get_running_loop().time())
        self.session = Session(play.room, self.connection, entrance)
        self.closed: Close | None = None

    async def say(self, frame: Frame | bytes | str) -> list[Frame]:
        """Says a frame; everything the line has been told since the last time."""
        data = json.dumps(frame).encode() if isinstance(frame, dict) else frame
        await self.session.handle_bytes(data)
        return await self.hear()

    async def hear(self) -> list[Frame]:
        """Everything the line has been told since the last time."""
        heard: list[Frame] = []
        while len(self.connection.outbox):
            item = await self.connection.outbox.take()
            if isinstance(item, bytes):
                heard.append(json.loads(item))
            else:
                self.closed = item
        return heard

    async def hello(self, **members: Any) -> Frame:
        """Says hello; the welcome. What follows it is dropped."""
        [welcome, *_] = await self.say({"t": "hello", "v": 1, **members})
        assert welcome["t"] == "welcome", welcome
        return welcome

    async def command(self, op: str, cid: str | None = None, **args: Any) -> Frame:
        """Says a command; its reply. What else came is dropped."""
        cid = cid or str(uuid4())
        heard = await self.say({"t": "cmd", "cid": cid, "op": op, "args": args})
        [reply] = [frame for frame in heard if frame["t"] == "reply"]
        assert reply["cid"] == cid
        return reply

    async def start(self) -> int:
        """Says hello and starts a chat; its id."""
        await self.hello(key=PROFILE.key)
        chat: int = (await self.command("start"))["result"]["chat"]["id"]
        return chat


def kinds(frames: list[Frame]) -> list[str]:
    """What sort of frames they are."""
    return [frame["t"] for frame in frames]


async def accepted_chat(play: Play) -> tuple[PlayedLine, PlayedLine, int]:
    """A visitor and Marta in a chat she has accepted, both with nothing unread on their lines."""
    visitor, agent = play.visitor(), play.agent()
    chat = await visitor.start()
    await agent.hello()
    await agent.command("follow", chat=chat)
    await agent.command("accept", chat=chat)
    await visitor.hear()
    return visitor, agent, chat


def find_uuid(play: Play, chat_id: int) -> UUID:
    """Who the visitor of a chat is."""
    visitor_id = play.chats.chats[TENANT_ID, chat_id].visitor_id
    [uuid] = [row.uuid for row in play.chats.identities.visitors.values() if row.id == visitor_id]
    return uuid
