"""What visitors are writing: shown to agents where the profile says so, on every node and line, and kept nowhere."""

from dataclasses import replace

import pytest

from hub.actions.ports import Ports
from hub.actions.profiles import ProfileDraft, save_profiles
from hub.auth.keys import RandomKeys
from hub.domain.profile import Sight
from hub.live.frames import MSGPACK
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import read_stream
from tests.doubles.line import agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.playbook import PROFILE, Play, accepted_chat
from tests.doubles.tenant import Tenant

DRAFT = {"t": "eph", "kind": "typing", "on": True, "draft": "Is the 54 still in sto"}


@pytest.fixture
async def shown(tenant: Tenant, ports: Ports) -> Tenant:
    """The tenant, whose profile lets agents see drafts."""
    draft = ProfileDraft(tenant.profile.id, lambda profile: replace(profile, sight=Sight(drafts=True)))
    await save_profiles(ports, RandomKeys(), tenant.marta, [draft])
    return tenant


def show_drafts(play: Play) -> None:
    play.profiles[PROFILE.id] = replace(PROFILE, sight=Sight(drafts=True))


async def test_an_agent_on_another_node_sees_the_draft_until_it_is_sent(
    node: RunningNode, second_node: RunningNode, shown: Tenant, ports: Ports
) -> None:
    async with agent_line(second_node.ws_url) as agent, visitor_line(node.ws_url, shown) as visitor:
        await agent.hello(token=shown.bootstrap.api_key)
        await visitor.hello(key=shown.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.command("follow", chat=chat)

        await visitor.send(DRAFT | {"chat": chat})
        told = await agent.expect("eph")
        assert (told["draft"], told["who"]["side"]) == (DRAFT["draft"], "visitor")
        await visitor.send(DRAFT | {"chat": chat, "on": False})
        assert "draft" not in await agent.expect("eph")

    events = await read_stream(ports, shown.id, chat)
    assert [event.kind for event in events] == ["chat_started"]


async def test_a_draft_told_in_a_beat_is_shown(node: RunningNode, shown: Tenant) -> None:
    async with visitor_beats(node.base_url, shown) as visitor, agent_line(node.ws_url) as agent:
        await visitor.beat(key=shown.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await agent.hello(token=shown.bootstrap.api_key)
        await agent.command("follow", chat=chat)

        await visitor.beat(eph=[DRAFT | {"chat": chat}])
        assert (await agent.expect("eph"))["draft"] == DRAFT["draft"]


async def test_an_agent_who_comes_later_sees_the_draft_and_other_tabs_of_the_visitor_do_not(
    node: RunningNode, shown: Tenant
) -> None:
    async with visitor_line(node.ws_url, shown) as visitor, agent_line(node.ws_url) as agent:
        token = (await visitor.hello(key=shown.profile.key))["token"]
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await visitor.send(DRAFT | {"chat": chat})
        async with visitor_line(node.ws_url, shown) as tab:
            await tab.hello(token=token)
            await agent.hello(token=shown.bootstrap.api_key)
            await agent.command("follow", chat=chat)
            assert (await agent.expect("eph", lambda frame: frame["kind"] == "typing"))["draft"]
            # What is said to the tab comes behind whatever else it would be told.
            await tab.command("read", chat=chat, seq=1)
            assert not any("draft" in frame for frame in tab.seen)


async def test_without_the_profiles_word_a_draft_is_dropped_whatever_is_sent(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    await visitor.say(DRAFT | {"chat": chat})
    [told] = [frame for frame in await agent.hear() if frame["t"] == "eph"]
    assert told["on"] is True
    assert "draft" not in told


async def test_the_profile_as_it_is_now_decides(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    show_drafts(play)
    visitor.session.mind_profiles({(PROFILE.tenant_id, PROFILE.id): play.profiles[PROFILE.id]})
    await visitor.say(DRAFT | {"chat": chat})
    assert [frame["draft"] for frame in await agent.hear() if frame["t"] == "eph"] == [DRAFT["draft"]]


async def test_what_agents_write_is_shown_to_nobody(play: Play) -> None:
    show_drafts(play)
    visitor, agent, chat = await accepted_chat(play)
    await agent.say(DRAFT | {"chat": chat})
    [told] = [frame for frame in await visitor.hear() if frame["t"] == "eph" and frame["kind"] == "typing"]
    assert "draft" not in told


async def test_a_draft_longer_than_a_message_is_refused(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    [told] = await visitor.say(DRAFT | {"chat": chat, "draft": "x" * 4_001})
    assert (told["t"], told["error"]["code"]) == ("error", "bad_frame")
    assert await agent.hear() == []


def test_a_draft_is_told_in_both_codecs() -> None:
    assert MSGPACK.parse(MSGPACK.render(DRAFT | {"chat": 17})).draft == DRAFT["draft"]  # type: ignore[union-attr]
