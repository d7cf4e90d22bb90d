"""Who is before a live line: the console by its cookie, programs and pages for agents by what they bring in their hello."""

import structlog
from starlette.requests import HTTPConnection

from hub.actions.agent_pages import get_page_caller, sign_in_on_page
from hub.actions.agents import get_key_caller, get_session_caller
from hub.actions.ports import Ports, Secrets
from hub.actions.visitors import IdTokens
from hub.auth.console_sessions import XSRF_HEADER, ConsoleSessions, require_xsrf
from hub.domain.errors import Forbidden, IdentityRefused, NotSignedIn
from hub.domain.identity import AgentCaller
from hub.domain.origin import parse_origin, same_origin
from hub.domain.profile import Profile
from hub.settings import Settings

log = structlog.get_logger()


class KeyLookUp:
    """Agents by what they bring in their hello: programs an API key, pages for agents an id token or what it was exchanged for."""

    def __init__(self, ports: Ports, secrets: Secrets, id_tokens: IdTokens) -> None:
        self._ports = ports
        self._secrets = secrets
        self._id_tokens = id_tokens

    async def find_key_caller(self, key: str) -> AgentCaller:
        """The agent the key acts for. Raises NotSignedIn."""
        return await get_key_caller(self._ports, self._secrets.keys, key)

    async def find_page_caller(
        self, profile: Profile, id_token: str | None, token: str | None
    ) -> tuple[AgentCaller, str | None]:
        """The agent on a page of this entrance, with a fresh token when an id token came. Raises IdentityRefused, NotSignedIn."""
        if id_token:
            try:
                made = await sign_in_on_page(
                    self._ports, self._secrets.keys, self._id_tokens, profile, id_token
                )
            except IdentityRefused:
                # Also where the token is good, and its person no agent.
                log.info("agent_page_refused", tenant=profile.tenant_id, profile=profile.id)
                raise
            return made.agent, made.session_id
        agent, entrance = await get_page_caller(self._ports, self._secrets.keys, token or "")
        if (entrance.tenant_id, entrance.id) != (profile.tenant_id, profile.id):
            raise NotSignedIn
        return agent, None


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
