"""Pages that mean the widget no good, or know no better: changed globals, wrong events, forged messages, blocked storage, odd clocks."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.host_pages import HostPages
from tests.browser.people import People
from tests.browser.reference import list_events
from tests.browser.visitor_page import VisitorPage, expect_box
from tests.browser.windows import LINE_LOST, Window, Windows
from tests.browser.wires import lay_wires
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOMY = {"viewport": {"width": 1280, "height": 900}}
EVENTS: dict[str, Any] = {"enableInboundEvents": True, "enableOutboundEvents": True, "enableFunctions": True}

# What old libraries and careless pages do before the widget comes.
CHANGED_GLOBALS = {
    "more members of every array and object": """
        Array.prototype.each = function (call) { this.forEach(call); };
        Array.prototype.last = "last";
        Object.prototype.extend = function () { return this; };
        Object.prototype.kind = "polluted";
        String.prototype.theme = Function.prototype.theme = "dark";
    """,
    "another JSON": """
        const { parse, stringify } = JSON;
        JSON.parse = (text, revive) => Object.assign(Object.create({ patched: true }), { value: parse(text, revive) }).value;
        JSON.stringify = (value, ...rest) => stringify(value, ...rest);
    """,
    "no websocket": "delete globalThis.WebSocket;",
    "a websocket that throws": """
        globalThis.WebSocket = class { constructor() { throw new DOMException("Not here", "SecurityError"); } };
    """,
    "frozen constructors": """
        for (const name of ["WebSocket", "Array", "Object", "Promise", "JSON", "CustomEvent", "Map", "Set"]) {
          Object.freeze(globalThis[name]);
          Object.freeze(globalThis[name].prototype ?? {});
        }
    """,
    "no requestIdleCallback and no locks": """
        delete globalThis.requestIdleCallback;
        delete Navigator.prototype.locks;
    """,
    "an old jQuery": "globalThis.$ = globalThis.jQuery = Object.assign(() => [], { fn: { jquery: '1.4.2' } });",
}
# Everything a page could find changed after the widget was there: the members of its globals, and its own marks.
TAKE_STOCK = """
() => JSON.stringify(["Array", "Object", "JSON", "String", "Function", "Promise"].map((name) =>
  [name, Object.getOwnPropertyNames(globalThis[name]).sort(),
    Object.getOwnPropertyNames(globalThis[name].prototype ?? {}).sort()]))
