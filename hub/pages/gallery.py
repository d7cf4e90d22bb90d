"""Every state of the widget on one page, drawn by its own parts; the other side is `widget_static/src/gallery`."""

from collections.abc import Mapping
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from hub.actions.ports import Ports
from hub.actions.tenants import find_demo_profile
from hub.pages.assets import load_asset, load_assets, respond_with_asset
from hub.pages.demo import TEMPLATES, THEMES, load_texts, render_for_script, respond_without_demo
from hub.pages.errors import answering
from hub.pages.headers import page_headers, render_policy

DIRECTIONS = ("ltr", "rtl")

POLICY = render_policy(
    {
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
    }
)


class Gallery:
    """The page, its style sheet and its script. It shows samples, so it asks the hub for nothing."""

    def __init__(self, ports: Ports, base_url: str, static_directory: Path) -> None:
        self._ports = ports
        self._headers = page_headers(POLICY, base_url)
        self._page = Template((TEMPLATES / "gallery.html").read_text("utf-8"))
        self._files = {
            "page.css": load_asset(TEMPLATES / "gallery.css"),
            **load_assets(static_directory / "gallery"),
        }
        self._texts = load_texts()

    async def get_page(self, request: Request) -> Response:
        """The page as `theme`, `lang` and `dir` say; `width` and `state` are read by its script."""
        if await find_demo_profile(self._ports) is None:
            return respond_without_demo()
        return self.render_page(request.query_params)

    async def get_file(self, request: Request) -> Response:
        """Its style sheet and script."""
        asset = self._files.get(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("There is no such file.", 404, {"Cache-Control": "no-store"})
        return respond_with_asset(request, asset, self._headers)

    def render_page(self, wanted: Mapping[str, str]) -> Response:
        """What is not known is left as it is in English, in the light."""
        theme, direction = wanted.get("theme"), wanted.get("dir")
        texts = self._texts.get(wanted.get("lang", ""), self._texts["en"])
        page = self._page.substitute(
            lang=texts["lang"],
            dir=direction if direction in DIRECTIONS else texts["dir"],
            theme=theme if theme in THEMES else "light",
            properties=render_for_script(texts["widget"]),
        )
        return HTMLResponse(page, headers={**self._headers, "Cache-Control": "no-store"})


def routes(ports: Ports, base_url: str, static_directory: Path) -> list[BaseRoute]:
    """`/demo/gallery`, beside the demo; its files are read now and kept in memory."""
    gallery = Gallery(ports, base_url, static_directory)
    return [
        Route("/demo/gallery", answering(gallery.get_page), methods=["GET"]),
        Route("/demo/gallery/{path:path}", gallery.get_file, methods=["GET"]),
    ]
