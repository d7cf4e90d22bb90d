"""Hands out the page on which the REST dialects are read and tried; the other side is `widget_static/src/docs`."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hub.pages.assets import load_asset, load_assets, respond_with_asset
from hub.pages.headers import page_headers, render_policy

SHELL = Path(__file__).with_name("templates") / "docs.html"

POLICY = render_policy(
    {
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
    }
)


class Docs:
    """The page and its files. Who tries something signs in as any program does; the page itself knows nobody."""

    def __init__(self, base_url: str, static_directory: Path) -> None:
        self._headers = page_headers(POLICY, base_url)
        self._shell = load_asset(SHELL)
        self._files = load_assets(static_directory / "docs")

    async def get_shell(self, request: Request) -> Response:
        """The page itself."""
        return respond_with_asset(request, self._shell, self._headers)

    async def get_file(self, request: Request) -> Response:
        """Its script and style sheet."""
        path = request.path_params["path"]
        if not path:
            return RedirectResponse("/docs", 308)
        asset = self._files.get(path)
        if asset is None:
            return PlainTextResponse(
                "There is no such file.", 404, {**self._headers, "Cache-Control": "no-store"}
            )
        return respond_with_asset(request, asset, self._headers)


def routes(base_url: str, static_directory: Path) -> list[BaseRoute]:
    """`/docs`; its files are read now and kept in memory."""
    docs = Docs(base_url, static_directory)
    return [
        Route("/docs", docs.get_shell, methods=["GET"]),
        Route("/docs/{path:path}", docs.get_file, methods=["GET"]),
    ]
