"""The outbox of one connection: bounded, drained by one writer. A line that does not read costs only itself."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MAX_EVENTS = 256
MAX_EVENT_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Close:
    """The last thing in an outbox: close the line with this code."""

    code: int
    reason: str = ""


class Outbox:
    """Frames on their way to one line.

    Events count against the bounds: beyond them ephemerals go first, then `lagging` is set. Answers and pages are not counted:
    the line asked for them, and no further command is read until the outbox has room (`wait_for_room`).
    """

    def __init__(self) -> None:
        self._frames: deque[tuple[bytes, bool, bool] | Close] = deque()
        self._events = 0
        self._event_bytes = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self.lagging = False
        # Called once, when the line is given up or to be closed.
        self.on_end: Callable[[], object] = lambda: None
        self.dropped = 0
        self._closing = False

    def __len__(self) -> int:
        return len(self._frames)

    def offer_event(self, data: bytes) -> None:
        """A durable frame. When it does not fit, ephemerals are dropped; when that is not enough the line is lagging."""
        if self.lagging or self._closing:
            return
        if self._events >= MAX_EVENTS or self._event_bytes + len(data) > MAX_EVENT_BYTES:
            self._drop_ephemerals()
            if self._events >= MAX_EVENTS or self._event_bytes + len(data) > MAX_EVENT_BYTES:
                self.lagging = True
                self._frames.clear()
                self._end()
                return
        self._put(data, counted=True)

    def offer_ephemeral(self, data: bytes) -> None:
        """A frame that may be lost: dropped when the line is behind."""
        if self._events >= MAX_EVENTS // 2 or self._event_bytes >= MAX_EVENT_BYTES // 2:
            self.dropped += 1
            return
        self._put(data, counted=True, ephemeral=True)

    def offer_answer(self, data: bytes) -> None:
        """A frame the line asked for."""
        self._put(data, counted=False)

    def close(self, close: Close) -> None:
        """Ends the line after what is in the outbox; later offers are ignored."""
        if not self._closing:
            self._closing = True
            self._frames.append(close)
            self._end()

    def abandon(self) -> None:
        """Nobody takes from it any more: what is in it is dropped, later offers are ignored, nobody waits for room."""
        self._closing = True
        self._frames.clear()
        self._emptied.set()

    async def take(self) -> bytes | Close | None:
        """The next frame, waiting for one; None when the line is lagging and has to go."""
        while not self._frames:
            if self.lagging:
                return None
            self._filled.clear()
            self._emptied.set()
            await self._filled.wait()
        frame = self._frames.popleft()
        if isinstance(frame, Close):
            return frame
        data, counted, _ = frame
        if counted:
            self._events -= 1
            self._event_bytes -= len(data)
        if len(self._frames) < MAX_EVENTS // 2:
            self._emptied.set()
        return data

    def take_all(self) -> tuple[list[bytes], Close | None]:
        """Everything there is, and the close behind it if there is one."""
        taken: list[bytes] = []
        while self._frames:
            frame = self._frames.popleft()
            if isinstance(frame, Close):
                return taken, frame
            taken.append(frame[0])
        self._events = self._event_bytes = 0
        self._filled.clear()
        self._emptied.set()
        return taken, None

    async def wait_for_frame(self) -> None:
        """Returns once there is something to take, or the line is lagging."""
        await self._filled.wait()

    async def wait_for_room(self) -> None:
        """Returns once the outbox is at most half full."""
        await self._emptied.wait()

    def _put(self, data: bytes, *, counted: bool, ephemeral: bool = False) -> None:
        if self._closing or self.lagging:
            return
        self._frames.append((data, counted, ephemeral))
        if counted:
            self._events += 1
            self._event_bytes += len(data)
        if not counted or len(self._frames) >= MAX_EVENTS // 2:
            self._emptied.clear()
        self._filled.set()

    def _end(self) -> None:
        self._filled.set()
        self._emptied.set()  # Nothing more will come in, so nobody need wait for room.
        self.on_end()

    def _drop_ephemerals(self) -> None:
        kept: deque[tuple[bytes, bool, bool] | Close] = deque()
        for frame in self._frames:
            if isinstance(frame, Close) or not frame[2]:
                kept.append(frame)
            else:
                self._events -= 1
                self._event_bytes -= len(frame[0])
                self.dropped += 1
        self._frames = kept
