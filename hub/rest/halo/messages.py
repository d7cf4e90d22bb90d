"""Messages of chats: read by polling, said one or several at once, and the sign that somebody types."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from hub.actions.attention import mark_read, say_typing
from hub.actions.corrections import edit_message
from hub.actions.messages import NewMessage, post_messages
from hub.actions.ports import Ports
from hub.domain.chat import Chat, require_may_see
from hub.domain.errors import BadRequest, ChatNotFound, NotSignedIn, TextEmpty
from hub.domain.event import Event
from hub.domain.identity import AgentCaller, Caller
from hub.rest.halo import wire_chats as wire
from hub.rest.halo.answers import respond, respond_with_saved
from hub.rest.halo.moment import render_moment
from hub.rest.halo.starting import Starting, cid_of
from hub.rest.halo.translate_chats import profile_id_text
from hub.rest.halo.translate_messages import (
    NOT_SAFE,
    TOLD_KINDS,
    attachment_ids_from_input,
    message_from_event,
    require_own_name,
    text_from_input,
)
from hub.rest.operation import Call, Operation

MAX_POLLED_EVENTS = 1_000  # Who is further behind asks again with the last id.
TYPING_PER_MINUTE, TYPING_BURST = (
    60,
    5,
)  # Renewed every 3 s by people; what comes faster is left out, without an error.


class Messages:
    """The resources ChatMessage and ChatMessage/IsTyping."""

    def __init__(self, ports: Ports, starting: Starting) -> None:
        self._ports = ports
        self._starting = starting

    async def list_messages(self, call: Call) -> Response:
        """A chat's messages between two ids, ascending; whoever takes part has read them then."""
        query: wire.MessageQuery = call.query
        caller = call.require_principal().caller
        chat = await self._get_chat(caller, query.chat_id)
        events = await self._ports.events.list_ids_after(
            caller.tenant_id, chat.id, query.last_id, query.max_id, MAX_POLLED_EVENTS
        )
        if events and _takes_part(caller, chat):
            await mark_read(self._ports, caller, chat.id, events[-1].seq)
        return respond(await read_messages(self._ports, chat, events))

    async def save_messages(self, call: Call) -> Response:
        """What is said, all of it or nothing; with the id of what an agent said, better words for that."""
        items: Sequence[wire.MessageInput] = call.items
        if call.principal is None:
            return await self._start_with_message(call, items)
        caller = call.principal.caller
        edited = await self._find_edited(caller, items)
        if any(edited) and len(items) > 1:
            raise BadRequest("Words are changed one message at a time.", field="id")
        if edited and edited[0] is not None and isinstance(caller, AgentCaller):
            return await self._edit(call, caller, items[0], edited[0])
        return await self._post(call, caller, items)

    async def tell_typing(self, call: Call) -> Response:
        """Shows the others for some seconds that the caller types, or that they have stopped."""
        item: wire.TypingInput = call.items[0]
        caller = call.require_principal().caller
        chat = await self._get_chat(caller, item.chat_id)
        require_own_name(wire.MessageInput(sender_id=item.sender_id), caller, chat)
        now = self._ports.clock.now()
        if (
            await self._ports.limits.take(f"typing:{chat.id}:{caller.id}", TYPING_PER_MINUTE, TYPING_BURST)
            == 0
        ):
            say_typing(self._ports, caller, chat, not item.stopped, _aware(item.timestamp))
        answer = wire.TypingAnswer(chat.id, caller.id or 0, render_moment(now), item.stopped)
        return respond(answer, 201)

    async def _post(self, call: Call, caller: Caller, items: Sequence[wire.MessageInput]) -> Response:
        chats = await self._read_chats(caller, items)
        messages = []
        for index, item in enumerate(items):
            chat = require_may_see(caller, chats.get(item.chat_id or 0))
            require_own_name(item, caller, chat)
            _require_profile_of(item, chat)
            text, data = text_from_input(item, caller)
            ids = tuple(attachment_ids_from_input(item))
            messages.append(NewMessage(chat.id, text, cid_of(call, index), data or None, ids))
        appended = await post_messages(self._ports, caller, messages, chats)
        fresh = await self._read_chats(caller, items)
        told = [message_from_event(one.event, fresh[one.event.chat_id]) for one in appended]
        for message in told:
            if not message.is_message_safe:
                message.warning = NOT_SAFE
        return respond_with_saved(told)

    async def _edit(
        self, call: Call, agent: AgentCaller, item: wire.MessageInput, message: Event
    ) -> Response:
        chat = await self._get_chat(agent, message.chat_id)
        text, data = text_from_input(item, agent)
        kept: dict[str, Any] = {name: data[name] for name in ("html", "unsafe") if name in data}
        edit = await edit_message(self._ports, agent, chat, message, text, cid_of(call, 0), kept)
        return respond_with_saved([message_from_event(message, chat, edit.event)])

    async def _start_with_message(self, call: Call, items: Sequence[wire.MessageInput]) -> Response:
        """A visitor without a token begins a chat by saying something; the answer holds the token, once."""
        item = items[0]
        if (
            len(items) > 1
            or item.chatprofileid is None
            or item.chatprofilekey is None
            or (item.chat_id or 0) > 0
        ):
            raise NotSignedIn
        begin = wire.ChatInput(
            chatprofile_id=item.chatprofileid,
            key=item.chatprofilekey,
            display_name=item.display_name,
            text=item.text,
        )
        if not item.text:
            raise TextEmpty(field="text")
        started = await self._starting.start_as_nobody(call, begin, 0)
        assert started.said is not None, "The chat was begun with these words."
        message = message_from_event(started.said, await self._get_chat(started.caller, started.chat.id))
        message.token = started.token
        message.chatprofilekey = item.chatprofilekey
        return respond_with_saved([message])

    async def _find_edited(self, caller: Caller, items: Sequence[wire.MessageInput]) -> list[Event | None]:
        """For each item what an agent said under its id in its chat, when an agent names it so; other ids mean nothing."""
        if not isinstance(caller, AgentCaller):
            return [None for _ in items]
        found: list[Event | None] = []
        for item in items:
            known = []
            if (item.id or 0) > 0 and (item.chat_id or 0) > 0:
                known = await self._ports.events.list_by_ids(
                    caller.tenant_id, item.chat_id or 0, [item.id or 0]
                )
            said = [
                event for event in known if event.kind == "message_posted" and event.side in ("agent", "bot")
            ]
            found.append(said[0] if said else None)
        return found

    async def _read_chats(self, caller: Caller, items: Sequence[wire.MessageInput]) -> dict[int, Chat]:
        ids = list(dict.fromkeys(item.chat_id or 0 for item in items))
        if any(chat_id <= 0 for chat_id in ids):
            raise BadRequest("A message names its chat.", field="chat_id")
        return {chat.id: chat for chat in await self._ports.chats.list_chats(caller.tenant_id, ids)}

    async def _get_chat(self, caller: Caller, chat_id: int) -> Chat:
        if caller.id is None:
            raise ChatNotFound
        return require_may_see(caller, await self._ports.chats.find_chat(caller.tenant_id, chat_id))

    def operations(self) -> list[Operation]:
        """The addresses of messages."""
        return [
            Operation(
                name="listChatMessages",
                method="GET",
                path="/api/ChatMessage",
                run=self.list_messages,
                summary="A chat's messages behind `last_id`, up to `max_id`, ascending",
                tag="Chats",
                scope="access:chat",
                admits_visitors=True,
                query=wire.MessageQuery,
                answer=list[wire.Message],
            ),
            Operation(
                name="saveChatMessages",
                method="POST",
                path="/api/ChatMessage",
                run=self.save_messages,
                summary="Messages to say, all or none; an agent's message into a waiting chat joins it",
                tag="Chats",
                scope="access:chat",
                is_open=True,
                admits_visitors=True,
                items=wire.MessageInput,
                example={"chat_id": 1, "text": "Yes, two of them."},
                takes_idempotency_key=True,
                answer=wire.Message,
                status=201,
            ),
            Operation(
                name="tellTyping",
                method="POST",
                path="/api/ChatMessage/IsTyping",
                run=self.tell_typing,
                summary="Somebody types, or has stopped",
                tag="Chats",
                scope="access:chat",
                admits_visitors=True,
                items=wire.TypingInput,
                example={"chat_id": 1, "sender_id": -1},
                is_single=True,
                answer=wire.TypingAnswer,
                status=201,
            ),
        ]


async def read_messages(ports: Ports, chat: Chat, events: Sequence[Event]) -> list[wire.Message]:
    """Those of the events that have a line in Halo's log, with their newest words."""
    said = [event for event in events if event.kind in TOLD_KINDS]
    edits = {
        (edit.data or {}).get("seq"): edit
        for edit in await ports.events.list_edits(chat.tenant_id, chat.id, [event.seq for event in said])
    }
    return [message_from_event(event, chat, edits.get(event.seq)) for event in said]


def _takes_part(caller: Caller, chat: Chat) -> bool:
    return any(person.id == caller.id and not person.left for person in chat.participants)


def _require_profile_of(item: wire.MessageInput, chat: Chat) -> None:
    if item.chatprofileid and str(item.chatprofileid) != profile_id_text(chat):
        raise BadRequest("The chat belongs to another profile.", field="chatprofileid")


def _aware(at: datetime | None) -> datetime | None:
    """Dates without a zone are taken as UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
