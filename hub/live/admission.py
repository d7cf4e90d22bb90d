"""Who may open a live line from where: decided by address, origin and cookie, before a byte of the line is read."""

from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from hub.domain.errors import Forbidden, NotSignedIn, StorageUnavailable
from hub.domain.identity import AgentCaller
from hub.domain.origin import admits
from hub.live.party import AgentEntrance, Entrance, VisitorEntrance
from hub.live.registry import Registry
from hub.live.room import Room


class ConsoleLines(Protocol):
    """Recognises the console by its cookie; `hub.app` brings the real one."""

    async def find_console_caller(self, connection: HTTPConnection) -> AgentCaller | None:
        """The signed-in agent; None for a program, whose key must name it.

        Raises NotSignedIn, and Forbidden for a page that is not the hub's own or a write without its XSRF token.
        """


class Admission:
    """The door of the live room, for lines of every kind."""

    def __init__(self, room: Room, registry: Registry, console: ConsoleLines) -> None:
        self._room = room
        self._registry = registry
        self._console = console

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
            return await self._admit_visitor(profile_id, origins[0] if origins else None)
        except StorageUnavailable as error:
            raise HTTPException(503, str(error), {"Retry-After": "1"}) from error
        except NotSignedIn as error:
            raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error
        except Forbidden as error:
            raise HTTPException(403, str(error)) from error

    async def _admit_visitor(self, profile_id: str, origin: str | None) -> VisitorEntrance:
        profile = await self._room.ports.profiles.find_profile(_parse_id(profile_id))
        if profile is None:
            raise HTTPException(404, "There is no such profile.")
        if not admits(profile.origins, origin):
            raise Forbidden("The profile does not admit this page's origin.")
        return VisitorEntrance(profile)


def _parse_id(text: str) -> int:
    """The number; 0, which no profile has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
