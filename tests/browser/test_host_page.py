"""The widget as a guest: what the page configures, what the page forbids, and what it must not notice."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.visitor_page import VisitorPage, expect_box, settled_box
from tests.browser.windows import FOREIGN_HOST, Window
from tests.doubles.file_samples import png

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOMY = {"viewport": {"width": 1280, "height": 900}}

STRICT_POLICY = (
    "default-src 'none'; script-src {hub} {snippet}; connect-src {hub} {hub_ws}; font-src {hub}; "
    "img-src {hub}; style-src 'none'; require-trusted-types-for 'script'"
)

# The policy is in force when this is told of.
BREACH = """
() => new Promise((resolve) => {
  document.addEventListener("securitypolicyviolation", resolve, { once: true });
  document.head.append(Object.assign(document.createElement("style"), { textContent: "body { color: red }" }));
})
"""

# What is told of a page that the browser refuses to give what it asked for.
REFUSED = ("Failed to load resource", "blocked by CORS policy")

RECORD_SHIFTS = """
globalThis.shiftTimes = [];
// What moves inside the chat is none of the page's.
const isOfPage = ({ sources }) => sources.some(({ node }) => node?.getRootNode() === document && node.localName !== "halo-chat-widget");
new PerformanceObserver((list) => shiftTimes.push(...list.getEntries().filter(isOfPage).map((entry) => entry.startTime)))
  .observe({ type: "layout-shift", buffered: true });
