"""Agents on pages of the tenant's own, with visitors on others: requests, talking, colleagues, and how it ends."""

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.agent_host_page import AgentHostPage, Staff, make_staff
from tests.browser.people import People
from tests.browser.reference import list_texts
from tests.browser.stores import Stores
from tests.browser.test_accessibility import expect_clean, needs_axe
from tests.browser.test_host_page import STRICT_POLICY
from tests.browser.test_properties import RECORD_SOUNDS
from tests.browser.visitor_page import VisitorPage, expect_box
from tests.doubles.applications import set_config
from tests.doubles.halo_client import admin_program
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def staff(stores: Stores, people: People, tenant: Tenant) -> Staff:
    """The tenant's agents, with an entrance of their own."""
    return await make_staff(stores, people, tenant)


async def asking(people: People, text: str, **options: Any) -> VisitorPage:
    """A visitor whose question has reached the hub."""
    visitor = await people.visitor(**options)
    await visitor.open_chat()
    await visitor.say(text)
    await expect(visitor.log).to_contain_text("Sent")
    return visitor


@pytest.mark.parametrize("mode", ["websocket", "heartbeat"])
async def test_a_request_is_accepted_and_both_talk_until_the_agent_ends_it(
    staff: Staff, people: People, mode: str
) -> None:
    marta = await staff.newcomer(chatMode=mode)
    lines: list[str] = []
    marta.page.on("websocket", lambda line: lines.append(line.url))
    await marta.visit()
    await marta.identify()
    await expect(marta.chat).to_contain_text("No chats right now")
    visitor = await asking(people, "Is the Fernweh 3 in stock?")

    await marta.accept("Is the Fernweh 3 in stock?")
    await marta.say("Two of them.")
    await visitor.expect_texts(["Is the Fernweh 3 in stock?", "Two of them."])
    await visitor.say("Great")
    await marta.expect_texts(["Is the Fernweh 3 in stock?", "Two of them.", "Great"])
    await expect(marta.log).to_contain_text("Seen")
    await marta.button("More").click()
    await marta.chat.get_by_role("menuitem", name="End this Chat").click()
    await marta.chat.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    await marta.button("Back to all chats").click()
    await expect(marta.part("Ended").get_by_role("listitem")).to_contain_text("Great")

    assert bool(lines) == (mode == "websocket")
    told = [name for name, _ in await marta.page.evaluate("told")]
    for name in (
        "initialized",
        "chatOpened",
        "awaitingAgent",
        "agentJoined",
        "newMessage",
        "messageSent",
        "chatEnded",
    ):
        assert name in told, name


async def talking(
    staff: Staff, people: People, text: str, **options: Any
) -> tuple[AgentHostPage, VisitorPage]:
    """Marta in a chat with a visitor who has said this."""
    marta = await staff.come(**options)
    visitor = await asking(people, text)
    await marta.accept(text)
    return marta, visitor


async def show_details(agent: AgentHostPage) -> None:
    """The details of the open chat."""
    await agent.button("Participants").click()
    await expect(agent.chat.get_by_role("dialog", name="Chat Details")).to_be_visible()


async def test_a_visitors_page_loads_nothing_of_agents_and_the_other_way_round(
    staff: Staff, people: People
) -> None:
    loaded: list[str] = []
    marta, visitor = await staff.newcomer(), await people.newcomer()
    for page in (marta.page, visitor.page):
        page.on("request", lambda request: loaded.append(request.url))
    await visitor.visit()
    await visitor.open_chat()
    assert [url for url in loaded if "agent" in url] == []
    loaded.clear()
    await marta.visit()
    await marta.identify()
    assert [url for url in loaded if "/widget.js" in url] == []


