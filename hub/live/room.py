"""What every live line of a process shares."""

from dataclasses import dataclass, field
from typing import Protocol

from hub.actions.ports import Ports
from hub.actions.visitors import Tokens
from hub.domain.identity import AgentCaller
from hub.live.fanout import Fanout
from hub.live.inbox import Inboxes
from hub.live.observer import Observer
from hub.live.rates import CallerRates


class KeyCallers(Protocol):
    """Finds the agent an API key stands for."""

    async def find_key_caller(self, key: str) -> AgentCaller:
        """The agent. Raises NotSignedIn."""


@dataclass(frozen=True, slots=True)
class Room:
    """The live room of one process."""

    ports: Ports
    tokens: Tokens
    keys: KeyCallers
    fanout: Fanout
    inboxes: Inboxes
    observer: Observer
    rates: CallerRates = field(default_factory=CallerRates)
