"""Halo's addresses. For now the one the widget begins with: its profile, without a token."""

import math
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from hub.actions.ports import Ports
from hub.auth.client_addresses import ClientAddresses
from hub.domain.errors import Forbidden, ProfileNotFound, TooMany
from hub.domain.origin import admits
from hub.domain.profile import Profile
from hub.rest.halo.errors import answering
from hub.rest.halo.translate import chat_profile_from_profile
from hub.rest.http import InsensitiveRoute, find_query, is_true
from hub.settings import Settings

WRONG_KEYS_PER_MINUTE = (
    10  # For an address: a page with a typing error stays readable, a search for keys does not.
)
PREFLIGHT_S = 600  # It says which methods exist, not who is admitted: that is checked with every request.


class ChatProfiles:
    """The widget's bootstrap."""

    def __init__(self, ports: Ports, settings: Settings) -> None:
        self._ports = ports
        self._addresses = ClientAddresses(settings.trusted_proxies)

    async def get_profile(self, request: Request) -> Response:
        """The public part of a profile, for whoever has its key, on pages it admits."""
        profile = await self._require_profile(request)
        body = chat_profile_from_profile(profile, is_true(find_query(request, "check_available")))
        return JSONResponse(body, headers=_admitting_headers(request))

    async def allow_get(self, request: Request) -> Response:
        """The answer to a browser that asks before it asks (CORS preflight)."""
        await self._require_profile(request)
        headers = _admitting_headers(request) | {
            "Access-Control-Allow-Methods": "GET",
            "Access-Control-Allow-Headers": "accept, content-type",
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        }
        return Response(status_code=204, headers=headers)

    async def _require_profile(self, request: Request) -> Profile:
        """The profile this request may see.

        Raises ProfileNotFound, the same for a missing profile and a wrong key, TooMany after ten of these from one
        address, and Forbidden for pages the profile does not admit. Without an Origin it is no foreign page.
        """
        profile_id = _parse_id(request.path_params["id"])
        profile = None if profile_id is None else await self._ports.profiles.find_profile(profile_id)
        presented = (find_query(request, "key") or "").encode("utf-8", "surrogatepass")
        known = compare_digest(presented, b"" if profile is None else profile.key.encode())
        if profile is None or not presented or not known:
            await self._count_wrong_key(request)
            raise ProfileNotFound
        origin = request.headers.get("origin")
        if origin is not None and not admits(profile.origins, origin):
            raise Forbidden("This chat profile does not admit pages of this address.")
        return profile

    async def _count_wrong_key(self, request: Request) -> None:
        peer = request.client.host if request.client else None
        address = self._addresses.client_address(peer, request.headers.getlist("x-forwarded-for"))
        wait_s = await self._ports.limits.take(
            f"wrong_key:{address}", WRONG_KEYS_PER_MINUTE, WRONG_KEYS_PER_MINUTE
        )
        if wait_s > 0:
            raise TooMany(after_ms=math.ceil(wait_s * 1000))


def routes(ports: Ports, settings: Settings) -> list[BaseRoute]:
    """The routes of the Halo dialect."""
    profiles = ChatProfiles(ports, settings)
    return [
        InsensitiveRoute("/api/ChatProfile/{id}", answering(profiles.get_profile), methods=["GET"]),
        InsensitiveRoute("/api/ChatProfile/{id}", answering(profiles.allow_get), methods=["OPTIONS"]),
    ]


def _parse_id(text: str) -> int | None:
    """An id as we write it: decimal digits without leading zeros, below 2^31; None for everything else."""
    if not text.isascii() or not text.isdigit() or text.startswith("0") or len(text) > 10:
        return None
    return int(text) if int(text) < 2**31 else None


def _admitting_headers(request: Request) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", "Vary": "Origin", "X-Content-Type-Options": "nosniff"}
    origin = request.headers.get("origin")
    if origin is not None:
        headers["Access-Control-Allow-Origin"] = origin
    return headers
