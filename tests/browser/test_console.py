"""What the console does for agents: the way in and out, two at one chat, the reply guard, keys, drafts, hostile texts."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from hub.actions.messages import post_message
from hub.domain.event import Append
from tests.browser.agent_page import GROW_BEFORE_SCROLLING_IS_TOLD, AgentPage, expect_at_end
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.visitor_page import VisitorPage
from tests.doubles.conversation import begin_chat
from tests.doubles.tenant import Tenant
from tests.operate.processes import DEADLINE_S

pytestmark = pytest.mark.asyncio(loop_scope="session")

# More than a screen holds.
LONG_TALK = [f"Question {number}" for number in range(1, 41)]

HOSTILE = [
    "<img src=x onerror=\"document.title='executed'\">",
    "<script>document.title='executed'</script>",
    "{{7*7}} ${7*7} #{7*7}",
    "javascript:document.title='executed'",
    "[click](javascript:document.title='executed') data:text/html,<script>alert(1)</script>",
    "</textarea><svg onload=\"document.title='executed'\">",
    "https://example.com/\"onmouseover=\"document.title='executed'",
    "\u202ertl override\u202c and \u200bzero width",
]


async def test_a_wrong_password_is_told_in_words_and_the_right_one_lets_in(
    people: People, tenant: Tenant
) -> None:
    agent = tenant.bootstrap.agents[0]
    marta = await people.stranger()
    await marta.visit()

    await marta.enter(agent.email, "not the password")

    await expect(marta.page.get_by_role("alert")).to_have_text("The e-mail or the password is not right.")
    await expect(marta.page.get_by_label("Password")).to_be_focused()
    await marta.enter(agent.email, "")
    await expect(marta.page.get_by_role("alert")).to_have_text("Please enter your password.")
    await marta.enter("", agent.password)
    await expect(marta.page.get_by_role("alert")).to_have_text("Please enter your e-mail address.")
    await marta.enter(agent.email, agent.password)
    await marta.expect_inbox()


async def test_who_tries_too_often_is_told_when_to_come_again(people: People) -> None:
    stranger = await people.stranger()
    stranger.complaints.expect("status of 429")
    await stranger.visit()
    alert = stranger.page.get_by_role("alert")
    guess = {"email": "nobody@shop.example", "password": "guess"}

    # The allowance grows again with time: all of it at once, so that a slow machine spends it too.
    said = ""
    async with asyncio.timeout(DEADLINE_S):
        while not said.startswith("Too many tries"):
            await asyncio.gather(*(stranger.ask("/console/sign-in", guess) for _ in range(5)))
            async with stranger.page.expect_response("**/console/sign-in"):
                await stranger.enter(**guess)
            await expect(alert).not_to_be_empty()
            said = await alert.inner_text()

    assert re.match(r"Too many tries\. Please try again in (a|\d+) second", said)


async def test_signing_out_ends_the_session_in_every_tab(people: People) -> None:
    marta = await people.agent()
    other_tab = AgentPage(await marta.window.open_tab(), marta.base_url)
    await other_tab.page.goto(f"{marta.base_url}/console")
    await other_tab.expect_inbox()

    await marta.page.get_by_role("button", name="Signed in as Marta Lindqvist").click()
    await marta.page.get_by_role("button", name="Sign out").click()

    await expect(marta.page.get_by_role("heading", name="Sign in")).to_be_visible()
    for tab in (marta, other_tab):
        await tab.page.reload()
        await expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [
        cookie for cookie in await marta.page.context.cookies() if "session" in cookie.get("name", "")
    ] == []


async def test_of_two_agents_who_accept_at_once_one_wins_and_the_other_is_told_who(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await people.visitor()
    await begin(visitor, "Who is first?")
    for agent in (marta, jonas):
        await agent.open_chat("Who is first?")

    await asyncio.gather(marta.page.keyboard.press("a"), jonas.page.keyboard.press("a"))

    await expect(visitor.log).to_contain_text(" joined")
    joined = [
        event for event in await stores.list_events(tenant, marta.chat_id) if event.kind == "agent_joined"
    ]
    assert len(joined) == 1
    winner, loser = (marta, jonas) if joined[0].actor_id == tenant.marta.id else (jonas, marta)
    name = "Marta Lindqvist" if winner is marta else "Jonas Okafor"
    await expect(winner.field).to_be_focused()
    await expect(loser.conversation).to_contain_text(f"{name} has this chat. You can read along.")
    await expect(loser.field).to_have_count(0)
    await expect(loser.section("With colleagues")).to_contain_text("Who is first?")


async def test_the_reply_guard_holds_an_answer_back_and_its_three_ways_lead_out(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta, jonas = await people.agent(0), await people.agent(1)
    visitor = await people.visitor()
    await begin(visitor, LONG_TALK[0])
    for text in LONG_TALK[1:]:
        await visitor.say(text)
    await marta.accept(LONG_TALK[-1])
    await stores.add_participant(tenant.jonas, marta.chat_id)
    await jonas.open_chat(LONG_TALK[-1])

    guard = await write_past_each_other(marta, jonas, "Jonas knows: 42.", "Marta thinks: 41.")
    await expect(guard.get_by_role("button", name="Edit mine")).to_be_focused()
    await marta.page.keyboard.press("Enter")
    await expect(guard).to_have_count(0)
    await expect(marta.field).to_have_value("Marta thinks: 41.")
    await marta.say("Marta agrees: 42.")
    await visitor.expect_texts([*LONG_TALK, "Jonas knows: 42.", "Marta agrees: 42."])

    guard = await write_past_each_other(marta, jonas, "Jonas adds: or 43.", "Marta insists: 42.")
    await guard.get_by_role("button", name="Send mine too").click()
    await expect(guard).to_have_count(0)
    said = [*LONG_TALK, "Jonas knows: 42.", "Marta agrees: 42.", "Jonas adds: or 43.", "Marta insists: 42."]
    await visitor.expect_texts(said)

    guard = await write_past_each_other(marta, jonas, "Jonas ends it: 44.", "Marta is late.")
    await guard.get_by_role("button", name="Discard mine").click()
    await expect(guard).to_have_count(0)
    await expect(marta.field).to_have_value("")
    for screen in (visitor, marta, jonas):
        await screen.expect_texts([*said, "Jonas ends it: 44."])
    assert await stores.list_texts(tenant, marta.chat_id) == [*said, "Jonas ends it: 44."]


async def test_everything_can_be_done_by_keys(people: People) -> None:
    marta = await people.agent()
    keyboard = marta.page.keyboard
    first, second = await people.visitor(), await people.visitor()
    await begin(first, "I was here first")
    await expect(marta.row("I was here first")).to_be_visible()
    await begin(second, "I came later")
    await expect(marta.row("I came later")).to_be_visible()

    await keyboard.press("j")
    await expect(marta.row("I was here first")).to_be_focused()
    await keyboard.press("j")
    await expect(marta.row("I came later")).to_be_focused()
    await keyboard.press("k")
    await expect(marta.row("I was here first")).to_be_focused()
    await keyboard.press("Enter")
    await expect(marta.log).to_contain_text("I was here first")
    await keyboard.press("a")
    await expect(marta.field).to_be_focused()
    await keyboard.type("jkae?")  # In a field, letters are letters.
    await keyboard.press("Enter")
    await marta.expect_texts(["I was here first", "jkae?"])
    await keyboard.press("Escape")
    await expect(marta.section("Mine").get_by_role("button")).to_be_focused()
    await keyboard.press("r")
    await expect(marta.field).to_be_focused()
    await keyboard.press("Escape")
    await keyboard.press("e")
    question = marta.page.get_by_role("button", name="End chat")
    await expect(question).to_be_focused()
    await keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await keyboard.press("e")
    await expect(question).to_be_focused()
    await keyboard.press("Enter")
    await expect(marta.conversation).to_contain_text("This chat has ended.")
    await keyboard.press("?")
    await expect(marta.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    await keyboard.press("Escape")
    await expect(marta.page.get_by_role("dialog", name="Keyboard")).to_have_count(0)


async def test_the_focus_stays_with_a_chat_whose_row_moves_and_goes_to_its_neighbour_when_it_is_gone(
    people: People,
) -> None:
    marta, jonas = await people.stranger(), await people.agent(1)
    # As browsers do that take the focus from what is moved.
    await marta.page.add_init_script("delete Element.prototype.moveBefore")
    await marta.sign_in(people.made.agents[0])
    keyboard = marta.page.keyboard
    first, second = await people.visitor(), await people.visitor()
    await begin(first, "I was here first")
    await jonas.accept("I was here first")
    await begin(second, "I came later")
    await expect(marta.row("I came later")).to_be_visible()

    await keyboard.press("j")
    await expect(marta.row("I came later")).to_be_focused()
    await jonas.accept("I came later")
    colleagues = marta.section("With colleagues").get_by_role("button")
    await expect(colleagues).to_have_text([re.compile("I came later"), re.compile("I was here first")])
    await expect(colleagues.first).to_be_focused()
    await keyboard.press("j")
    await expect(colleagues.last).to_be_focused()
    await first.say("And I am here again")
    await expect(colleagues.first).to_contain_text("And I am here again")
    await expect(colleagues.first).to_be_focused()

    await marta.page.get_by_role("tab", name="Waiting").click()
    third, fourth = await people.visitor(), await people.visitor()
    await begin(third, "Third")
    await begin(fourth, "Fourth")
    await expect(marta.row("Fourth")).to_be_visible()
    await marta.row("Third").focus()
    await jonas.accept("Third")
    await expect(marta.row("Third")).to_have_count(0)
    await expect(marta.row("Fourth")).to_be_focused()
    await jonas.accept("Fourth")
    await expect(marta.row("Fourth")).to_have_count(0)
    await expect(marta.page.get_by_role("tab", name="Waiting")).to_be_focused()


async def test_the_focus_stays_in_the_conversation_when_others_take_away_what_had_it(people: People) -> None:
    marta, jonas = await people.agent(), await people.agent(1)
    first, second = await people.visitor(), await people.visitor()
    for visitor, text in ((first, "Who takes me?"), (second, "And me?")):
        await begin(visitor, text)
    name = marta.conversation.get_by_role("heading")

    await marta.open_chat("Who takes me?")
    await marta.page.get_by_role("button", name="Accept").focus()
    await jonas.accept("Who takes me?")
    await expect(marta.conversation).to_contain_text("Jonas Okafor has this chat")
    await expect(name).to_be_focused()

    await marta.accept("And me?")
    await marta.ask_to_end()
    await marta.page.keyboard.press("Escape")
    await expect(name).to_be_focused()
    await marta.field.fill("I am just wri")
    await second.page.get_by_role("button", name="More").click()
    await second.page.get_by_role("menuitem", name="End this Chat").click()
    await second.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await expect(marta.conversation).to_contain_text("This chat has ended.")
    await expect(name).to_be_focused()


async def test_a_log_at_its_end_stays_there_whatever_grows_and_leaves_it_for_a_person_only(
    people: People,
) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await begin(visitor, LONG_TALK[0])
    await marta.accept(LONG_TALK[0])
    for text in LONG_TALK[1:]:
        await visitor.say(text)
    await expect(marta.log).to_contain_text(LONG_TALK[-1])
    messages = marta.page.get_by_role("region", name="Messages")

    await messages.evaluate(GROW_BEFORE_SCROLLING_IS_TOLD)
    await expect(marta.page.get_by_role("button", name="new message")).to_have_count(0)
    await visitor.say("Are you there?")
    await expect(marta.log).to_contain_text("Are you there?")
    await expect(marta.page).to_have_title("Inbox")
    await expect_at_end(messages)

    await marta.read_from_the_top()
    await visitor.say("Or are you not?")
    await marta.page.get_by_role("button", name="1 new message").click()
    await expect(messages).to_be_focused()
    await expect_at_end(messages)


async def test_a_note_is_seen_by_agents_only(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await begin(visitor, "Can you hear me?")
    await marta.accept("Can you hear me?")
    await marta.page.keyboard.press("Escape")

    await marta.page.keyboard.press("n")
    await marta.page.get_by_role("textbox", name="Note for colleagues").fill("A regular customer.")
    await marta.page.keyboard.press("Enter")
    await marta.page.get_by_role("button", name="Reply").click()
    await marta.say("Loud and clear.")

    await expect(marta.log).to_contain_text("Note, only staff see this")
    await expect(marta.log).to_contain_text("A regular customer.")
    await visitor.expect_texts(["Can you hear me?", "Loud and clear."])


async def test_the_title_counts_what_is_unread(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor()
    await expect(marta.page).to_have_title("Inbox")

    await begin(visitor, "One")
    await expect(marta.page).to_have_title("(1) Inbox")
    await visitor.say("Two")
    await expect(marta.page).to_have_title("(2) Inbox")
    await marta.accept("Two")

    await expect(marta.page).to_have_title("Inbox")


async def test_the_draft_of_every_chat_survives_a_reload(people: People) -> None:
    marta = await people.agent()
    first, second = await people.visitor(), await people.visitor()
    for visitor, text in ((first, "Chat one"), (second, "Chat two")):
        await begin(visitor, text)
        await marta.accept(text)
        await marta.field.fill(f"Draft for {text}")

    await marta.reload()

    await expect(marta.field).to_have_value("Draft for Chat two")
    await marta.open_chat("Chat one")
    await expect(marta.field).to_have_value("Draft for Chat one")


async def test_hostile_texts_are_texts_on_both_sides(people: People) -> None:
    marta = await people.agent()
    visitor = await people.visitor(language={"newChatName": "Start a new Chat <img src=x onerror=alert(1)>"})
    await begin(visitor, "Begin")
    await marta.accept("Begin")

    for text in HOSTILE:
        await visitor.say(text)
        await marta.say(f"Back: {text}")
        await expect(visitor.log).to_contain_text(f"Back: {text}")

    for screen in (visitor, marta):
        for text in HOSTILE:
            await expect(screen.log.get_by_text(text, exact=True)).to_have_count(1)
        links = await screen.log.get_by_role("link").evaluate_all(
            "(links) => links.map((link) => link.protocol)"
        )
        assert set(links) == {"https:"}
        assert await screen.log.locator("img, svg[onload], script, [onmouseover], [onerror]").count() == 0
        assert "executed" not in await screen.page.title()


async def begin(visitor: VisitorPage, text: str) -> None:
    """A visitor's first message, acknowledged."""
    await visitor.open_chat()
    await visitor.say(text)
    await expect(visitor.log).to_contain_text("Sent")


