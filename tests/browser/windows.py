"""Browser windows that are watched: what a page complains of fails the test, unless the test has named it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Error, Page

CHROMIUM = Path(os.environ.get("HUB_CHROMIUM", "/usr/bin/chromium"))
CHROMIUM_ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Only a broken page takes so long, also where four browsers share two busy cores; nothing is concluded from being faster.
PATIENCE_MS = 60_000
# A host whose name does not say that it is this machine, which is what profiles admit without being told.
FOREIGN_HOST = "shop.example"
RESOLVER_RULES = f"--host-resolver-rules=MAP {FOREIGN_HOST} 127.0.0.1"

# A breach of the page's policy is told as an error, in words the browser will not change.
TELL_BREACHES = """
document.addEventListener("securitypolicyviolation", (breach) =>
  console.error(`policy breached: ${breach.effectiveDirective} ${breach.blockedURI}`));
"""
# What a browser writes for a line that cannot be opened while the hub is down.
LINE_LOST = "WebSocket connection to"


@dataclass
class Complaints:
    """What one page has written and thrown."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _expected: set[str] = field(default_factory=set)

    def listen_to(self, page: Page) -> None:
        """From now on."""
        page.on("console", self._take_message)
        page.on("pageerror", self._take_error)

    def expect(self, *parts: str) -> None:
        """Errors that contain one of these are part of the test."""
        self._expected |= set(parts)

    def list_unexpected(self) -> list[str]:
        """The others."""
        return [error for error in self.errors if not any(part in error for part in self._expected)]

    def _take_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")
        elif message.type == "warning":
            self.warnings.append(message.text)

    def _take_error(self, error: Error) -> None:
        self.errors.append(f"uncaught: {error}")


@dataclass(frozen=True, slots=True)
class Window:
    """A page and its complaints."""

    page: Page
    complaints: Complaints

    async def open_tab(self) -> "Window":
        """Another page of the same browser profile, with the same cookies and storage."""
        return await watched_page(self.page.context, self.complaints)


class Windows:
    """The windows of one test; each is a browser profile of its own."""

    # Sign-ins are counted by address. Every profile comes from another one, by the word of a proxy the hub trusts.
    _addresses = (f"198.18.{number // 250}.{number % 250 + 1}" for number in count())

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._complaints: list[Complaints] = []

    async def open(self, *, is_proxied: bool = False, **options: Any) -> Window:
        """A fresh profile with one empty page."""
        headers: Mapping[str, str] = {"X-Forwarded-For": next(self._addresses)} if is_proxied else {}
        context = await self._browser.new_context(
            **{"locale": "en-GB", "extra_http_headers": dict(headers), **options}
        )
        return await self.adopt(context)

    async def adopt(self, context: BrowserContext) -> Window:
        """A window of a profile that was made elsewhere; it is closed with the others."""
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        complaints = Complaints()
        self._complaints.append(complaints)
        await context.add_init_script(TELL_BREACHES)
        return await watched_page(context, complaints)

    async def close(self) -> None:
        """Closes all of them. Fails when a page has complained of something no test expects."""
        for context in self._contexts:
            await context.close()
        unexpected = [error for one in self._complaints for error in one.list_unexpected()]
        assert not unexpected, "pages complained:\n" + "\n".join(unexpected)


async def watched_page(context: BrowserContext, complaints: Complaints) -> Window:
    """A new page of the profile."""
    page = await context.new_page()
    complaints.listen_to(page)
    return Window(page, complaints)


async def launch_chromium(browser_type: BrowserType) -> Browser:
    """The browser of a whole test run."""
    return await browser_type.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, RESOLVER_RULES])