async def test_a_canned_message_is_looked_for_filled_in_and_sent(
    staff: Staff, people: People, tenant: Tenant
) -> None:
    async with admin_program(people.made.base_url, tenant) as program:
        await program.post("/CannedText", [
            {"name": "Greeting", "text": "Good morning, this is {{agent.first_name}}."},
            {"name": "Hours", "text": "We open at nine."},
        ])  # fmt: skip
    marta, visitor = await talking(staff, people, "Anybody?")
    await marta.button("Send a Canned Message").click()
    panel = marta.chat.get_by_role("dialog", name="Send a Canned Message")
    await expect(panel.get_by_role("listitem")).to_have_count(2)
    await panel.get_by_role("searchbox", name="Search").fill("no such")
    await expect(panel).to_contain_text("No canned message fits.")
    await panel.get_by_role("searchbox", name="Search").fill("greet")
    await panel.get_by_role("button", name="Greeting").click()
    await expect(marta.field).to_have_value("Good morning, this is Marta.")
    await expect(marta.field).to_be_focused()
    await marta.field.press("Enter")
    await visitor.expect_texts(["Anybody?", "Good morning, this is Marta."])


async def test_a_colleague_is_asked_in_talks_along_and_is_sent_out(staff: Staff, people: People) -> None:
    marta, visitor = await talking(staff, people, "Two questions")
    jonas = await staff.come(1)
    await show_details(marta)
    await marta.chat.get_by_role("button", name="Add", exact=True).click()
    await (
        marta.chat.get_by_role("dialog", name="Participants: Add")
        .get_by_role("button", name="Jonas Okafor")
        .click()
    )
    await expect(marta.chat).to_contain_text("Jonas Okafor has been asked to join")

    request = jonas.part("New Chat Request").get_by_role("listitem")
    await expect(request).to_contain_text("Marta Lindqvist asks you to join")
    await request.get_by_role("button", name="Accept").click()
    await jonas.say("The second one is mine.")
    await visitor.expect_texts(["Two questions", "The second one is mine."])
    await marta.button("Remove: Jonas Okafor").click()
    await expect(jonas.chat).to_contain_text("Marta Lindqvist has this chat.")
    await expect(jonas.field).to_have_count(0)
    await expect(visitor.log).to_contain_text("Jonas Okafor left")


async def test_an_offer_is_declined(staff: Staff, people: People) -> None:
    marta, _ = await talking(staff, people, "Two questions")
    jonas = await staff.come(1)
    await show_details(marta)
    await marta.chat.get_by_role("button", name="Add", exact=True).click()
    await marta.button("Jonas Okafor").click()
    await jonas.part("New Chat Request").get_by_role("button", name="Decline").click()
    await expect(jonas.part("New Chat Request")).to_have_count(0)
    await expect(jonas.chat).to_contain_text("No chats right now")
    await expect(marta.chat).not_to_contain_text("has been asked to join")


async def test_a_chat_gets_a_name_and_an_icon_and_its_words_are_copied(staff: Staff, people: People) -> None:
    marta, _ = await talking(staff, people, "My chain slips")
    await marta.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await show_details(marta)
    details = marta.chat.get_by_role("dialog", name="Chat Details")
    await details.get_by_role("textbox", name="Enter a name for this Chat").fill("A slipping chain")
    await details.get_by_role("button", name="Save").click()
    await expect(marta.chat.get_by_role("heading", level=2)).to_have_text("A slipping chain")
    await details.get_by_role("button", name="🚲").click()
    await expect(details.get_by_role("button", name="🚲", pressed=True)).to_be_visible()
    await details.get_by_role("button", name="Copy Transcript").click()
    await expect(details.get_by_role("button", name="Copied")).to_be_visible()
    assert "My chain slips" in await marta.page.evaluate("navigator.clipboard.readText()")
    await marta.page.keyboard.press("Escape")
    await marta.button("Back to all chats").click()
    await expect(marta.part("My chats").get_by_role("listitem")).to_contain_text("🚲A slipping chain")


