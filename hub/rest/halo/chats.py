"""Chats: lists, one with what was said in it, starting and changing them."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from hub.actions.availability import list_availability
from hub.actions.chat_lists import get_summary, list_chats
from hub.actions.chats import ChatChange, change_chats, end_chat, rename_chat, require_references
from hub.actions.ports import Ports
from hub.auth.cursors import SignedCursors
from hub.domain.chat import CHANGEABLE, ChatFilter, Summary
from hub.domain.errors import BadRequest, ChatNotFound, NotFound
from hub.domain.identity import AgentCaller, Caller, VisitorCaller
from hub.domain.text import clean_name
from hub.rest.halo import wire_chats as wire
from hub.rest.halo.answers import require_single_use, respond, respond_with_saved
from hub.rest.halo.messages import MAX_POLLED_EVENTS, read_messages
from hub.rest.halo.starting import StartedChat, Starting, cid_of
from hub.rest.halo.translate_chats import chat_from_summary, order_from_query
from hub.rest.operation import Call, Operation, parse_id


class Chats:
    """The resource."""

    def __init__(self, ports: Ports, cursors: SignedCursors, starting: Starting) -> None:
        self._ports = ports
        self._cursors = cursors
        self._starting = starting

    async def list_chats(self, call: Call) -> Response:
        """The visitors' chats the agent may see, newest first unless an order is asked for; or those with colleagues."""
        query: wire.ChatListQuery = call.query
        agent = call.require_agent()
        which, order = _filter_from_query(query, agent), order_from_query(query)
        place = (agent.tenant_id, which, order)
        after = None if query.after is None else self._cursors.parse_cursor(place, query.after)
        offset = 0 if after is not None else query.offset
        page = await list_chats(self._ports, agent, which, order, after, query.limit, offset)
        rows = [chat_from_summary(summary, agent) for summary in page.rows]
        if query.checkavailable:
            await self._tell_available(rows)
        answer = wire.ChatList(page.total, rows)
        if query.pageinate:
            answer.page_no, answer.page_size = query.page_no or 1, query.limit
        if len(rows) == query.limit:
            answer.after = self._cursors.render_cursor(place, page.places[-1])
        return respond(answer)

    async def get_chat(self, call: Call) -> Response:
        """One chat with its newest messages, the people in it, and how many of the messages the caller has not read."""
        caller = call.require_principal().caller
        query: wire.ChatQuery = call.query
        told = await self._tell(await get_summary(self._ports, caller, call.id), caller)
        if query.checkavailable:
            await self._tell_available([told])
        return respond(told)

    async def save_chats(self, call: Call) -> Response:
        """Chats to start (without an id) and to change (with one)."""
        items: Sequence[wire.ChatInput] = call.items
        if call.principal is None:
            return await self._start_as_nobody(call, items)
        caller = call.principal.caller
        if isinstance(caller, VisitorCaller):
            return await self._save_as_visitor(call, caller, items)
        return await self._save_as_agent(call, caller, items)

    async def _start_as_nobody(self, call: Call, items: Sequence[wire.ChatInput]) -> Response:
        if len(items) > 1:
            raise BadRequest("A visitor begins one chat at a time.")
        if (items[0].id or 0) > 0:
            raise ChatNotFound
        started = await self._starting.start_as_nobody(call, items[0], 0)
        return respond_with_saved([await self._tell_started(started)])

    async def _save_as_visitor(
        self, call: Call, visitor: VisitorCaller, items: Sequence[wire.ChatInput]
    ) -> Response:
        """A visitor begins their chat, or gives it a name, or ends it."""
        if len(items) > 1:
            raise BadRequest("A visitor begins or changes one chat at a time.")
        item = items[0]
        if not (item.id or 0) > 0:
            started = await self._starting.start_as_visitor(call, visitor, item, 0)
            return respond_with_saved([await self._tell_started(started)])
        summary = await get_summary(self._ports, visitor, item.id or 0)
        if isinstance(item.name, str) and item.name != summary.chat.name:
            await rename_chat(self._ports, visitor, summary.chat.id, item.name, f"{cid_of(call, 0)}.name")
        if item.closed and summary.chat.state != "ended":
            await end_chat(self._ports, visitor, summary.chat.id, f"{cid_of(call, 0)}.end")
        return respond_with_saved(
            [await self._tell(await get_summary(self._ports, visitor, summary.chat.id), visitor)]
        )

    async def _save_as_agent(
        self, call: Call, agent: AgentCaller, items: Sequence[wire.ChatInput]
    ) -> Response:
        """Changes are made all or none; what is to be started is started after that, when nothing speaks against any of it."""
        changes = [_change_from_input(call, agent, item, index) for index, item in enumerate(items)]
        require_single_use([change.chat_id for change in changes if change.chat_id], "id")
        for item, change in zip(items, changes, strict=True):
            if not change.chat_id:
                await self._starting.require_startable(agent, item, answers=change.takes or change.ends)
        await require_references(
            self._ports, agent, [change.details for change in changes if not change.chat_id]
        )
        await change_chats(self._ports, agent, [change for change in changes if change.chat_id])
        saved = []
        for index, (item, change) in enumerate(zip(items, changes, strict=True)):
            chat_id = change.chat_id
            if not chat_id:
                started = await self._starting.start_as_agent(call, agent, item, index)
                chat_id = started.chat.id
                await change_chats(self._ports, agent, [replace(change, chat_id=chat_id)])
            saved.append(await self._tell(await get_summary(self._ports, agent, chat_id), agent))
        return respond_with_saved(saved)

    async def _tell_started(self, started: StartedChat) -> wire.Chat:
        summary = await get_summary(self._ports, started.caller, started.chat.id)
        told = await self._tell(summary, started.caller)
        if started.token is not None:
            told.token = started.token
        return told

    async def _tell(self, summary: Summary, caller: Caller) -> wire.Chat:
        chat = summary.chat
        events = await self._ports.events.list_before(
            chat.tenant_id, chat.id, "public", chat.head + 1, MAX_POLLED_EVENTS
        )
        return chat_from_summary(summary, caller, await read_messages(self._ports, chat, events))

    async def _tell_available(self, chats: Sequence[wire.Chat]) -> None:
        ids = {int(chat.chatprofile_id) for chat in chats if chat.chatprofile_id}
        found = [await self._ports.profiles.find_profile(profile_id) for profile_id in ids]
        known = await list_availability(self._ports, [profile for profile in found if profile is not None])
        for chat in chats:
            availability = known.get(int(chat.chatprofile_id or 0))
            chat.chat_available = availability is not None and availability.is_available

    def operations(self) -> list[Operation]:
        """The addresses of chats."""
        return [
            Operation(
                name="listChats",
                method="GET",
                path="/api/Chat",
                run=self.list_chats,
                summary="Chats, newest first unless an order is asked for",
                tag="Chats",
                scope="access:chat",
                query=wire.ChatListQuery,
                answer=wire.ChatList,
            ),
            Operation(
                name="saveChats",
                method="POST",
                path="/api/Chat",
                run=self.save_chats,
                summary="Chats to start, or with an id to change",
                tag="Chats",
                scope="access:chat",
                is_open=True,
                admits_visitors=True,
                items=wire.ChatInput,
                example={"chatprofile_id": "1", "display_name": "Ada", "text": "Is size 54 in stock?"},
                takes_idempotency_key=True,
                answer=wire.Chat,
                status=201,
            ),
            Operation(
                name="getChat",
                method="GET",
                path="/api/Chat/{id}",
                run=self.get_chat,
                summary="One chat with its messages, participants and unread count",
                tag="Chats",
                scope="access:chat",
                admits_visitors=True,
                query=wire.ChatQuery,
                answer=wire.Chat,
            ),
        ]


