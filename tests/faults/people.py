"""Clients of their own for the trials: visitors and agents who keep an outbox, come back with positions, and write everything down.

They know the protocol and nothing of the hub's code; `carriers` bring their frames to it. Every chance they take comes from their own seeded source.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx2
from websockets.exceptions import WebSocketException

from tests.doubles.tenant import Tenant
from tests.faults.history import Acked, Greeted, History, Paged, Received, Refused, Sent

Frame = dict[str, Any]

BACKOFF_S = (0.1, 1.0)  # Shorter than a real client's: a trial has seconds, not minutes.

WENT_WRONG = (OSError, TimeoutError, WebSocketException, httpx2.TransportError, EOFError)


@dataclass(slots=True)
class Pending:
    """A command that has not been answered for good; `line` is where it was sent last, None when it is due."""

    cid: str
    op: str
    args: Frame
    stream: str | None
    line: int | None = None


@dataclass
class World:
    """What all clients of a trial share."""

    tenant: Tenant
    base_urls: list[str]
    history: History = field(default_factory=History)
    byes: list[Frame] = field(default_factory=list)
    behind: int = 0  # How often the heads of a ping told a client that it had missed something.
    returns_s: list[float] = field(
        default_factory=list
    )  # From the loss of a line to the welcome on the next.

    def now_s(self) -> float:
        """The time of the entries."""
        return asyncio.get_running_loop().time()


class Person:
    """One client in one chat, whatever carries its frames. `token` is an agent's key, or None for a visitor."""

    def __init__(self, world: World, name: str, random: Random, token: str | None = None) -> None:
        self.world = world
        self.name = name
        self.random = random
        self.is_agent = token is not None
        self.token = token
        self.epoch = ""
        self.chat: int | None = None
        self.line = 0
        self.positions: dict[str, int] = {}
        self.outbox: dict[str, Pending] = {}
        self.wake = asyncio.Event()
        self.welcomed = asyncio.Event()
        self._numbers = count(1)
        self._come_back_s: float | None = None
        self._lost_at_s: float | None = None
        world.history.may_see[name] = set()

    # What a person does.

    def start(self) -> None:
        """A visitor begins the chat."""
        self._command("start", {}, None)

    def take_up(self, chat: int) -> None:
        """The chat an agent follows from now on."""
        self.chat = chat
        self.world.history.may_see[self.name] |= {str(chat), f"{chat}/staff"}
        self.wake.set()

    def accept(self) -> None:
        """An agent takes the chat."""
        self._command("accept", {"chat": self.chat}, str(self.chat))

    def say(self) -> None:
        """A message, like no other."""
        text = f"{self.name} says {next(self._numbers)}"
        self._command("post", {"chat": self.chat, "text": text}, str(self.chat))

    def note(self) -> None:
        """A note for agents' eyes."""
        text = f"{self.name} notes {next(self._numbers)}"
        self._command("note", {"chat": self.chat, "text": text}, f"{self.chat}/staff")

    def has_everything(self, heads: dict[str, int]) -> bool:
        """Whether nothing is left to send, and all of these heads that the person may see have been seen."""
        seen = self.world.history.may_see[self.name]
        return not self.outbox and all(
            self.positions.get(stream, 0) >= head for stream, head in heads.items() if stream in seen
        )

    def _command(self, op: str, args: Frame, stream: str | None) -> None:
        cid = f"{self.random.getrandbits(96):024x}"
        self.outbox[cid] = Pending(cid, op, args, stream)
        self.wake.set()

    # What a line carries.

    def take_due(self, limit: int = 1_000) -> list[Frame]:
        """The commands to send now on this line, written down as sent."""
        due = [pending for pending in self.outbox.values() if pending.line is None][:limit]
        for pending in due:
            pending.line = self.line
            if pending.stream is not None:
                text = pending.args.get("text")
                self._note_sent(pending.op, pending.stream, pending.cid, text)
        return [{"t": "cmd", "cid": each.cid, "op": each.op, "args": each.args} for each in due]

    def begin_line(self) -> dict[str, str]:
        """The positions to say hello with; whatever is not answered has to be sent again."""
        self.line += 1
        self.welcomed.clear()
        for pending in self.outbox.values():
            pending.line = None
        return {stream: f"{self.epoch}:{seq}" for stream, seq in self.positions.items()}

    def take(self, frame: Frame) -> None:
        """Takes in one frame of the hub."""
        handle = getattr(self, f"_take_{frame['t']}", None)
        if handle is not None:
            handle(frame)

    def _take_welcome(self, frame: Frame) -> None:
        now_s, history = self.world.now_s(), self.world.history
        history.entries.append(Greeted(now_s, self.name, self.line, dict(self.positions)))
        if self._lost_at_s is not None:
            self.world.returns_s.append(now_s - self._lost_at_s)
            self._lost_at_s = None
        self.epoch = frame["epoch"]
        self.token = frame.get("token", self.token)
        self.welcomed.set()
        self.wake.set()

    def _take_page(self, frame: Frame) -> None:
        events = frame["events"]
        first = events[0]["seq"] if events else frame["head"] + 1
        if events or frame["resume"] != "ok":
            paged = Paged(self.name, frame["stream"], frame["resume"], first)
            self.world.history.entries.append(paged)
        for event in events:
            self._take_event(event)
        self.positions[frame["stream"]] = frame["head"]

    def _take_event(self, frame: Frame) -> None:
        entry = Received(
            self.world.now_s(),
            self.name,
            frame["stream"],
            frame["seq"],
            frame["id"],
            frame["cid"],
            frame.get("text"),
        )
        self.world.history.entries.append(entry)
        self.positions[frame["stream"]] = max(self.positions.get(frame["stream"], 0), frame["seq"])

    def _take_reply(self, frame: Frame) -> None:
        pending = self.outbox.get(frame["cid"])
        if pending is None:
            if not frame["ok"]:
                raise EOFError("the chat could not be followed")
            return
        if frame["ok"]:
            del self.outbox[pending.cid]
            self._take_result(pending, frame["result"])
        elif frame["error"]["retry"] == "never":
            del self.outbox[pending.cid]
            self.world.history.entries.append(Refused(self.name, pending.cid, frame["error"]["code"]))
        else:
            asyncio.get_running_loop().call_later(
                frame["error"].get("after_ms", 0) / 1000, self._repeat, pending, self.line
            )

    def _take_result(self, pending: Pending, result: Frame) -> None:
        if pending.op == "start":
            self.chat = result["chat"]["id"]
            stream = str(self.chat)
            self.world.history.may_see[self.name].add(stream)
            # Told only now which stream it went to: the first event of this chat.
            self._note_sent("start", stream, pending.cid, None)
            self.world.history.entries.append(Acked(self.world.now_s(), self.name, pending.cid, 1))
        else:
            self.world.history.entries.append(
                Acked(self.world.now_s(), self.name, pending.cid, result["seq"])
            )

    def _take_bye(self, frame: Frame) -> None:
        self.world.byes.append(frame)
        self._come_back_s = frame["after_ms"] / 1000

    def _take_ping(self, frame: Frame) -> None:
        self._compare_heads(frame["heads"])

    def _take_pong(self, frame: Frame) -> None:
        self._compare_heads(frame["heads"])

    def _compare_heads(self, heads: dict[str, int]) -> None:
        if any(head > self.positions.get(stream, 0) for stream, head in heads.items()):
            self.world.behind += 1
            raise EOFError("the line has missed something")

    def _repeat(self, pending: Pending, line: int) -> None:
        if pending.line == line:
            pending.line = None
            self.wake.set()

    def _note_sent(self, op: str, stream: str, cid: str, text: str | None) -> None:
        self.world.history.entries.append(
            Sent(self.world.now_s(), self.name, self.line, op, stream, cid, text)
        )

    # A life, line after line.

    async def live(self, carry: Callable[["Person", str], Awaitable[None]]) -> None:
        """Opens one line after the other until cancelled, each to a node that chance chooses."""
        while True:
            with suppress(*WENT_WRONG):
                await carry(self, self.random.choice(self.world.base_urls))
            if self.welcomed.is_set() and self._lost_at_s is None:
                self._lost_at_s = self.world.now_s()
            await asyncio.sleep(self._take_pause_s())

    def _take_pause_s(self) -> float:
        """How long to stay away: as a bye said, else as chance has it."""
        told_s, self._come_back_s = self._come_back_s, None
        return self.random.uniform(*BACKOFF_S) if told_s is None else told_s
