"""Every property of the reference: each of these fails when the widget ignores it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.reference import list_properties
from tests.browser.visitor_page import VisitorPage, expect_box, settled_box
from tests.browser.wires import lay_wires
from tests.doubles.id_tokens import claims_of, sign

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOMY = {"viewport": {"width": 1280, "height": 900}}
PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
OPEN_BY_EVENT = "() => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow'))"
OPEN_AS_USER = "(id_token) => dispatchEvent(new CustomEvent('haloChat_inboundEvent_openChatWindow', { detail: { id_token } }))"
TELLS = "() => new Promise((tell) => addEventListener('haloChat_outboundEvent_chatOpened', () => tell(true)))"
PAGE_STYLES = "() => { const s = document.createElement('style'); s.textContent = 'textarea { letter-spacing: 3px }'; document.head.append(s) }"
# What the page plays, without sound.
RECORD_SOUNDS = """
globalThis.played = [];
HTMLMediaElement.prototype.play = function () { played.push(this.src); return Promise.resolve(); };
"""

Check = Callable[[People], Awaitable[None]]
CHECKS: dict[str, Check] = {}


def checks(*names: str) -> Callable[[Check], Check]:
    """Enters the function for these properties."""

    def enter(check: Check) -> Check:
        CHECKS.update(dict.fromkeys(names, check))
        return check

    return enter


async def test_every_property_of_the_reference_has_its_check() -> None:
    assert sorted(CHECKS) == sorted(list_properties())
    assert len(CHECKS) == 35


async def talking(people: People, **config: Any) -> VisitorPage:
    """A visitor who has said something."""
    visitor = await people.visitor(browser=ROOMY, **config)
    await visitor.open_chat()
    await visitor.say("Is anybody there?")
    await expect(visitor.log).to_contain_text("Sent")
    return visitor


@checks("chatServiceUrl", "configId", "configKey", "tenantId")
async def _ask_the_hub(people: People) -> None:
    visitor = await people.newcomer(tenantId="northwind")
    async with visitor.page.expect_request("**/ChatProfile/**") as asked:
        await visitor.visit()
    url = (await asked.value).url
    profile = people.made.profile
    assert url.startswith(f"{people.made.base_url}/api/ChatProfile/{profile.id}?")
    assert f"key={profile.key}" in url
    assert "tenant=northwind" in url


@checks("colour", "theme", "position", "width", "height", "language")
async def _look(people: People) -> None:
    visitor = await people.visitor(
        browser=ROOMY, colour="#0B5FFF", theme="dark", position="top-left", width=340, height=500,
        language={"messagePlaceholder": "Go on"},
    )  # fmt: skip
    await expect(visitor.bubble).to_have_css("background-color", "rgb(11, 95, 255)")
    await visitor.open_chat()
    await expect_box(visitor.chat, {"x": 20, "y": 96, "width": 340, "height": 500})
    await expect(visitor.chat).to_have_css("color-scheme", "dark")
    await expect(visitor.chat.get_by_role("textbox", name="Go on")).to_be_visible()


@checks("persistChatToken")
async def _forget_the_token(people: People) -> None:
    visitor = await talking(people, persistChatToken=False)
    await visitor.reload()
    await expect(visitor.bubble).to_have_accessible_name("Start a new Chat")


@checks("chatMode")
async def _beat(people: People) -> None:
    visitor = await people.visitor(chatMode="heartbeat")
    async with visitor.page.expect_request("**/realtime/heartbeat**"):
        await visitor.open_chat()


@checks("sound")
async def _sound(people: People) -> None:
    marta = await people.agent()
    visitor = await people.newcomer(browser=ROOMY, sound="/ping.mp3")
    await visitor.page.add_init_script(RECORD_SOUNDS)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Ring me")
    await visitor.close_chat()
    await marta.accept("Ring me")
    await marta.say("Ring")
    await visitor.page.wait_for_function("() => played.length > 0")
    assert [re.sub(r"^http://[^/]+", "", url) for url in await visitor.page.evaluate("played")] == [
        "/ping.mp3"
    ]


@checks("icon", "iconSize")
async def _icon(people: People) -> None:
    visitor = await people.visitor(icon=PICTURE, iconSize=80)
    picture = visitor.bubble.locator("img")
    assert await picture.get_attribute("src") == PICTURE
    box = await settled_box(picture)
    assert (box["width"], box["height"]) == (48, 48)


@checks("includeFont")
async def _no_font(people: People) -> None:
    visitor = await people.visitor(includeFont=False)
    await visitor.open_chat()
    await expect(visitor.field).to_be_visible()
    assert await visitor.page.evaluate("() => document.fonts.size") == 0
    await expect(visitor.chat).not_to_have_css("font-family", re.compile("Poppins"))


@checks("frameInheritHead")
async def _inherit(people: People) -> None:
    for inherits, spacing in ((True, "3px"), (False, "normal")):
        visitor = await people.visitor(frameInheritHead=inherits)
        await visitor.page.evaluate(PAGE_STYLES)
        await visitor.open_chat()
        await expect(visitor.field).to_have_css("letter-spacing", spacing)


@checks("debug")
async def _debug(people: People) -> None:
    visitor = await people.newcomer(debug=True)
    async with visitor.page.expect_console_message(lambda message: message.text.startswith("Chat: ")):
        await visitor.visit()


@checks("keepChatWindowOpen")
async def _keep_open(people: People) -> None:
    visitor = await people.visitor(keepChatWindowOpen=True)
    await visitor.open_chat()
    await visitor.page.reload()
    await expect(visitor.chat).to_be_visible()
    await visitor.open_bubble.click()  # It has not taken the focus, so Escape is the page's.
    await expect(visitor.chat).to_be_hidden()
    await visitor.reload()
    await expect(visitor.chat).to_be_hidden()


@checks("bubbleContainerStyles", "bubbleStyles", "windowStyles")
async def _styles(people: People) -> None:
    visitor = await people.visitor(
        browser=ROOMY,
        bubbleContainerStyles={"bottom": "100px", "right": 50},
        bubbleStyles={"borderRadius": "8px", "opacity": 0.5},
        windowStyles={"bottom": "40px", "right": "30px"},
    )
    await expect_box(visitor.bubble, {"x": 1170, "y": 740, "width": 60, "height": 60})
    await expect(visitor.bubble).to_have_css("border-radius", "8px")
    await expect(visitor.bubble).to_have_css("opacity", "0.5")
    await visitor.open_chat()
    await expect_box(visitor.chat, {"x": 850, "y": 160, "width": 400, "height": 700})
    await expect(visitor.open_bubble).to_be_hidden()  # It would lie on the window.


@checks("showEndChatOptionOnBubble")
async def _end_on_bubble(people: People) -> None:
    visitor = await talking(people, showEndChatOptionOnBubble=True)
    await visitor.close_chat()
    end = visitor.page.get_by_role("button", name="End this Chat")
    await visitor.bubble.blur()
    await visitor.page.mouse.move(5, 5)
    await expect(end).to_have_css("opacity", "0")
    await visitor.bubble.hover()
    await expect(end).to_have_css("opacity", "1")
    await end.click()
    question = visitor.page.get_by_role("alertdialog", name="End this chat?")
    await question.get_by_role("button", name="End this Chat").click()
    await expect(visitor.chat.get_by_role("button", name="Restart Chat")).to_be_visible()


@checks("forceFullScreen")
async def _full_screen(people: People) -> None:
    visitor = await people.visitor(browser=ROOMY, forceFullScreen=True)
    await visitor.open_chat()
    await expect_box(visitor.chat, {"x": 0, "y": 0, "width": 1280, "height": 900})
    await expect(visitor.chat.get_by_role("button", name="More")).to_have_count(0)


@checks("hideNewChatBubble")
async def _hide_new(people: People) -> None:
    visitor = await people.newcomer(hideNewChatBubble=True, enableInboundEvents=True)
    await visitor.page.goto(visitor.url)
    await visitor.page.locator("halo-chat-widget").wait_for(state="attached")
    await expect(visitor.bubble).to_be_hidden()
    await visitor.page.evaluate(OPEN_BY_EVENT)
    await visitor.say("Here I am")
    await visitor.close_chat()
    await expect(visitor.bubble).to_have_accessible_name("Live Chat")


@checks("hideExistingChatBubble")
async def _hide_existing(people: People) -> None:
    visitor = await talking(people, hideExistingChatBubble=True)
    await visitor.close_chat()
    await expect(visitor.page.locator("halo-chat-widget .bubble")).to_be_hidden()


@checks("autoInitialize")
async def _wait(people: People) -> None:
    visitor = await people.newcomer(autoInitialize=False, enableInboundEvents=True)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    await visitor.page.goto(visitor.url)
    await visitor.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/api/" in url]
    await visitor.page.evaluate("() => dispatchEvent(new CustomEvent('haloChat_inboundEvent_initialize'))")
    await expect(visitor.bubble).to_be_visible()
    await visitor.open_chat()
    await visitor.say("Go on by itself")
    await expect(visitor.log).to_contain_text("Sent")
    await visitor.reload()
    await expect(visitor.bubble).to_have_accessible_name("Live Chat")


@checks("draggableBubble")
async def _drag(people: People) -> None:
    for is_draggable in (True, False):
        visitor = await people.visitor(draggableBubble=is_draggable)
        assert await visitor.bubble.evaluate("(bubble) => bubble.draggable") is is_draggable


@checks("hideBubbleInactivitySeconds")
async def _idle(people: People) -> None:
    visitor = await people.newcomer(hideBubbleInactivitySeconds=6_000, enableInboundEvents=True)
    await visitor.page.clock.install()
    await visitor.visit()
    # The clock goes on by itself as well.
    await visitor.page.clock.fast_forward(5_000_000)
    await expect(visitor.bubble).to_be_visible()
    await visitor.page.clock.fast_forward(1_000_000)
    await expect(visitor.bubble).to_be_hidden()
    await visitor.page.evaluate(OPEN_BY_EVENT)
    await expect(visitor.open_bubble.first).to_be_visible()


@checks("enableInboundEvents")
async def _inbound(people: People) -> None:
    for is_enabled in (True, False):
        visitor = await people.visitor(enableInboundEvents=is_enabled)
        await visitor.page.evaluate(OPEN_BY_EVENT)
        if not is_enabled:
            await visitor.bubble.hover()  # Loads the widget at the latest.
        window = visitor.page.locator("halo-chat-widget [role=dialog]")
        await expect(window).to_have_count(1)
        await expect(window).to_be_visible(visible=is_enabled)


@checks("enableOutboundEvents")
async def _outbound(people: People) -> None:
    for is_enabled in (True, False):
        visitor = await people.visitor(enableOutboundEvents=is_enabled)
        await visitor.page.evaluate(
            f"() => {{ globalThis.told = false; ({TELLS})().then(() => (told = true)) }}"
        )
        await visitor.open_chat()
        assert await visitor.page.evaluate("told") is is_enabled


@checks("enableFunctions")
async def _functions(people: People) -> None:
    call = "() => globalThis.haloChat_functions_getCurrentChatDetails?.()"
    assert await (await people.visitor(enableFunctions=True)).page.evaluate(call) == []
    assert await (await people.visitor()).page.evaluate(call) is None


@checks("hideHeader")
async def _no_header(people: People) -> None:
    visitor = await people.visitor(hideHeader=True)
    await visitor.open_chat()
    await expect(visitor.chat).to_have_accessible_name(re.compile("."))
    await expect(visitor.chat.get_by_role("button", name="Close")).to_have_count(0)
    await expect(visitor.field).to_be_visible()


@checks("retainPreviousChat")
async def _take_up_the_users_chat(people: People) -> None:
    token = sign(people.made.profile.identity_secret, claims_of("u1"))
    for is_retained in (True, False):
        first, second = [
            await people.visitor(enableInboundEvents=True, retainPreviousChat=is_retained) for _ in "12"
        ]
        await first.page.evaluate(OPEN_AS_USER, token)
        await first.say(f"From home {is_retained}")
        await expect(first.log).to_contain_text("Sent")
        await second.page.evaluate(OPEN_AS_USER, token)
        await second.say("From work")
        await expect(second.log).to_contain_text("Sent")
        earlier = expect(second.log.get_by_text(f"From home {is_retained}", exact=True))
        await earlier.to_have_count(1 if is_retained else 0)


@checks("areYouStillThereReopenChat")
async def _reopen_to_ask(people: People) -> None:
    for is_reopened in (True, False):
        visitor = await people.newcomer(areYouStillThereReopenChat=is_reopened, enableFunctions=True)
        wires = await lay_wires(visitor.page.context)
        await visitor.visit()
        await visitor.open_chat()
        await visitor.say("One moment")
        await expect(visitor.log).to_contain_text("Sent")
        [chat] = await visitor.page.evaluate("haloChat_functions_getCurrentChatDetails()")
        await visitor.close_chat()
        wires.tell({"t": "eph", "kind": "still_there", "chat": chat["id"], "until": 4_000_000_000_000})
        if is_reopened:
            await expect(visitor.chat).to_contain_text("Are you still there?")
        else:
            await visitor.bubble.click()
            await expect(visitor.chat).to_contain_text("Are you still there?")


@pytest.mark.parametrize("check", list(dict.fromkeys(CHECKS.values())), ids=lambda check: check.__name__[1:])
async def test_what_the_page_configures_is_what_it_gets(people: People, check: Check) -> None:
    await check(people)
