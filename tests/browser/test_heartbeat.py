"""Where websockets are blocked or keep dying, both sides talk over the heartbeat, and nobody but the network notices."""

import asyncio
import json
import re
from time import time

import pytest
from playwright.async_api import Route, expect

from tests.browser.agent_page import AgentPage
from tests.browser.people import People
from tests.browser.stores import Stores
from tests.browser.test_conversation import (
    OPENING,
    SAID_AFTER_THE_RELOAD,
    SAID_BEFORE_THE_RELOAD,
    end,
    greet_and_begin,
    see_each_other_typing,
    talk,
)
from tests.browser.test_restart import reconnecting_strip
from tests.browser.visitor_page import VisitorPage
from tests.browser.windows import LINE_LOST
from tests.browser.wires import Wires, lay_wires
from tests.doubles.tenant import Tenant

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_whole_conversation_goes_without_any_websocket(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta, agent_wires = await agent_on_wires(people, is_blocked=True)
    visitor, visitor_wires = await visitor_on_wires(people, is_blocked=True)
    await greet_and_begin(visitor)
    await expect(marta.section("Waiting")).to_contain_text(OPENING)
    await marta.accept(OPENING)
    await see_each_other_typing(visitor, marta)
    await talk([marta, visitor], SAID_BEFORE_THE_RELOAD)
    await expect(visitor.log).to_contain_text("Seen")

    await visitor.reload()
    await visitor.open_chat()
    await marta.reload()
    for screen in (visitor, marta):
        await screen.expect_texts([OPENING, *SAID_BEFORE_THE_RELOAD])
    await talk([visitor, marta], SAID_AFTER_THE_RELOAD)
    await end(marta, visitor)

    said = [OPENING, *SAID_BEFORE_THE_RELOAD, *SAID_AFTER_THE_RELOAD]
    assert await stores.list_texts(tenant, marta.chat_id) == said
    for screen in (visitor, marta):
        await screen.expect_texts(said)
    assert visitor_wires.count == agent_wires.count == 0


async def test_a_conversation_changes_to_the_heartbeat_and_back_without_loss_or_doubling(
    people: People, stores: Stores, tenant: Tenant
) -> None:
    marta, agent_wires = await agent_on_wires(people)
    visitor, visitor_wires = await visitor_on_wires(people)
    sides = ((visitor, visitor_wires), (marta, agent_wires))
    await greet_and_begin(visitor)
    await marta.accept(OPENING)
    for person, wires in sides:
        await wires.wait_until_welcomed(person.page)
    said_before = visitor_wires.said_by_beat, agent_wires.said_by_beat
    await talk([marta, visitor], ["By websocket.", "So am I."])
    assert (visitor_wires.said_by_beat, agent_wires.said_by_beat) == said_before

    await asyncio.gather(*(change_to_beats_while_writing(person, wires) for person, wires in sides))
    for person, _ in sides:
        for other, _ in sides:
            await expect(person.log).to_contain_text(written_by(other))
    await talk([visitor, marta], ["By heartbeat.", "So am I, now."])

    for person, wires in sides:
        wires.unblock()
        await person.page.evaluate("dispatchEvent(new Event('online'))")
    await talk([visitor, marta], ["Said while it changes.", "Either way."])
    for person, wires in sides:
        await wires.wait_until_welcomed(person.page)
    said_before = visitor_wires.said_by_beat, agent_wires.said_by_beat
    await talk([marta, visitor], ["By websocket again.", "Yes."])
    assert (visitor_wires.said_by_beat, agent_wires.said_by_beat) == said_before

    stored = await stores.list_texts(tenant, marta.chat_id)
    assert len(stored) == len(set(stored)) == len([OPENING]) + 5 * len(sides)
    for person, _ in sides:
        await person.expect_texts(stored)


async def test_a_profile_for_heartbeats_never_opens_a_websocket(people: People) -> None:
    marta = await people.agent()
    visitor = await people.newcomer()
    wires = await lay_wires(visitor.page.context)
    opened: list[str] = []
    visitor.page.on("websocket", lambda websocket: opened.append(websocket.url))
    await visitor.page.context.route("**/api/ChatProfile/**", answer_with_heartbeat_mode)
    await visitor.visit()
    await visitor.open_chat()
    await visitor.say("Without a websocket")
    await marta.accept("Without a websocket")
    await marta.say("As you like")
    await visitor.expect_texts(["Without a websocket", "As you like"])
    assert wires.beats > 0
    assert opened == []


async def test_an_agent_is_told_when_the_sign_in_ends_and_a_visitor_is_not_bothered(people: People) -> None:
    marta, agent_wires = await agent_on_wires(people)
    visitor, visitor_wires = await visitor_on_wires(people)
    await greet_and_begin(visitor)
    await marta.accept(OPENING)
    soon_ms = round(time() * 1000) + 50_000
    agent_wires.tell({"t": "reauth", "expires_at": soon_ms})
    visitor_wires.tell({"t": "reauth", "expires_at": soon_ms, "token": "vc_fresh"})
    await expect(
        marta.conversation.get_by_text(re.compile(r"^Your sign-in ends at \d\d:\d\d\."))
    ).to_be_visible()
    await talk([marta, visitor], ["Go on.", "I do."])
    assert any(cookie.get("value") == "vc_fresh" for cookie in await visitor.page.context.cookies())
    await expect(visitor.chat).not_to_contain_text("sign-in")


async def change_to_beats_while_writing(person: VisitorPage | AgentPage, wires: Wires) -> None:
    """The line is cut and something is said: the strip tells so, and goes when the heartbeat has come about."""
    await wires.block()
    await person.say(written_by(person))
    await expect(reconnecting_strip(person)).to_be_visible()
    await expect(reconnecting_strip(person)).to_have_count(0)
    assert wires.beats > 0


def written_by(person: VisitorPage | AgentPage) -> str:
    """What this side writes while there is no line."""
    return f"Said without a line by {type(person).__name__}"


async def answer_with_heartbeat_mode(route: Route) -> None:
    """The profile as the hub tells it, but for its mode."""
    response = await route.fetch()
    profile = await response.json()
    await route.fulfill(response=response, body=json.dumps(profile | {"_chat_mode": "heartbeat"}))


async def agent_on_wires(people: People, *, is_blocked: bool = False) -> tuple[AgentPage, Wires]:
    """Marta before the inbox."""
    marta = await people.stranger()
    marta.complaints.expect(LINE_LOST)
    wires = await lay_wires(marta.page.context, is_blocked=is_blocked)
    await marta.sign_in(people.made.agents[0])
    return marta, wires


async def visitor_on_wires(people: People, *, is_blocked: bool = False) -> tuple[VisitorPage, Wires]:
    """A visitor before a page with the bubble on it."""
    visitor = await people.newcomer()
    visitor.complaints.expect(LINE_LOST)
    wires = await lay_wires(visitor.page.context, is_blocked=is_blocked)
    await visitor.visit()
    return visitor, wires