"""
# Moves the page on purpose, and says when.
SHIFT = """
() => {
  const now = performance.now();
  document.body.prepend(document.createElement("h2"), "Something new on top");
  return now;
}
"""


async def test_the_page_decides_colour_theme_place_size_and_words(people: People) -> None:
    visitor = await people.visitor(
        browser=ROOMY,
        colour="#0B5FFF",
        theme="dark",
        position="top-left",
        width=340,
        height="500",
        language={"newChatName": "Start a new Chat with us", "send": "Off it goes"},
    )

    await expect(visitor.bubble).to_have_accessible_name("Start a new Chat with us")
    await expect(visitor.bubble).to_have_css("background-color", "rgb(11, 95, 255)")
    await expect_box(visitor.bubble, {"x": 20, "y": 20, "width": 60, "height": 60})
    await visitor.open_chat()

    await expect_box(visitor.chat, {"x": 20, "y": 96, "width": 340, "height": 500})
    assert await background_lightness(visitor) < 0.4
    await expect(visitor.chat.get_by_role("button", name="Off it goes")).to_be_visible()
    await expect(visitor.field).to_be_visible()
    assert visitor.complaints.warnings == []


async def test_without_properties_the_defaults_of_the_quickstart_hold(people: People) -> None:
    visitor = await people.visitor(browser=ROOMY)

    await visitor.open_chat()

    await expect_default_looks(visitor)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "reddish"),
        ("theme", "blue"),
        ("position", "middle"),
        ("width", -5),
        ("height", "tall"),
        ("language", "English"),
        ("persistChatToken", "perhaps"),
    ],
)
async def test_a_wrong_value_is_warned_of_by_name_and_its_default_used(
    people: People, name: str, value: Any
) -> None:
    visitor = await people.visitor(browser=ROOMY, **{name: value})

    [warning] = visitor.complaints.warnings
    assert warning.startswith(f"Chat: haloChatConfig.{name} must be ")
    assert warning.endswith("its default is used.")
    await visitor.open_chat()
    await expect_default_looks(visitor)


async def test_a_wrong_key_is_one_clear_warning_and_no_bubble(people: People) -> None:
    visitor = await people.newcomer(configKey="not-the-key")

    await expect_refusal(visitor)


async def test_a_page_whose_origin_is_not_admitted_gets_a_warning_and_no_bubble(people: People) -> None:
    visitor = await people.newcomer(page={"host": FOREIGN_HOST})

    await expect_refusal(visitor)


async def test_a_page_without_the_mandatory_properties_gets_a_warning_for_each(people: People) -> None:
    visitor = await people.newcomer(configId="", configKey=None)

    await visitor.page.goto(visitor.url)
    await visitor.page.wait_for_load_state("networkidle")

    assert [warning.split()[1] for warning in visitor.complaints.warnings] == [
        "haloChatConfig.configId", "haloChatConfig.configKey",
    ]  # fmt: skip
    await expect(visitor.bubble).to_have_count(0)


async def test_a_page_that_includes_the_script_twice_has_one_bubble(people: People) -> None:
    visitor = await people.visitor(page={"page": "twice"})

    await visitor.page.wait_for_load_state("networkidle")

    await expect(visitor.bubble).to_have_count(1)
    await visitor.open_chat()
    await expect(visitor.chat).to_have_count(1)


async def test_under_a_strict_policy_everything_works_without_a_breach(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor(page={"policy": STRICT_POLICY}, browser=ROOMY)
    await visitor.open_chat()
    await visitor.say("Strict, are we?")
    await marta.accept("Strict, are we?")
    await marta.say("See https://example.com/rules")

    await visitor.expect_texts(["Strict, are we?", "See https://example.com/rules"])

    await expect(visitor.log.get_by_role("link")).to_have_attribute("href", "https://example.com/rules")
    await expect_default_looks(visitor)
    # What few chats need obeys the policy too: a chosen picture is shown before it is sent, then as the hub's.
    async with visitor.page.expect_file_chooser() as chosen:
        await visitor.chat.get_by_role("button", name="Add files").click()
    picture: Any = {"name": "rotor.png", "mimeType": "image/png", "buffer": png(600, 400)}
    await (await chosen.value).set_files([picture])
    await expect(visitor.chat).to_contain_text("Ready")
    await visitor.say("It pulses")
    await expect(visitor.log.get_by_role("img", name="rotor.png")).to_be_visible()
    await visitor.chat.get_by_role("button", name="More").click()
    await visitor.chat.get_by_role("menuitem", name="Chat Details").click()
    await expect(visitor.page.get_by_role("dialog", name="Chat Details")).to_be_visible()
    await visitor.page.wait_for_function(
        "() => [...document.fonts].some(({ status }) => status === 'loaded')"
    )
    assert visitor.complaints.errors == []
    await visitor.page.evaluate(BREACH)
    visitor.complaints.expect("style-src", "Content Security Policy")
    assert any("policy breached: style-src" in error for error in visitor.complaints.errors)


async def test_the_page_does_not_shift_while_the_chat_comes_and_goes(people: People) -> None:
    visitor = await people.newcomer()
    await visitor.page.add_init_script(RECORD_SHIFTS)
    await visitor.visit()

    await visitor.open_chat()
    await visitor.say("Did anything move?")
    await expect(visitor.log).to_contain_text("Sent")
    await visitor.close_chat()

    # The shift on purpose is told after all others, and shows that shifts are told at all.
    shifted_at = await visitor.page.evaluate(SHIFT)
    await visitor.page.wait_for_function("(from) => shiftTimes.some((time) => time >= from)", arg=shifted_at)
    times = await visitor.page.evaluate("shiftTimes")
    assert [time for time in times if time < shifted_at] == []


async def test_a_page_in_another_direction_gets_the_window_in_that_direction(people: People) -> None:
    visitor = await people.visitor(page={"language": "ar", "direction": "rtl"}, browser=ROOMY)

    await visitor.open_chat()

    await expect(visitor.chat).to_have_css("direction", "rtl")
    send = await settled_box(visitor.chat.get_by_role("button", name="إرسال"))
    field = await settled_box(visitor.field)
    assert send["x"] < field["x"] + field["width"] / 2
    assert (await settled_box(visitor.open_bubble))["x"] == 1200  # Direction alone does not move it.


async def test_a_page_in_another_language_gets_its_words_and_replaces_them_one_by_one(people: People) -> None:
    visitor = await people.newcomer(page={"language": "de-AT"}, language={"send": "Ab damit"})
    async with visitor.page.expect_response("**/chat/languages/de.js?v=*") as loaded:
        await visitor.visit()
        await visitor.open_chat()

    assert "immutable" in (await (await loaded.value).header_value("cache-control") or "")
    await expect(
        visitor.chat.get_by_role("textbox", name="Nachricht schreiben, mit Enter senden")
    ).to_be_visible()
    await expect(visitor.chat.get_by_role("button", name="Ab damit")).to_be_visible()
    await visitor.chat.get_by_role("textbox").fill("Guten Tag")
    await visitor.chat.get_by_role("textbox").press("Enter")
    await expect(visitor.log).to_contain_text("Gesendet")


async def test_a_page_whose_language_does_not_come_is_english_and_says_so(people: People) -> None:
    visitor = await people.newcomer(page={"language": "de"})
    visitor.complaints.expect("Failed to load resource")
    await visitor.page.route("**/chat/languages/**", lambda route: route.abort())
    await visitor.visit()

    await visitor.open_chat()

    await expect(visitor.field).to_be_visible()
    assert len(visitor.complaints.warnings) == 1


async def test_an_english_page_loads_no_language(people: People) -> None:
    visitor = await people.newcomer(page={"language": "en-GB"})
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    await visitor.visit()

    await visitor.open_chat()

    await expect(visitor.field).to_be_visible()
    assert any("/chat/widget.js" in url for url in asked)
    assert not [url for url in asked if "/languages/" in url]


async def test_with_cookies_and_storage_blocked_the_chat_works_as_long_as_the_page_lives(
    people: People, forgetful_window: Window
) -> None:
    marta = await people.agent()
    visitor = VisitorPage(forgetful_window, people.publish())
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Nothing is kept here")
    await marta.accept("Nothing is kept here")
    await marta.say("And still we talk")

    await visitor.expect_texts(["Nothing is kept here", "And still we talk"])

    names_storage = "() => { try { return Boolean(localStorage) } catch { return false } }"
    assert await visitor.page.evaluate(names_storage) is False
    assert await visitor.page.context.cookies() == []
    await visitor.reload()
    await expect(visitor.bubble).to_have_accessible_name("Start a new Chat")


async def expect_refusal(visitor: VisitorPage) -> None:
    """One warning that names the profile, and no chat on the page."""
    visitor.complaints.expect(*REFUSED)
    async with visitor.page.expect_console_message(lambda message: message.type == "warning"):
        await visitor.page.goto(visitor.url)
    [warning] = visitor.complaints.warnings
    assert re.match(r"Chat: .*chat profile", warning, re.IGNORECASE)
    await expect(visitor.bubble).to_have_count(0)


async def expect_default_looks(visitor: VisitorPage) -> None:
    """400 by 700 at the bottom right, light, in English."""
    width, height = ROOMY["viewport"]["width"], ROOMY["viewport"]["height"]
    await expect_box(
        visitor.chat,
        {
            "x": width - 400 - 20,
            "y": height - 700 - 96,
            "width": 400,
            "height": 700,
        },
    )
    assert await background_lightness(visitor) > 0.9
    await expect(visitor.field).to_be_visible()


async def background_lightness(visitor: VisitorPage) -> float:
    """Of the window, from 0 to 1."""
    colour = await visitor.chat.evaluate("(element) => getComputedStyle(element).backgroundColor")
    found = re.match(r"oklch\(([\d.]+)", colour)
    assert found, colour
    return float(found[1])
