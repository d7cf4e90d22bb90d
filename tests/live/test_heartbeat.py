"""The heartbeat line: the same conversation, in slices."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.doubles.beats import Beats, visitor_beats
from tests.doubles.line import agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.samples import get_sample, members
from tests.doubles.tenant import PAGE_ORIGIN, Tenant


def texts(beats: Beats) -> list[str]:
    """What the visitor has seen said, in order."""
    return [event["text"] for event in beats.events if event["kind"] == "message_posted"]


@pytest.mark.parametrize("codec", ["json", "msgpack"])
async def test_a_visitor_on_beats_and_an_agent_on_a_websocket_talk(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, codec: str
) -> None:
    async with (
        visitor_beats(node.base_url, tenant, codec=codec) as visitor,
        agent_line(second_node.ws_url) as agent,
    ):
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await visitor.command("post", chat=chat, text="Hello?")
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        await agent.command("accept", chat=chat)
        waiting = asyncio.create_task(visitor.beat(wait_ms=20_000))
        await agent.command("post", chat=chat, text="Hello.")
        while "Hello." not in texts(visitor):
            await waiting
            waiting = asyncio.create_task(visitor.beat(wait_ms=20_000))
        waiting.cancel()
        assert texts(visitor) == ["Hello?", "Hello."]
        assert [event["seq"] for event in visitor.events] == [1, 2, 3, 4]


async def test_overlapping_beats_on_two_nodes_do_no_harm(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with (
        visitor_beats(node.base_url, tenant) as visitor,
        visitor_beats(second_node.base_url, tenant) as other,
    ):
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        other.token, other.epoch = visitor.token, visitor.epoch
        commands = [
            {
                "t": "cmd",
                "cid": f"message-{number}",
                "op": "post",
                "args": {"chat": chat, "text": str(number)},
            }
            for number in range(10)
        ]
        await asyncio.gather(visitor.beat(cmds=commands), other.beat(cmds=commands))
        await visitor.beat()
        assert sorted(set(texts(visitor)), key=int) == [str(number) for number in range(10)]
        fresh = await visitor.post()
        page = next(frame for frame in fresh.json()["frames"] if frame["t"] == "page")
        assert len(page["events"]) == 11


async def test_a_visitor_changes_lines_at_a_position_without_loss_or_doubling(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with (
        visitor_beats(node.base_url, tenant) as beats,
        visitor_line(second_node.ws_url, tenant) as line,
    ):
        await beats.beat(key=tenant.profile.key)
        chat = (await beats.command("start"))["result"]["chat"]["id"]
        await beats.command("post", chat=chat, text="one")
        await beats.beat()
        position = f"{beats.epoch}:{beats.positions[str(chat)]}"
        await line.hello(token=beats.token, positions={str(chat): position})
        assert (await line.expect("page"))["events"] == []
        await line.command("post", chat=chat, text="two")
        await beats.beat()
        assert texts(beats) == ["one", "two"]


async def test_a_beat_that_has_nothing_to_tell_waits_and_comes_back_empty(
    node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_beats(node.base_url, tenant) as visitor:
        await visitor.beat(key=tenant.profile.key)
        await visitor.command("start")
        await visitor.beat()
        frames = await visitor.beat(wait_ms=50)
        assert {frame["t"] for frame in frames} <= {"welcome", "page", "read", "eph"}
        assert all(not frame["events"] for frame in frames if frame["t"] == "page")


async def test_what_was_read_between_two_beats_is_told_at_once_to_who_says_how_far_reading_was_told(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with (
        visitor_beats(node.base_url, tenant) as visitor,
        agent_line(second_node.ws_url) as agent,
    ):
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await visitor.command("post", chat=chat, text="Hello?")
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("accept", chat=chat)
        await visitor.beat()
        await agent.command("read", chat=chat, seq=3)

        # Longer than anybody waits for an answer; without the marks it would be a beat with nothing to tell.
        async with asyncio.timeout(15):
            welcome, *_ = await visitor.beat(wait_ms=25_000, reads={str(chat): 0})

        [header] = welcome["chats"]
        assert [person["read"] for person in header["participants"] if person["side"] == "agent"] == [3]
        frames = await visitor.beat(wait_ms=50, reads={str(chat): 3})
        assert {frame["t"] for frame in frames} - {"eph"} == {"welcome", "page"}


def take_ephemeral(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Takes the ephemeral frames out of an answer."""
    taken = [frame for frame in answer["frames"] if frame["t"] == "eph"]
    answer["frames"] = [frame for frame in answer["frames"] if frame["t"] != "eph"]
    return taken


