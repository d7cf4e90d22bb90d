"""A site of its own origin whose pages carry the widget, embedded as the quickstart says."""

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.doubles.node import QuietServer

PAGES = Path(__file__).with_name("pages")
# Another site than the hub's, as for most pages in the world.
HOST = "localhost"


class HostPages:
    """Fills in pages and hands them out."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._pages: dict[str, HTMLResponse] = {}

    def publish(
        self,
        hub_url: str,
        config: Mapping[str, Any],
        *,
        page: str = "shop",
        policy: str | None = None,
        language: str = "en",
        direction: str = "ltr",
        host: str = HOST,
    ) -> str:
        """The address of a page with this `haloChatConfig`.

        In `policy` `{hub}`, `{hub_ws}` and `{snippet}` stand for the hub's addresses and the digest of the inline script.
        """
        snippet = f"\nvar haloChatConfig = {json.dumps(config, indent=2, ensure_ascii=False)}\n"
        text = Template((PAGES / f"{page}.html").read_text("utf-8")).substitute(
            hub=escape(hub_url), snippet=snippet, language=language, direction=direction
        )
        headers = {"Cache-Control": "no-store"}
        if policy is not None:
            digest = b64encode(sha256(snippet.encode()).digest()).decode()
            hub_ws = hub_url.replace("http", "ws", 1)
            headers["Content-Security-Policy"] = policy.format(
                hub=hub_url, hub_ws=hub_ws, snippet=f"'sha256-{digest}'"
            )
        return self.publish_text(text, page=page, headers=headers, host=host)

    def publish_text(
        self, text: str, *, page: str, headers: Mapping[str, str] | None = None, host: str = HOST
    ) -> str:
        """The address of a page that is written already."""
        path = f"/{len(self._pages) + 1}/{page}"
        self._pages[path] = HTMLResponse(text, headers=headers)
        return f"http://{host}:{self.port}{path}"

    async def respond(self, request: Request) -> Response:
        """The published page; nothing at other addresses, such as that of the site's icon."""
        return self._pages.get(request.url.path) or Response(status_code=204)


@asynccontextmanager
async def serving_host_pages() -> AsyncIterator[HostPages]:
    """The site, on a free port, inside the event loop of the tests."""
    listener = socket.create_server(("127.0.0.1", 0))
    pages = HostPages(int(listener.getsockname()[1]))
    app = Starlette(routes=[Route("/{path:path}", pages.respond)])
    config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none")
    server = QuietServer(config)
    serving = asyncio.create_task(server._serve([listener]))
    try:
        yield pages
    finally:
        server.should_exit = True
        await serving
        listener.close()