"""
LIST_GLOBALS = "() => Object.keys(globalThis)"

RECORD_FAULTS = """
globalThis.faults = [];
addEventListener("error", ({ message }) => faults.push(message));
addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
"""
# Details of every wrong type; what throws when it is read, too.
SEND_WRONG_DETAILS = """
(names) => {
  const cyclic = { id_token: null };
  cyclic.id_token = cyclic.x = cyclic.width = cyclic;
  const throwing = { get id_token() { throw new Error("read"); }, get x() { throw new Error("read"); } };
  const unwilling = { toString() { throw new Error("told"); }, valueOf() { throw new Error("told"); } };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const odd = [
    undefined, null, 0, -1, NaN, Infinity, 10n, "", "text", true, [], [cyclic], Symbol("s"), () => 1, new Date(NaN),
    Object.create(null), cyclic, throwing, unwilling, revoked.proxy,
  ];
  const members = ["id_token", "retainPreviousChat", "width", "height", "x", "y"];
  const nested = odd.slice(0, -1).map((value) => Object.fromEntries(members.map((name) => [name, value])));
  for (const name of names)
    for (const detail of [...odd, ...nested])
      dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail }));
  for (const name of names) dispatchEvent(new Event(`haloChat_inboundEvent_${name}`));
}
"""
FLOOD = """
(names) => new Promise((resolve) => {
  let left = 20;
  const pour = () => {
    for (let sent = 0; sent < 100; sent += 1)
      dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${names[sent % names.length]}`, { detail: { width: 300 + sent, x: sent, y: sent } }));
    left -= 1;
    if (left > 0) setTimeout(pour, 50); else resolve();
  };
  pour();
})
"""
SEND = "([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail }))"

# What another window, or a script of the page, might say to make it look like the hub's word.
FORGED = [
    {"t": "welcome", "token": "vc_forged", "chats": [], "epoch": "x", "now": 0},
    {"t": "bye", "reason": "elsewhere", "retry": "now", "url": "wss://evil.example/steal"},
    {"t": "event", "stream": "1", "seq": 99, "kind": "message_posted", "text": "Forged words"},
    {"type": "haloChat_inboundEvent_endChat"},
    "haloChat_inboundEvent_loginStateChanged",
]
POST_FORGED = """
(forged) => {
  for (const one of forged) {
    postMessage(one, "*");
    postMessage(JSON.stringify(one), "*");
    window.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(one), origin: "https://evil.example" }));
  }
}
"""
RECORD_OUTBOUND = """
globalThis.told = [];
for (const name of %s) addEventListener(`haloChat_outboundEvent_${name}`, ({ detail }) => told.push([name, detail]));
"""

BLOCK_COOKIES = "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => {} });"
BLOCK_STORAGE = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("Denied", "SecurityError"); } });
"""


@pytest_asyncio.fixture(loop_scope="session")
async def program(tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program of the tenant's administrator."""
    async with admin_program(tenant.bootstrap.base_url, tenant) as signed_in:
        yield signed_in


async def page_with(people: People, *scripts: str, **config: Any) -> VisitorPage:
    """A visitor before a page that has done these things first."""
    visitor = await people.newcomer(browser=ROOMY, **config)
    for script in scripts:
        await visitor.page.context.add_init_script(f"{{ {script} }}")
    await visitor.visit()
    return visitor


async def expect_conversation(people: People, visitor: VisitorPage) -> None:
    """Both sides write, and a reload finds it again."""
    marta = await people.agent()
    await visitor.open_chat()
    await visitor.say("Does it work here?")
    await marta.accept("Does it work here?")
    await marta.say("It does")
    await visitor.expect_texts(["Does it work here?", "It does"])
    await visitor.reload()
    await visitor.open_chat()
    await visitor.expect_texts(["Does it work here?", "It does"])


@pytest.mark.parametrize("name", CHANGED_GLOBALS)
async def test_the_widget_works_on_pages_that_changed_what_all_scripts_share(
    people: People, name: str
) -> None:
    visitor = await page_with(people, RECORD_FAULTS, CHANGED_GLOBALS[name])

    await expect_conversation(people, visitor)

    assert await visitor.page.evaluate("faults") == []


async def test_the_widget_leaves_the_globals_of_the_page_as_they_were(
    people: People, host_pages: HostPages
) -> None:
    visitor = await people.newcomer(enableFunctions=True)
    await visitor.page.goto(host_pages.publish_text("<!doctype html><title>Plain</title>", page="plain"))
    names = set(await visitor.page.evaluate(LIST_GLOBALS))
    stock = await visitor.page.evaluate(TAKE_STOCK)
    await visitor.visit()
    await expect_conversation(people, visitor)

    assert await visitor.page.evaluate(TAKE_STOCK) == stock
    added = set(await visitor.page.evaluate(LIST_GLOBALS)) - names
    assert added == {"haloChatConfig", "haloChat_functions_getCurrentChatDetails"}


async def test_a_page_with_the_scripts_of_two_hubs_has_one_chat(people: People) -> None:
    visitor = await people.visitor()
    base_url = people.made.base_url
    await visitor.page.add_script_tag(url=f"{base_url}/chat/index.js?other=1")
    await visitor.page.wait_for_load_state("networkidle")

    await expect(visitor.bubble).to_have_count(1)
    await expect_conversation(people, visitor)


async def test_wrong_details_are_ignored_and_thrown_into_no_page(people: People) -> None:
    visitor = await page_with(people, RECORD_FAULTS, **EVENTS)
    await visitor.open_chat()
    await visitor.say("Still mine")
    await expect(visitor.log).to_contain_text("Sent")
    await visitor.close_chat()
    # Those that need no detail do what they are for, whatever comes with them.
    without_detail = {"initialize", "loginStateChanged", "endChat", "toggleMenu", "closeChatWindow"}
    names = [name for name in list_events("inbound") if name not in without_detail]
    assert len(names) == 6

    await visitor.page.evaluate(SEND_WRONG_DETAILS, names)

    await expect(visitor.chat).to_be_visible()
    await visitor.expect_texts(["Still mine"])
    await expect_box(visitor.chat, {"x": 860, "y": 104, "width": 400, "height": 700})
    await visitor.page.evaluate(SEND_WRONG_DETAILS, sorted(without_detail - {"loginStateChanged"}))
    assert await visitor.page.evaluate("faults") == []
    await visitor.page.evaluate(SEND, ["resize", {"width": "350", "height": "500px"}])
    await visitor.page.evaluate(SEND, ["openChatWindow", {"id_token": ""}])
    await expect_box(visitor.chat, {"x": 910, "y": 304, "width": 350, "height": 500})
    await visitor.expect_texts(["Still mine"])


async def test_details_that_throw_before_the_widget_is_there_are_ignored_too(people: People) -> None:
    visitor = await people.newcomer(autoInitialize=False, **EVENTS)
    await visitor.page.add_init_script(RECORD_FAULTS)
    await visitor.page.goto(visitor.url)
    await visitor.page.evaluate(SEND_WRONG_DETAILS, list_events("inbound"))
    await visitor.page.evaluate(SEND, ["initialize", None])
    await expect(visitor.page.locator("halo-chat-widget")).to_have_count(1)
    await visitor.page.evaluate(SEND_WRONG_DETAILS, list_events("inbound"))
    await visitor.page.evaluate(SEND, ["openChatWindow", None])
    await expect(visitor.chat).to_be_visible()
    assert await visitor.page.evaluate("faults") == []


async def test_two_thousand_events_within_a_second_or_two_leave_a_chat_that_works(people: People) -> None:
    visitor = await page_with(people, RECORD_FAULTS, **EVENTS)
    marta = await people.agent()
    await visitor.open_chat()
    await visitor.say("Before the flood")
    await marta.accept("Before the flood")

    names = [name for name in list_events("inbound") if name != "loginStateChanged"]
    await visitor.page.evaluate(FLOOD, names)

    await marta.say("After it")
    await visitor.page.evaluate(SEND, ["openChatWindow", None])
    await visitor.expect_texts(["Before the flood", "After it"])
    assert await visitor.page.evaluate("faults") == []


async def test_forged_messages_of_other_windows_change_nothing(people: People) -> None:
    visitor = await people.newcomer(browser=ROOMY, **EVENTS)
    visitor.complaints.expect(LINE_LOST)
    wires = await lay_wires(visitor.page.context)
    opened: list[str] = []
    visitor.page.on("websocket", lambda websocket: opened.append(websocket.url))
    await visitor.page.add_init_script(RECORD_OUTBOUND % json.dumps(list_events("outbound")))
    await visitor.visit()
    marta = await people.agent()
    await visitor.open_chat()
    await visitor.say("Mine")
    await marta.accept("Mine")

    await visitor.page.evaluate(POST_FORGED, FORGED)
    # Not even the hub itself sends anybody elsewhere.
    wires.tell({"t": "bye", "reason": "elsewhere", "retry": "now", "url": "wss://evil.example/steal"})
    await wires.cut()

    await marta.say("Yours")
    await visitor.expect_texts(["Mine", "Yours"])
    hub = people.made.base_url.replace("http", "ws", 1)
    assert [url for url in opened if not url.startswith(f"{hub}/api/realtime?")] == []
    # What the page is told lets nobody be this visitor.
    [token] = [cookie.get("value", "") for cookie in await visitor.page.context.cookies()]
    assert token.startswith("vc_")
    assert token != "vc_forged"
    assert token not in json.dumps(await visitor.page.evaluate("told"))


async def test_elements_that_bear_the_names_of_the_widget_configure_nothing(
    people: People, host_pages: HostPages, windows: Windows
) -> None:
    page = f"""<!doctype html><html lang=en><body><main><h1>Clobbered</h1>
      <form id=haloChatConfig><input name=chatServiceUrl value=https://evil.example/api>
      <input name=configId value=1><input name=configKey value=pk_evil></form>
      <script src="{people.made.base_url}/chat/index.js"></script></main></body></html>"""
    window = await windows.open()
    visitor = VisitorPage(window, host_pages.publish_text(page, page="clobbered"))
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    await window.page.goto(visitor.url)
    await window.page.wait_for_load_state("networkidle")

    await expect(visitor.bubble).to_have_count(0)
    assert len(window.complaints.warnings) == 3
    assert not [url for url in asked if "evil.example" in url]


async def test_members_named_like_prototypes_are_members(people: People, program: HaloProgram) -> None:
    visitor = await people.newcomer(**EVENTS)
    script = """Object.defineProperty(globalThis, "haloChatConfig", { configurable: true, set(given) {
      const words = JSON.parse('{"__proto__": {"send": "Polluted", "theme": "dark"}, "constructor": "x", "send": "Go"}');
      const value = { ...given, language: words, ...JSON.parse('{"__proto__": {"theme": "dark", "position": "top-left"}}') };
      Object.defineProperty(globalThis, "haloChatConfig", { value });
    } });"""
    await visitor.page.add_init_script(script)
    await visitor.visit()
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Go", exact=True)).to_be_visible()
    await visitor.say("Hello")
    await expect(visitor.log).to_contain_text("Sent")
    [chat] = await visitor.page.evaluate("haloChat_functions_getCurrentChatDetails()")
    hostile = "<b id=haloChatConfig>bold</b> <a id=haloChat_functions_getCurrentChatDetails href=//evil.example>link</a>"
    said = {
        "chat_id": chat["id"],
        "text": hostile,
        "__proto__": {"polluted": 1},
        "constructor": {"prototype": 1},
    }
    await program.post("/ChatMessage", [said])

    await visitor.expect_texts(["Hello", "bold link"])
    found = "() => [({}).polluted, ({}).theme, document.querySelectorAll('[id^=haloChat_]').length]"
    assert await visitor.page.evaluate(found) == [None, None, 0]
    assert await visitor.page.evaluate("typeof haloChat_functions_getCurrentChatDetails") == "function"
    assert await visitor.log.locator("a, b, [id]").count() == 0


async def test_without_cookies_storage_keeps_the_conversation(people: People) -> None:
    visitor = await page_with(people, BLOCK_COOKIES)
    await expect_conversation(people, visitor)
    assert visitor.complaints.warnings == []
    assert await visitor.page.context.cookies() == []


async def test_without_storage_a_cookie_keeps_the_conversation(people: People) -> None:
    visitor = await page_with(people, BLOCK_STORAGE)
    await expect_conversation(people, visitor)
    assert visitor.complaints.warnings == []


async def test_where_nothing_is_kept_the_makers_of_the_page_are_told_once(
    people: People, forgetful_window: Window
) -> None:
    visitor = VisitorPage(forgetful_window, people.publish())
    wires = await lay_wires(visitor.page.context)
    visitor.complaints.expect(LINE_LOST)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Who keeps this?")
    await expect(visitor.log).to_contain_text("Sent")
    await wires.cut()
    await visitor.say("And this?")
    await expect(visitor.log).to_contain_text("And this?")
    await expect(visitor.log).not_to_contain_text("Sending")

    [warning] = visitor.complaints.warnings
    assert "keeps nothing" in warning


async def test_after_ten_minutes_of_sleep_the_conversation_goes_on(people: People) -> None:
    marta = await people.agent()
    visitor = await people.newcomer()
    visitor.complaints.expect(LINE_LOST)
    await visitor.page.clock.install()
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("I close the lid")
    await marta.accept("I close the lid")
    await marta.say("Sleep well")
    await visitor.expect_texts(["I close the lid", "Sleep well"])

    await visitor.page.clock.fast_forward("10:00")

    await marta.say("Good morning")
    await visitor.expect_texts(["I close the lid", "Sleep well", "Good morning"])
    await visitor.say("Good morning to you")
    await marta.expect_texts(["I close the lid", "Sleep well", "Good morning", "Good morning to you"])
    await expect(visitor.chat).not_to_contain_text("Are you still there?")


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(hours=3), timedelta(days=-800)], ids=str)
async def test_a_clock_that_jumps_changes_neither_the_order_nor_who_is_there(
    people: People, jump: timedelta
) -> None:
    marta = await people.agent()
    visitor = await people.newcomer()
    visitor.complaints.expect(LINE_LOST)
    await visitor.page.clock.install()
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("What time is it?")
    await marta.accept("What time is it?")

    await visitor.page.clock.set_system_time(datetime.now(UTC) + jump)

    await marta.say("Ask the hub")
    await visitor.expect_texts(["What time is it?", "Ask the hub"])
    await visitor.say("Thank you")
    said = ["What time is it?", "Ask the hub", "Thank you"]
    for screen in (visitor, marta):
        await screen.expect_texts(said)
    await expect(visitor.log).not_to_contain_text("Sending")
    await visitor.reload()
    await visitor.open_chat()
    await visitor.expect_texts(said)
    await expect(visitor.chat).not_to_contain_text("Are you still there?")
