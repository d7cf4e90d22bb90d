"""A profile: the configuration of one entrance."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Theme = Literal["light", "dark"]
LiveMode = Literal["websocket", "heartbeat"]


@dataclass(frozen=True, slots=True)
class Look:
    """How the entrance presents itself. `colour` is `#RRGGBB`; `icon` an https address or None."""

    colour: str = "#096C5C"
    theme: Theme = "light"
    greeting: str = "Hello. What can we do for you?"
    bot_name: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One entrance of a tenant. `key` is public knowledge: it admits starting an anonymous chat and nothing else."""

    tenant_id: int
    id: int
    uuid: UUID
    key: str
    name: str
    origins: tuple[str, ...]
    epoch: str  # The tenant's history epoch, carried along because every live line needs it.
    look: Look = field(default_factory=Look)
    mode: LiveMode = "websocket"
    is_open: bool = True  # An operator can close an entrance; chats under way go on.


def is_available(profile: Profile) -> bool:
    """Whether a visitor may start a chat now. New chats wait in the queue for an agent, so an open entrance is available."""
    return profile.is_open
