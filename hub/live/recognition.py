"""Who is before a live line: the console by its cookie, a program by its key."""

from starlette.requests import HTTPConnection

from hub.actions.agents import get_key_caller, get_session_caller
from hub.actions.ports import Ports, Secrets
from hub.auth.console_sessions import XSRF_HEADER, ConsoleSessions, require_xsrf
from hub.domain.errors import Forbidden
from hub.domain.identity import AgentCaller
from hub.domain.origin import parse_origin, same_origin
from hub.settings import Settings


class KeyLookUp:
    """Agents by API key, for programs on the websocket."""

    def __init__(self, ports: Ports, secrets: Secrets) -> None:
        self._ports = ports
        self._secrets = secrets

    async def find_key_caller(self, key: str) -> AgentCaller:
        """The agent the key acts for. Raises NotSignedIn."""
        return await get_key_caller(self._ports, self._secrets.keys, key)


class ConsoleCookie:
    """Recognises the console on a live line by its session cookie and the page it comes from; a beat also by its XSRF token."""

    def __init__(self, ports: Ports, secrets: Secrets, settings: Settings) -> None:
        self._ports = ports
        self._secrets = secrets
        self._sessions = ConsoleSessions(settings.base_url)
        self._public_url = settings.public_url
        self._base_url = settings.base_url

    async def find_console_caller(self, line: HTTPConnection) -> AgentCaller | None:
        """The signed-in agent; None for a program, which sends neither Origin nor cookie. Raises NotSignedIn, Forbidden."""
        origin = line.headers.get("origin")
        if origin is None:
            return None  # A cookie without Origin names nobody: its key must.
        if not self._is_own_page(origin, line.headers.get("host", "")):
            raise Forbidden("Agents' lines are opened by the console or by programs.")
        session_id = self._sessions.session_id_from_cookies(line.cookies)
        if line.scope["type"] == "http":
            require_xsrf(session_id, line.headers.get(XSRF_HEADER))
        return await get_session_caller(self._ports, self._secrets.keys, session_id)

    def _is_own_page(self, origin: str, host: str) -> bool:
        if same_origin(origin, self._base_url):
            return True
        # Without a public address the hub is reached under several names of one machine (localhost, 127.0.0.1).
        parsed = parse_origin(origin)
        return (
            self._public_url is None
            and parsed is not None
            and parsed == parse_origin(f"{parsed.scheme}://{host}")
        )
