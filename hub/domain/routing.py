"""Routing: which waiting chat is offered to which agent. Pure; who asks brings what is known of both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hub.domain.availability import PresentAgent
from hub.domain.language import speaks
from hub.domain.profile import Access, LanguageRule, RoutingMode, may_answer, may_see_profile

# Who let a chat pass by is asked again only after a pause, and only when nobody else is left.
REST = timedelta(seconds=60)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingChat:
    """A chat in the queue, offered to nobody. `passed_ids` have declined, ignored or left it, the last of them at `passed_at`.

    `team_ids` are the teams its entrance is answered by (empty: all), `team_id` the one it was handed to. `language` is the visitor's,
    as a tag; from `any_language_at` on one who does not speak it may be asked even where the entrance demands it.
    """

    id: int
    mode: RoutingMode
    access: Access
    offer_for_s: int
    team_ids: tuple[int, ...] = ()
    team_id: int | None = None
    passed_ids: frozenset[int] = frozenset()
    passed_at: datetime | None = None
    language: str | None = None
    language_rule: LanguageRule = "off"
    any_language_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who is here. `offers` counts the chats held out to them just now; `offered_at` is when the hub last did."""

    agent: PresentAgent
    offers: int = 0
    offered_at: datetime | None = None

    @property
    def id(self) -> int:
        """The agent's id."""
        return self.agent.caller.id

    @property
    def load(self) -> int:
        """How many chats they have, or are about to have."""
        return self.agent.active_chats + self.offers

    @property
    def is_free(self) -> bool:
        """Whether a chat can be offered to them: they take new ones, have room, and have no other offer to think of."""
        has_room = self.agent.capacity is None or self.load < self.agent.capacity
        return self.agent.is_accepting and self.offers == 0 and has_room


@dataclass(frozen=True, slots=True)
class Match:
    """A chat, and the agent it is to be offered to."""

    chat: WaitingChat
    agent: PresentAgent


def plan_offers(chats: Sequence[WaitingChat], candidates: Sequence[Candidate], now: datetime) -> list[Match]:
    """What to offer to whom, in the order of the chats: each chat to one agent at most, each agent one chat at most.

    A chat for which nobody is free waits, and keeps nobody back from a later one.
    """
    left = {candidate.id: candidate for candidate in candidates}
    matches = []
    for chat in chats:
        chosen = choose_agent(chat, list(left.values()), now)
        if chosen is not None:
            matches.append(Match(chat, chosen.agent))
            left[chosen.id] = replace(chosen, offers=chosen.offers + 1, offered_at=now)
    return matches


def choose_agent(chat: WaitingChat, candidates: Sequence[Candidate], now: datetime) -> Candidate | None:
    """The agent whose turn it is: `least_busy` the one with the fewest chats, `round_robin` and between equals the one who was
    asked longest ago; where the entrance goes by languages, one who speaks the visitor's before all others. None when nobody who
    may is free, or everybody has just let it pass by.
    """
    if chat.mode == "manual":
        return None
    fit = [
        one
        for one in candidates
        if one.is_free and may_take(chat, one.agent) and may_speak(chat, one.agent, now)
    ]
    fresh = [one for one in fit if one.id not in chat.passed_ids]
    if not fresh and (chat.passed_at is None or now - chat.passed_at >= REST):
        fresh = fit

    def turn(one: Candidate) -> tuple[int, datetime, int]:
        load = one.load if chat.mode == "least_busy" else 0
        return load, one.offered_at or LONG_AGO, one.id

    if chat.language_rule != "off":
        fresh = [one for one in fresh if speaks(one.agent.languages, chat.language)] or fresh
    return min(fresh, key=turn, default=None)


def may_speak(chat: WaitingChat, agent: PresentAgent, now: datetime) -> bool:
    """Whether this agent may be asked as far as languages go: where one is demanded, who speaks it, and after a while anybody."""
    if chat.language_rule != "demand" or speaks(agent.languages, chat.language):
        return True
    return chat.any_language_at is not None and now >= chat.any_language_at


def may_take(chat: WaitingChat, agent: PresentAgent) -> bool:
    """Whether the chat is one for this agent: by access, role, and team."""
    teams = set(agent.caller.team_ids)
    if chat.team_id is not None and chat.team_id not in teams:
        return False
    if chat.team_ids and not teams.intersection(chat.team_ids):
        return False
    return may_see_profile(chat.access, agent.caller) and may_answer(chat.access, agent.caller)
