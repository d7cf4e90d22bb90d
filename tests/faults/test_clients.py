"""What clients do to themselves: several tabs, answers that are lost, machines that sleep, tokens that end in the middle of it all."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from hub.actions.visitors import revoke_tokens
from tests.doubles.line import Frame, agent_line, visitor_line
from tests.faults.faults import BY_ID
from tests.faults.figures import Figures
from tests.faults.proxy import running_proxy
from tests.faults.rig import Rig
from tests.faults.trial import require_enough, run_trial

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABS = 5
MESSAGES_OF_A_TAB = 4
PATIENCE_S = 60.0


def now_s() -> float:
    return asyncio.get_running_loop().time()


def texts_of(frames: list[Frame], chat: int) -> list[tuple[int, str]]:
    """The messages among them, in pages or by themselves."""
    events = [frame for frame in frames if frame["t"] == "event"]
    events += [event for frame in frames if frame["t"] == "page" for event in frame["events"]]
    return [(event["seq"], event["text"]) for event in events if event["chat"] == chat and "text" in event]


async def test_five_tabs_of_one_visitor_are_in_one_chat_and_show_the_same(rig: Rig) -> None:
    tenant = await rig.make_tenant()
    async with AsyncExitStack() as held:
        urls = [rig.nodes[number % 2].ws_url for number in range(TABS)]
        tabs = [await held.enter_async_context(visitor_line(url, tenant)) for url in urls]
        token = (await tabs[0].hello(key=tenant.profile.key))["token"]
        for tab in tabs[1:]:
            await tab.hello(token=token)
        starts = await asyncio.gather(*(tab.command("start") for tab in tabs))
        [chat] = {start["result"]["chat"]["id"] for start in starts}
        assert sum(start["result"]["created"] for start in starts) == 1

        agent = await held.enter_async_context(agent_line(rig.nodes[1].ws_url))
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        for tab in tabs:
            await tab.send({"t": "eph", "kind": "typing", "chat": chat, "on": True})
        typing = await agent.expect("eph")

        async def talk(number: int) -> list[int]:
            replies = []
            for message in range(MESSAGES_OF_A_TAB):
                reply = await tabs[number].command("post", chat=chat, text=f"tab {number}: {message}")
                replies.append(reply["result"]["seq"])
            return replies

        said = [
            seq for seqs in await asyncio.gather(*(talk(number) for number in range(TABS))) for seq in seqs
        ]
        last = max(said)
        for line in (*tabs, agent):
            if not any(seq == last for seq, _ in texts_of(line.seen, chat)):
                await line.expect("event", lambda frame: frame["seq"] == last)
        shown = [texts_of(line.seen, chat) for line in (*tabs, agent)]
        typists = {frame["who"]["id"] for frame in agent.seen if frame["t"] == "eph"}

    assert sorted(said) == list(range(2, 2 + TABS * MESSAGES_OF_A_TAB))
    assert all(each == shown[0] for each in shown)
    assert [seq for seq, _ in shown[0]] == sorted(said)
    assert typists == {typing["who"]["id"]}  # One person types, whatever the number of tabs.


async def test_a_message_whose_answer_was_lost_is_stored_once_and_answered_as_before(rig: Rig) -> None:
    node, tenant = rig.nodes[0], await rig.make_tenant()
    cids = [str(uuid4()) for _ in range(5)]
    async with running_proxy(node.port) as proxy:
        url = f"ws://127.0.0.1:{proxy.port}/api/realtime"
        async with visitor_line(url, tenant) as line:
            token = (await line.hello(key=tenant.profile.key))["token"]
            chat = (await line.command("start"))["result"]["chat"]["id"]
            await line.expect("page")
            proxy.swallow_answers(1)
            for cid in cids:
                args = {"chat": chat, "text": f"said {cid}"}
                await line.send({"t": "cmd", "cid": cid, "op": "post", "args": args})
            await line.expect_close()
        async with visitor_line(url, tenant) as line:
            await line.hello(token=token)
            # Asked again in another order than said: each answer names its question, and is the first one's.
            replies = {}
            for cid in reversed(cids):
                replies[cid] = await line.command("post", cid, chat=chat, text=f"said {cid}")
    stored = {event.cid: event.seq for event in (await rig.read_transcripts(tenant))[str(chat)]}
    assert {cid: reply["result"]["seq"] for cid, reply in replies.items()} == {
        cid: stored[cid] for cid in cids
    }
    assert len(stored) == 1 + len(cids)


async def test_who_wakes_up_on_another_network_is_back_with_everything_while_the_old_line_still_hangs(
    rig: Rig, figures: Figures
) -> None:
    first, second = rig.nodes
    tenant = await rig.make_tenant()
    async with AsyncExitStack() as held:
        proxy = await held.enter_async_context(running_proxy(first.port))
        asleep = await held.enter_async_context(
            visitor_line(f"ws://127.0.0.1:{proxy.port}/api/realtime", tenant)
        )
        welcome = await asleep.hello(key=tenant.profile.key)
        chat = (await asleep.command("start"))["result"]["chat"]["id"]
        await asleep.expect("page")
        agent = await held.enter_async_context(agent_line(second.ws_url))
        await agent.hello(token=tenant.bootstrap.api_key)
        assert (await agent.command("accept", chat=chat))["ok"]

        proxy.partition()  # The lid is closed: nobody is told.
        for number in range(10):
            assert (await agent.command("post", chat=chat, text=f"{number}"))["ok"]
        woke_s = now_s()
        awake = await held.enter_async_context(visitor_line(second.ws_url, tenant))
        positions = {str(chat): f"{welcome['epoch']}:1"}
        await awake.hello(token=welcome["token"], positions=positions)
        page = await awake.expect("page")
        back_s = now_s() - woke_s
        assert (await awake.command("post", chat=chat, text="Back"))["ok"]
        await agent.command("follow", chat=chat)
        pages = [await agent.expect("page") for _ in range(2)]
        proxy.refuse()

    assert [event["seq"] for event in page["events"]] == list(range(2, 13))
    assert texts_of(pages, chat)[-1][1] == "Back"
    figures.add("F61 waking up on another network", f"back with everything after {back_s:.2f} s", "≤ 3 s")


async def test_a_token_that_is_revoked_in_the_middle_of_it_all_ends_its_lines_everywhere(
    rig: Rig, seconds: float, figures: Figures
) -> None:
    # While others talk and Redis is away, which revocation must not need.
    talking = asyncio.create_task(run_trial(rig, BY_ID["F10"], seed=53, seconds=seconds))
    tenant = await rig.make_tenant()
    async with AsyncExitStack() as held:
        tabs = [await held.enter_async_context(visitor_line(node.ws_url, tenant)) for node in rig.nodes]
        token = (await tabs[0].hello(key=tenant.profile.key))["token"]
        visitor = (await tabs[0].command("start"))["result"]["chat"]["visitor"]["id"]
        await tabs[1].hello(token=token)
        async with rig.open_ports() as ports:
            await revoke_tokens(ports, tenant.id, visitor)
        begun_s = now_s()
        async with asyncio.timeout(PATIENCE_S):
            codes = await asyncio.gather(*(tab.expect_close() for tab in tabs))
        ended_s = now_s() - begun_s
    outcome = await talking

    assert codes == [4001, 4001]
    require_enough(outcome, BY_ID["F10"], seconds)
    figures.add(
        "F53 revoked while others talk and Redis is frozen", f"all lines ended after {ended_s:.1f} s", "≤ 5 s"
    )
