"""What the browser tests share: one hub with two workers, one site of another origin, one Chromium; every test has its own people."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.browser.host_pages import HostPages, serving_host_pages
from tests.browser.people import People
from tests.browser.served_hub import ServedHub, served_hub
from tests.browser.stores import Stores, opened_stores
from tests.browser.windows import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE_MS, Window, Windows, launch_chromium
from tests.doubles.tenant import Tenant

expect.set_options(timeout=PATIENCE_MS)

# A setting of the browser's own: no site may keep anything, which is what visitors choose who want to be left alone.
BLOCK_ALL_COOKIES = {"profile": {"default_content_setting_values": {"cookies": 2}}}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hub() -> AsyncIterator[ServedHub]:
    """The hub of the whole run. A test that kills one has its own."""
    async with served_hub() as serving:
        yield serving


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stores(hub: ServedHub) -> AsyncIterator[Stores]:
    """What that hub keeps."""
    async with opened_stores(hub) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def host_pages() -> AsyncIterator[HostPages]:
    """The site that shows the widget."""
    async with serving_host_pages() as pages:
        yield pages


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of the browser."""
    async with async_playwright() as driver:
        yield driver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """The browser of the whole run."""
    chromium = await launch_chromium(playwright.chromium)
    yield chromium
    await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def windows(browser: Browser) -> AsyncIterator[Windows]:
    """The windows of this test; what their pages complain of fails it."""
    opened = Windows(browser)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(stores: Stores) -> Tenant:
    """A tenant of this test's own."""
    return await stores.make_tenant()


@pytest_asyncio.fixture(loop_scope="session")
async def people(windows: Windows, host_pages: HostPages, tenant: Tenant) -> People:
    """The visitors and agents of this tenant."""
    return People(windows, host_pages, tenant.bootstrap)


@pytest_asyncio.fixture(loop_scope="session")
async def forgetful_window(playwright: Playwright, windows: Windows, tmp_path: Path) -> AsyncIterator[Window]:
    """A window of a browser that keeps neither cookies nor storage."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(BLOCK_ALL_COOKIES))
    context = await playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
    )
    yield await windows.adopt(context)
