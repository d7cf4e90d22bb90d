"""Visitors on the site, and invitations: told by pages, seen by agents on every node, and one chat at the end of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from hub.actions.ports import Ports
from hub.actions.profiles import ProfileDraft, save_profiles
from hub.actions.visits import BEATS_OF_ADDRESS, INVITATION_S
from hub.auth.keys import RandomKeys
from hub.domain.profile import Access, AccessRule, Hours, Naming, Profile, Reception, Rules, Sight
from hub.domain.visit import Visit
from hub.settings import Settings
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import read_stream
from tests.doubles.floor import Floor, refusal
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode, running_node
from tests.doubles.playbook import PROFILE, TENANT_ID, Play
from tests.doubles.tenant import Tenant, make_tenant
from tests.doubles.visits import LookingPage

TEXT = "Can I help you choose a size?"


async def change(ports: Ports, tenant: Tenant, **members: Any) -> None:
    """Marta changes the profile."""

    def apply(profile: Profile) -> Profile:
        return replace(profile, **members)

    await save_profiles(ports, RandomKeys(), tenant.marta, [ProfileDraft(tenant.profile.id, apply)])


@pytest.fixture
async def shown(tenant: Tenant, ports: Ports) -> Tenant:
    """The tenant, whose profile tells of its visits."""
    await change(ports, tenant, sight=Sight(visits=True))
    return tenant


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as opened:
        yield opened


@pytest.fixture
def page(client: httpx2.AsyncClient, node: RunningNode, shown: Tenant) -> LookingPage:
    return LookingPage(client, node.base_url, shown)


@asynccontextmanager
async def program(node: RunningNode, tenant: Tenant) -> AsyncIterator[Line]:
    """Marta's line by the tenant's key."""
    async with agent_line(node.ws_url) as line:
        await line.hello(token=tenant.bootstrap.api_key)
        yield line


async def visits_of(line: Line) -> list[Frame]:
    reply = await line.command("visits")
    assert reply["ok"], reply
    found: list[Frame] = reply["result"]["visits"]
    return found


async def invite(line: Line, text: str = TEXT, cid: str | None = None) -> Frame:
    """Invites the one visitor there is."""
    [visit] = await visits_of(line)
    return await line.command("invite_visitor", cid, visit=visit["visit"], text=text)


# Being there.


async def test_an_agent_on_another_node_sees_who_is_there(
    page: LookingPage, second_node: RunningNode, shown: Tenant
) -> None:
    told = await page.beat(
        page_url="https://shop.example/bags?size=m",
        page_title="Bags",
        referrer="https://search.example/",
        language="de-CH",
        for_s=90,
        pages=3,
    )
    assert told == {"invitation": None, "next_ms": 30_000}
    async with program(second_node, shown) as agent:
        reply = (await agent.command("visits"))["result"]
        assert (reply["shown"], reply["away"], reply["total"]) == (True, False, 1)
        [visit] = reply["visits"]
    assert visit["page_url"] == "https://shop.example/bags?size=m"
    assert (visit["page_title"], visit["referrer"], visit["language"]) == (
        "Bags",
        "https://search.example/",
        "de-CH",
    )
    assert (visit["pages"], visit["visible"], visit["visitor"], visit["invitation"]) == (3, True, None, None)
    assert visit["profile"] == {"id": shown.profile.id, "name": shown.profile.name}


async def test_who_began_a_chat_is_named(page: LookingPage, node: RunningNode, shown: Tenant) -> None:
    async with visitor_line(node.ws_url, shown) as visitor, program(node, shown) as agent:
        page.token = (await visitor.hello(key=shown.profile.key))["token"]
        await page.beat()
        assert [visit["visitor"] for visit in await visits_of(agent)] == [None]
        chat = (await visitor.command("start", name="Ada"))["result"]["chat"]
        await page.beat()
        [visit] = await visits_of(agent)
        assert visit["visitor"] == {"id": chat["visitor"]["id"], "name": "Ada"}
        assert refusal(await invite(agent)) == "in_chat"


async def test_a_token_that_is_good_no_more_names_nobody(
    page: LookingPage, node: RunningNode, shown: Tenant
) -> None:
    page.token = "vc_forged"
    await page.beat()
    async with program(node, shown) as agent:
        assert [visit["visitor"] for visit in await visits_of(agent)] == [None]


async def test_a_profile_without_it_tells_nothing_and_shows_nothing(
    client: httpx2.AsyncClient, node: RunningNode, tenant: Tenant
) -> None:
    page = LookingPage(client, node.base_url, tenant)
    assert (await page.post()).status_code == 403
    async with program(node, tenant) as agent:
        assert (await agent.command("visits"))["result"] == {
            "shown": False,
            "away": False,
            "visits": [],
            "total": 0,
        }


async def test_agents_who_may_not_see_the_profile_see_no_visits(
    page: LookingPage, floor: Floor, shown: Tenant, ports: Ports
) -> None:
    await page.beat()
    async with program(floor.node, shown) as agent:
        [visit] = await visits_of(agent)
    hidden = Rules(access=Access(is_enforced=True, rules=(AccessRule("agent", shown.marta.id, "read"),)))
    await change(ports, shown, rules=hidden)
    jonas = await floor.let_in(shown.jonas)
    assert (await jonas.command("visits"))["result"]["shown"] is False
    reply = await jonas.command("invite_visitor", visit=visit["visit"], text=TEXT)
    assert refusal(reply) == "visit_gone"


async def test_another_tenant_sees_and_invites_nobody(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports, settings: Settings
) -> None:
    await page.beat()
    async with program(node, shown) as agent:
        [visit] = await visits_of(agent)
    other = await make_tenant(ports, settings)
    await change(ports, other, sight=Sight(visits=True))
    async with program(node, other) as stranger:
        assert await visits_of(stranger) == []
        reply = await stranger.command("invite_visitor", visit=visit["visit"], text=TEXT)
        assert refusal(reply) == "visit_gone"


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"v": 2}, 426),
        ({"visit": "short"}, 400),
        ({"visit": "x" * 65}, 400),
        ({"visit": "a b c d e f g h i j"}, 400),
        ({"key": "pk_wrong"}, 404),
        ({"pages": 0}, 400),
        ({"pages": "many"}, 400),
        ({"for_s": -1}, 400),
        ({"wait_ms": 25_001}, 400),
        ({"page_url": "https://shop.example/\x00"}, 400),
        ({"page_url": "x" * 9_000}, 413),
        ({"visible": "yes"}, 400),
        ({"dismisses": "x" * 201}, 400),
    ],
)
async def test_a_wrong_beat_is_refused_and_keeps_nothing(
    page: LookingPage, node: RunningNode, shown: Tenant, members: Frame, status: int
) -> None:
    answer = await page.post(**members)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    async with program(node, shown) as agent:
        assert await visits_of(agent) == []


async def test_pages_of_other_origins_are_turned_away(page: LookingPage) -> None:
    page.origin = "https://elsewhere.example"
    assert (await page.post()).status_code == 403
    preflight = await page._client.options(page.url, headers={"origin": "https://elsewhere.example"})
    assert preflight.status_code == 403


async def test_a_browser_that_asks_first_is_told_what_it_may(page: LookingPage) -> None:
    answer = await page._client.options(page.url, headers={"origin": str(page.origin)})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == page.origin
    assert "authorization" in answer.headers["access-control-allow-headers"]


async def test_an_address_that_makes_up_visits_must_wait(
    client: httpx2.AsyncClient, shown: Tenant, settings: Settings
) -> None:
    async with running_node(replace(settings, trusted_proxies=("127.0.0.0/8",))) as node:
        client.headers["x-forwarded-for"] = "198.51.100.77"
        statuses: list[int] = []
        # The allowance fills up again while a slow machine counts.
        while 429 not in statuses and len(statuses) < 10 * BEATS_OF_ADDRESS:
            page = LookingPage(client, node.base_url, shown)
            statuses.append((await page.post()).status_code)
        assert statuses[-1] == 429
        del client.headers["x-forwarded-for"]
        async with program(node, shown) as agent:
            assert len(await visits_of(agent)) == len(statuses) - 1


# Inviting.


async def test_a_page_that_waits_is_told_at_once_and_taking_it_begins_the_agents_chat(
    page: LookingPage, node: RunningNode, second_node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await page.beat()
    async with program(second_node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        waiting = asyncio.create_task(page.beat(wait_ms=25_000))
        reply = await invite(agent)
        assert reply["result"]["by"] == {"id": shown.marta.id, "name": shown.marta.name}
        told = await waiting
        assert (told["invitation"]["name"], told["invitation"]["text"]) == (shown.marta.name, TEXT)
        assert told["next_ms"] == 0
        key = told["invitation"]["key"]

        await visitor.hello(key=shown.profile.key)
        chat = (await visitor.command("start", "begin", invitation=key))["result"]["chat"]
        assert (chat["state"], chat["holder"]) == ("active", shown.marta.id)
        again = await visitor.command("start", "begin", invitation=key)
        assert (again["result"]["chat"]["id"], again["result"]["created"]) == (chat["id"], False)
        assert (await page.beat(knows=key))["invitation"] is None

    events = await read_stream(ports, shown.id, chat["id"])
    assert [(event.kind, event.text) for event in events] == [
        ("chat_started", None),
        ("agent_joined", None),
        ("message_posted", TEXT),
    ]
    assert events[2].actor_id == shown.marta.id


async def test_two_tabs_that_take_it_are_in_one_chat_with_one_message(
    page: LookingPage, node: RunningNode, second_node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await page.beat()
    async with (
        program(node, shown) as agent,
        visitor_line(node.ws_url, shown) as tab,
        visitor_line(second_node.ws_url, shown) as other_tab,
    ):
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        token = (await tab.hello(key=shown.profile.key))["token"]
        await other_tab.hello(token=token)
        replies = await asyncio.gather(*(line.command("start", invitation=key) for line in (tab, other_tab)))
    [chat] = {reply["result"]["chat"]["id"] for reply in replies}
    events = await read_stream(ports, shown.id, chat)
    assert [event.kind for event in events] == ["chat_started", "agent_joined", "message_posted"]


async def test_a_heartbeat_takes_an_invitation_too(
    page: LookingPage, node: RunningNode, shown: Tenant
) -> None:
    await page.beat()
    async with program(node, shown) as agent, visitor_beats(node.base_url, shown) as visitor:
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        await visitor.beat(key=shown.profile.key)
        chat = (await visitor.command("start", invitation=key))["result"]["chat"]
    assert chat["holder"] == shown.marta.id


async def test_of_two_agents_one_invites_and_the_other_is_told_who(
    page: LookingPage, node: RunningNode, floor: Floor, shown: Tenant
) -> None:
    await page.beat()
    marta, jonas = await floor.let_in(shown.marta), await floor.let_in(shown.jonas)
    [visit] = await visits_of(marta)
    replies = await asyncio.gather(
        *(line.command("invite_visitor", visit=visit["visit"], text=TEXT) for line in (marta, jonas))
    )
    [won] = [reply for reply in replies if reply["ok"]]
    [lost] = [reply for reply in replies if not reply["ok"]]
    assert refusal(lost) == "already_invited"
    assert won["result"]["by"]["name"] in lost["error"]["message"]
    [visit] = await visits_of(jonas)
    assert visit["invitation"]["by"] == won["result"]["by"]


async def test_inviting_is_safe_to_repeat(page: LookingPage, node: RunningNode, shown: Tenant) -> None:
    await page.beat()
    async with program(node, shown) as agent:
        replies = [await invite(agent, cid="once") for _ in range(2)]
    assert replies[0]["result"] == replies[1]["result"]


async def test_whoever_put_an_invitation_away_is_not_asked_again(
    page: LookingPage, node: RunningNode, shown: Tenant
) -> None:
    await page.beat()
    async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        assert (await page.beat(dismisses=key))["invitation"] is None
        [visit] = await visits_of(agent)
        assert visit["invitation"]["dismissed"] is True
        again = await invite(agent)
        assert refusal(again) == "already_invited"
        await visitor.hello(key=shown.profile.key)
        assert refusal(await visitor.command("start", invitation=key)) == "invitation_gone"


@pytest.mark.parametrize("key", ["", "7", "3.abc:1", "x" * 200])
async def test_an_invitation_that_never_was_begins_nothing(
    node: RunningNode, shown: Tenant, key: str
) -> None:
    async with visitor_line(node.ws_url, shown) as visitor:
        await visitor.hello(key=shown.profile.key)
        assert refusal(await visitor.command("start", invitation=key)) == "invitation_gone"


async def test_who_is_in_a_chat_already_stays_in_it(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await page.beat()
    async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        await visitor.hello(key=shown.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        assert (await visitor.command("start", invitation=key))["result"]["chat"]["id"] == chat
    assert [event.kind for event in await read_stream(ports, shown.id, chat)] == ["chat_started"]


async def test_when_the_agent_may_not_answer_any_more_the_chat_waits_with_the_text_in_it(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await page.beat()
    async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        await change(ports, shown, rules=Rules(access=Access(role_ids=(99,))))
        await visitor.hello(key=shown.profile.key)
        chat = (await visitor.command("start", invitation=key))["result"]["chat"]
    assert (chat["state"], chat["holder"]) == ("queued", None)
    events = await read_stream(ports, shown.id, chat["id"])
    assert [event.text for event in events if event.kind == "message_posted"] == [TEXT]


async def invited(play: Play) -> str:
    """The key of an invitation by Marta, in memory."""
    play.profiles[PROFILE.id] = replace(PROFILE, sight=Sight(visits=True))
    visit = Visit("3.somebody-who-looks", PROFILE.id, play.clock.now())
    await play.visits.add_visit(TENANT_ID, visit, 60)
    marta = play.agent()
    await marta.hello()
    reply = await marta.command("invite_visitor", "asked", visit=visit.id, text=TEXT)
    assert reply["ok"], reply
    return f"{visit.id}:asked"


async def test_when_the_agent_has_left_the_chat_waits_like_any_other(play: Play) -> None:
    key, visitor = await invited(play), play.visitor()
    await visitor.hello(key=PROFILE.key)
    heard = await visitor.say({"t": "cmd", "cid": "1", "op": "start", "args": {"invitation": key}})
    [reply] = [frame for frame in heard if frame["t"] == "reply"]
    assert (reply["result"]["chat"]["state"], reply["result"]["chat"]["holder"]) == ("queued", None)
    [page] = [frame for frame in heard if frame["t"] == "page"]
    assert [event.get("text") for event in page["events"]] == [None, TEXT]


async def test_an_invitation_ends_with_its_lease(play: Play) -> None:
    key, visitor = await invited(play), play.visitor()
    await visitor.hello(key=PROFILE.key)
    play.clock.move(timedelta(seconds=INVITATION_S))
    assert refusal(await visitor.command("start", invitation=key)) == "invitation_gone"


async def test_an_invited_visitor_comes_in_whatever_the_door_says_and_is_not_asked_who_they_are(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await change(ports, shown, reception=Reception(introduction="required"), hours=Hours(max_queue=0))
    await page.beat()
    async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        await visitor.hello(key=shown.profile.key)
        assert refusal(await visitor.command("start")) == "not_available"
        assert (await visitor.command("start", invitation=key))["ok"]


async def test_nobody_agrees_in_an_invited_visitors_place(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await change(ports, shown, reception=Reception(consent="We keep what you write for a year."))
    await page.beat()
    async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
        await invite(agent)
        key = (await page.beat())["invitation"]["key"]
        await visitor.hello(key=shown.profile.key)
        assert refusal(await visitor.command("start", invitation=key)) == "bad_request"
        agreed = await visitor.command("start", invitation=key, consent="We keep what you write for a year.")
        assert agreed["result"]["chat"]["holder"] == shown.marta.id


async def test_the_profile_decides_what_the_visitor_sees_of_the_name(
    page: LookingPage, node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    await change(ports, shown, rules=Rules(naming=Naming("first")))
    await page.beat()
    async with program(node, shown) as agent:
        await invite(agent)
        told = (await page.beat())["invitation"]
    assert told["name"] == shown.marta.name.split()[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_empty"), (" ", "text_empty"), ("x" * 501, "text_too_long"), ("\x00", "text_invalid")],
)
async def test_a_wrong_text_invites_nobody(
    page: LookingPage, node: RunningNode, shown: Tenant, text: str, code: str
) -> None:
    await page.beat()
    async with program(node, shown) as agent:
        assert refusal(await invite(agent, text)) == code
    assert (await page.beat())["invitation"] is None


@pytest.mark.parametrize("visit", ["", "7", "0.x", "9999999999.x", "3.gone"])
async def test_who_is_gone_is_not_invited(node: RunningNode, shown: Tenant, visit: str) -> None:
    async with program(node, shown) as agent:
        assert refusal(await agent.command("invite_visitor", visit=visit, text=TEXT)) == "visit_gone"


async def test_visitors_have_no_such_commands(node: RunningNode, shown: Tenant) -> None:
    async with visitor_line(node.ws_url, shown) as visitor:
        await visitor.hello(key=shown.profile.key)
        assert refusal(await visitor.command("visits")) == "unknown_op"
        assert refusal(await visitor.command("invite_visitor", visit="1.x", text=TEXT)) == "unknown_op"


async def test_without_redis_the_list_says_so_and_pages_and_chats_are_none_the_worse(
    client: httpx2.AsyncClient, shown: Tenant, settings: Settings
) -> None:
    async with running_node(replace(settings, redis_url="redis://127.0.0.1:1/0")) as node:
        page = LookingPage(client, node.base_url, shown)
        assert await page.beat(wait_ms=25_000) == {"invitation": None, "next_ms": 10_000}
        async with program(node, shown) as agent, visitor_line(node.ws_url, shown) as visitor:
            reply = (await agent.command("visits"))["result"]
            assert reply == {"shown": True, "away": True, "visits": [], "total": 0}
            await visitor.hello(key=shown.profile.key)
            assert (await visitor.command("start"))["ok"]


async def test_a_process_that_goes_answers_the_beats_that_wait(play: Play) -> None:
    waiting = asyncio.create_task(play.room.visiting.wait((1, "3.x"), None, 25_000))
    while not play.room.visiting._waiting:
        await asyncio.sleep(0)
    await play.room.visiting.look(is_going=True)
    assert (await waiting).standing is None
