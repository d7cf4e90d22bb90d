"""Hands out the agents' console and keeps its sign-in; the other side is `widget_static/src/console`."""

from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hub.actions import agents
from hub.actions.ports import Ports, Secrets
from hub.auth.client_addresses import ClientAddresses
from hub.auth.console_sessions import XSRF_HEADER, ConsoleSessions, require_xsrf, xsrf_from_session
from hub.domain.identity import AgentCaller
from hub.pages.assets import load_asset, load_assets, respond_with_asset
from hub.pages.bodies import read_json
from hub.pages.errors import answering
from hub.pages.headers import page_headers, render_policy
from hub.settings import Settings

SHELL = Path(__file__).with_name("templates") / "console.html"

POLICY = render_policy(
    {
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
    }
)

NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class SignIn(msgspec.Struct, frozen=True):
    """What the sign-in form sends."""

    email: str
    password: str


class Console:
    """The console's endpoints."""

    def __init__(self, ports: Ports, secrets: Secrets, settings: Settings, static_directory: Path) -> None:
        self._ports = ports
        self._secrets = secrets
        self._sessions = ConsoleSessions(settings.base_url)
        self._addresses = ClientAddresses(settings.trusted_proxies)
        self._headers = page_headers(POLICY, settings.base_url)
        self._shell = load_asset(SHELL)
        self._files = load_assets(static_directory / "console")

    async def get_shell(self, request: Request) -> Response:
        """The page itself, the same for everybody; who is signed in is asked by its script."""
        return respond_with_asset(request, self._shell, self._headers)

    async def get_file(self, request: Request) -> Response:
        """Its script and style sheet."""
        path = request.path_params["path"]
        if not path:
            return RedirectResponse("/console", 308)
        asset = self._files.get(path)
        if asset is None:
            return PlainTextResponse("There is no such file.", 404, {**self._headers, **NOT_KEPT})
        return respond_with_asset(request, asset, self._headers)

    async def sign_in(self, request: Request) -> Response:
        """A session for the right e-mail and password; a session the browser had before ends with it."""
        self._require_own_page(request)
        form = await read_json(request, SignIn)
        peer = request.client.host if request.client else None
        address = self._addresses.client_address(peer, request.headers.getlist("x-forwarded-for"))
        signed_in = await agents.sign_in(self._ports, self._secrets, form.email, form.password, address)
        former = request.cookies.get(self._sessions.cookie_name)
        if former:
            await agents.sign_out(self._ports, self._secrets.keys, former)
        response = JSONResponse(_who(signed_in.agent, signed_in.session_id), headers=NOT_KEPT)
        for cookie in self._sessions.render_cookies(signed_in.session_id, agents.SESSION_LIFE):
            response.headers.append("Set-Cookie", cookie)
        return response

    async def get_session(self, request: Request) -> Response:
        """Who is signed in, with the XSRF token; 401 when nobody is."""
        session_id = self._sessions.session_id_from_cookies(request.cookies)
        agent = await agents.get_session_caller(self._ports, self._secrets.keys, session_id)
        return JSONResponse(_who(agent, session_id), headers=NOT_KEPT)

    async def sign_out(self, request: Request) -> Response:
        """Ends the session, in the hub and in the browser."""
        self._require_own_page(request)
        session_id = self._sessions.session_id_from_cookies(request.cookies)
        require_xsrf(session_id, request.headers.get(XSRF_HEADER))
        await agents.sign_out(self._ports, self._secrets.keys, session_id)
        response = Response(status_code=204, headers=NOT_KEPT)
        for cookie in self._sessions.render_removal():
            response.headers.append("Set-Cookie", cookie)
        return response

    def _require_own_page(self, request: Request) -> None:
        self._sessions.require_own_page(request.headers.get("origin"), request.headers.get("sec-fetch-site"))


def routes(ports: Ports, secrets: Secrets, settings: Settings, static_directory: Path) -> list[BaseRoute]:
    """The console's routes; its files are read now and kept in memory."""
    console = Console(ports, secrets, settings, static_directory)
    return [
        Route("/console", console.get_shell, methods=["GET"]),
        Route("/console/sign-in", answering(console.sign_in), methods=["POST"]),
        Route("/console/session", answering(console.get_session), methods=["GET"]),
        Route("/console/sign-out", answering(console.sign_out), methods=["POST"]),
        Route("/console/{path:path}", console.get_file, methods=["GET"]),
    ]


def _who(agent: AgentCaller, session_id: str) -> dict[str, Any]:
    return {
        "agent": {"id": agent.id, "name": agent.name, "email": agent.email},
        "xsrf": xsrf_from_session(session_id),
    }
