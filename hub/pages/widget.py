"""Hands out the widget: everything a host page loads, under /chat/."""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from hub.pages.assets import load_assets, respond_with_asset

# Any page may load the widget, also one that demands CORP or CORS of what it loads; whom it may talk to is the profile's matter.
HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def routes(static_directory: Path) -> list[BaseRoute]:
    """The route of the widget's files, read now and kept in memory."""
    assets = load_assets(static_directory / "chat")

    async def get_file(request: Request) -> Response:
        asset = assets.get(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("There is no such file.", 404, {**HEADERS, "Cache-Control": "no-store"})
        return respond_with_asset(request, asset, HEADERS)

    return [Route("/chat/{path:path}", get_file, methods=["GET"])]
