"""The commands of a live line: a table of operations, each a form of arguments and the action behind it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from hub.actions.agent_pages import leave_page
from hub.actions.attention import mark_read
from hub.actions.availability import list_colleagues, set_readiness
from hub.actions.chats import choose_icon, end_chat, rename_chat, set_field, start_chat, tag_chat
from hub.actions.colleagues import add_colleagues, start_colleagues
from hub.actions.corrections import delete_message, edit_own_message
from hub.actions.finding import find_rows, list_tags, search_rows, see_mentions
from hub.actions.holding import (
    accept_chat,
    accept_next,
    leave_chat,
    remove_agent,
    reopen_chat,
    take_over_chat,
)
from hub.actions.messages import post_message, post_note
from hub.actions.offers import decline_offer, invite_agent, transfer_chat
from hub.actions.ratings import rate_chat
from hub.actions.visitors import identify_visitor
from hub.actions.visits import invite_visitor, list_visits, take_invitation
from hub.actions.waiting import say_here
from hub.domain.chat import StartFacts, require_may_see
from hub.domain.errors import BadRequest, ChatNotFound, ProfileNotFound, UnknownOperation
from hub.domain.event import Appended, without_deleted
from hub.domain.finding import RowFilter
from hub.domain.identity import AgentCaller, Caller, Side, VisitorCaller
from hub.domain.moment import ms_from_datetime
from hub.domain.position import parse_stream_name, stream_name
from hub.domain.readiness import readiness_from_words
from hub.domain.text import require_storable
from hub.domain.value import require_value
from hub.live.arguments import (
    AddArgs,
    AvailabilityArgs,
    ChatArgs,
    DeleteArgs,
    EditArgs,
    FieldArgs,
    FindArgs,
    FollowArgs,
    IconArgs,
    IdentifyArgs,
    InviteArgs,
    InviteVisitorArgs,
    NoArgs,
    NoteArgs,
    PageArgs,
    PostArgs,
    RateArgs,
    ReadArgs,
    RemoveArgs,
    RenameArgs,
    StartArgs,
    TagArgs,
    TalkArgs,
    TransferArgs,
)
from hub.live.fanout import Fanout
from hub.live.following import Following, newest_fitting
from hub.live.frames import (
    Map,
    chat_map,
    colleagues_map,
    event_frame,
    found_map,
    readiness_map,
)
from hub.live.party import Party
from hub.live.visit_maps import invitation_map, visits_map

Args = TypeVar("Args")


@dataclass(frozen=True, slots=True)
class Work(Generic[Args]):
    """One command to carry out: for whom, under which client id, with what."""

    party: Party
    following: Following
    fanout: Fanout
    cid: str
    args: Args


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to; `then` is done after the reply was sent."""

    result: Map
    duplicate: bool = False
    then: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the table: who may, the form of the arguments, what it does. `is_for_pages`: agents may on pages, too."""

    sides: frozenset[Side]
    form: type[Any]
    run: Callable[[Work[Any]], Awaitable[Answer]]
    is_for_pages: bool = False


async def _start(work: Work[StartArgs]) -> Answer:
    visitor, entrance = work.party.require_visitor()
    told = msgspec.structs.asdict(work.args)
    invitation = told.pop("invitation")
    facts = StartFacts(**told, user_agent=entrance.user_agent)
    # As it is now, not as it was when the line was opened.
    profile = await work.party.ports.profiles.find_profile(entrance.profile.id)
    if profile is None:
        raise ProfileNotFound
    ports, address = work.party.ports, entrance.address
    if invitation is None:
        start = await start_chat(ports, visitor, profile, work.cid, facts, address)
    else:
        start = await take_invitation(ports, visitor, profile, invitation, work.cid, facts, address)
    work.party.caller = start.caller

    async def follow() -> None:
        if start.chat.id not in work.following:
            await work.following.follow(start.chat.id)
            await work.following.send_pages(start.chat.id, {})

    return Answer({"chat": chat_map(start.chat, for_agent=False), "created": start.created}, then=follow)


async def _post(work: Work[PostArgs]) -> Answer:
    caller, args = work.party.require_caller(), work.args
    expect_seq = args.expect_seq if isinstance(caller, AgentCaller) else None
    posted = await post_message(
        work.party.ports,
        caller,
        args.chat,
        args.text,
        work.cid,
        expect_seq,
        data=_data_from_args(args),
        attachment_ids=args.attachments,
    )
    return _answer_from_append(posted)


async def _note(work: Work[NoteArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    noted = await post_note(
        work.party.ports,
        agent,
        args.chat,
        args.text,
        work.cid,
        mention_ids=args.mentions,
        is_whisper=args.whisper,
    )
    return _answer_from_append(noted)


async def _edit(work: Work[EditArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    edited = await edit_own_message(work.party.ports, agent, args.chat, args.seq, args.text, work.cid)
    return _answer_from_append(edited)


async def _delete(work: Work[DeleteArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return _answer_from_append(await delete_message(work.party.ports, agent, args.chat, args.seq, work.cid))


async def _accept(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    return _answer_from_append(await accept_chat(work.party.ports, agent, work.args.chat, work.cid))


async def _next(work: Work[NoArgs]) -> Answer:
    appended = await accept_next(work.party.ports, work.party.require_agent(), work.cid)
    answer = _answer_from_append(appended)
    return Answer({"chat": appended.event.chat_id, **answer.result}, answer.duplicate)


async def _leave(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    return _answer_from_append(await leave_chat(work.party.ports, agent, work.args.chat, work.cid))


async def _take_over(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    return _answer_from_append(await take_over_chat(work.party.ports, agent, work.args.chat, work.cid))


async def _reopen(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    return _answer_from_append(await reopen_chat(work.party.ports, agent, work.args.chat, work.cid))


async def _transfer(work: Work[TransferArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    offered = await transfer_chat(
        work.party.ports, agent, args.chat, work.cid, to_id=args.agent, team_id=args.team, note=args.note
    )
    return _answer_from_append(offered)


async def _invite(work: Work[InviteArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    offered = await invite_agent(work.party.ports, agent, args.chat, work.cid, args.agent, args.note)
    return _answer_from_append(offered)


async def _decline(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    return _answer_from_append(await decline_offer(work.party.ports, agent, work.args.chat, work.cid))


async def _remove(work: Work[RemoveArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return _answer_from_append(await remove_agent(work.party.ports, agent, args.chat, args.agent, work.cid))


async def _talk(work: Work[TalkArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    start = await start_colleagues(work.party.ports, agent, args.agents, args.name, work.cid)
    return Answer({"chat": chat_map(start.chat, for_agent=True), "created": start.created})


async def _add(work: Work[AddArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return Answer({"agents": await add_colleagues(work.party.ports, agent, args.chat, args.agents, work.cid)})


async def _icon(work: Work[IconArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return Answer({"icon": await choose_icon(work.party.ports, agent, args.chat, args.icon, work.cid)})


async def _sign_out(work: Work[NoArgs]) -> Answer:
    await leave_page(work.party.ports, work.party.require_agent())
    return Answer({})


async def _end(work: Work[ChatArgs]) -> Answer:
    caller = work.party.require_caller()
    return _answer_from_append(await end_chat(work.party.ports, caller, work.args.chat, work.cid))


async def _rename(work: Work[RenameArgs]) -> Answer:
    caller, args = work.party.require_caller(), work.args
    return _answer_from_append(await rename_chat(work.party.ports, caller, args.chat, args.name, work.cid))


async def _rate(work: Work[RateArgs]) -> Answer:
    visitor, args = work.party.require_visitor()[0], work.args
    rated = await rate_chat(work.party.ports, visitor, args.chat, args.score, args.comment, work.cid)
    return _answer_from_append(rated)


async def _read(work: Work[ReadArgs]) -> Answer:
    mark = await mark_read(work.party.ports, work.party.require_caller(), work.args.chat, work.args.seq)
    return Answer({"seq": mark.seq})


async def _follow(work: Work[FollowArgs]) -> Answer:
    args = work.args
    told = {
        stream_name(args.chat, "public"): args.position,
        stream_name(args.chat, "staff"): args.staff_position,
    }
    positions = {name: position for name, position in told.items() if position is not None}
    chat = await work.following.follow(args.chat)

    async def send_pages() -> None:
        await work.following.send_pages(args.chat, positions)

    return Answer({"chat": chat_map(chat, for_agent=True)}, then=send_pages)


async def _unfollow(work: Work[ChatArgs]) -> Answer:
    work.following.unfollow(work.args.chat)
    return Answer({})


async def _page(work: Work[PageArgs]) -> Answer:
    caller, args = work.party.require_caller(), work.args
    named = parse_stream_name(args.stream)
    if named is None:
        raise BadRequest("There is no such stream.", field="stream")
    chat_id, stream = named
    if stream == "staff" and isinstance(caller, VisitorCaller):
        raise ChatNotFound
    feed = work.fanout.find_feed(caller.tenant_id, chat_id)
    chat = (
        feed.chat if feed is not None else await work.party.ports.chats.find_chat(caller.tenant_id, chat_id)
    )
    if (
        chat is not None and chat.kind == "agents"
    ):  # Who has left it reads no more, whatever has not come here yet.
        chat = await work.party.ports.chats.find_chat(caller.tenant_id, chat_id)
    require_may_see(caller, chat)
    found = await work.party.ports.events.list_before(
        caller.tenant_id, chat_id, stream, args.before, args.limit
    )
    if isinstance(caller, VisitorCaller):
        said = [event.seq for event in found if event.kind == "message_posted"]
        edits = await work.party.ports.events.list_edits(caller.tenant_id, chat_id, said)
        found = without_deleted(found, edits)
    events = newest_fitting(found)
    return Answer(
        {
            "events": [event_frame(event, work.party.room.address_of) for event in events],
            "more": bool(events) and events[0].seq > 1,
        }
    )


async def _identify(work: Work[IdentifyArgs]) -> Answer:
    visitor, entrance = work.party.require_visitor()
    room, args = work.party.room, work.args
    profile = await room.ports.profiles.find_profile(entrance.profile.id)
    if profile is None:
        raise ProfileNotFound
    found = await identify_visitor(
        room.ports, room.tokens, room.id_tokens, visitor, profile, args.id_token, args.chat, work.cid
    )
    work.party.caller = found.caller
    you = {"id": found.caller.id, "side": "visitor", "name": found.caller.name}
    own = await room.ports.chats.list_visitor_chats(profile.tenant_id, profile.id, found.caller.id or 0, ())
    chats = [chat_map(chat, for_agent=False) for chat in own]

    async def follow() -> None:
        for chat in own:
            if chat.id not in work.following:
                await work.following.follow(chat.id)
                await work.following.send_pages(chat.id, {})

    return Answer({"you": you, "token": found.fresh_token, "chat": chats[0] if chats else None}, then=follow)


async def _here(work: Work[ChatArgs]) -> Answer:
    visitor, _ = work.party.require_visitor()
    await say_here(work.party.ports, visitor, work.args.chat)
    work.party.room.vigil.hear_answer(visitor.tenant_id, work.args.chat)
    return Answer({})


async def _find(work: Work[FindArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    if args.text.strip():
        page = await search_rows(work.party.ports, agent, args.text, args.after, args.limit)
    else:
        wanted = RowFilter(
            args.view,
            agent.id,
            agent.team_ids,
            profile_id=args.profile,
            holder_id=args.holder,
            visitor_id=args.visitor,
            tag=None if args.tag is None else require_storable(args.tag, "tag"),
            is_offline=args.offline,
            is_rated=args.rated,
            is_overdue=args.overdue,
        )
        page = await find_rows(work.party.ports, agent, wanted, args.after, args.limit)
    return Answer({"rows": [found_map(row, agent.id, args.text) for row in page.rows], "after": page.after})


async def _tag(work: Work[TagArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return Answer({"tags": await tag_chat(work.party.ports, agent, args.chat, args.tags, work.cid)})


async def _field(work: Work[FieldArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return Answer(
        {
            "custom_fields": await set_field(
                work.party.ports, agent, args.chat, args.name, args.value, work.cid
            )
        }
    )


async def _tags(work: Work[NoArgs]) -> Answer:
    return Answer({"tags": await list_tags(work.party.ports, work.party.require_agent())})


async def _saw_mentions(work: Work[ChatArgs]) -> Answer:
    agent = work.party.require_agent()
    if await see_mentions(work.party.ports, agent, work.args.chat):
        work.party.room.inboxes.hear_change(agent.tenant_id)
    return Answer({})


async def _availability(work: Work[AvailabilityArgs]) -> Answer:
    args = work.args
    if args.accepting is None and args.status is None:
        raise BadRequest("Say whether new chats are taken.", field="accepting")
    readiness = readiness_from_words(args.status or ("available" if args.accepting else "away"), args.reason)
    await set_readiness(work.party.ports, work.party.require_agent(), readiness)
    work.party.room.doors.look_soon()
    return Answer(readiness_map(readiness))


async def _colleagues(work: Work[NoArgs]) -> Answer:
    return Answer(colleagues_map(await list_colleagues(work.party.ports, work.party.require_agent())))


async def _visits(work: Work[NoArgs]) -> Answer:
    return Answer(visits_map(await list_visits(work.party.ports, work.party.require_agent())))


async def _invite_visitor(work: Work[InviteVisitorArgs]) -> Answer:
    agent, args = work.party.require_agent(), work.args
    return Answer(
        invitation_map(await invite_visitor(work.party.ports, agent, args.visit, args.text, work.cid))
    )


def _data_from_args(args: PostArgs) -> Map | None:
    """What a message carries besides its text and files; None for nothing."""
    data: Map = {}
    if args.value is not None:
        data["value"] = require_value(msgspec.to_builtins(args.value))
    if args.input_id:
        data["input_id"] = args.input_id
    return data or None


def _answer_from_append(appended: Appended) -> Answer:
    event = appended.event
    return Answer({"seq": event.seq, "id": event.id, "at": ms_from_datetime(event.at)}, appended.duplicate)


VISITOR: frozenset[Side] = frozenset({"visitor"})
AGENT: frozenset[Side] = frozenset({"agent"})
BOTH = VISITOR | AGENT

OPERATIONS: dict[str, Operation] = {
    "start": Operation(VISITOR, StartArgs, _start),
    "identify": Operation(VISITOR, IdentifyArgs, _identify),
    "post": Operation(BOTH, PostArgs, _post, is_for_pages=True),
    "note": Operation(AGENT, NoteArgs, _note),
    "edit": Operation(AGENT, EditArgs, _edit),
    "delete": Operation(AGENT, DeleteArgs, _delete),
    "read": Operation(BOTH, ReadArgs, _read, is_for_pages=True),
    "accept": Operation(AGENT, ChatArgs, _accept, is_for_pages=True),
    "next": Operation(AGENT, NoArgs, _next),
    "leave": Operation(AGENT, ChatArgs, _leave, is_for_pages=True),
    "transfer": Operation(AGENT, TransferArgs, _transfer, is_for_pages=True),
    "invite": Operation(AGENT, InviteArgs, _invite, is_for_pages=True),
    "decline": Operation(AGENT, ChatArgs, _decline, is_for_pages=True),
    "take_over": Operation(AGENT, ChatArgs, _take_over),
    "reopen": Operation(AGENT, ChatArgs, _reopen),
    "here": Operation(VISITOR, ChatArgs, _here),
    "end": Operation(BOTH, ChatArgs, _end, is_for_pages=True),
    "rate": Operation(VISITOR, RateArgs, _rate),
    "rename": Operation(BOTH, RenameArgs, _rename, is_for_pages=True),
    "follow": Operation(AGENT, FollowArgs, _follow, is_for_pages=True),
    "unfollow": Operation(AGENT, ChatArgs, _unfollow, is_for_pages=True),
    "page": Operation(BOTH, PageArgs, _page, is_for_pages=True),
    "availability": Operation(AGENT, AvailabilityArgs, _availability, is_for_pages=True),
    "colleagues": Operation(AGENT, NoArgs, _colleagues, is_for_pages=True),
    "find": Operation(AGENT, FindArgs, _find),
    "tag": Operation(AGENT, TagArgs, _tag),
    "tags": Operation(AGENT, NoArgs, _tags),
    "field": Operation(AGENT, FieldArgs, _field),
    "visits": Operation(AGENT, NoArgs, _visits),
    "invite_visitor": Operation(AGENT, InviteVisitorArgs, _invite_visitor),
    "saw_mentions": Operation(AGENT, ChatArgs, _saw_mentions),
    "remove": Operation(AGENT, RemoveArgs, _remove, is_for_pages=True),
    "talk": Operation(AGENT, TalkArgs, _talk),
    "add": Operation(AGENT, AddArgs, _add),
    "icon": Operation(AGENT, IconArgs, _icon, is_for_pages=True),
    "sign_out": Operation(AGENT, NoArgs, _sign_out, is_for_pages=True),
}


def find_operation(name: str, caller: Caller) -> Operation:
    """The operation, when this side has it, there where it is; UnknownOperation else: one side need not learn of the other's."""
    operation = OPERATIONS.get(name)
    is_agent = isinstance(caller, AgentCaller)
    if operation is None or ("agent" if is_agent else "visitor") not in operation.sides:
        raise UnknownOperation
    if isinstance(caller, AgentCaller) and caller.is_on_page and not operation.is_for_pages:
        raise UnknownOperation
    return operation
