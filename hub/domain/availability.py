"""Availability: whether a visitor may begin a chat now, why not, and when again. One function decides for everybody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, Hours, Profile, may_answer, may_see_profile
from hub.domain.readiness import Readiness
from hub.domain.workday import Workday, find_zone, hours_at, local_text

Obstacle = Literal[
    "closed",
    "agents_only",
    "no_workday",
    "outside_hours",
    "holiday",
    "nobody_here",
    "nobody_may_answer",
    "nobody_accepting",
    "nobody_free",
    "queue_full",
]


@dataclass(frozen=True, slots=True)
class PresentAgent:
    """An agent who is here now: with a live line, or until a moment ago. `capacity` None: takes chats without limit."""

    caller: AgentCaller
    is_accepting: bool = True
    capacity: int | None = None
    active_chats: int = 0
    is_invisible: bool = False
    away_reason: str | None = None
    languages: tuple[str, ...] = ()

    @property
    def readiness(self) -> Readiness:
        """What they say of themselves."""
        if self.is_accepting:
            return Readiness()
        return Readiness("invisible") if self.is_invisible else Readiness("away", self.away_reason)

    @property
    def has_room(self) -> bool:
        """Whether they would take another chat."""
        return self.capacity is None or self.active_chats < self.capacity


@dataclass(frozen=True, slots=True)
class Entrance:
    """What of a profile availability goes by."""

    tenant_id: int
    profile_id: int
    is_open: bool
    access: Access
    hours: Hours


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a chat cannot begin: a code for programs, which never changes, and a sentence for those who run the hub."""

    code: Obstacle
    sentence: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a chat can begin now. `reasons` is empty when it can.

    `next_open_at` is when opening hours let chats in again; None when it is not the hours, or nobody knows. `next_close_at` is
    when they next shut the door. Agents are counted among those who may answer the profile.
    """

    is_available: bool
    reasons: tuple[Reason, ...] = ()
    next_open_at: datetime | None = None
    next_close_at: datetime | None = None
    agents_present: int = 0
    agents_free: int = 0
    queue_length: int = 0


def entrance_from_profile(profile: Profile) -> Entrance:
    """What of the profile availability goes by."""
    return Entrance(profile.tenant_id, profile.id, profile.is_open, profile.rules.access, profile.hours)


def judge_availability(
    entrance: Entrance,
    workday: Workday | None,
    agents: Sequence[PresentAgent],
    queue_length: int,
    now: datetime,
) -> Availability:
    """The one answer. `workday` is the one that the entrance names, None when it names none or there is none of that id;
    `agents` are all of the tenant who are here, `queue_length` counts the chats that wait at this entrance.
    """
    reasons: list[Reason] = []
    if not entrance.is_open:
        reasons.append(Reason("closed", "An operator has closed this entrance"))
    if entrance.access.audience == "agents":
        reasons.append(Reason("agents_only", "Only agents may begin chats here"))
    opens_at, closes_at = None, None
    if entrance.hours.workday_id is not None:
        if workday is None:
            reasons.append(Reason("no_workday", "Its opening hours no longer exist; choose others"))
        else:
            opens_at, closes_at, reason = _judge_hours(workday, now)
            reasons += [reason] if reason else []
    if not entrance.is_open or entrance.access.audience == "agents":
        opens_at = None  # The clock alone will not open it.
    seen = [agent for agent in agents if agent.readiness.status != "invisible"]
    answering = [agent for agent in seen if _may_answer(entrance.access, agent.caller)]
    accepting = [agent for agent in answering if agent.is_accepting]
    free = [agent for agent in accepting if agent.has_room]
    if entrance.hours.needs_agent and not free:
        reasons.append(_reason_without_agents(seen, answering, accepting))
    limit = entrance.hours.max_queue
    if limit is not None and queue_length >= limit:
        reasons.append(Reason("queue_full", f"{queue_length} chats wait already, as many as are let in"))
    return Availability(
        is_available=not reasons,
        reasons=tuple(reasons),
        next_open_at=opens_at,
        next_close_at=closes_at,
        agents_present=len(answering),
        agents_free=len(free),
        queue_length=queue_length,
    )


def _may_answer(access: Access, agent: AgentCaller) -> bool:
    return may_see_profile(access, agent) and may_answer(access, agent)


def _judge_hours(workday: Workday, now: datetime) -> tuple[datetime | None, datetime | None, Reason | None]:
    """When it opens next, when it closes next, and the reason when it is closed now."""
    if find_zone(workday.time_zone) is None:
        return None, None, Reason("no_workday", f"The time zone {workday.time_zone} is not known here")
    hours = hours_at(workday, now)
    if hours.is_open:
        return None, hours.closes_at, None
    when = "" if hours.opens_at is None else f"; opens {local_text(hours.opens_at, now, workday.time_zone)}"
    if hours.holiday is not None:
        name = f" ({hours.holiday.name})" if hours.holiday.name else ""
        return hours.opens_at, hours.closes_at, Reason("holiday", f"Closed for a holiday{name}{when}")
    return hours.opens_at, hours.closes_at, Reason("outside_hours", f"Outside opening hours{when}")


def _reason_without_agents(
    present: Sequence[PresentAgent], answering: Sequence[PresentAgent], accepting: Sequence[PresentAgent]
) -> Reason:
    if not present:
        return Reason("nobody_here", "Nobody is signed in")
    if not answering:
        return Reason("nobody_may_answer", "Nobody who is here may answer chats of this profile")
    if not accepting:
        return Reason("nobody_accepting", "Nobody who is here takes new chats at the moment")
    return Reason("nobody_free", "Everybody who is here has as many chats as they take")
