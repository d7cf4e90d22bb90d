"""Chat profiles; one of them without a token is how the widget begins."""

from functools import partial

from starlette.responses import Response

from hub.actions.availability import get_availability
from hub.actions.ports import Keys, Ports
from hub.actions.profiles import ProfileDraft, delete_profile, get_profile, list_profiles, save_profiles
from hub.domain.errors import HubError, NotFound, ProfileNotFound
from hub.domain.identity import AgentCaller
from hub.domain.profile import admits_agents
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.translate_profiles import (
    chat_profile_from_profile,
    profile_from_body,
    refusal_in_halo_words,
    widget_profile_from_profile,
)
from hub.rest.halo.wire_profiles import (
    ChatProfile,
    ChatProfileList,
    ProfileBody,
    ProfileListQuery,
    ProfileQuery,
)
from hub.rest.operation import Call, Operation

MAX_BODY_BYTES = 1024 * 1024  # A flow with its drawing is larger than other bodies.


class ChatProfiles:
    """The resource."""

    def __init__(self, dialect: HaloDialect, ports: Ports, keys: Keys) -> None:
        self._dialect = dialect
        self._ports = ports
        self._keys = keys

    async def list_profiles(self, call: Call) -> Response:
        """The profiles the agent may see, of one type or of all."""
        query: ProfileListQuery = call.query
        profiles = await list_profiles(self._ports, call.require_agent())
        wanted = [profile for profile in profiles if query.type in (None, profile.kind)]
        rows = [
            chat_profile_from_profile(profile, with_details=False)
            for profile in wanted[query.offset : query.offset + query.limit]
        ]
        return respond_with_list("chatprofiles", rows, len(wanted), query)

    async def save_profiles(self, call: Call) -> Response:
        """Makes and changes profiles: all that the body names, or none."""
        bodies: list[ProfileBody] = list(call.items)
        require_single_use([body.id for body in bodies if body.id is not None], "id")
        drafts = [ProfileDraft(body.id, partial(profile_from_body, body)) for body in bodies]
        try:
            saved = await save_profiles(self._ports, self._keys, call.require_agent(), drafts)
        except HubError as error:
            raise refusal_in_halo_words(error) from None
        return respond_with_saved(
            [chat_profile_from_profile(profile, with_details=True) for profile in saved]
        )

    async def get_profile(self, call: Call) -> Response:
        """The profile for agents; without a token its public part, for whoever has its key, on pages it admits."""
        query: ProfileQuery = call.query
        caller = call.principal.caller if call.principal else None
        if isinstance(caller, AgentCaller):
            profile = await get_profile(self._ports, caller, _profile_id(call))
            body = chat_profile_from_profile(profile, with_details=query.includedetails)
        else:
            profile = await self._dialect.require_profile(call.request, _find_profile_id(call), query.key)
            body = widget_profile_from_profile(profile)
        if query.check_available:
            # To a page of an entrance for agents it is open as long as the page is admitted.
            is_open = admits_agents(profile) and not isinstance(caller, AgentCaller)
            body["_chat_available"] = is_open or (await get_availability(self._ports, profile)).is_available
        return respond(body)

    async def delete_profile(self, call: Call) -> Response:
        """Nobody new comes in through the profile any more; its chats go on. The answer is the profile as it was."""
        profile = await delete_profile(self._ports, call.require_agent(), _profile_id(call))
        return respond(chat_profile_from_profile(profile, with_details=True))

    def operations(self) -> list[Operation]:
        """The addresses of profiles."""
        return [
            Operation(
                name="listChatProfiles",
                method="GET",
                path="/api/ChatProfile",
                run=self.list_profiles,
                summary="The chat profiles the agent may see",
                tag="Chat profiles",
                scope="access:chat",
                query=ProfileListQuery,
                answer=ChatProfileList,
            ),
            Operation(
                name="saveChatProfiles",
                method="POST",
                path="/api/ChatProfile",
                run=self.save_profiles,
                summary="Makes profiles (without id) and changes them (with id), all or none",
                tag="Chat profiles",
                scope="admin",
                items=ProfileBody,
                answer=ChatProfile,
                status=201,
                max_body_bytes=MAX_BODY_BYTES,
            ),
            Operation(
                name="getChatProfile",
                method="GET",
                path="/api/ChatProfile/{id}",
                run=self.get_profile,
                summary="One profile; with its key, what the widget needs of it",
                tag="Chat profiles",
                scope="access:chat",
                is_open=True,
                query=ProfileQuery,
                answer=ChatProfile,
            ),
            Operation(
                name="deleteChatProfile",
                method="DELETE",
                path="/api/ChatProfile/{id}",
                run=self.delete_profile,
                summary="Deletes a profile; its chats go on and stay readable",
                tag="Chat profiles",
                scope="admin",
                answer=ChatProfile,
            ),
        ]


def _find_profile_id(call: Call) -> int | None:
    try:
        return call.id
    except NotFound:
        return None


def _profile_id(call: Call) -> int:
    """The id in the path; ProfileNotFound, as for one that is not there, when it cannot be one."""
    profile_id = _find_profile_id(call)
    if profile_id is None:
        raise ProfileNotFound
    return profile_id
