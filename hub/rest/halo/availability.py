"""Why a profile takes chats, or does not: for those who run the hub."""

from starlette.responses import Response

from hub.actions.availability import get_availability
from hub.actions.ports import Ports
from hub.domain.errors import NotFound
from hub.domain.profile import may_see_profile
from hub.rest.halo.answers import respond
from hub.rest.halo.translate_workdays import availability_from_domain
from hub.rest.halo.wire_workdays import AvailabilityAnswer
from hub.rest.operation import Call, Operation


class ProfileAvailability:
    """The answer to "why am I offline?"."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def get_availability(self, call: Call) -> Response:
        """Every reason, with times and counts."""
        agent = call.require_agent()
        profile = await self._ports.profiles.find_profile(call.id)
        if profile is None or profile.tenant_id != agent.tenant_id:
            raise NotFound
        if not may_see_profile(profile.rules.access, agent):
            raise NotFound
        found = await get_availability(self._ports, profile)
        return respond(availability_from_domain(found, profile, self._ports.clock.now()))

    def operations(self) -> list[Operation]:
        """The address."""
        return [
            Operation(
                name="getChatProfileAvailability",
                method="GET",
                path="/api/ChatProfile/{id}/Availability",
                run=self.get_availability,
                summary="Whether a chat can be begun with the profile now, and what speaks against it",
                tag="Chat profiles",
                scope="access:chat",
                answer=AvailabilityAnswer,
            ),
        ]
