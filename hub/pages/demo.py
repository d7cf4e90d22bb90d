"""The demo: a shop's page with the widget on it, embedded exactly as the quickstart says."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from hub.actions.ports import Ports
from hub.actions.tenants import find_demo_profile
from hub.domain.profile import Profile
from hub.pages.assets import load_asset, respond_with_asset
from hub.pages.errors import answering
from hub.pages.headers import page_headers, render_policy
from hub.settings import Settings

TEMPLATES = Path(__file__).with_name("templates")
LANGUAGES = ("en", "ar")
THEMES = ("light", "dark")

Texts = Mapping[str, Any]


class Demo:
    """The demo page and its style sheet."""

    def __init__(self, ports: Ports, settings: Settings) -> None:
        self._ports = ports
        self._base_url = settings.base_url
        self._page = Template((TEMPLATES / "demo.html").read_text("utf-8"))
        self._bicycle = Template((TEMPLATES / "bicycle.svg").read_text("utf-8"))
        self._style = load_asset(TEMPLATES / "demo.css")
        self._texts = load_texts()

    async def get_page(self, request: Request) -> Response:
        """The page, in Arabic with `?lang=ar`; `?theme=dark` or `light` instead of what the system prefers."""
        profile = await find_demo_profile(self._ports)
        if profile is None:
            return respond_without_demo()
        theme = request.query_params.get("theme")
        return self.render_page(
            profile, request.query_params.get("lang", "en"), theme if theme in THEMES else None
        )

    async def get_style(self, request: Request) -> Response:
        """The style sheet of the page."""
        return respond_with_asset(request, self._style, {"Cross-Origin-Resource-Policy": "same-origin"})

    def render_page(self, profile: Profile, language: str, theme: str | None) -> Response:
        """The page for this profile, under a policy that names the hub and the one script in the page."""
        texts = self._texts.get(language, self._texts["en"])
        config = render_config(self._base_url, profile, texts["widget"], theme)
        words = {name: escape(text) for name, text in texts.items() if isinstance(text, str)}
        page = self._page.substitute(
            words,
            theme=theme or "auto",
            bicycle=self._bicycle.substitute(words),
            config=config,
            hub=escape(self._base_url),
        )
        headers = page_headers(_policy(self._base_url, config), self._base_url)
        return HTMLResponse(page, headers={**headers, "Cache-Control": "no-store"})


def routes(ports: Ports, settings: Settings) -> list[BaseRoute]:
    """The demo's routes; the page needs the demo tenant of `hub.actions.tenants`."""
    demo = Demo(ports, settings)
    return [
        Route("/demo", answering(demo.get_page), methods=["GET"]),
        Route("/demo/page.css", demo.get_style, methods=["GET"]),
    ]


def load_texts() -> dict[str, Texts]:
    """What the demo says, by language; `widget` holds the properties of the widget in it."""
    return {
        language: json.loads((TEMPLATES / f"demo.{language}.json").read_text("utf-8"))
        for language in LANGUAGES
    }


def respond_without_demo() -> Response:
    """The answer of the demo's pages in a database that did not begin with it."""
    sentence = "This database did not begin with the demo, so there is no demo profile to show."
    return PlainTextResponse(sentence, 404, {"Cache-Control": "no-store"})


def render_config(base_url: str, profile: Profile, properties: Texts, theme: str | None) -> str:
    """The inline script of the quickstart: the widget's properties, as a script may hold them."""
    config = {
        "chatServiceUrl": f"{base_url}/api",
        "configId": str(profile.id),
        "configKey": profile.key,
        **properties,
    }
    if theme is not None:
        config["theme"] = theme
    return f"\nvar haloChatConfig = {render_for_script(config)};\n"


def render_for_script(value: object) -> str:
    """The value as JSON that cannot end the script it stands in: that is what its first "</" would do."""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("<", "\\u003c")


def _policy(base_url: str, inline_script: str) -> str:
    """What the page may load: its own files, and those of the hub under its public address."""
    own = f"'self' {base_url}"
    digest = b64encode(sha256(inline_script.encode()).digest()).decode()
    return render_policy(
        {
            "script-src": f"{own} 'sha256-{digest}'",
            "style-src": "'self'",
            "connect-src": f"{own} ws{base_url.removeprefix('http')}",
            "img-src": f"{own} data:",
            "font-src": own,
            "media-src": own,
        }
    )
