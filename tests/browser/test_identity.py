"""Who a visitor is: pages prove it by an id token, at the start of a chat or later, and take it back."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.people import People
from tests.browser.visitor_page import VisitorPage
from tests.browser.wires import lay_wires
from tests.doubles.id_tokens import claims_of, sign

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECORD = """
globalThis.told = [];
for (const name of ["upgradeAnonChat", "newChatStarted", "existingChatResumed", "chatEnded"])
  addEventListener(`haloChat_outboundEvent_${name}`, ({ detail }) => told.push([name, detail]));
"""
SEND = "([name, detail]) => dispatchEvent(new CustomEvent(`haloChat_inboundEvent_${name}`, { detail }))"
EVENTS: dict[str, Any] = {"enableInboundEvents": True, "enableOutboundEvents": True}


def id_token(people: People, subject: str, **claims: Any) -> str:
    """As the page's own server makes it."""
    return sign(people.made.profile.identity_secret, claims_of(subject, **claims))


async def page_of(people: People, **config: Any) -> VisitorPage:
    """A visitor before a page that records what it is told."""
    visitor = await people.newcomer(**EVENTS, **config)
    await visitor.page.add_init_script(RECORD)
    await visitor.visit()
    return visitor


async def send(visitor: VisitorPage, name: str, detail: object = None) -> None:
    """Lets the page ask something of the chat."""
    await visitor.page.evaluate(SEND, [name, detail])


async def open_as(visitor: VisitorPage, token: str, **detail: Any) -> None:
    """Lets the page open the window for a user; returns when it stands open."""
    await send(visitor, "openChatWindow", {"id_token": token, **detail})
    await expect(visitor.chat).to_be_visible()


async def heard(visitor: VisitorPage, name: str) -> Any:
    """The detail of the first event of this name, as soon as the page has heard it."""
    found = await visitor.page.wait_for_function("(name) => told.find(([told]) => told === name)", arg=name)
    return (await found.json_value())[1]


async def say_stored(visitor: VisitorPage, text: str) -> None:
    await visitor.say(text)
    await expect(visitor.log.get_by_text(text, exact=True)).to_be_visible()
    await expect(visitor.log).to_contain_text("Sent")


async def test_a_chat_is_opened_as_the_user_of_the_id_token_who_is_known_after_a_reload(
    people: People,
) -> None:
    marta = await people.agent()
    visitor = await page_of(people, persistChatToken=False)  # Those who are identified are kept in any case.
    await open_as(visitor, id_token(people, "u1", name="Lena Voss"))
    await say_stored(visitor, "It is me")
    assert (await heard(visitor, "newChatStarted"))["name"] == "Lena Voss"
    await expect(marta.row("It is me")).to_contain_text("Lena Voss")

    await visitor.reload()
    await visitor.open_chat()
    await visitor.expect_texts(["It is me"])


async def test_a_chat_in_progress_is_shown_and_the_id_token_is_not_used(people: People) -> None:
    marta = await people.agent()
    visitor = await page_of(people)
    await visitor.open_chat()
    await say_stored(visitor, "Somebody")
    await visitor.close_chat()
    await open_as(visitor, id_token(people, "u1", name="Lena Voss"))
    await say_stored(visitor, "Still somebody")
    await expect(marta.row("Still somebody")).to_be_visible()
    await expect(marta.row("Still somebody")).not_to_contain_text("Lena Voss")


async def test_an_open_chat_of_the_user_goes_on_where_the_page_wants_that(people: People) -> None:
    first = await page_of(people)
    await open_as(first, id_token(people, "u1"))
    await say_stored(first, "From home")

    second = await page_of(people)
    await open_as(second, id_token(people, "u1"), retainPreviousChat=True)
    await second.expect_texts(["From home"])
    assert [name for name, _ in await second.page.evaluate("told")] == ["existingChatResumed"]


@pytest.mark.parametrize("detail", [{}, {"retainPreviousChat": False}])
async def test_an_open_chat_of_the_user_is_ended_where_the_page_wants_a_new_one(
    people: People, detail: dict[str, Any]
) -> None:
    first = await page_of(people)
    await open_as(first, id_token(people, "u1"))
    await say_stored(first, "From home")

    second = await page_of(people, retainPreviousChat=bool(detail))
    await open_as(second, id_token(people, "u1"), **detail)
    await expect(first.chat.get_by_role("button", name="Restart Chat")).to_be_visible()
    await say_stored(second, "From work")
    await second.expect_texts(["From work"])
    assert [name for name, _ in await second.page.evaluate("told")] == ["newChatStarted"]

    await second.reload()
    await second.open_chat()
    await second.expect_texts(["From work"])