async def write_past_each_other(marta: AgentPage, jonas: AgentPage, his: str, hers: str) -> Locator:
    """Marta reads further up and answers what she has seen, while Jonas answers at the end. The guard that she then meets."""
    await marta.field.fill(hers)
    await marta.read_from_the_top()
    await jonas.say(his)
    await marta.page.get_by_role("button", name="1 new message").wait_for()
    await marta.field.press("Enter")
    guard = marta.page.get_by_role("alertdialog")
    await expect(guard).to_contain_text("Jonas answered while you were writing")
    await expect(guard).to_contain_text(his)
    return guard


async def test_notes_beyond_the_newest_five_hundred_stand_in_their_places(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    start = await begin_chat(stores.ports, tenant)
    await post_message(stores.ports, start.caller, start.chat.id, "Before all notes", "first")
    items = [
        Append(
            tenant.id,
            start.chat.id,
            "staff",
            "note_posted",
            "agent",
            tenant.marta.id,
            f"n{n}",
            text=f"Note number {n}.",
        )
        for n in range(1, 531)
    ]
    await stores.ports.events.append_all(items)
    await post_message(stores.ports, start.caller, start.chat.id, "After all notes", "last")
    marta = await people.agent()
    await marta.open_chat("After all notes")

    notes = marta.log.get_by_role("listitem").filter(has_text="Note number")
    await expect(notes).to_have_count(530)
    await expect(notes.first).to_contain_text("Note number 1.")
