"""What every live line of a process shares."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from hub.actions.ports import Ports
from hub.actions.visitors import IdTokens, Tokens
from hub.domain.identity import AgentCaller
from hub.domain.profile import Profile
from hub.live.doors import Doors
from hub.live.fanout import Fanout
from hub.live.frames import AddressOf
from hub.live.inbox import Inboxes
from hub.live.observer import Observer
from hub.live.presence import PresenceKeeper
from hub.live.rates import CallerRates
from hub.live.vigil import Vigil
from hub.live.visits import Visiting

# After a restart everybody comes at once. Those greeted together share the store's answers, and who talks already shall not wait for them.
GREETINGS_AT_ONCE = 50
# Handshakes of one turn of the loop: fifteen milliseconds of work, after which it is somebody else's turn.
OPENINGS_AT_ONCE = 16


class KeyCallers(Protocol):
    """Finds agents by what they bring in their hello."""

    async def find_key_caller(self, key: str) -> AgentCaller:
        """The agent. Raises NotSignedIn."""

    async def find_page_caller(
        self, profile: Profile, id_token: str | None, token: str | None
    ) -> tuple[AgentCaller, str | None]:
        """The agent on a page of this entrance, by an id token, which brings a fresh token to keep, or by such a token.

        Raises IdentityRefused, NotSignedIn.
        """


@dataclass(frozen=True, slots=True)
class Room:
    """The live room of one process."""

    ports: Ports
    tokens: Tokens
    id_tokens: IdTokens
    keys: KeyCallers
    fanout: Fanout
    inboxes: Inboxes
    doors: Doors
    presence: PresenceKeeper
    vigil: Vigil
    visiting: Visiting
    observer: Observer
    address_of: AddressOf
    max_file_bytes: int
    rates: CallerRates = field(default_factory=CallerRates)
    openings: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(OPENINGS_AT_ONCE))
    greetings: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(GREETINGS_AT_ONCE))
