"""What few chats need: files, emoji, answers to a flow, results, details and the rating."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.visitor_page import VisitorPage
from tests.doubles.file_samples import png
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.tenant import Tenant
from tests.operate.processes import DEADLINE_S

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A drop as a browser makes it.
DROP = """
(element, name) => {
  const data = new DataTransfer();
  data.items.add(new File(["dropped"], name, { type: "text/plain" }));
  element.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}
"""
PASTE = """
(element, name) => {
  const data = new DataTransfer();
  data.items.add(new File(["pasted"], name, { type: "text/plain" }));
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}
"""


# Notes the commands the page sends from now on. A fresh link differs from one of the same second in nothing.
LISTEN = """
() => {
  window.asked = [];
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    window.asked.push(JSON.parse(text).op);
    send.call(this, text);
  };
}
"""
HAS_ASKED_AGAIN = "() => window.asked.includes('page')"


@pytest_asyncio.fixture(loop_scope="session")
async def program(tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program of the tenant's, such as a flow that runs elsewhere."""
    async with admin_program(tenant.bootstrap.base_url, tenant) as signed_in:
        yield signed_in


async def talking(people: People, **config: Any) -> tuple[VisitorPage, int]:
    """A visitor who has said something, and the id of the chat."""
    visitor = await people.visitor(enableFunctions=True, **config)
    await visitor.open_chat()
    await visitor.say("I have a question")
    await expect(visitor.log).to_contain_text("Sent")
    [chat] = await visitor.page.evaluate("haloChat_functions_getCurrentChatDetails()")
    return visitor, chat["id"]


async def wait_until_stored(visitor: VisitorPage, text: str) -> None:
    """Until the hub has told of the message: its files have their lasting places, and their links."""
    stored = "(text) => JSON.stringify(haloChat_functions_getCurrentChatDetails()[0]?.messages ?? []).includes(text)"
    await visitor.page.wait_for_function(stored, arg=text)


async def ask(program: HaloProgram, chat_id: int, text: str, **members: Any) -> None:
    """A message with what only programs send."""
    await program.post("/ChatMessage", [{"chat_id": chat_id, "textplain": text, **members}])


