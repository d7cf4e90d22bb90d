"""What is Halo's own about every operation: who calls, how refusals look, and what pages of other origins may do."""

import math
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from hub.actions.agent_pages import get_page_caller
from hub.actions.agents import get_session_caller
from hub.actions.applications import ALL_SCOPES, ScopeRefused, get_application, holds_scope
from hub.actions.ports import PAGE_SESSION_PREFIX, Keys, Ports
from hub.actions.visitors import Tokens, get_visitor
from hub.auth.access_tokens import AccessTokens
from hub.auth.client_addresses import ClientAddresses
from hub.auth.console_sessions import XSRF_HEADER, ConsoleSessions, require_xsrf
from hub.domain.errors import Forbidden, HubError, NotSignedIn, ProfileNotFound, TooMany
from hub.domain.origin import admits
from hub.domain.profile import Profile, is_key_of
from hub.rest.halo.errors import respond_with_error
from hub.rest.operation import Operation, Principal

PREFLIGHT_S = 600  # It says which methods exist, not who is admitted: that is checked with every request.
ALLOWED_HEADERS = "accept, authorization, content-type, idempotency-key"
EXPOSED_HEADERS = "retry-after"  # Else a page could not see when to come again.
CALLS_PER_MINUTE, CALL_BURST = 600, 100  # For a credential: polls of ten a second, as the contract says.
WRONG_KEYS_PER_MINUTE = (
    10  # For an address: a page with a typing error stays readable, a search for keys does not.
)
VISITOR_PREFIX = "vc_"


class HaloDialect:
    """Fulfils `Dialect` of `hub.rest.operation`."""

    def __init__(
        self,
        ports: Ports,
        visitor_tokens: Tokens,
        access_tokens: AccessTokens,
        addresses: ClientAddresses,
        console: ConsoleSessions,
        keys: Keys,
    ) -> None:
        self._ports = ports
        self._visitor_tokens = visitor_tokens
        self._access_tokens = access_tokens
        self._addresses = addresses
        self._console = console
        self._keys = keys

    async def authenticate(self, request: Request, operation: Operation) -> Principal | None:
        """The application or the visitor whose bearer token came along, or the agent before the console.

        None when nobody came to an open operation.
        """
        if operation.is_anonymous:
            return None  # Programs that renew a token may still send the one that has run out.
        token = bearer_token(request)
        if token is None:
            if XSRF_HEADER in request.headers:
                return await self._authenticate_console(request)
            if operation.is_open:
                return None
            raise NotSignedIn
        if token.startswith(VISITOR_PREFIX):
            return await self._authenticate_visitor(request, operation, token)
        if token.startswith(PAGE_SESSION_PREFIX):
            return await self._authenticate_page(request, operation, token)
        grant = self._access_tokens.read_token("access", token, self._ports.clock.now())
        try:
            application = await get_application(self._ports, grant)
        except ScopeRefused:
            raise NotSignedIn from None
        await self._require_turn(
            f"call:{grant.tenant_id}:{grant.credential_id}", CALLS_PER_MINUTE, CALL_BURST
        )
        if operation.scope is not None and not holds_scope(application.scopes, operation.scope):
            raise Forbidden(f"This needs the scope “{operation.scope}”.")
        return Principal(application.agent, application.scopes)

    def respond_with_error(self, error: HubError) -> Response:
        """The refusal in Halo's form."""
        return respond_with_error(error)

    async def respond_to_preflight(self, request: Request, methods: Sequence[str]) -> Response:
        """Which methods and headers exist. Whether a page is admitted is said with the answer itself."""
        headers = {"Allow": ", ".join(methods), "Vary": "Origin", "Cache-Control": "no-store"}
        origin = request.headers.get("origin")
        if origin is not None:
            headers |= {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": ", ".join(methods),
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": str(PREFLIGHT_S),
            }
        return Response(status_code=204, headers=headers)

    async def finish(self, request: Request, principal: Principal | None, response: Response) -> None:
        """No cache keeps an answer; the page of a visitor may read it."""
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin is not None and getattr(request.state, "admits_origin", False):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS

    async def require_profile(self, request: Request, profile_id: int | None, key: str | None) -> Profile:
        """The profile whose key this is, for pages it admits.

        Raises ProfileNotFound, the same for a missing profile and a wrong key, TooMany after ten of these from one
        address, and Forbidden for pages the profile does not admit. Without an Origin it is no foreign page.
        """
        profile = None if profile_id is None else await self._ports.profiles.find_profile(profile_id)
        if profile is None or profile.is_deleted or not is_key_of(profile, key):
            await self._require_turn(
                f"wrong_key:{self.client_address(request)}", WRONG_KEYS_PER_MINUTE, WRONG_KEYS_PER_MINUTE
            )
            raise ProfileNotFound
        self.require_admitted(request, profile)
        return profile

    def require_admitted(self, request: Request, profile: Profile) -> None:
        """Forbidden for pages the profile does not admit; from here on the admitted page may read the answer."""
        origin = request.headers.get("origin")
        if origin is None:
            return
        if not admits(profile.origins, origin):
            raise Forbidden("This chat profile does not admit pages of this address.")
        request.state.admits_origin = True

    def client_address(self, request: Request) -> str:
        """Where the call comes from, as limits count it."""
        peer = request.client.host if request.client else None
        return self._addresses.client_address(peer, request.headers.getlist("x-forwarded-for"))

    async def _authenticate_console(self, request: Request) -> Principal:
        """The agent whose session cookie came along. The XSRF token, which no foreign page can read, shows that the console asks."""
        self._console.require_own_page(request.headers.get("origin"), request.headers.get("sec-fetch-site"))
        session_id = self._console.session_id_from_cookies(request.cookies)
        require_xsrf(session_id, request.headers.get(XSRF_HEADER))
        agent = await get_session_caller(self._ports, self._keys, session_id)
        await self._require_turn(f"call:{agent.tenant_id}:agent:{agent.id}", CALLS_PER_MINUTE, CALL_BURST)
        return Principal(agent, frozenset({ALL_SCOPES}))

    async def _authenticate_visitor(self, request: Request, operation: Operation, token: str) -> Principal:
        visitor, profile = await get_visitor(self._ports, self._visitor_tokens, token)
        self.require_admitted(request, profile)
        await self._require_turn(f"call:{visitor.tenant_id}:{visitor.uuid}", CALLS_PER_MINUTE, CALL_BURST)
        if not (operation.admits_visitors or operation.is_open):
            raise Forbidden("Visitors have no part in this.")
        return Principal(visitor)

    async def _authenticate_page(self, request: Request, operation: Operation, token: str) -> Principal:
        """The agent on a page of an entrance for agents, who may there what such a page needs."""
        agent, profile = await get_page_caller(self._ports, self._keys, token)
        self.require_admitted(request, profile)
        await self._require_turn(f"call:{agent.tenant_id}:agent:{agent.id}", CALLS_PER_MINUTE, CALL_BURST)
        if not operation.admits_pages:
            raise Forbidden("This is not for pages; use the console or a program.")
        return Principal(agent, frozenset({"access:chat"}))

    async def _require_turn(self, key: str, per_minute: int, burst: int) -> None:
        wait_s = await self._ports.limits.take(key, per_minute, burst)
        if wait_s > 0:
            raise TooMany(after_ms=math.ceil(wait_s * 1000))


def bearer_token(request: Request) -> str | None:
    """The bearer token; None when there is no Authorization header. NotSignedIn for other schemes and for two headers."""
    presented = request.headers.getlist("authorization")
    if not presented:
        return None
    scheme, _, token = presented[0].partition(" ")
    if len(presented) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()
