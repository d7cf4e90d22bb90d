"""What an agent writes in the console: files, canned texts, corrections, notes that name colleagues, the transcript."""

import re

import pytest
from playwright.async_api import expect

from hub.actions.holding import accept_chat
from hub.actions.messages import post_message
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.doubles.conversation import begin_chat
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")

# As a browser makes them.
DROP = """
(element, name) => {
  const data = new DataTransfer();
  data.items.add(new File(["dropped"], name, { type: "text/plain" }));
  element.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}
"""
PASTE = """
(element, name) => {
  const data = new DataTransfer();
  data.items.add(new File(["pasted"], name, { type: "text/plain" }));
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}
"""


async def test_files_are_chosen_dropped_and_pasted_and_the_visitor_gets_them(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Can you send me the plan?")
    marta = await people.agent()
    await marta.accept("Can you send me the plan?")

    await marta.conversation.locator("input[type=file]").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": await marta.page.screenshot()}
    )
    await marta.conversation.evaluate(DROP, "measures.txt")
    await marta.field.evaluate(PASTE, "notes.txt")
    tray = marta.conversation.get_by_role("list", name="Files that go with the reply")
    await expect(tray.get_by_role("listitem")).to_have_count(3)
    await expect(tray).not_to_contain_text("%")
    await tray.get_by_role("button", name="Remove notes.txt").click()
    await marta.say("Here it is")

    await expect(tray).to_have_count(0)
    await expect(marta.log.get_by_role("img", name="plan.png")).to_be_visible()
    await expect(marta.log.get_by_role("link", name=re.compile("measures.txt"))).to_be_visible()
    await expect(visitor.log.get_by_role("img", name="plan.png")).to_be_visible()
    await expect(visitor.log).to_contain_text("measures.txt")
    await expect(visitor.log).not_to_contain_text("notes.txt")


async def test_a_file_the_hub_does_not_take_says_so_and_stays_out(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Hello")
    marta = await people.agent()
    await marta.accept("Hello")

    await marta.conversation.locator("input[type=file]").set_input_files(
        {"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""}
    )

    tray = marta.conversation.get_by_role("list", name="Files that go with the reply")
    await expect(tray).to_contain_text("This file is empty.")
    await marta.say("Just words")
    await marta.expect_texts(["Hello", "Just words"])


async def test_a_canned_text_is_written_found_behind_the_slash_and_filled(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    await accept_chat(stores.ports, tenant.marta, start.chat.id, "accept")
    marta = await people.agent()
    await marta.page.locator(f"[data-chat='{start.chat.id}']").click()

    await marta.page.get_by_role("button", name="Canned texts").click()
    dialog = marta.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="New").click()
    await dialog.get_by_label("Behind the slash").fill("tracking")
    await dialog.get_by_label("Text", exact=True).fill("{{agent.first_name}} here, {{courier}} has it.")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("button", name="/tracking")).to_be_visible()
    await marta.page.keyboard.press("Escape")
    await marta.field.press_sequentially("/tra")
    await expect(marta.page.get_by_role("option", name="/tracking")).to_have_attribute(
        "aria-selected", "true"
    )
    await marta.field.press("Enter")

    await expect(marta.field).to_have_value("Marta here, {{courier}} has it.")
    await marta.field.press_sequentially("DHL")
    await marta.field.press("Enter")
    await marta.expect_texts(["Marta here, DHL has it."])


async def test_own_words_are_put_right_and_taken_back_and_the_visitor_sees_it(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Which colour?")
    marta = await people.agent()
    await marta.accept("Which colour?")
    await marta.say("It is gren")
    await expect(visitor.log).to_contain_text("It is gren")

    await marta.field.press("ArrowUp")
    words = marta.page.get_by_role("textbox", name="Your message")
    await expect(words).to_have_value("It is gren")
    await words.fill("It is green")
    await words.press("Enter")

    await marta.expect_texts(["Which colour?", "It is green"])
    await expect(visitor.log).to_contain_text("It is green")
    await expect(visitor.log).not_to_contain_text("gren ")
    await marta.log.get_by_role("button", name="edited").click()
    await expect(marta.log.get_by_role("list", name="What it said before")).to_contain_text("It is gren")

    await marta.log.get_by_text("It is green").hover()
    await marta.log.get_by_role("button", name="Delete this message").click()
    await marta.log.get_by_role("button", name="Delete", exact=True).click()
    await expect(marta.log).to_contain_text("This message was deleted.")
    await expect(visitor.log).to_contain_text("This message was deleted.")
    await expect(visitor.log).not_to_contain_text("It is green")
    # There is nothing left to put right.
    await marta.field.press("ArrowUp")
    await expect(marta.field).to_be_visible()


async def test_a_note_names_a_colleague_who_finds_the_chat_marked(people: People) -> None:
    visitor = await people.visitor()
    await visitor.open_chat()
    await visitor.say("Hello")
    marta, jonas = await people.agent(), await people.agent(1)
    await marta.accept("Hello")
    await marta.page.keyboard.press("Escape")
    await marta.page.keyboard.press("n")
    note = marta.page.get_by_role("textbox", name="Note for colleagues")

    await note.press_sequentially("Please look, @jon")
    await marta.page.get_by_role("option", name="Jonas Okafor").click()
    await note.press("Enter")

    await expect(marta.log.get_by_text("@Jonas Okafor")).to_be_visible()
    await expect(jonas.row("Hello")).to_contain_text("a note names you")
    await expect(visitor.log).not_to_contain_text("@Jonas")


async def test_the_transcript_holds_the_whole_chat_also_what_was_not_loaded(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    for number in range(700):
        await post_message(stores.ports, start.caller, start.chat.id, f"Line {number}", f"m{number}")
    marta = await people.agent()
    await marta.open_chat("Line 699")

    await marta.page.get_by_role("button", name="More").click()
    async with marta.page.expect_download() as downloading:
        await marta.page.get_by_role("button", name="Download transcript").click()

    download = await downloading.value
    text = (await download.path()).read_text("utf-8")
    assert download.suggested_filename.startswith(f"chat-{start.chat.id}-visitor")
    assert [line.rpartition(": ")[2] for line in text.splitlines() if "Line " in line] == [
        f"Line {number}" for number in range(700)
    ]
