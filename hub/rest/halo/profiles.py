"""Chat profiles; one of them without a token is how the widget begins."""

from starlette.responses import JSONResponse, Response

from hub.actions.availability import get_availability
from hub.actions.ports import Ports
from hub.domain.errors import NotFound
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.translate import chat_profile_from_profile
from hub.rest.halo.wire import ProfileQuery
from hub.rest.operation import Call, Operation


class ChatProfiles:
    """The resource."""

    def __init__(self, ports: Ports, dialect: HaloDialect) -> None:
        self._ports = ports
        self._dialect = dialect

    async def get_profile(self, call: Call) -> Response:
        """The public part of a profile, for whoever has its key, on pages it admits."""
        query: ProfileQuery = call.query
        try:
            profile_id = call.id
        except NotFound:
            profile_id = None
        profile = await self._dialect.require_profile(call.request, profile_id, query.key)
        is_available = None
        if query.check_available:
            is_available = (await get_availability(self._ports, profile)).is_available
        return JSONResponse(chat_profile_from_profile(profile, is_available))

    def operations(self) -> list[Operation]:
        """The addresses of profiles."""
        return [
            Operation(
                name="getChatProfile",
                method="GET",
                path="/api/ChatProfile/{id}",
                run=self.get_profile,
                summary="One profile; with its key, what the widget needs of it",
                tag="Chat profiles",
                is_open=True,
                query=ProfileQuery,
            ),
        ]