def _filter_from_query(query: wire.ChatListQuery, agent: AgentCaller) -> ChatFilter:
    profile_id = None
    if query.chatprofile_id is not None:
        try:
            profile_id = parse_id(query.chatprofile_id)
        except NotFound:
            profile_id = 0  # No profile has it, and so no chat.
    return ChatFilter(
        profile_id=profile_id,
        ticket_id=query.ticket_id,
        teams_conversation_id=query.teams_conversation_id,
        is_open=query.ignore_all_closed,
        colleague_id=agent.id if query.isagentchat else None,
    )


def _change_from_input(call: Call, agent: AgentCaller, item: wire.ChatInput, index: int) -> ChatChange:
    """What is to be changed about a chat, or about one that is yet to be started (chat 0)."""
    if isinstance(item.name, str) and not clean_name(item.name):
        raise BadRequest("A chat's name has something to read in it.", field="name")
    if (item.agent_id or 0) > 0 and item.agent_id != agent.id:
        raise BadRequest("A chat is given to the agent who calls, or to nobody.", field="agent_id")
    given = {name: getattr(item, name) for name in CHANGEABLE if name in wire.ChatInput.__struct_fields__}
    details = {name: value for name, value in given.items() if not isinstance(value, wire.Unset)}
    for name in ("team_id", "ticket_id"):
        if name in details and (details[name] or 0) <= 0:
            details[name] = None
    return ChatChange(
        max(0, item.id or 0),
        f"{cid_of(call, index)}.change",
        name=item.name if isinstance(item.name, str) else None,
        details=details,
        takes=bool(item.assigned) or (item.agent_id or 0) > 0,
        ends=bool(item.closed),
    )