async def test_the_sample_beat_is_answered_as_the_sample_says(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_beats(node.base_url, tenant) as visitor:
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        while not (door := [frame for frame in await visitor.beat() if frame.get("kind") == "availability"]):
            await asyncio.sleep(0.01)  # It is known a moment after the first visitor has come.
        beat = get_sample("to_hub", "beat")
        beat["cmds"][0]["args"]["chat"] = beat["eph"][0]["chat"] = chat
        beat["positions"] = {str(chat): f"{visitor.epoch}:0"}
        first, again = (await visitor.post(**beat)).json(), (await visitor.post(**beat)).json()

    sample = get_sample("from_hub", "beat_answer")
    [told] = take_ephemeral(sample)
    # How the door stands, and the place in the queue, are told whenever they are known or change: there may be one more or less.
    states = [*door, *take_ephemeral(first), *take_ephemeral(again)]
    doors = [members(frame) for frame in states if frame["kind"] == told["kind"]]
    assert doors == [members(told)] * len(doors)
    kinds = [frame["t"] for frame in sample["frames"]]
    # The event may pass its reply on the way.
    assert sorted(frame["t"] for frame in first["frames"]) == sorted([*kinds, "event"])
    assert [frame["t"] for frame in again["frames"]] == kinds
    assert [members(frame) for frame in again["frames"][2:]] == [
        members(frame) for frame in sample["frames"][2:]
    ]
    assert {*first} == {*again} == {*sample}
    assert again["next_ms"] == sample["next_ms"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"content": b"{"}, 400),
        ({"content": b"[]"}, 400),
        ({"json": {"v": 1, "wait_ms": 60_000}}, 400),
        ({"json": {"v": 2}}, 426),
        ({"json": {"v": 1, "key": "wrong"}}, 403),
        ({"json": {"v": 1}, "headers": {"authorization": "Bearer vc_forged"}}, 401),
        ({"json": {"v": 1}, "headers": {"origin": "https://evil.example"}}, 403),
        ({"content": b"v=1", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 415),
        ({"content": b" " * 300_000}, 413),
    ],
)
async def test_a_wrong_beat_is_refused_with_its_status_and_a_sentence(
    node: RunningNode, tenant: Tenant, change: dict[str, object], status: int
) -> None:
    headers = {"origin": PAGE_ORIGIN, "content-type": "application/json"}
    given = change.get("headers", {})
    assert isinstance(given, dict)
    async with httpx2.AsyncClient() as client:
        answer = await client.post(
            f"{node.base_url}/api/realtime/heartbeat?profile={tenant.profile.id}",
            content=change.get("content"),  # type: ignore[arg-type]
            json=change.get("json"),
            headers={**headers, **given},
        )
    assert answer.status_code == status
    assert "error" in answer.json() or answer.json()["frames"][-1]["t"] == "bye"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_asks_before_it_beats_and_is_told_who_may(node: RunningNode, tenant: Tenant) -> None:
    url = f"{node.base_url}/api/realtime/heartbeat?profile={tenant.profile.id}"
    async with httpx2.AsyncClient() as client:
        admitted = await client.options(url, headers={"origin": PAGE_ORIGIN})
        foreign = await client.options(url, headers={"origin": "https://evil.example"})
    assert admitted.headers["access-control-allow-origin"] == PAGE_ORIGIN
    assert "authorization" in admitted.headers["access-control-allow-headers"]
    assert foreign.status_code == 403
    assert "access-control-allow-origin" not in foreign.headers