async def find_messages(
    program: HaloProgram, chat_id: int, are_due: Callable[[list[dict[str, Any]]], bool]
) -> list[dict[str, Any]]:
    """The messages of a chat as soon as those that are waited for are stored; the widget shows its own before that."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            found: list[dict[str, Any]] = await program.get(f"/ChatMessage?chat_id={chat_id}&last_id=0")
            if found and are_due(found):
                return found
            await asyncio.sleep(0.05)


async def choose(visitor: VisitorPage, *files: Any) -> None:
    """Chooses files by the button."""
    async with visitor.page.expect_file_chooser() as chosen:
        await visitor.chat.get_by_role("button", name="Add files").click()
    await (await chosen.value).set_files([*files])


def file(name: str, mime_type: str, buffer: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": mime_type, "buffer": buffer}


async def test_a_chosen_picture_is_brought_shown_and_seen_by_the_agent(people: People) -> None:
    marta = await people.agent()
    visitor, _ = await talking(people)
    await choose(visitor, file("rotor.png", "image/png", png(600, 400)))
    await expect(visitor.chat).to_contain_text("Ready")
    await visitor.say("It pulses")
    picture = visitor.log.get_by_role("img", name="rotor.png")
    await expect(picture).to_have_attribute("width", "600")
    # Its body is empty; that it was let through is told by the request alone.
    await expect(picture).to_have_attribute("src", re.compile("/api/Attachment/"))
    await expect(visitor.chat.get_by_text("Ready")).to_be_hidden()
    await marta.open_chat("It pulses")

    await visitor.reload()
    await visitor.open_chat()
    await expect(visitor.log.get_by_role("img", name="rotor.png")).to_be_visible()


async def test_files_begin_a_chat_and_go_without_words(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await choose(
        visitor,
        file("invoice.pdf", "application/pdf", b"%PDF-1.7\n%%EOF"),
        file("note.txt", "text/plain", b"a note"),
    )
    await expect(visitor.chat.get_by_text("Ready")).to_have_count(2)
    await visitor.chat.get_by_role("button", name="Remove: invoice.pdf").click()
    await visitor.chat.get_by_role("button", name="Send", exact=True).click()
    link = visitor.log.get_by_role("link", name=re.compile("note.txt"))
    await expect(link).to_have_attribute("href", re.compile("/api/Attachment/"))
    async with visitor.page.expect_download() as download:
        await link.click()
    assert Path(await (await download.value).path()).read_bytes() == b"a note"
    await expect(visitor.log).not_to_contain_text("invoice.pdf")


async def test_files_are_dropped_and_pasted(people: People) -> None:
    visitor, _ = await talking(people)
    await visitor.chat.evaluate(DROP, "dropped.txt")
    await visitor.field.evaluate(PASTE, "pasted.txt")
    await expect(visitor.chat.get_by_text("Ready")).to_have_count(2)
    await visitor.say("Both")
    for name in ("dropped.txt", "pasted.txt"):
        await expect(visitor.log.get_by_role("link", name=re.compile(name))).to_be_visible()


async def test_a_file_that_fails_says_why_and_keeps_nothing_else_back(people: People) -> None:
    visitor, _ = await talking(people)
    await choose(visitor, file("empty.txt", "text/plain", b""))
    await expect(visitor.chat).to_contain_text("The file is empty.")
    send = visitor.chat.get_by_role("button", name="Send", exact=True)
    await visitor.field.fill("Without it")
    await expect(send).to_be_disabled()
    await visitor.chat.get_by_role("button", name="Remove: empty.txt").click()
    await send.click()
    await expect(visitor.log).to_contain_text("Without it")
    visitor.complaints.expect("status of 400")


async def test_an_emoji_goes_where_the_cursor_is(people: People) -> None:
    visitor, _ = await talking(people)
    await visitor.field.fill("Thanks you")
    await visitor.field.evaluate("(field) => field.setSelectionRange(6, 6)")
    await visitor.chat.get_by_role("button", name="Emoji").click()
    await visitor.chat.get_by_role("button", name="🎉").click()
    await expect(visitor.field).to_have_value("Thanks🎉 you")
    await expect(visitor.field).to_be_focused()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": 2, "lookup_values": [{"value": 7, "label": "Bikes"}]}, {"int": 7}),
        ({"type": 2, "lookup_values": [{"value": "b", "label": "Bikes"}]}, {"multi": "b"}),
    ],
)
async def test_a_button_answers_and_goes(
    people: People, program: HaloProgram, field: dict[str, Any], value: dict[str, Any]
) -> None:
    visitor, chat_id = await talking(people)
    await ask(program, chat_id, "What about?", next_input_id=4, next_input_fieldinfo={"id": 4, **field})
    await visitor.field.fill("A draft")
    await visitor.chat.get_by_role("button", name="Bikes").click()
    await expect(visitor.chat.get_by_role("button", name="Bikes")).to_be_hidden()
    await visitor.expect_texts(["I have a question", "What about?", "Bikes"])
    await expect(visitor.field).to_have_value("A draft")
    found = await find_messages(program, chat_id, lambda messages: messages[-1].get("input_id") == 4)
    answer = found[-1]
    assert {kind: answer[f"value_{kind}"] for kind in value} == value


async def test_yes_and_no_several_numbers_and_dates_are_answered(
    people: People, program: HaloProgram
) -> None:
    visitor, chat_id = await talking(people)

    async def answer_of(input_id: int) -> dict[str, Any]:
        def answers(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [message for message in messages if message.get("input_id") == input_id]

        found = await find_messages(program, chat_id, lambda messages: bool(answers(messages)))
        return answers(found)[0]

    await ask(program, chat_id, "Still?", next_input_id=1, next_input_fieldinfo={"id": 1, "type": 6})
    await visitor.chat.get_by_role("button", name="No", exact=True).click()
    await visitor.expect_texts(["I have a question", "Still?", "No"])
    assert (await answer_of(1))["value_bool"] is False

    options = [{"value": word, "label": word.title()} for word in ("rim", "hub", "saddle")]
    asked = {"id": 2, "type": 3, "name": "Parts", "lookup_values": options}
    await ask(program, chat_id, "Which?", next_input_id=2, next_input_fieldinfo=asked)
    for word in ("Rim", "Saddle"):
        await visitor.chat.get_by_role("checkbox", name=word).check()
    await (
        visitor.chat.get_by_role("form")
        .or_(visitor.chat.locator("form"))
        .get_by_role("button", name="Send")
        .click()
    )
    await expect(visitor.log).to_contain_text("Rim, Saddle")
    assert (await answer_of(2))["value_multi"] == "rim,saddle"

    for number, (kind, given, member, value) in enumerate(
        [(1, "54", "value_int", 54), (4, "2026-11-14", "value_date", "2026-11-14")], 3
    ):
        asked = {"id": number, "type": kind, "name": f"Field {number}"}
        await ask(program, chat_id, "And?", next_input_id=number, next_input_fieldinfo=asked)
        field = visitor.chat.get_by_label(f"Field {number}")
        send = visitor.chat.locator("form").get_by_role("button", name="Send")
        await send.click()
        await expect(visitor.chat.get_by_role("alert")).to_have_text("Please fill this in.")
        await field.fill(given)
        await send.click()
        await expect(field).to_be_hidden()
        assert str((await answer_of(number))[member]).startswith(str(value))


async def test_results_and_dangerous_messages_are_shown_as_what_they_are(
    people: People, program: HaloProgram
) -> None:
    visitor, chat_id = await talking(people, language={"dangerousMessage": "Taken out"})
    articles = [
        {"id": 1, "name": "Brakes that squeal", "description": "Clean the rotor", "link": "https://shop.example/1"},
        {"id": 2, "name": "Bedding in", "link": "javascript:alert(1)"},
    ]  # fmt: skip
    await ask(program, chat_id, "Two guides", kb_search_results=articles)
    await expect(visitor.log.get_by_role("link", name=re.compile("squeal"))).to_have_attribute(
        "href", "https://shop.example/1"
    )
    await expect(visitor.log.get_by_text("Bedding in")).to_be_visible()
    assert await visitor.log.locator("a[href^=javascript]").count() == 0
    await program.post("/ChatMessage", [{"chat_id": chat_id, "text": "<script>alert(1)</script>Harmless"}])
    await expect(visitor.log).to_contain_text("Taken out")
    await expect(visitor.log).not_to_contain_text("Harmless")


async def test_a_chat_is_named_and_its_transcript_taken_along(people: People) -> None:
    marta = await people.agent()
    visitor, _ = await talking(people)
    await marta.accept("I have a question")
    await marta.say("Ask away")
    await expect(visitor.log).to_contain_text("Ask away")
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    await visitor.chat.get_by_role("button", name="More").click()
    await visitor.chat.get_by_role("menuitem", name="Chat Details").click()
    details = visitor.page.get_by_role("dialog", name="Chat Details")
    await expect(details.get_by_role("listitem")).to_contain_text(["Visitor", "Marta Lindqvist"])
    await details.get_by_role("button", name="Copy Transcript").click()
    await expect(details.get_by_role("status")).to_have_text("Copied")
    copied = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r"\d+ \w+ 2\d{3} \d\d:\d\d  Visitor \w+: I have a question\n\d+ .*  Marta Lindqvist: Ask away", copied
    )
    async with visitor.page.expect_download() as download:
        await details.get_by_role("button", name="Download").click()
    assert Path(await (await download.value).path()).read_text("utf-8") == copied

    await details.get_by_role("textbox", name="Enter a name for this Chat").fill("The order")
    await details.get_by_role("button", name="Save").click()
    await expect(details).to_be_hidden()
    await visitor.page.wait_for_function(
        "() => haloChat_functions_getCurrentChatDetails()[0].name === 'The order'"
    )


async def test_the_transcript_of_an_ended_chat_is_all_of_it(people: People, program: HaloProgram) -> None:
    visitor, chat_id = await talking(people)
    for first in range(0, 600, 100):
        await program.post(
            "/ChatMessage",
            [{"chat_id": chat_id, "textplain": f"Line {number}."} for number in range(first, first + 100)],
        )
    await expect(visitor.log).to_contain_text("Line 599.")
    await visitor.reload()
    await visitor.open_chat()
    await expect(visitor.chat.get_by_role("button", name="Load older messages")).to_be_attached()
    await visitor.chat.get_by_role("button", name="More").click()
    await visitor.chat.get_by_role("menuitem", name="End this Chat").click()
    await visitor.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    await visitor.chat.get_by_role("button", name="Copy Transcript").click()

    await expect(visitor.chat.get_by_text("Copied").last).to_be_visible()
    copied = await visitor.page.evaluate("navigator.clipboard.readText()")
    assert re.findall(r"Line (\d+)\.", copied) == [str(number) for number in range(600)]
    assert "I have a question" in copied


async def test_better_words_are_marked_as_edited(people: People, program: HaloProgram) -> None:
    visitor, chat_id = await talking(people)
    said = await program.post("/ChatMessage", {"chat_id": chat_id, "textplain": "At nin"})
    await expect(visitor.log).to_contain_text("At nin")
    await expect(visitor.log).not_to_contain_text("Edited")

    await program.post("/ChatMessage", [{"id": said["id"], "chat_id": chat_id, "textplain": "At nine"}])

    await expect(visitor.log).to_contain_text(re.compile("At nine.*Edited"))


async def test_a_picture_that_fails_long_after_it_was_shown_gets_a_fresh_link(people: People) -> None:
    visitor, _ = await talking(people)
    await choose(visitor, file("rotor.png", "image/png", png(600, 400)))
    await expect(visitor.chat).to_contain_text("Ready")
    await visitor.say("It pulses")
    picture = visitor.log.get_by_role("img", name="rotor.png")
    await wait_until_stored(visitor, "It pulses")
    await expect(picture).to_have_attribute("src", re.compile("/api/Attachment/"))
    await visitor.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=2))
    await visitor.say("Two hours later")
    await expect(visitor.log).to_contain_text("Sent")
    await visitor.page.evaluate(LISTEN)
    await picture.dispatch_event("error")

    await visitor.page.wait_for_function(HAS_ASKED_AGAIN)
    await expect(picture).to_have_attribute("src", re.compile("/api/Attachment/"))


async def test_a_file_is_had_long_after_its_link_has_run_out(people: People) -> None:
    visitor, _ = await talking(people)
    await choose(visitor, file("note.txt", "text/plain", b"a note"))
    await expect(visitor.chat).to_contain_text("Ready")
    await visitor.say("With a note")
    link = visitor.log.get_by_role("link", name=re.compile("note.txt"))
    await wait_until_stored(visitor, "With a note")
    await expect(link).to_have_attribute("href", re.compile("/api/Attachment/"))
    await visitor.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=2))
    # By then it is another line.
    await visitor.say("Two hours later")
    await expect(visitor.log).to_contain_text("Sent")
    await visitor.page.evaluate(LISTEN)
    async with visitor.page.expect_download() as download:
        await link.click()

    assert Path(await (await download.value).path()).read_bytes() == b"a note"
    await visitor.page.wait_for_function(HAS_ASKED_AGAIN)


async def test_a_chat_is_rated_in_one_tap_and_the_rating_changed(
    people: People, program: HaloProgram
) -> None:
    profile = people.made.profile
    await program.post(
        "/ChatProfile",
        [{"id": profile.id, "enable_feedback": True, "feedback_message_before": "Was it good?"}],
    )
    visitor, chat_id = await talking(people)
    await visitor.chat.get_by_role("button", name="More").click()
    await visitor.chat.get_by_role("menuitem", name="End this Chat").click()
    await visitor.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await expect(visitor.chat.get_by_text("Was it good?")).to_be_visible()
    await visitor.chat.get_by_role("button", name="Poor").click()
    good = visitor.chat.get_by_role("button", name="Very good")
    await good.click()
    await expect(good).to_have_attribute("aria-pressed", "true")
    await visitor.chat.get_by_role("textbox", name="Anything to add?").fill("Quick and kind")
    await visitor.chat.get_by_role("button", name="Send", exact=True).click()
    await expect(visitor.chat.get_by_text("Thank you.")).to_be_visible()

    def ratings_among(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [message for message in messages if message["system_id"] == 16]

    found = await find_messages(program, chat_id, lambda messages: len(ratings_among(messages)) == 3)
    ratings = ratings_among(found)
    assert "5" in ratings[-1]["textplain"]
    assert "Quick and kind" in ratings[-1]["textplain"]
