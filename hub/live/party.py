"""Who is on a live line: where they came in, and who they turned out to be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.actions.ports import PAGE_SESSION_PREFIX, Ports
from hub.actions.visitors import greet_user, greet_visitor, renew_token
from hub.domain.errors import Forbidden, NotSignedIn
from hub.domain.identity import AgentCaller, Caller, Side, VisitorCaller
from hub.domain.origin import admits
from hub.domain.profile import Profile, admits_agents
from hub.domain.readiness import Readiness
from hub.live.frames import Hello
from hub.live.room import Room


@dataclass(frozen=True, slots=True)
class PageEntrance:
    """A line opened by a page that carries the widget; its Origin has been checked. Visitors come this way, and agents where
    the profile is for them.
    """

    profile: Profile
    address: str | None = None  # As limits count it; None is not counted.
    origin: str | None = None
    user_agent: str | None = None  # As the browser says; shown to agents.


@dataclass(frozen=True, slots=True)
class AgentEntrance:
    """A line opened by the console (its cookie names the caller already) or by a program (the key comes in `hello`)."""

    caller: AgentCaller | None


Entrance = PageEntrance | AgentEntrance


class Party:
    """The party on one line; unknown until its `hello`."""

    def __init__(self, room: Room, entrance: Entrance) -> None:
        self._room = room
        self._entrance = entrance
        self.caller: Caller | None = None
        self.epoch = ""
        self.readiness = Readiness("away")  # Whether an agent takes new chats, as they did when they came.

    @property
    def side(self) -> Side:
        """Of whoever is known; before that of those who mostly come this way."""
        if self.caller is None:
            return "visitor" if isinstance(self._entrance, PageEntrance) else "agent"
        return "agent" if isinstance(self.caller, AgentCaller) else "visitor"

    @property
    def room(self) -> Room:
        """The room the line is in."""
        return self._room

    @property
    def ports(self) -> Ports:
        """What actions need from outside."""
        return self._room.ports

    @property
    def shows_drafts(self) -> bool:
        """Whether agents may see what this party is writing: a visitor's, where the profile says so now."""
        entrance = self._entrance
        return self.side == "visitor" and isinstance(entrance, PageEntrance) and entrance.profile.sight.drafts

    async def recognise(self, hello: Hello) -> str | None:
        """Finds out who is calling; the fresh token of a visitor or of an agent's page, when there is one to keep.

        Raises NotSignedIn, IdentityRefused, ProfileNotFound, StorageUnavailable.
        """
        match self._entrance:
            case PageEntrance(profile=profile) if admits_agents(profile) and _is_from_agent(hello):
                agent, fresh_token = await self._room.keys.find_page_caller(
                    profile, hello.id_token, hello.token
                )
                await self._seat(agent)
                return fresh_token
            case PageEntrance(profile=profile):
                tokens = self._room.tokens
                if hello.id_token:
                    greeting = await greet_user(
                        self.ports, tokens, self._room.id_tokens, profile, hello.id_token, hello.token
                    )
                else:
                    greeting = await greet_visitor(self.ports, tokens, profile, hello.token, hello.key)
                self.epoch = profile.epoch
                self.caller = greeting.caller
                return greeting.fresh_token
            case AgentEntrance(caller):
                await self._seat(caller or await self._room.keys.find_key_caller(hello.token or ""))
                return None

    def renew(self, now: datetime) -> str | None:
        """A visitor's fresh token, by which they are known from now on; None for agents, who sign in again."""
        if not isinstance(self.caller, VisitorCaller):
            return None
        greeting = renew_token(self._room.tokens, self.caller, now)
        self.caller = greeting.caller
        return greeting.fresh_token

    def renew_profile(self, profiles: Mapping[tuple[int, int], Profile]) -> None:
        """Takes the profile of a page as it is now. Forbidden when it admits the page, or its agent, no longer."""
        entrance = self._entrance
        if not isinstance(entrance, PageEntrance):
            return
        profile = profiles.get((entrance.profile.tenant_id, entrance.profile.id))
        if profile is None:
            return
        self._entrance = replace(entrance, profile=profile)
        if entrance.origin is not None and not admits(profile.origins, entrance.origin):
            raise Forbidden("The profile does not admit this page's origin.")
        if isinstance(self.caller, AgentCaller) and not admits_agents(profile):
            raise Forbidden("The profile is for agents no longer.")

    async def _seat(self, agent: AgentCaller) -> None:
        seat = await self.ports.identities.find_seat(agent.tenant_id, agent.id)
        self.epoch, self.readiness = (seat.epoch, seat.readiness) if seat else ("", self.readiness)
        self.caller = agent

    def require_caller(self) -> Caller:
        """The known party."""
        if self.caller is None:
            raise NotSignedIn
        return self.caller

    def require_agent(self) -> AgentCaller:
        """The agent; Forbidden to visitors."""
        if not isinstance(self.caller, AgentCaller):
            raise Forbidden
        return self.caller

    def require_visitor(self) -> tuple[VisitorCaller, PageEntrance]:
        """The visitor and the way they came in; Forbidden to agents."""
        if not isinstance(self.caller, VisitorCaller) or not isinstance(self._entrance, PageEntrance):
            raise Forbidden
        return self.caller, self._entrance


def _is_from_agent(hello: Hello) -> bool:
    """Whether an agent says this at an entrance for agents: visitors from before come back by tokens of their own kind."""
    return bool(hello.id_token) or (hello.token or "").startswith(PAGE_SESSION_PREFIX)
