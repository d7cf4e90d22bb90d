"""All live lines of this process: their signs of life in one sweep, and their farewell when the process goes."""

import asyncio
import random

from hub.live import connection as codes
from hub.live.observer import Observer
from hub.live.session import DEAD_AFTER_S, HELLO_WITHIN_S, PING_EVERY_S, Session

SWEEP_EVERY_S = 1.0
DRAIN_S = 8.0  # A line that has not said good-bye by then is cut; the process must be gone within 15 s.
DRAIN_SPREAD_S = 2.0  # All at once would make all come back at once.
LEAST_SPREAD_LINES = 20  # A handful may go together.
COME_BACK_MS = 1_000


class Registry:
    """The sessions of this process. One timer serves all of them: a timer each would cost more than the lines."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._sessions: set[Session] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self.draining = False

    def __len__(self) -> int:
        return len(self._sessions)

    def add(self, session: Session) -> None:
        """A line was opened."""
        self._sessions.add(session)
        self._empty.clear()
        asyncio.get_running_loop().call_later(HELLO_WITHIN_S, self._require_hello, session)

    def remove(self, session: Session) -> None:
        """A line is gone."""
        self._sessions.discard(session)
        if not self._sessions:
            self._empty.set()

    def list_known(self) -> list[Session]:
        """The sessions whose party was recognised."""
        return [session for session in self._sessions if session.is_known]

    def count_waiting_frames(self) -> int:
        """How many frames wait in all outboxes."""
        return sum(len(session.connection.outbox) for session in self._sessions)

    async def watch(self) -> None:
        """Pings, and ends lines that fell silent, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            now_s = asyncio.get_running_loop().time()
            for session in list(self._sessions):
                self._look_after(session, now_s)

    def _require_hello(self, session: Session) -> None:
        if session in self._sessions and not session.has_said_hello:
            self._observer.dropped("no_hello")
            # Perhaps it said it, and this process is too busy to have read it: it may come back.
            session.connection.end(codes.BAD_FRAMES, "no_hello", "after", COME_BACK_MS)

    def _look_after(self, session: Session, now_s: float) -> None:
        line = session.connection
        session.mind_expiry()
        if (
            now_s - line.heard_at_s > DEAD_AFTER_S - SWEEP_EVERY_S
        ):  # It must not outlive that until the next look.
            self._observer.dropped("silent")
            line.end(codes.RESTART, "silent", "now")
        elif now_s - line.pinged_at_s >= PING_EVERY_S:
            line.pinged_at_s = now_s
            session.send_ping()

    async def drain(self) -> None:
        """Says `bye restart` to every line, spread over some seconds; returns when all are gone or time is up."""
        self.draining = True
        sessions = list(self._sessions)
        random.shuffle(sessions)
        spread_s = DRAIN_SPREAD_S if len(sessions) >= LEAST_SPREAD_LINES else 0.0
        try:
            async with asyncio.timeout(DRAIN_S):
                for number, session in enumerate(sessions):
                    session.connection.end(codes.RESTART, "restart", "after", random.randint(0, COME_BACK_MS))
                    if spread_s:
                        await asyncio.sleep(spread_s / len(sessions) * (number > 0))
                await self._empty.wait()
        except TimeoutError:
            return
