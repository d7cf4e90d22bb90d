"""Who may open a live line from where: decided by address, origin and cookie, before a byte of the line is read."""

from dataclasses import replace
from math import ceil
from typing import Final, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from hub.actions.visitors import find_entrance
from hub.auth.client_addresses import ClientAddresses
from hub.domain.errors import Forbidden, NotSignedIn, StorageUnavailable
from hub.domain.identity import AgentCaller
from hub.domain.origin import LOOPBACK_HOSTS, admits
from hub.live.party import AgentEntrance, Entrance, PageEntrance
from hub.live.registry import Registry
from hub.live.room import Room

# For one address: an office behind one address comes back as a whole after a restart, a flood does not stop.
LINES_PER_MINUTE: Final = 120
LINES_BURST: Final = 200


class ConsoleLines(Protocol):
    """Recognises the console by its cookie; `hub.app` brings the real one."""

    async def find_console_caller(self, connection: HTTPConnection) -> AgentCaller | None:
        """The signed-in agent; None for a program, whose key must name it.

        Raises NotSignedIn, and Forbidden for a page that is not the hub's own or a write without its XSRF token.
        """


class Admission:
    """The door of the live room, for lines of every kind."""

    def __init__(
        self, room: Room, registry: Registry, console: ConsoleLines, addresses: ClientAddresses
    ) -> None:
        self._room = room
        self._registry = registry
        self._console = console
        self._addresses = addresses

    async def admit(self, connection: HTTPConnection) -> Entrance:
        """The way in for this connection. HTTPException else: 400, 401, 403, 404, 503."""
        if self._registry.draining:
            raise HTTPException(503, "This process is going; try again.", {"Retry-After": "1"})
        origins = connection.headers.getlist("origin")
        if len(origins) > 1:
            raise HTTPException(403, "More than one Origin.")
        profile_id = connection.query_params.get("profile")
        try:
            if profile_id is None:
                return AgentEntrance(await self._console.find_console_caller(connection))
            origin = origins[0] if origins else None
            entrance = await self._admit_page(profile_id, origin, self.find_address(connection))
            return replace(entrance, user_agent=connection.headers.get("user-agent"))
        except StorageUnavailable as error:
            raise HTTPException(503, str(error), {"Retry-After": "1"}) from error
        except NotSignedIn as error:
            raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error
        except Forbidden as error:
            raise HTTPException(403, str(error)) from error

    async def require_turn(self, connection: HTTPConnection) -> None:
        """Refuses (429) an address that opens lines too fast, over all processes."""
        address = self.find_address(connection)
        if address is None:
            return
        wait_s = await self._room.ports.limits.take(f"line:{address}", LINES_PER_MINUTE, LINES_BURST)
        if wait_s > 0:
            raise HTTPException(
                429, "Too many connections; wait a moment.", {"Retry-After": str(ceil(wait_s))}
            )

    def find_address(self, connection: HTTPConnection) -> str | None:
        """The caller's address as limits count it; None for this machine itself, whose programs are the operator's own."""
        peer = connection.client.host if connection.client else None
        address = self._addresses.client_address(peer, connection.headers.getlist("x-forwarded-for"))
        return (
            None if address == "local" or address in LOOPBACK_HOSTS or address.startswith("127.") else address
        )

    async def _admit_page(self, profile_id: str, origin: str | None, address: str | None) -> PageEntrance:
        profile = await find_entrance(self._room.ports, _parse_id(profile_id))
        if profile is None:
            raise HTTPException(404, "There is no such profile.")
        if not admits(profile.origins, origin):
            raise Forbidden("The profile does not admit this page's origin.")
        return PageEntrance(profile, address, origin)


def _parse_id(text: str) -> int:
    """The number; 0, which no profile has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
