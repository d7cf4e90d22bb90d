"""The console's cookies, its XSRF token, and the pages that may write."""

from datetime import timedelta

import pytest

from hub.auth.console_sessions import ConsoleSessions, require_xsrf, xsrf_from_session
from hub.domain.errors import Forbidden, NotSignedIn

PLAIN = ConsoleSessions("http://127.0.0.1:8080")
SECURE = ConsoleSessions("https://chat.example.com")


def test_over_tls_the_cookie_is_bound_to_this_host() -> None:
    session, xsrf = SECURE.render_cookies("hs_one", timedelta(hours=12))
    assert session == "__Host-hub_session=hs_one; Path=/; Max-Age=43200; SameSite=Lax; Secure; HttpOnly"
    assert xsrf == f"XSRF-TOKEN={xsrf_from_session('hs_one')}; Path=/; Max-Age=43200; SameSite=Lax; Secure"


def test_without_tls_the_cookie_has_a_name_browsers_accept() -> None:
    session, xsrf = PLAIN.render_cookies("hs_one", timedelta(hours=12))
    assert session == "hub_session=hs_one; Path=/; Max-Age=43200; SameSite=Lax; HttpOnly"
    assert "Secure" not in xsrf


def test_signing_out_removes_both_cookies() -> None:
    assert all("=; Path=/; Max-Age=0;" in cookie for cookie in SECURE.render_removal())


def test_the_session_is_read_from_its_own_cookie_only() -> None:
    assert SECURE.session_id_from_cookies({"__Host-hub_session": "hs_one"}) == "hs_one"
    for cookies in ({}, {"hub_session": "hs_one"}, {"__Host-hub_session": ""}):
        with pytest.raises(NotSignedIn):
            SECURE.session_id_from_cookies(cookies)


def test_the_xsrf_token_belongs_to_one_session() -> None:
    require_xsrf("hs_one", xsrf_from_session("hs_one"))
    assert "hs_one" not in xsrf_from_session("hs_one")
    for presented in (None, "", xsrf_from_session("hs_two"), "é", "\ud800"):
        with pytest.raises(Forbidden):
            require_xsrf("hs_one", presented)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("https://chat.example.com", "same-origin"),
        ("https://chat.example.com", None),
        (
            "http://localhost:8080",
            "same-origin",
        ),  # Another name of the same machine: the browser vouches for it.
        (None, "same-origin"),
        (None, None),
    ],
)
def test_own_pages_and_programs_may_write(origin: str | None, fetch_site: str | None) -> None:
    SECURE.require_own_page(origin, fetch_site)


@pytest.mark.parametrize(
    ("origin", "fetch_site"),
    [
        ("https://evil.example", None),
        ("https://evil.example", "cross-site"),
        ("https://chat.example.com", "cross-site"),
        ("https://www.example.com", "same-site"),
        ("http://chat.example.com", None),
        ("https://chat.example.com.evil.example", None),
        ("null", None),
        (None, "none"),
    ],
)
def test_pages_of_other_addresses_may_not(origin: str | None, fetch_site: str | None) -> None:
    with pytest.raises(Forbidden):
        SECURE.require_own_page(origin, fetch_site)
