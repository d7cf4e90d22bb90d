"""Visitors rate their chats: while they go on and after the end, once an agent was there, where the profile asks for it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.actions.ports import Ports
from hub.domain.profile import Feedback, Profile
from hub.settings import Settings
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import read_stream, require_dense
from tests.doubles.halo_client import admin_program
from tests.doubles.id_tokens import claims_of, sign
from tests.doubles.line import Frame, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.playbook import PROFILE, Play, accepted_chat
from tests.doubles.samples import get_sample, members, shape_of_sample
from tests.doubles.tenant import Tenant, make_tenant


async def ask_for_ratings(ports: Ports, tenant: Tenant, *, asks: bool = True) -> None:
    """The tenant's profile asks for ratings from now on, or no longer."""

    def decide(found: Any) -> list[Profile]:
        return [replace(found[tenant.profile.id], feedback=Feedback(asks))]

    await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant that asks for ratings, and whose identity secret the node can open."""
    made = await make_tenant(ports, settings)
    await ask_for_ratings(ports, made)
    return made


@pytest.fixture
async def play() -> Play:
    """A live room whose profile asks for ratings."""
    play = Play()
    play.profiles[PROFILE.id] = replace(PROFILE, feedback=Feedback(is_enabled=True))
    return play


def code_of(reply: Frame) -> tuple[str, str, str | None]:
    """What a refusal says to programs."""
    assert not reply["ok"], reply
    return reply["error"]["code"], reply["error"]["retry"], reply["error"].get("field")


async def test_a_rating_is_answered_and_everybody_hears_it(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    command = get_sample("to_hub", "cmd_rate")
    command["args"]["chat"] = chat

    event, reply = await visitor.say(command)

    assert members(reply) == shape_of_sample("reply_post")
    assert members(event) == shape_of_sample("event_rated")
    assert (event["kind"], event["data"]) == ("chat_rated", {"score": 4, "comment": "Quick and kind."})
    assert event["who"]["side"] == "visitor"
    assert await agent.hear() == [event]


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ({}, "bad_request", "score"),
        ({"score": 0}, "bad_request", "score"),
        ({"score": 6}, "bad_request", "score"),
        ({"score": "5"}, "bad_request", "score"),
        ({"score": True}, "bad_request", "score"),
        ({"score": 2**70}, "bad_request", "score"),
        ({"score": 5, "comment": 5}, "bad_request", "comment"),
        ({"score": 5, "comment": "x" * 1_001}, "text_too_long", "comment"),
        ({"score": 5, "comment": "a\x00b"}, "text_invalid", "comment"),
    ],
    ids=repr,
)
async def test_what_is_no_rating_is_refused_and_says_nothing(
    play: Play, args: dict[str, Any], code: str, field: str
) -> None:
    visitor, agent, chat = await accepted_chat(play)
    assert code_of(await visitor.command("rate", chat=chat, **args)) == (code, "never", field)
    assert await agent.hear() == []


async def test_only_the_visitor_of_a_chat_rates_it(play: Play) -> None:
    _, agent, chat = await accepted_chat(play)
    other, nobody = play.visitor(), play.visitor()
    await other.start()
    await nobody.hello(key=PROFILE.key)
    for stranger in (other, nobody):
        refused = await stranger.command("rate", chat=chat, score=1)
        missing = await stranger.command("rate", chat=2**31 - 1, score=1)
        assert refused["error"] == missing["error"]
        assert code_of(refused) == ("chat_not_found", "never", None)
    assert code_of(await agent.command("rate", chat=chat, score=5))[0] == "unknown_op"


async def test_where_nobody_asks_nothing_is_rated(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    play.profiles[PROFILE.id] = PROFILE
    assert code_of(await visitor.command("rate", chat=chat, score=5)) == ("rating_off", "never", None)
    del play.profiles[PROFILE.id]
    assert code_of(await visitor.command("rate", chat=chat, score=5))[0] == "profile_not_found"
    assert await agent.hear() == []


async def test_a_chat_is_rated_again_and_again_but_a_repeat_is_none(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        early = await visitor.command("rate", chat=chat, score=5)
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("accept", chat=chat)
        first = await visitor.command("rate", "c1", chat=chat, score=5, comment="Good")
        again = await visitor.command("rate", "c1", chat=chat, score=5, comment="Good")
        reused = [
            await visitor.command("rate", "c1", chat=chat, **other)
            for other in ({"score": 4, "comment": "Good"}, {"score": 5})
        ]
        await visitor.command("rate", "c2", chat=chat, score=2)
    ratings = [event for event in await read_stream(ports, tenant.id, chat) if event.kind == "chat_rated"]
    assert code_of(early) == ("forbidden", "never", None)
    assert again == first | {"duplicate": True}
    assert [code_of(reply)[0] for reply in reused] == ["cid_reused"] * 2
    assert [event.data for event in ratings] == [{"score": 5, "comment": "Good"}, {"score": 2}]


async def test_a_chat_that_has_ended_is_rated_after_a_reload_and_stays_ended(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(second_node.ws_url) as agent:
        welcome = await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        await agent.command("accept", chat=chat)
        await agent.command("end", chat=chat)
        ended = await visitor.expect("event", lambda frame: frame["kind"] == "chat_ended")

        position = {str(chat): f"{welcome['epoch']}:{ended['seq']}"}
        async with visitor_line(second_node.ws_url, tenant) as reloaded:
            await reloaded.hello(token=welcome["token"], positions=position)
            assert (await reloaded.command("rate", chat=chat, score=4))["ok"]
            own = await reloaded.expect("event")
        heard = await agent.expect("event", lambda frame: frame["kind"] == "chat_rated")
        told = await visitor.expect("event", lambda frame: frame["kind"] == "chat_rated")
        async with visitor_line(node.ws_url, tenant) as later, visitor_beats(node.base_url, tenant) as beats:
            [header] = (await later.hello(token=welcome["token"], positions=position))["chats"]
            page = await later.expect("page")
            beats.token = welcome["token"]
            frames = await beats.post(positions=position)
        fresh = (await visitor.command("start"))["result"]

    assert own == heard == told
    assert (own["seq"], own["data"]) == (ended["seq"] + 1, {"score": 4})
    assert (header["state"], header["head"], header["ended_at"]) == ("ended", own["seq"], ended["at"])
    assert page["events"] == [own]
    assert own in next(frame for frame in frames.json()["frames"] if frame["t"] == "page")["events"]
    assert fresh["created"]
    require_dense(await read_stream(ports, tenant.id, chat))


async def test_ratings_and_the_end_at_once_are_all_stored_and_nothing_opens_again(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("accept", chat=chat)
        replies = await asyncio.gather(
            visitor.command("rate", chat=chat, score=3), agent.command("end", chat=chat)
        )
    stored = await ports.chats.find_chat(tenant.id, chat)
    assert all(reply["ok"] for reply in replies)
    assert stored is not None
    assert (stored.state, stored.head) == ("ended", 4)


async def test_a_chat_nobody_came_to_is_rated_after_its_end(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await visitor.command("end", chat=chat)
        assert (await visitor.command("rate", chat=chat, score=1, comment="Nobody came."))["ok"]


async def test_what_an_unknown_visitor_rated_is_repeated_by_the_user_they_turned_out_to_be(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    proof = sign(tenant.bootstrap.profile.identity_secret, claims_of("customer-42"))
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("accept", chat=chat)
        first = await visitor.command("rate", "c1", chat=chat, score=5)
        await visitor.command("identify", id_token=proof)
        again = await visitor.command("rate", "c1", chat=chat, score=5)
        reused = await visitor.command("rate", "c1", chat=chat, score=4)
    assert (again, code_of(reused)[0]) == (first | {"duplicate": True}, "cid_reused")
    assert [event.kind for event in await read_stream(ports, tenant.id, chat)].count("chat_rated") == 1


async def test_a_rating_is_a_line_of_halos_log_and_nothing_unread(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with (
        visitor_line(node.ws_url, tenant) as visitor,
        agent_line(node.ws_url) as agent,
        admin_program(node.base_url, tenant) as program,
    ):
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start", name="Ann"))["result"]["chat"]["id"]
        await agent.hello(token=tenant.bootstrap.api_key, wants=["inbox"])
        await agent.command("accept", chat=chat)
        before = await program.get(f"/Chat/{chat}")
        await agent.command("end", chat=chat)
        rated = await visitor.command("rate", chat=chat, score=4, comment="Quick <b>and</b> kind.")
        rows = await agent.expect("rows", lambda frame: any(row["head"] == 4 for row in frame["rows"]))
        after = await program.get(f"/Chat/{chat}")
        listed = (await program.get("/Chat"))["chats"][0]
        [line] = await program.get("/ChatMessage", chat_id=chat, last_id=rated["result"]["id"] - 1)

    [row] = [row for row in rows["rows"] if row["chat"] == chat]
    assert (row["unread"], row["last"], row["state"]) == (0, None, "ended")
    assert (before["feedback_submitted"], after["feedback_submitted"], listed["feedback_submitted"]) == (
        False,
        True,
        True,
    )
    assert (after["unread_count"], after["lastmessageid"], after["lastmessage"]) == (0, line["id"], None)
    assert [one["system_id"] for one in after["messages"]] == [1, 3, 6, 16]
    assert (line["system_id"], line["display_name"], line["agent_id"]) == (16, "Ann", None)
    assert line["textplain"] == "Ann rated the chat with 4 of 5.\nQuick <b>and</b> kind."
    assert line["text"] == "Ann rated the chat with 4 of 5.<br>Quick &lt;b&gt;and&lt;/b&gt; kind."
    assert line["unknown_id"] is not None