async def test_what_awaits_is_told_beside_the_bubble_in_its_name_and_in_the_title(
    staff: Staff, people: People
) -> None:
    marta = await staff.newcomer(sound="/ping.mp3")
    await marta.page.add_init_script(RECORD_SOUNDS)
    await marta.visit()
    await marta.identify()
    await marta.page.keyboard.press("Escape")
    await expect(marta.chat).to_be_hidden()
    visitor = await asking(people, "Is anybody there?")
    notice = marta.page.get_by_role("status").filter(has_text="New Chat Request")
    await expect(notice).to_contain_text("Is anybody there?")
    await expect(marta.bubble).to_have_accessible_name("Live Chat, 1 unread message(s)")
    await expect(marta.page).to_have_title("(1) Fernweh 3")
    await marta.page.wait_for_function("played.length > 0")
    assert {url.rpartition("/")[2] for url in await marta.page.evaluate("played")} == {"ping.mp3"}

    await notice.get_by_role("button", name="New Chat Request").click()
    await expect(marta.chat).to_be_visible()
    await marta.button("Accept").click()
    await expect(marta.field).to_be_focused()
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("Escape")
    await expect(marta.page).to_have_title("Fernweh 3")
    await visitor.say("Hello?")
    await expect(marta.bubble).to_have_accessible_name("Live Chat, 1 unread message(s)")
    told = await marta.page.evaluate("window.haloChat_functions_getCurrentChatDetails()")
    assert [(one["unread_count"], one["closed"]) for one in told] == [(1, False)]


async def test_who_is_identified_is_known_after_a_reload_and_what_was_written_is_kept(
    staff: Staff, people: People
) -> None:
    marta, visitor = await talking(staff, people, "Hello")
    await marta.field.fill("Here I am")
    await marta.page.reload()
    await marta.bubble.click()
    await marta.part("My chats").get_by_role("button").first.click()
    await expect(marta.log).to_contain_text("Hello")
    await expect(marta.field).to_have_value("Here I am")
    await marta.field.press("Enter")
    await visitor.expect_texts(["Hello", "Here I am"])


async def test_a_login_that_ends_takes_the_chats_away(staff: Staff, people: People) -> None:
    marta, _ = await talking(staff, people, "Hello")
    await marta.send("loginStateChanged")
    await expect(marta.chat).to_contain_text("Who are you?")
    await marta.page.reload()
    await marta.bubble.click()
    await expect(marta.chat).to_contain_text("Who are you?")
    assert await marta.page.evaluate("window.haloChat_functions_getCurrentChatDetails()") == []


async def test_a_page_that_proves_no_agent_is_told_so(staff: Staff) -> None:
    nobody = await staff.newcomer()
    await nobody.visit()
    await nobody.send("upgradeAnonChat", {"id_token": nobody.entrance.id_token("nobody@shop.example")})
    assert await nobody.heard("upgradeAnonChat") == {"success": False, "error": "identity_refused"}
    await nobody.bubble.click()
    await expect(nobody.chat).to_contain_text("Who are you?")
    await nobody.identify()


async def test_an_agent_says_whether_they_take_chats(staff: Staff, people: People) -> None:
    marta, console = await staff.come(), await people.agent()
    await marta.chat.get_by_role("switch", name="Take new chats").click()
    await expect(marta.chat.get_by_role("switch", name="Take new chats")).not_to_be_checked()
    await expect(console.menu_button).to_have_accessible_name(re.compile("taking no new chats"))


