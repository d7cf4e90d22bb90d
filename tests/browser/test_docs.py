"""The page of the API on a served hub: read, found by key, tried with a token, under a strict policy, in both looks."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.test_accessibility import expect_clean
from tests.browser.windows import Windows
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Browsers write down every refusal of a sign-in.
REFUSED = "status of 401"


async def open_docs(windows: Windows, tenant: Tenant, address: str = "", **browser: str) -> Page:
    """The page in a window that fails the test when the policy is breached."""
    window = await windows.open(is_proxied=True, **browser)
    window.complaints.expect(REFUSED)
    await window.page.goto(f"{tenant.bootstrap.base_url}/docs{address}")
    return window.page


def answer_of(page: Page) -> Locator:
    """What came back."""
    return page.get_by_role("region", name="Answer", exact=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_developer_finds_signs_in_and_lists_chats(
    windows: Windows, tenant: Tenant, theme: str
) -> None:
    page = await open_docs(windows, tenant, color_scheme=theme)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect_clean(page)

    await page.keyboard.press("/")
    await expect(page.get_by_role("search").locator("input")).to_be_focused()
    await page.keyboard.type("get chats order")
    await expect(page.get_by_role("search").locator("input")).to_have_value("get chats order")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_url(re.compile("/docs#listChats$"))
    await expect_clean(page)

    halo = tenant.bootstrap.halo
    await page.get_by_label("Client id").fill(halo.client_id)
    await page.get_by_label("Client secret").fill(halo.client_secret)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    await page.get_by_label("page_size").fill("3")
    await page.get_by_label("pageinate").select_option("true")
    await page.keyboard.press("Control+Enter")

    await expect(answer_of(page)).to_contain_text("200 OK")
    await expect(answer_of(page)).to_contain_text('"page_size": 3')
    await expect_clean(page)


async def test_what_is_wrong_is_said_before_and_after_it_is_sent(windows: Windows, tenant: Tenant) -> None:
    page = await open_docs(windows, tenant, "#getChat")
    send = page.get_by_role("button", name="Send")

    await send.click()
    await expect(page.get_by_role("alert").filter(has_text="Fill in id first.")).to_be_visible()
    await expect(page.get_by_label("id", exact=True)).to_be_focused()
    await page.get_by_label("Client id").fill("nobody")
    await page.get_by_label("Client secret").fill("nothing")
    async with page.expect_response("**/auth/token") as told:
        await page.get_by_role("button", name="Sign in").click()
    assert (await told.value).status == 401
    await expect(page.get_by_role("alert").filter(has_text="not right")).to_be_visible()


async def test_a_request_is_copied_as_a_command(windows: Windows, tenant: Tenant) -> None:
    page = await open_docs(windows, tenant, "#saveChats")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    await page.get_by_label("Body", exact=True).fill("""{"text": "What's new?"}""")
    await page.get_by_role("button", name="Copy as curl").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()

    command = await page.evaluate("navigator.clipboard.readText()")
    assert command.splitlines() == [
        f"curl -X POST '{tenant.bootstrap.base_url}/api/Chat' \\",
        "  -H 'Content-Type: application/json' \\",
        """  -d '{"text": "What'\\''s new?"}'""",
    ]
