"""How the console's session travels: its cookie, its XSRF token, and which pages may write with it.

What a session is and whether it is in force is `hub.actions.agents`' matter.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest, digest

from hub.domain.errors import Forbidden, NotSignedIn
from hub.domain.origin import same_origin

XSRF_COOKIE = "XSRF-TOKEN"
XSRF_HEADER = "X-XSRF-TOKEN"


class ConsoleSessions:
    """The console's cookies under the hub's own address."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._secure = base_url.startswith("https:")
        # `__Host-` binds the cookie to this very host, but browsers take it over TLS only.
        self.cookie_name = "__Host-hub_session" if self._secure else "hub_session"

    def session_id_from_cookies(self, cookies: Mapping[str, str]) -> str:
        """The session id a request carries. Raises NotSignedIn."""
        session_id = cookies.get(self.cookie_name)
        if not session_id:
            raise NotSignedIn
        return session_id

    def render_cookies(self, session_id: str, life: timedelta) -> tuple[str, str]:
        """The two Set-Cookie values that begin a session: the session itself, and the XSRF token scripts may read."""
        max_age_s = int(life.total_seconds())
        return (
            self._render_cookie(self.cookie_name, session_id, max_age_s, "; HttpOnly"),
            self._render_cookie(XSRF_COOKIE, xsrf_from_session(session_id), max_age_s),
        )

    def render_removal(self) -> tuple[str, str]:
        """The two Set-Cookie values that end it in the browser."""
        return self._render_cookie(self.cookie_name, "", 0, "; HttpOnly"), self._render_cookie(
            XSRF_COOKIE, "", 0
        )

    def require_own_page(self, origin: str | None, fetch_site: str | None) -> None:
        """Refuses (Forbidden) a write that a page of another address caused.

        `fetch_site` is Sec-Fetch-Site, which no page can set and which is right behind any proxy; without it Origin decides.
        Programs send neither, and carry no cookies they did not mean to send.
        """
        if fetch_site is not None:
            if fetch_site != "same-origin":
                raise Forbidden
        elif origin is not None and not same_origin(origin, self._base_url):
            raise Forbidden

    def _render_cookie(self, name: str, value: str, max_age_s: int, more: str = "") -> str:
        secure = "; Secure" if self._secure else ""
        return f"{name}={value}; Path=/; Max-Age={max_age_s}; SameSite=Lax{secure}{more}"


def xsrf_from_session(session_id: str) -> str:
    """The XSRF token of a session: an HMAC under the session id, so it is worthless for finding the id itself."""
    return digest(session_id.encode(), b"hub xsrf", sha256).hex()


def require_xsrf(session_id: str, presented: str | None) -> None:
    """Refuses (Forbidden) a write whose page could not read the XSRF token of its session; compares in constant time."""
    if not compare_digest(
        xsrf_from_session(session_id).encode(), (presented or "").encode("utf-8", "surrogatepass")
    ):
        raise Forbidden("The X-XSRF-TOKEN header is missing or belongs to another session.")
