"""A chat's header: what is true of the conversation as a whole, and how events change it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntFlag
from typing import Any, Literal
from uuid import UUID

from hub.domain.custom_field import fields_after
from hub.domain.errors import BadRequest, ChatNotFound, Forbidden
from hub.domain.event import Event
from hub.domain.identity import AgentCaller, Caller, Side, VisitorCaller
from hub.domain.profile import Access, Alerts, Rules, may_see_profile
from hub.domain.text import clean_line
from hub.domain.waiting import Wait, find_wait

ChatState = Literal["flow", "queued", "active", "ended"]

ChatKind = Literal["visitor", "agents"]  # Whose it is: a visitor's with agents, or one among agents alone.


# What agents change about a chat as a whole, besides its name, which is everybody's.
CHANGEABLE = ("team_id", "ticket_id", "icon", "teams_conversation_id", "tags", "custom_fields")

MAX_TAGS, MAX_TAG_CHARS = 20, 40


class States(IntFlag):
    """A set of chat states, as a guard names them; the numbers are those of the database's append function.

    An active chat is also `SILENT` when its visitor was asked whether they are still there, and the question has run out unanswered.
    """

    FLOW = 1
    QUEUED = 2
    ACTIVE = 4
    ENDED = 8
    SILENT = 16
    OPEN = FLOW | QUEUED | ACTIVE


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part in a chat, with how far they have read its public stream."""

    id: int
    side: Side
    name: str
    read_seq: int = 0
    read_at: datetime | None = None
    left: bool = False


OfferKind = Literal["route", "transfer", "invite"]


@dataclass(frozen=True, slots=True)
class Named:
    """An agent or a team, with the name they had."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A chat held out to one agent or one team until a time: by the hub to take it from the queue (`route`), by its holder to
    take it over (`transfer`) or to come in too (`invite`). `seq` is the staff seq of its `chat_offered`.
    """

    seq: int
    kind: OfferKind
    until: datetime
    to: Named | None = None
    team: Named | None = None
    sender: Named | None = None
    note: str | None = None

    @property
    def addressee(self) -> str:
        """Whom it is held out to, by name."""
        named = self.to or self.team
        return "" if named is None else named.name

    def is_for(self, agent: AgentCaller) -> bool:
        """Whether this agent may accept it."""
        if self.to is not None:
            return self.to.id == agent.id
        return self.team is not None and self.team.id in agent.team_ids


@dataclass(frozen=True, slots=True)
class Chat:
    """The header of a chat. `head` and `staff_head` are the highest numbers of its two streams.

    One among agents (`kind`) has neither profile nor visitor nor holder, and is `active` until it ends. `starter_id` began it;
    `is_pair` when it is for the two who are in it.
    `name` is what people called it; `last_id` the id of its newest public event; `consent` is the text to
    which its visitor agreed when it began; `rules` those of its profile.
    """

    tenant_id: int
    id: int
    uuid: UUID
    profile_id: int | None
    profile_name: str
    state: ChatState
    visitor_id: int | None
    visitor_name: str
    holder_id: int | None
    head: int
    staff_head: int
    participants: tuple[Participant, ...]
    started_at: datetime
    queued_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    kind: ChatKind = "visitor"
    starter_id: int | None = None
    is_pair: bool = False
    visitor_uuid: UUID | None = None
    visitor_kind: str = "visitor"
    name: str | None = None
    team_id: int | None = None
    ticket_id: int | None = None
    icon: str | None = None
    teams_conversation_id: str | None = None
    last_id: int = 0
    page_url: str | None = None
    page_title: str | None = None
    language: str | None = None
    time_zone: str | None = None
    email: str | None = None
    referrer: str | None = None
    user_agent: str | None = None
    phone: str | None = None
    company: str | None = None
    team_name: str | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    consent: str | None = None
    offer: Offer | None = None
    rules: Rules = field(default_factory=Rules)

    @property
    def is_abandoned(self) -> bool:
        """Whether it ended before an agent came."""
        return self.kind == "visitor" and self.state == "ended" and self.accepted_at is None

    @property
    def present_ids(self) -> frozenset[int]:
        """Who takes part now."""
        return frozenset(person.id for person in self.participants if not person.left)


@dataclass(frozen=True, slots=True)
class Summary:
    """A chat as a list shows it. `read_counts` tells how many messages of the other side each participant has read.

    Among agents `visitor_count` is the number of all messages, and `read_counts` count a participant's own as read.
    """

    chat: Chat
    touched_at: datetime
    visitor_count: int
    agent_count: int
    read_counts: dict[int, int]
    last_text: str | None = None  # The beginning of the newest message.
    started_after_s: float | None = None  # From the page's loading, as the page told it.
    is_rated: bool = False

    def count_unread(self, caller: Caller) -> int:
        """How many messages of the other side the caller has not read."""
        told = self.agent_count if isinstance(caller, VisitorCaller) else self.visitor_count
        return max(0, told - self.read_counts.get(caller.id or 0, 0))


