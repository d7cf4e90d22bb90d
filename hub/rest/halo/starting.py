"""How a chat begins over HTTP: by a visitor with the profile's key or a token, or by an agent for somebody."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from hub.actions.availability import get_availability
from hub.actions.chats import start_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.actions.visitors import Tokens, renew_token
from hub.domain.chat import Chat, StartFacts
from hub.domain.errors import BadRequest, HubError, NotAvailable, NotFound, NotSignedIn, ProfileNotFound
from hub.domain.event import Event
from hub.domain.identity import AgentCaller, VisitorCaller, visitor_name
from hub.domain.profile import (
    Profile,
    admits_visitors,
    may_see_profile,
    require_may_answer,
    require_may_start,
)
from hub.domain.text import MAX_VISITOR_TEXT_CHARS, require_text
from hub.rest.halo import wire_chats as wire
from hub.rest.halo.dialect import HaloDialect
from hub.rest.operation import Call, parse_id

MAX_KEY_CHARS = 255
# What the facts of a start are called here.
FACTS = {"name": "display_name", "email": "emailaddress", "time_zone": "timezone", "consent": "_consent"}
# A shorter key could be guessed, and who guesses it would be handed the token of the chat it began.
MIN_SECRET_KEY_CHARS = 16


@dataclass(frozen=True, slots=True)
class StartedChat:
    """The chat, whose it is, the token to be told to them once, when they had none, and what they said with it."""

    chat: Chat
    caller: VisitorCaller
    token: str | None
    said: Event | None


class Starting:
    """Begins chats."""

    def __init__(self, ports: Ports, tokens: Tokens, dialect: HaloDialect) -> None:
        self._ports = ports
        self._tokens = tokens
        self._dialect = dialect

    async def start_as_nobody(self, call: Call, item: wire.ChatInput, index: int) -> StartedChat:
        """For somebody with the profile's key, who is a visitor from then on. Raises NotSignedIn, ProfileNotFound, Forbidden."""
        key = item.key or item.chatprofilekey
        if not key:
            raise NotSignedIn
        profile = await self._dialect.require_profile(call.request, _profile_id(item), key)
        if not admits_visitors(profile):
            raise ProfileNotFound
        uuid = _uuid_of(call, index, str(profile.uuid))
        stranger = VisitorCaller(profile.tenant_id, profile.id, uuid, None, visitor_name(uuid))
        return await self._start(call, profile, stranger, item, index, is_new=True)

    async def start_as_visitor(
        self, call: Call, visitor: VisitorCaller, item: wire.ChatInput, index: int
    ) -> StartedChat:
        """For a visitor with a token: their one open chat with the profile."""
        profile = await self._ports.profiles.find_profile(visitor.profile_id)
        if profile is None:
            raise ProfileNotFound
        return await self._start(call, profile, visitor, item, index, is_new=False)

    async def require_startable(self, agent: AgentCaller, item: wire.ChatInput, *, answers: bool) -> Profile:
        """The profile with which the agent may open this chat, and answer it if asked to.

        What would refuse the chat refuses it here, before anything of an array is begun. Raises BadRequest when the profile is
        not one the agent sees, Forbidden, NotAvailable, TextEmpty, TextTooLong.
        """
        profile_id = _profile_id(item)
        profile = None if profile_id is None else await self._ports.profiles.find_profile(profile_id)
        if (
            profile is None
            or profile.tenant_id != agent.tenant_id
            or not may_see_profile(profile.rules.access, agent)
        ):
            raise BadRequest("There is no such chat profile.", field="chatprofile_id")
        require_may_start(profile, is_proven=False)
        if not (await get_availability(self._ports, profile)).is_available:
            raise NotAvailable
        if item.text is not None:
            require_text(item.text, MAX_VISITOR_TEXT_CHARS)
        if answers:
            require_may_answer(profile.rules.access, agent)
        return profile

    async def start_as_agent(
        self, call: Call, agent: AgentCaller, item: wire.ChatInput, index: int
    ) -> StartedChat:
        """For an agent, who opens it on behalf of somebody. Raises as `require_startable` does."""
        profile = await self.require_startable(agent, item, answers=False)
        uuid = _uuid_of(call, index, f"{profile.uuid}:{agent.id}")
        stranger = VisitorCaller(profile.tenant_id, profile.id, uuid, None, visitor_name(uuid))
        return await self._start(call, profile, stranger, item, index, is_new=False)

    async def _start(
        self,
        call: Call,
        profile: Profile,
        visitor: VisitorCaller,
        item: wire.ChatInput,
        index: int,
        *,
        is_new: bool,
    ) -> StartedChat:
        if item.text is not None:
            require_text(item.text, MAX_VISITOR_TEXT_CHARS)
        facts = StartFacts(
            page_url=item.page_url,
            page_title=item.page_title,
            language=item.language,
            time_zone=item.timezone,
            name=item.display_name,
            email=item.emailaddress,
            started_after_s=item.time_to_launch,
            consent=item.consent,
        )
        is_visitors = call.principal is None or call.find_visitor() is not None
        address = self._dialect.client_address(call.request) if is_visitors else None
        cid = cid_of(call, index)
        try:
            started = await start_chat(
                self._ports, visitor, profile, cid, facts, address, by_agent=not is_visitors
            )
        except HubError as error:
            error.field = FACTS.get(error.field or "", error.field)
            raise
        said = None
        if item.text is not None:
            posted = await post_message(
                self._ports, started.caller, started.chat.id, item.text, f"{cid}.text"
            )
            said = posted.event
        token = renew_token(self._tokens, started.caller, self._ports.clock.now()) if is_new else None
        return StartedChat(started.chat, started.caller, token.fresh_token if token else None, said)


def cid_of(call: Call, index: int) -> str:
    """The client id of an element: the caller's `Idempotency-Key` with the element's number, else one of its own.

    Raises BadRequest for a key that is longer than 255 characters or not printable ASCII.
    """
    key = call.idempotency_key
    if key is None:
        return str(uuid4())
    if len(key) > MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        raise BadRequest("An Idempotency-Key has at most 255 printable characters.", field="Idempotency-Key")
    return f"{key}:{index}"


def _uuid_of(call: Call, index: int, whose: str) -> UUID:
    """Whom a chat is begun for: somebody new, and with the same long key the same one again."""
    key = call.idempotency_key
    if key is None or len(key) < MIN_SECRET_KEY_CHARS:
        return uuid4()
    return uuid5(NAMESPACE_URL, f"{whose}:{cid_of(call, index)}")


def _profile_id(item: wire.ChatInput) -> int | None:
    try:
        return parse_id(str(item.chatprofile_id or item.chatprofileid or ""))
    except NotFound:
        return None