async def test_an_unknown_visitors_chat_becomes_the_users_in_all_tabs(people: People) -> None:
    marta = await people.agent()
    visitor = await page_of(people)
    await visitor.open_chat()
    await say_stored(visitor, "Who am I?")
    tab = await visitor.open_tab()
    await tab.visit()
    await tab.open_chat()
    await tab.expect_texts(["Who am I?"])

    await send(visitor, "upgradeAnonChat", {"id_token": id_token(people, "u1", name="Lena Voss")})
    assert await heard(visitor, "upgradeAnonChat") == {"success": True, "error": ""}
    await expect(marta.row("Who am I?")).to_contain_text("Lena Voss")
    await marta.accept("Who am I?")
    await marta.say("You are Lena")
    for page in (visitor, tab):
        await page.expect_texts(["Who am I?", "You are Lena"])
    await tab.say("So I am")
    await visitor.expect_texts(["Who am I?", "You are Lena", "So I am"])


async def test_an_upgrade_whose_answer_is_lost_is_told_all_the_same(people: People) -> None:
    visitor = await people.newcomer(**EVENTS)
    wires = await lay_wires(visitor.page.context)
    await visitor.page.add_init_script(RECORD)
    await visitor.visit()
    await visitor.open_chat()
    await say_stored(visitor, "Hold the line")
    wires.lose_replies()
    await send(visitor, "upgradeAnonChat", {"id_token": id_token(people, "u1", name="Lena Voss", jti="once")})
    await wires.wait_until_lost("token")
    await wires.cut()
    assert await heard(visitor, "upgradeAnonChat") == {"success": True, "error": ""}
    await say_stored(visitor, "It held")
    await visitor.expect_texts(["Hold the line", "It held"])


async def test_an_upgrade_is_refused_with_its_reason(people: People) -> None:
    visitor = await page_of(people)
    await send(visitor, "openChatWindow")
    await send(visitor, "upgradeAnonChat", {"id_token": id_token(people, "u1")})
    assert await heard(visitor, "upgradeAnonChat") == {
        "success": False,
        "error": "There is no chat to upgrade.",
    }

    await say_stored(visitor, "One question")
    await visitor.page.evaluate("told.length = 0")
    await send(visitor, "upgradeAnonChat", {"id_token": "not.a.token"})
    refused = await heard(visitor, "upgradeAnonChat")
    assert (refused["success"], bool(refused["error"])) == (False, True)

    await send(visitor, "endChat")
    await visitor.page.get_by_role("alertdialog").get_by_role("button", name="End this Chat").click()
    await heard(visitor, "chatEnded")
    await visitor.page.evaluate("told.length = 0")
    await send(visitor, "upgradeAnonChat", {"id_token": id_token(people, "u1")})
    assert await heard(visitor, "upgradeAnonChat") == {"success": False, "error": "The chat has ended."}


async def test_who_logs_out_is_forgotten_and_the_next_user_is_somebody_else(people: People) -> None:
    marta = await people.agent()
    visitor = await page_of(people)
    await open_as(visitor, id_token(people, "u1", name="Lena Voss"))
    await say_stored(visitor, "Lena here")
    await send(visitor, "loginStateChanged")
    await expect(visitor.chat).to_be_hidden()
    assert not await visitor.page.context.cookies()

    await open_as(visitor, id_token(people, "u2", name="Omar Said"))
    await say_stored(visitor, "Omar here")
    await visitor.expect_texts(["Omar here"])
    await expect(marta.row("Omar here")).to_contain_text("Omar Said")
    await expect(marta.row("Lena here")).to_contain_text("Lena Voss")


async def test_an_id_token_that_is_not_accepted_is_told_to_the_pages_makers_and_keeps_nobody_from_writing(
    people: People,
) -> None:
    visitor = await page_of(people)
    async with visitor.page.expect_console_message(lambda message: message.type == "warning") as told:
        await open_as(visitor, sign("another secret of the right length", claims_of("u1")))
        await say_stored(visitor, "Anybody?")
    assert "The id_token was not accepted." in (await told.value).text