ChatOrder = Literal[
    "id",
    "name",
    "profile",
    "visitor",
    "holder",
    "team",
    "ticket",
    "touched",
    "queued",
    "accepted",
    "last_event",
    "ended",
    "assigned",
]


@dataclass(frozen=True, slots=True)
class ChatFilter:
    """Which chats a list shows; None does not choose. `hidden_profile_ids` are those the asking agent may not see.

    Visitors' chats; with `colleague_id` those among agents in which this agent takes part, and no others.
    """

    profile_id: int | None = None
    ticket_id: int | None = None
    teams_conversation_id: str | None = None
    is_open: bool = False
    hidden_profile_ids: tuple[int, ...] = ()
    colleague_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChatPage:
    """Part of a list of chats. `places` are the sort values behind each row, for a cursor; `total` counts the whole list."""

    rows: list[Summary]
    places: list[list[str]]
    total: int


@dataclass(frozen=True, slots=True)
class StartFacts:
    """What a visitor's page tells when a chat begins. All of it is hearsay: shown to agents, never believed.

    `offline`: the chat is a message for when somebody can answer again; the page asks for it, and the door decides. `consent` is the text to which the visitor has agreed.
    """

    page_url: str | None = None
    page_title: str | None = None
    referrer: str | None = None
    language: str | None = None
    time_zone: str | None = None
    name: str | None = None
    email: str | None = None
    started_after_s: float | None = None
    offline: bool = False
    user_agent: str | None = None
    custom_fields: Mapping[str, str] | None = None
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the agents' inbox. `read_counts` tells how many visitor messages each agent has read.

    `is_offline`: a message that was left while nobody could answer. `rating` is the newest one's score. `mentioned_ids` are agents
    whom a note names that they have not seen yet. `waiting_since`: since when the visitor waits for an agent's words, of which there
    were some before when the chat `is_answered`; `alerts` are those of its profile.
    """

    tenant_id: int
    id: int
    uuid: UUID
    state: ChatState
    profile_id: int
    profile_name: str
    visitor_id: int
    visitor_name: str
    holder_id: int | None
    holder_name: str | None
    last_text: str | None
    last_side: Side | None
    last_id: int | None
    last_name: str | None
    last_at: datetime | None
    visitor_count: int
    read_counts: dict[int, int]
    head: int
    started_at: datetime
    queued_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    name: str | None = None
    team_id: int | None = None
    team_name: str | None = None
    is_offline: bool = False
    ticket_id: int | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    mentioned_ids: tuple[int, ...] = ()
    icon: str | None = None
    offer: Offer | None = None
    access: Access = field(default_factory=Access)
    waiting_since: datetime | None = None
    is_answered: bool = False
    alerts: Alerts = field(default_factory=Alerts)

    @property
    def wait(self) -> Wait | None:
        """What the visitor waits for; None when they do not."""
        return find_wait(
            self.waiting_since, self.alerts, is_answered=self.is_answered, is_offline=self.is_offline
        )

    def concerns(self, agent: AgentCaller) -> bool:
        """Whether the agent has, or has had, a part in the chat, or could have one."""
        return (
            self.state == "queued"
            or self.holder_id == agent.id
            or agent.id in self.read_counts
            or (self.offer is not None and self.offer.is_for(agent))
        )

    def count_unread(self, agent_id: int) -> int:
        """How many of the visitor's messages this agent has not read."""
        return max(0, self.visitor_count - self.read_counts.get(agent_id, 0))


def clean_tags(tags: Sequence[str]) -> list[str]:
    """The tags as they are kept: one line each, each once whatever its case. BadRequest (field `tags`) for too many of them."""
    cleaned = {tag.casefold(): tag for tag in (clean_line(tag, MAX_TAG_CHARS) for tag in tags) if tag}
    if len(cleaned) > MAX_TAGS:
        raise BadRequest(f"A chat has at most {MAX_TAGS} tags.", field="tags")
    return list(cleaned.values())


def may_see(caller: Caller, chat: Chat) -> bool:
    """Whether the chat exists for this caller: agents see those of the profiles they may see, on a page only those that
    concern them; visitors their own. One among agents is there for who takes part in it, whatever else somebody may.
    """
    if caller.tenant_id != chat.tenant_id:
        return False
    if isinstance(caller, AgentCaller):
        if chat.kind == "agents":
            return caller.id in chat.present_ids and not caller.is_on_page
        return may_see_profile(chat.rules.access, caller) and (
            not caller.is_on_page or _concerns(chat, caller)
        )
    return caller.id is not None and caller.id == chat.visitor_id


def _concerns(chat: Chat, agent: AgentCaller) -> bool:
    """As `Row.concerns` says it."""
    return (
        chat.state == "queued"
        or chat.holder_id == agent.id
        or any(person.id == agent.id for person in chat.participants)
        or (chat.offer is not None and chat.offer.is_for(agent))
    )


def require_may_see(caller: Caller, chat: Chat | None) -> Chat:
    """The chat, when it exists for this caller; somebody else's is as absent as a missing one (ChatNotFound)."""
    if chat is None or not may_see(caller, chat):
        raise ChatNotFound
    return chat