async def test_properties_and_events_of_the_page_hold_for_agents_too(staff: Staff, people: People) -> None:
    marta = await staff.newcomer(
        browser={"viewport": {"width": 1280, "height": 900}}, colour="#0B5FFF", theme="dark", position="top-left",
        width=340, height=500, keepChatWindowOpen=True,
    )  # fmt: skip
    await marta.visit()
    await expect(marta.bubble).to_have_css("background-color", "rgb(11, 95, 255)")
    await marta.identify()
    await expect_box(marta.chat, {"x": 20, "y": 96, "width": 340, "height": 500})
    await expect(marta.chat).to_have_css("color-scheme", "dark")
    await marta.send("resize", {"width": 420, "height": 600})
    await expect_box(marta.chat, {"x": 20, "y": 96, "width": 420, "height": 600})
    await marta.send("reposition", "top-right")
    await expect_box(marta.chat, {"x": 840, "y": 96, "width": 420, "height": 600})
    await marta.send("toggleFullScreen", True)
    await expect_box(marta.chat, {"x": 0, "y": 0, "width": 1280, "height": 900})
    await marta.send("toggleFullScreen", False)
    await asking(people, "Is anybody there?")
    await marta.accept("Is anybody there?")
    await marta.send("toggleMenu")
    await expect(marta.chat.get_by_role("menu")).to_be_visible()
    await marta.send("endChat")
    await expect(marta.chat.get_by_role("alertdialog")).to_contain_text("End this chat?")
    await marta.page.reload()
    await expect(marta.part("My chats")).to_be_visible()
    await marta.send("closeChatWindow")
    await expect(marta.chat).to_be_hidden()


async def test_a_page_that_hides_the_header_leads_by_its_menu(staff: Staff, people: People) -> None:
    marta = await staff.newcomer(hideHeader=True)
    await marta.visit()
    await marta.send("openChatWindow", {"id_token": marta.id_token()})
    await asking(people, "Is anybody there?")
    await marta.accept("Is anybody there?")
    await expect(marta.chat.locator("header")).to_have_count(0)
    await marta.send("toggleMenu")
    await marta.chat.get_by_role("menuitem", name="Back to all chats").click()
    await expect(marta.part("My chats")).to_be_visible()


async def test_files_go_both_ways_under_a_strict_policy(staff: Staff, people: People) -> None:
    marta, visitor = await talking(staff, people, "Can you send me the plan?", page={"policy": STRICT_POLICY})
    async with marta.page.expect_file_chooser() as chosen:
        await marta.button("Add files").click()
    await (await chosen.value).set_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}
    )
    await expect(marta.chat).to_contain_text("Ready")
    await marta.chat.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.log.get_by_role("link", name="plan.txt")).to_be_visible()
    await expect(marta.log.get_by_role("link", name="plan.txt")).to_be_visible()


async def test_everything_is_done_by_keys_alone(staff: Staff, people: People) -> None:
    marta = await staff.come()
    visitor = await asking(people, "By keys")
    keys = marta.page.keyboard
    accept = marta.part("New Chat Request").get_by_role("button", name="Accept")
    await expect(accept).to_be_visible()
    await tab_to(marta, accept)
    await keys.press("Enter")
    await expect(marta.field).to_be_focused()
    await keys.type("An answer")
    await keys.press("Enter")
    await visitor.expect_texts(["By keys", "An answer"])
    await tab_to(marta, marta.button("Send a Canned Message"))
    await keys.press("Enter")
    await expect(marta.chat.get_by_role("dialog", name="Send a Canned Message")).to_be_focused()
    await keys.press("Escape")
    await tab_to(marta, marta.button("More"))
    await keys.press("Enter")
    await expect(marta.chat.get_by_role("menuitem").first).to_be_focused()
    await keys.press("Escape")
    await keys.press("Escape")
    await expect(marta.part("My chats")).to_be_visible()
    await keys.press("Escape")
    await expect(marta.chat).to_be_hidden()
    await expect(marta.bubble).to_be_focused()


async def tab_to(agent: AgentHostPage, target: Any) -> None:
    """Presses Tab until the focus is there; once round the page at most."""
    for _ in range(40):
        if await target.evaluate("(element) => element.getRootNode().activeElement === element"):
            return
        await agent.page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


