"""What can be done with a chat as a whole: start, rename, change, end. Who holds it is `holding`'s subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from hub.actions.availability import get_availability
from hub.actions.desk_ports import Window
from hub.actions.joining import accept_append, joins_before, ticket_due
from hub.actions.messages import refusal_from_reason
from hub.actions.ports import Ports
from hub.domain.chat import (
    CHANGEABLE,
    Chat,
    StartFacts,
    States,
    clean_tags,
    require_may_see,
    require_visitors,
    sender_side,
)
from hub.domain.custom_field import clean_change, clean_fields, fields_after
from hub.domain.desk import ids_named, require_known
from hub.domain.errors import (
    AlreadyTaken,
    BadRequest,
    ChatEnded,
    ChatNotFound,
    HubError,
    NotAvailable,
    TooMany,
)
from hub.domain.event import Append, Appended, AppendRefused, Change, Guard
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.profile import Profile, require_consent, require_introduction, require_may_start
from hub.domain.text import clean_name, require_storable
from hub.domain.ticket import TicketFilter

# A minute. An address may be an office or a phone network; a profile may be on a page that is on television.
STARTS_OF_ADDRESS = 20
STARTS_OF_PROFILE = 600
MAX_ICON_CHARS = 64  # An emoji, or the name that one of the dialects' clients gave it.
MAX_FACT_CHARS = 2_000  # Longer addresses and titles are cut: they are shown, nothing depends on them.


@dataclass(frozen=True, slots=True)
class ChatStart:
    """The chat a visitor is in now, and whether this call made it. `caller` is the visitor, now with an id."""

    chat: Chat
    caller: VisitorCaller
    created: bool


@dataclass(frozen=True, slots=True)
class ChatChange:
    """What an agent changes about a chat: `details` are new values of `domain.chat.CHANGEABLE`.

    `takes` accepts a waiting chat, `ends` ends it; an agent who does not take part joins it to do so.
    """

    chat_id: int
    cid: str
    name: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    takes: bool = False
    ends: bool = False


async def start_chat(
    ports: Ports,
    visitor: VisitorCaller,
    profile: Profile,
    cid: str,
    facts: StartFacts,
    address: str | None = None,
    *,
    by_agent: bool = False,
    is_expected: bool = False,
) -> ChatStart:
    """The visitor's one open chat with the profile, made now or there already. Safe to repeat, also from a second tab.

    While the door is closed `facts.offline` makes a chat all the same where the profile takes messages; while it is open that
    changes nothing.
    `address` is where the visitor calls from, as limits count it; `by_agent` when an agent begins it for somebody, who is not
    asked who they are; `is_expected` when an agent awaits it, whatever the door says. Raises NotAvailable, and BadRequest when
    the visitor has to say who they are or to agree to something (an open chat goes on all the same), Forbidden when the entrance
    is for agents, IdentityRequired, ProfileNotFound, TooMany when an address or the whole
    profile starts too many, BadRequest for facts that cannot be stored, StorageUnavailable.
    """
    require_may_start(profile, is_proven=visitor.is_proven)
    is_open = is_expected or (await get_availability(ports, profile)).is_available
    leaves_message = facts.offline and not is_open and profile.reception.takes_messages
    if not is_open and not leaves_message:
        return await find_open_chat(ports, visitor, profile, NotAvailable())
    is_asked = not (visitor.is_proven or by_agent)
    agreed = profile.reception.consent if is_asked else None
    facts, told = replace(clean_facts(facts), offline=leaves_message, consent=agreed), facts
    if is_asked:
        try:
            if leaves_message or profile.reception.introduction == "required":
                require_introduction(facts.name, facts.email)
            require_consent(profile.reception, told.consent)
        except BadRequest as refusal:
            return await find_open_chat(ports, visitor, profile, refusal)
    if address is not None:
        await _require_turn(ports, f"start:{profile.id}:{address}", STARTS_OF_ADDRESS)
        await _require_turn(ports, f"start:{profile.id}", STARTS_OF_PROFILE)
    name = facts.name or visitor.name
    ticket = ticket_due(profile.rules, "start", name)
    started = await ports.chats.start_chat(profile, visitor.uuid, name, "queued", cid, facts, ticket)
    chat = await ports.chats.find_chat(profile.tenant_id, started.chat_id)
    if chat is None:
        raise ChatNotFound
    if started.created:
        for event in await ports.events.list_after(profile.tenant_id, chat.id, "public", 0, 1):
            ports.bell.ring_event(event)
    return ChatStart(chat, replace(visitor, id=started.visitor_id, name=chat.visitor_name), started.created)


async def find_open_chat(
    ports: Ports, visitor: VisitorCaller, profile: Profile, refusal: HubError
) -> ChatStart:
    """The chat the visitor is in. Raises the refusal when there is none, because a new one cannot be begun."""
    if visitor.id is not None:
        for chat in await ports.chats.list_visitor_chats(profile.tenant_id, profile.id, visitor.id, ()):
            return ChatStart(chat, replace(visitor, name=chat.visitor_name), created=False)
    raise refusal


async def end_chat(ports: Ports, caller: Caller, chat_id: int, cid: str) -> Appended:
    """The `chat_ended` event. Visitors end their own chat, agents one they take part in.

    Raises ChatEnded, ChatNotFound, NotParticipant, StorageUnavailable.
    """
    if caller.id is None:
        raise ChatNotFound
    chat = require_may_see(caller, await ports.chats.find_chat(caller.tenant_id, chat_id))
    return await _append(ports, caller, _end_append(caller, chat, cid))


async def rename_chat(ports: Ports, caller: Caller, chat_id: int, name: str, cid: str) -> Appended:
    """The `chat_renamed` event; everybody in the chat sees the name. For those who take part, and agents who may see the chat.

    Raises BadRequest (no name left when it is cleaned), ChatNotFound, StorageUnavailable.
    """
    if caller.id is None:
        raise ChatNotFound
    chat = require_may_see(caller, await ports.chats.find_chat(caller.tenant_id, chat_id))
    return await _append(ports, caller, _rename_append(caller, chat, name, cid))


async def tag_chat(
    ports: Ports, agent: AgentCaller, chat_id: int, tags: Sequence[str], cid: str
) -> list[str]:
    """The chat's tags from now on, as they are kept. Raises what `change_chats` raises, TextInvalid."""
    cleaned = clean_tags([require_storable(tag, "tags") for tag in tags])
    await change_chats(ports, agent, [ChatChange(chat_id, cid, details={"tags": cleaned})])
    return cleaned


