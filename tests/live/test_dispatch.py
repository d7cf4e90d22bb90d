"""Chats that come to agents by themselves, and none that is left lying: over live lines on a real node, and look by look."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from hub.actions.chats import end_chat, start_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from hub.actions.staff import save_agents
from hub.domain.chat import StartFacts
from hub.domain.errors import NotParticipant
from hub.domain.identity import AgentCaller
from hub.embedded.pair import PairAddresses
from hub.live.dispatch import STEADY_AFTER_S, Dispatch
from tests.doubles.applications import set_config
from tests.doubles.conversation import begin_active_chat, begin_chat, read_stream
from tests.doubles.floor import Floor, event_of, follow, header_of, offer_of, refusal
from tests.doubles.line import Line
from tests.doubles.secrets import PlainPasswords
from tests.doubles.tenant import Tenant

ROUND_ROBIN = {"mode": "round_robin", "offer_for_s": 3600}


async def execute(pair: PairAddresses, sql: str, *args: Any) -> None:
    """Changes rows behind the hub's back, as time does."""
    connection = await asyncpg.connect(pair.owner_url)
    try:
        await connection.execute(sql, *args)
    finally:
        await connection.close()


async def route(pair: PairAddresses, tenant: Tenant, **members: Any) -> None:
    """The entrance routes its chats so from now on."""
    await set_config(pair.owner_url, tenant.profile.id, {"routing": {**ROUND_ROBIN, **members}})


class Looks:
    """Looks of a process that has looked without a break for as long as it takes."""

    def __init__(self, ports: Ports) -> None:
        self.now_s = 0.0
        self.dispatch = Dispatch(ports, lambda: self.now_s)

    async def look_steadily(self) -> None:
        """Looks until it knows who is gone."""
        for _ in range(3):
            await self.dispatch.look()
            self.now_s += STEADY_AFTER_S / 2
        await self.dispatch.look()


async def be_here(ports: Ports, *agents: AgentCaller, for_s: float = 3600.0) -> None:
    """The agents are here for so long."""
    await ports.presence.renew_presence([(one.tenant_id, one.id, for_s) for one in agents])


async def find(ports: Ports, tenant: Tenant, chat_id: int) -> Any:
    """The chat as the store has it."""
    return await ports.chats.find_chat(tenant.id, chat_id)


# Offers, over live lines.


async def test_a_waiting_chat_is_offered_to_one_and_goes_on_to_the_next_when_declined(
    floor: Floor, pair: PairAddresses
) -> None:
    tenant = floor.tenant
    lines = {
        tenant.marta.id: await floor.let_in(tenant.marta),
        tenant.jonas.id: await floor.let_in(tenant.jonas),
    }
    await route(pair, tenant)

    first = await offer_of(lines[tenant.marta.id], floor.chat)
    assert (first["kind"], first["sender"]) == ("route", None)
    asked, other = first["to"]["id"], ({*lines} - {first["to"]["id"]}).pop()
    held_out = await lines[other].command("accept", chat=floor.chat)
    assert refusal(held_out) == "held_out"
    assert first["to"]["name"] in held_out["error"]["message"]
    assert (await lines[asked].command("decline", chat=floor.chat))["ok"]

    second = await offer_to(lines[other], floor.chat, other)
    assert second["to"]["id"] == other
    assert (await lines[other].command("accept", chat=floor.chat))["ok"]
    assert (await event_of(floor.visitor, "agent_joined"))["who"]["id"] == other


async def offer_to(line: Line, chat: int, agent_id: int) -> Any:
    """The offer to this agent, as the line is told of it."""
    while (offer := await offer_of(line, chat))["to"]["id"] != agent_id:
        continue
    return offer


async def test_an_offer_goes_on_when_the_line_of_who_was_asked_drops(
    floor: Floor, pair: PairAddresses
) -> None:
    tenant = floor.tenant
    await be_here(floor.ports, tenant.jonas)
    await route(pair, tenant)
    watcher = await floor.let_in(tenant.marta)
    await watcher.command("availability", status="away", reason="Watching")
    assert (await offer_to(watcher, floor.chat, tenant.jonas.id))["to"]["id"] == tenant.jonas.id
    await watcher.command("availability", status="available")

    await be_here(floor.ports, tenant.jonas, for_s=0.0)

    assert (await offer_to(watcher, floor.chat, tenant.marta.id))["kind"] == "route"