@needs_axe
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_window_is_clean_by_the_rules_of_axe(staff: Staff, people: People, theme: str) -> None:
    marta = await staff.newcomer(theme=theme)
    await marta.visit()
    await marta.bubble.click()
    await expect(marta.chat).to_contain_text("Who are you?")
    await expect_clean(marta.page)
    await marta.identify()
    await expect_clean(marta.page)
    await staff.come(1)
    await asking(people, "Is https://example.com/tour the right one?")
    await expect(marta.part("New Chat Request")).to_be_visible()
    await expect_clean(marta.page)
    await marta.accept("example.com/tour")
    await marta.say("It is.")
    await expect(marta.log).to_contain_text(re.compile("Sent|Seen"))
    await expect_clean(marta.page)
    await marta.button("More").click()
    await expect_clean(marta.page)
    await marta.chat.get_by_role("menuitem", name="Chat Details").click()
    await expect_clean(marta.page)
    await marta.chat.get_by_role("button", name="Add", exact=True).click()
    await expect(marta.button("Jonas Okafor")).to_be_visible()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await marta.button("Send a Canned Message").click()
    await expect_clean(marta.page)
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("Escape")
    await asking(people, "And one more")
    await expect(marta.page.get_by_role("status").filter(has_text="New Chat Request")).to_be_visible()
    await expect_clean(marta.page)


# The texts that only agents read, and those whose words they share.
AGENTS_TEXTS = (
    "liveChatName", "newChatRequest", "sendCanned", "participants", "add", "remove", "changeIcon", "ticket", "ended",
    "chatDetails", "copyTranscript", "endChat", "save", "close", "send", "messagePlaceholder", "namePlaceholder",
)  # fmt: skip
# What can be read of the chat, on the screen and by those who do not see it.
READ_ALL = """
() => {
  const root = document.querySelector("halo-chat-widget").shadowRoot;
  const said = [...root.querySelectorAll("[aria-label], [placeholder]")].flatMap((one) => [one.ariaLabel, one.placeholder]);
  return [root.querySelector(".stage").textContent, ...said].join("\\n");
}
"""


@pytest.mark.parametrize("is_overridden", [False, True])
async def test_every_text_of_agents_is_shown_as_the_reference_or_the_page_has_it(
    staff: Staff, people: People, stores: Stores, is_overridden: bool
) -> None:
    known = list_texts()
    assert set(AGENTS_TEXTS) <= set(known)
    texts = {key: f"«{key}»" if is_overridden else known[key] for key in AGENTS_TEXTS}
    await set_config(stores.owner_url, people.made.profile.id, {"rules": {"ticketing": {"moment": "join"}}})
    marta = await staff.newcomer(language=texts if is_overridden else {})
    await marta.visit()
    await marta.identify()
    jonas = await staff.come(1)
    visitor = await asking(people, "Hello")
    read = ""

    async def note() -> None:
        nonlocal read
        read += await marta.page.evaluate(READ_ALL)

    await expect(marta.part(texts["newChatRequest"])).to_be_visible()
    await note()
    await marta.part(texts["newChatRequest"]).get_by_role("button", name="Accept").click()
    await expect(marta.chat.locator("header")).to_contain_text(texts["ticket"])
    await note()
    await marta.button(texts["participants"]).click()
    await marta.chat.get_by_role("button", name=texts["add"], exact=True).click()
    await marta.button("Jonas Okafor").click()
    await expect(marta.button(texts["remove"])).to_be_visible()
    await note()
    await jonas.part("New Chat Request").get_by_role("button", name="Accept").click()
    await expect(marta.button(f"{texts['remove']}: Jonas Okafor")).to_be_visible()
    await marta.page.keyboard.press("Escape")
    await marta.button("More").click()
    await note()
    await marta.chat.get_by_role("menuitem", name=texts["endChat"]).click()
    await marta.chat.get_by_role("alertdialog").get_by_role("button", name=texts["endChat"]).click()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    await marta.button("Back to all chats").click()
    await expect(marta.part(texts["ended"])).to_be_visible()
    await note()
    assert [key for key, text in texts.items() if text not in read] == []