def require_visitors(caller: Caller, chat: Chat | None) -> Chat:
    """The chat, when it exists for this caller (else ChatNotFound) and is a visitor's. Forbidden among colleagues."""
    found = require_may_see(caller, chat)
    if found.kind != "visitor":
        raise Forbidden("This is not for chats among colleagues.")
    return found


def chat_after(chat: Chat, event: Event) -> Chat:
    """The header after one event; old header + events = new header."""
    if event.stream == "staff":
        return _after_staff_event(replace(chat, staff_head=max(chat.staff_head, event.seq)), event)
    chat = replace(chat, head=max(chat.head, event.seq), last_id=max(chat.last_id, event.id))
    data = event.data or {}
    match event.kind:
        case "agent_joined":
            name = str(data.get("name", ""))
            chat = replace(chat, participants=_participants_with(chat.participants, event.actor_id, name))
            if chat.kind == "agents":
                return chat_read(chat, event.actor_id, event.seq, None)
            if data.get("state") == "active":
                chat = replace(
                    chat, state="active", holder_id=event.actor_id, accepted_at=event.at, offer=None
                )
            elif data.get("holds"):
                chat = replace(chat, holder_id=event.actor_id, offer=None)
            elif chat.offer is not None and chat.offer.to is not None and chat.offer.to.id == event.actor_id:
                chat = replace(chat, offer=None)
        case "agent_left":
            chat = replace(chat, participants=_participants_without(chat.participants, event.actor_id))
            if data.get("state") == "queued":
                chat = replace(chat, state="queued", holder_id=None, queued_at=event.at, offer=None)
        case "chat_reopened":
            name = str(data.get("name", ""))
            chat = replace(
                chat,
                state="active",
                holder_id=event.actor_id if chat.kind == "visitor" else None,
                accepted_at=event.at,
                ended_at=None,
                participants=_participants_with(chat.participants, event.actor_id, name),
            )
        case "chat_ended":
            chat = replace(chat, state="ended", ended_at=event.at, offer=None)
        case "chat_renamed":
            chat = replace(chat, name=str(data.get("name", "")))
        case "visitor_identified":
            chat = _identified(chat, event.actor_id, str(data.get("name", "")))
    return chat


def _identified(chat: Chat, user_id: int, name: str) -> Chat:
    """The chat is the user's now, who takes the place of the visitor they were, and has read what that one had read."""
    return replace(
        chat,
        visitor_id=user_id,
        visitor_name=name,
        visitor_kind="user",
        participants=tuple(
            replace(person, id=user_id, name=name) if person.id == chat.visitor_id else person
            for person in chat.participants
        ),
    )


def _after_staff_event(chat: Chat, event: Event) -> Chat:
    data = event.data or {}
    match event.kind:
        case "chat_changed":
            return _with_details(chat, data)
        case "chat_offered":
            until = event.at + timedelta(seconds=data["for_s"])
            return replace(chat, offer=offer_from_data(event.seq, until, data | {"note": event.text}))
        case "offer_ended":
            return replace(chat, offer=None)
    return chat


def offer_from_data(seq: int, until: datetime, data: dict[str, Any]) -> Offer:
    """The offer an event's data tells of, or what is stored of it."""
    people = {role: Named(**data[role]) for role in ("to", "team", "sender") if data.get(role) is not None}
    return Offer(seq, data["kind"], until, note=data.get("note"), **people)


def _with_details(chat: Chat, data: dict[str, Any]) -> Chat:
    told = {name: value for name, value in data.items() if name in CHANGEABLE}
    if "tags" in told:
        told["tags"] = tuple(told["tags"])
    if "custom_fields" in told:
        told["custom_fields"] = fields_after(chat.custom_fields, told["custom_fields"])
    return replace(chat, **told)


def _participants_with(people: tuple[Participant, ...], agent_id: int, name: str) -> tuple[Participant, ...]:
    """With the agent among them; who comes back keeps the place and has read what they had read."""
    if all(person.id != agent_id for person in people):
        return (*people, Participant(agent_id, "agent", name))
    return tuple(
        replace(person, name=name, left=False) if person.id == agent_id else person for person in people
    )


def _participants_without(people: tuple[Participant, ...], agent_id: int) -> tuple[Participant, ...]:
    return tuple(replace(person, left=True) if person.id == agent_id else person for person in people)


def chat_read(chat: Chat, reader_id: int, seq: int, at: datetime | None) -> Chat:
    """The header after somebody read up to `seq`; never goes back. Without `at` there was nothing they had to read."""
    return replace(
        chat,
        participants=tuple(
            replace(person, read_seq=seq, read_at=at or person.read_at)
            if person.id == reader_id and person.read_seq < seq
            else person
            for person in chat.participants
        ),
    )


def sender_side(caller: Caller) -> Side:
    """The side of a chat a caller speaks for."""
    return "visitor" if isinstance(caller, VisitorCaller) else "agent"