async def set_field(
    ports: Ports, agent: AgentCaller, chat_id: int, name: str, value: str | None, cid: str
) -> dict[str, str]:
    """The chat's custom fields as far as is known now, with this one changed; None or nothing takes it away. The event is the trace.

    Raises what `change_chats` raises, BadRequest for too many, TextTooLong, TextInvalid.
    """
    changes = dict([clean_change(require_storable(name, "name"), value)])
    chat = require_may_see(agent, await ports.chats.find_chat(agent.tenant_id, chat_id))
    fields = fields_after(chat.custom_fields, changes)
    await change_chats(ports, agent, [ChatChange(chat_id, cid, details={"custom_fields": changes})])
    return fields


async def choose_icon(
    ports: Ports, agent: AgentCaller, chat_id: int, icon: str | None, cid: str
) -> str | None:
    """The icon that stands by the chat for agents from now on, as it is kept. Raises what `change_chats` raises, TextInvalid,
    BadRequest (field `icon`) for more than a word.
    """
    cleaned = None if icon is None else clean_name(require_storable(icon, "icon")) or None
    if cleaned is not None and len(cleaned) > MAX_ICON_CHARS:
        raise BadRequest(f"An icon has at most {MAX_ICON_CHARS} characters.", field="icon")
    await change_chats(ports, agent, [ChatChange(chat_id, cid, details={"icon": cleaned})])
    return cleaned


async def change_chats(ports: Ports, agent: AgentCaller, changes: Sequence[ChatChange]) -> None:
    """All of the changes made, or none. Safe to repeat with the same cids.

    Among colleagues there is only the name and the end. Raises ChatNotFound, ChatEnded, AlreadyTaken, Forbidden, BadRequest (naming the field), StorageUnavailable.
    """
    chats = {
        chat.id: chat
        for chat in await ports.chats.list_chats(agent.tenant_id, [change.chat_id for change in changes])
    }
    seen = [
        (require_visitors if change.details or change.takes else require_may_see)(
            agent, chats.get(change.chat_id)
        )
        for change in changes
    ]
    await require_references(ports, agent, [change.details for change in changes])
    items: list[Append] = []
    for chat, change in zip(seen, changes, strict=True):
        items += _appends_from_change(agent, chat, change)
    if not items:
        return
    try:
        appended = await ports.events.append_all(items)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, agent) from refused
    for one in appended:
        ports.bell.ring_event(one.event)