# Offers, look by look.


async def test_each_chat_is_offered_once_and_each_agent_asked_once_whatever_the_number_of_processes(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chats = [(await begin_chat(ports, tenant)).chat.id for _ in range(3)]
    await be_here(ports, tenant.marta, tenant.jonas)
    await route(pair, tenant)
    looks = [Looks(ports) for _ in range(4)]

    for _ in range(3):
        for one in looks:
            await one.dispatch.look()

    offers = [(await find(ports, tenant, chat)).offer for chat in chats]
    assert {offer.to.id for offer in offers if offer} == {tenant.marta.id, tenant.jonas.id}
    assert [offer is None for offer in offers] == [False, False, True]
    staff = [await read_stream(ports, tenant.id, chat, "staff") for chat in chats]
    assert [len(events) for events in staff] == [1, 1, 0]


async def test_an_unanswered_offer_goes_on_to_the_next_and_once_only(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chat = (await begin_chat(ports, tenant)).chat.id
    await be_here(ports, tenant.marta, tenant.jonas)
    await route(pair, tenant)
    looks = Looks(ports)
    await looks.dispatch.look()
    asked = (await find(ports, tenant, chat)).offer.to.id
    await execute(pair, "UPDATE chats SET offer_until = now() WHERE id = $1", chat)

    await looks.dispatch.look()
    await looks.dispatch.look()

    told = await read_stream(ports, tenant.id, chat, "staff")
    assert [event.kind for event in told] == ["chat_offered", "offer_ended", "chat_offered"]
    assert told[1].data is not None
    assert told[1].data["reason"] == "unanswered"
    assert (await find(ports, tenant, chat)).offer.to.id != asked


async def test_who_has_room_for_no_more_is_not_asked(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    await begin_active_chat(ports, tenant)
    chat = (await begin_chat(ports, tenant)).chat.id
    await execute(pair, "UPDATE identities SET capacity = 1 WHERE id = $1", tenant.marta.id)
    await be_here(ports, tenant.marta)
    await route(pair, tenant, mode="least_busy")

    await Looks(ports).dispatch.look()

    assert (await find(ports, tenant, chat)).offer is None


async def test_where_agents_pick_for_themselves_nothing_is_offered(ports: Ports, tenant: Tenant) -> None:
    chat = (await begin_chat(ports, tenant)).chat.id
    await be_here(ports, tenant.marta)
    await Looks(ports).dispatch.look()
    assert (await find(ports, tenant, chat)).offer is None


async def test_what_is_handed_over_stays_with_its_holder_when_nobody_answers(
    floor: Floor, pair: PairAddresses
) -> None:
    marta, _ = await floor.let_in(floor.tenant.marta), await floor.let_in(floor.tenant.jonas)
    await marta.command("accept", chat=floor.chat)
    await follow(marta, floor.chat)
    await marta.command("transfer", chat=floor.chat, agent=floor.tenant.jonas.id)

    await execute(pair, "UPDATE chats SET offer_until = now() WHERE id = $1", floor.chat)

    assert (await event_of(marta, "offer_ended"))["data"]["reason"] == "unanswered"
    chat = await header_of(floor)
    assert (chat.holder_id, chat.offer) == (floor.tenant.marta.id, None)


# Agents who are gone.


async def test_a_chat_of_an_agent_who_is_gone_waits_again_and_a_late_word_of_theirs_is_refused(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chat = (await begin_active_chat(ports, tenant)).chat.id
    await be_here(ports, tenant.marta)
    await execute(pair, "UPDATE chats SET held_at = now() - interval '1 hour' WHERE id = $1", chat)
    await leave_for(pair, tenant.marta, timedelta(seconds=39))
    looks = Looks(ports)
    await looks.look_steadily()
    assert (await find(ports, tenant, chat)).holder_id == tenant.marta.id
    await leave_for(pair, tenant.marta, timedelta(seconds=41))

    await looks.dispatch.look()
    await looks.dispatch.look()

    found = await find(ports, tenant, chat)
    assert (found.state, found.holder_id) == ("queued", None)
    told = await read_stream(ports, tenant.id, chat)
    assert [event.kind for event in told].count("agent_left") == 1
    with pytest.raises(NotParticipant):
        await post_message(ports, tenant.marta, chat, "I am late", str(uuid4()))
    await accept_chat(ports, tenant.jonas, chat, str(uuid4()))
    with pytest.raises(NotParticipant):
        await post_message(ports, tenant.marta, chat, "Later still", str(uuid4()))


async def leave_for(pair: PairAddresses, agent: AgentCaller, ago: timedelta) -> None:
    """The agent's last lease ended so long ago."""
    await execute(pair, "UPDATE presence SET until = now() - $2::interval WHERE agent_id = $1", agent.id, ago)


async def test_a_hub_that_was_away_itself_takes_nobody_for_gone(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chat = (await begin_active_chat(ports, tenant)).chat.id
    await be_here(ports, tenant.marta)
    await execute(pair, "UPDATE chats SET held_at = now() - interval '1 hour' WHERE id = $1", chat)
    await leave_for(pair, tenant.marta, timedelta(minutes=10))
    looks = Looks(ports)
    await looks.dispatch.look()
    looks.now_s += STEADY_AFTER_S
    await looks.dispatch.look()  # Nobody knows what was in between.
    assert (await find(ports, tenant, chat)).holder_id == tenant.marta.id


@pytest.mark.parametrize("sign", ["never_here", "spoke_since"])
async def test_who_works_without_a_line_is_not_gone(
    ports: Ports, tenant: Tenant, pair: PairAddresses, sign: str
) -> None:
    await be_here(ports, tenant.marta, for_s=0.0)
    await leave_for(pair, tenant.marta, timedelta(minutes=10))
    chat = (await begin_active_chat(ports, tenant)).chat.id
    if sign == "spoke_since":
        await execute(pair, "UPDATE chats SET held_at = now() - interval '1 hour' WHERE id = $1", chat)
        await post_message(ports, tenant.marta, chat, "By a program", str(uuid4()))

    await Looks(ports).look_steadily()

    assert (await find(ports, tenant, chat)).holder_id == tenant.marta.id


async def test_a_chat_of_an_agent_who_was_disabled_waits_again(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chat = (await begin_active_chat(ports, tenant)).chat.id
    await execute(pair, "UPDATE identities SET disabled_at = now() WHERE id = $1", tenant.marta.id)
    await Looks(ports).look_steadily()
    assert (await find(ports, tenant, chat)).state == "queued"


# Waiting for too long, and not at all.


async def test_who_waits_too_long_need_not_sit_there_and_keeps_the_chat(
    floor: Floor, pair: PairAddresses
) -> None:
    await route(pair, floor.tenant, mode="manual", max_wait_s=1)

    put_off = await event_of(floor.visitor, "chat_put_off")

    assert put_off["who"] == {"id": None, "side": "system"}
    assert (await floor.visitor.command("post", chat=floor.chat, text="Call me"))["ok"]
    marta = await floor.let_in(floor.tenant.marta)
    assert (await marta.command("next"))["result"]["chat"] == floor.chat
    assert (await event_of(floor.visitor, "agent_joined"))["data"]["state"] == "active"
    staff = [frame for frame in floor.visitor.seen if frame.get("kind") == "chat_put_off"]
    assert len(staff) == 1


async def test_a_chat_whose_visitor_has_gone_while_it_waited_ends(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    gone, here = (await begin_chat(ports, tenant)).chat.id, (await begin_chat(ports, tenant)).chat.id
    await execute(
        pair,
        "UPDATE chats SET seen_at = now() - interval '2 minutes', touched_at = now() - interval '2 minutes' WHERE id = $1",
        gone,
    )
    await route(pair, tenant, mode="manual", abandon_after_s=60)

    await Looks(ports).look_steadily()

    assert (await find(ports, tenant, gone)).is_abandoned
    ended = (await read_stream(ports, tenant.id, gone))[-1]
    assert (ended.kind, ended.data) == ("chat_ended", {"reason": "abandoned"})
    assert (await find(ports, tenant, here)).state == "queued"


async def test_who_waits_before_the_screen_is_noted_where_that_counts(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    chat = (await begin_chat(ports, tenant)).chat.id
    seen = "SELECT seen_at IS NOT NULL FROM chats WHERE id = $1"
    connection = await asyncpg.connect(pair.owner_url)
    try:
        await ports.waiting.note_waiting([(tenant.id, chat)])
        assert await connection.fetchval(seen, chat) is False
        await route(pair, tenant, mode="manual", abandon_after_s=60)
        await ports.waiting.note_waiting([(tenant.id, chat)])
        assert await connection.fetchval(seen, chat) is True
    finally:
        await connection.close()


# The standing check.


async def test_a_chat_without_a_queue_an_agent_or_a_flow_is_found(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    sound = [(await begin_chat(ports, tenant)).chat.id, (await begin_active_chat(ports, tenant)).chat.id]
    ended = await begin_active_chat(ports, tenant)
    await end_chat(ports, ended.caller, ended.chat.id, str(uuid4()))
    broken = {name: (await begin_active_chat(ports, tenant)).chat.id for name in BROKEN}
    for name, sql in BROKEN.items():
        await execute(pair, sql, broken[name])

    found = {
        one.chat_id: one.reason for one in await ports.routing.list_stranded() if one.tenant_id == tenant.id
    }

    for chat in broken.values():  # Whoever looks later shall not find them.
        await execute(pair, "UPDATE chats SET state = 'ended', offer_seq = NULL WHERE id = $1", chat)
    assert found == {chat: name for name, chat in broken.items()}
    assert not found.keys() & {*sound, ended.chat.id}


BROKEN = {
    "no_holder": "UPDATE chats SET holder_id = NULL WHERE id = $1",
    "holder_left": "UPDATE participants SET left_at = now() WHERE chat_id = $1 AND side = 'agent'",
    "no_queue": "UPDATE chats SET state = 'queued', holder_id = NULL, queued_at = NULL WHERE id = $1",
    "held_in_queue": "UPDATE chats SET state = 'queued' WHERE id = $1",
    "no_flow": "UPDATE chats SET state = 'flow', holder_id = NULL WHERE id = $1",
    "offer_overdue": "UPDATE chats SET offer_seq = 1, offer = jsonb_build_object('kind', 'route'), offer_until = now() - interval '2 minutes' WHERE id = $1",
}


# Languages.


async def begin_in(ports: Ports, tenant: Tenant, language: str) -> int:
    """A waiting chat whose visitor's page is in this language."""
    facts = StartFacts(language=language)
    return (await start_chat(ports, tenant.new_visitor(), tenant.profile, str(uuid4()), facts)).chat.id


async def addressee(ports: Ports, tenant: Tenant, chat_id: int) -> int | None:
    """Whom the chat is offered to after a look."""
    await Looks(ports).dispatch.look()
    offer = (await find(ports, tenant, chat_id)).offer
    return None if offer is None else offer.to.id


async def test_who_speaks_the_visitors_language_is_offered_the_chat_though_it_is_anothers_turn(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    await save_agents(ports, PlainPasswords(), tenant.marta, [{"id": tenant.jonas.id, "languages": ["de"]}])
    await be_here(ports, tenant.marta, tenant.jonas)
    await route(pair, tenant, language="prefer")

    german, french = await begin_in(ports, tenant, "de-AT"), await begin_in(ports, tenant, "fr")

    assert await addressee(ports, tenant, german) == tenant.jonas.id
    assert await addressee(ports, tenant, french) == tenant.marta.id


async def test_where_a_language_is_demanded_others_are_offered_the_chat_only_after_a_while(
    ports: Ports, tenant: Tenant, pair: PairAddresses
) -> None:
    await be_here(ports, tenant.marta)
    await route(pair, tenant, language="demand", any_language_after_s=300)
    german = await begin_in(ports, tenant, "de")
    assert await addressee(ports, tenant, german) is None

    await execute(pair, "UPDATE chats SET queued_at = queued_at - interval '300 s' WHERE id = $1", german)

    assert await addressee(ports, tenant, german) == tenant.marta.id