def _appends_from_change(agent: AgentCaller, chat: Chat, change: ChatChange) -> list[Append]:
    """What a change comes to, in the order in which it happens: taking, renaming, changing, ending."""
    items = []
    ending = _end_append(agent, chat, f"{change.cid}.end") if change.ends and chat.state != "ended" else None
    if change.takes and chat.holder_id != agent.id:
        if chat.state != "queued":
            raise ChatEnded if chat.state == "ended" else AlreadyTaken
        items.append(accept_append(agent, chat, f"{change.cid}.accept"))
    elif ending is not None:
        items += joins_before(ending, agent, chat)
    if change.name is not None:
        items.append(_rename_append(agent, chat, change.name, f"{change.cid}.name"))
    told = {name: change.details[name] for name in CHANGEABLE if name in change.details}
    if told:
        item = Append(
            agent.tenant_id, chat.id, "staff", "chat_changed", "agent", agent.id, f"{change.cid}.details"
        )
        items.append(replace(item, data=told, change=Change(details=told)))
    return items if ending is None else [*items, ending]


async def require_references(ports: Ports, agent: AgentCaller, details: Sequence[Mapping[str, Any]]) -> None:
    """Returns when the tenant has every team and ticket that the details of chats name; else BadRequest names the field."""
    if teams := ids_named(details, "team_id"):
        known = await ports.desk.teams.list_teams(agent.tenant_id, teams)
        require_known(details, "team_id", (team.id for team in known), "team")
    if tickets := ids_named(details, "ticket_id"):
        found, _ = await ports.desk.tickets.list_tickets(
            agent.tenant_id, TicketFilter(ids=tuple(tickets)), Window(len(tickets))
        )
        require_known(details, "ticket_id", (ticket.id for ticket in found), "ticket")


def _end_append(caller: Caller, chat: Chat, cid: str) -> Append:
    side = sender_side(caller)
    return Append(
        caller.tenant_id,
        chat.id,
        "public",
        "chat_ended",
        side,
        caller.id or 0,
        cid,
        data={"reason": side},
        guard=Guard(states=States.OPEN, participant_id=caller.id),
        change=Change(state="ended", ticket=ticket_due(chat.rules, "end", chat.visitor_name)),
    )


def _rename_append(caller: Caller, chat: Chat, name: str, cid: str) -> Append:
    shown = clean_name(require_storable(name, "name"))
    if not shown:
        raise BadRequest("A chat's name has something to read in it.", field="name")
    return Append(
        caller.tenant_id,
        chat.id,
        "public",
        "chat_renamed",
        sender_side(caller),
        caller.id or 0,
        cid,
        data={"name": shown},
        change=Change(details={"name": shown}),
    )


async def _append(ports: Ports, caller: Caller, item: Append) -> Appended:
    try:
        appended = await ports.events.append(item)
    except AppendRefused as refused:
        raise refusal_from_reason(refused, caller) from refused
    ports.bell.ring_event(appended.event)
    return appended


async def _require_turn(ports: Ports, key: str, per_minute: int) -> None:
    wait_s = await ports.limits.take(key, per_minute, per_minute)
    if wait_s > 0:
        raise TooMany("Too many chats are being started; wait a moment.", after_ms=ceil(wait_s * 1000))


def clean_facts(facts: StartFacts) -> StartFacts:
    """What a page tells as it may be kept: long texts are cut. Raises TextInvalid for what cannot be stored."""

    def cut(text: str | None, field: str) -> str | None:
        return None if text is None else require_storable(text, field)[:MAX_FACT_CHARS]

    return StartFacts(
        page_url=cut(facts.page_url, "page_url"),
        page_title=cut(facts.page_title, "page_title"),
        referrer=cut(facts.referrer, "referrer"),
        user_agent=cut(facts.user_agent, "user_agent"),
        language=cut(facts.language, "language"),
        time_zone=cut(facts.time_zone, "time_zone"),
        name=clean_name(require_storable(facts.name, "name")) or None if facts.name else None,
        email=(cut(facts.email, "email") or "").strip() or None,
        started_after_s=facts.started_after_s,
        custom_fields=clean_fields(facts.custom_fields or {}) or None,
    )
