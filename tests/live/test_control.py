"""Who holds a chat, over live lines on a real node: leaving, handing over, inviting, taking over, opening again, picking the next."""

from typing import Any

import pytest

from hub.actions.chats import ChatChange, change_chats
from hub.actions.staff import save_agents
from hub.actions.teams import save_teams
from tests.doubles.floor import Floor, event_of, follow, header_of, held, offer_of, refusal, row_of
from tests.doubles.line import Frame
from tests.doubles.secrets import open_secrets

# Leaving and coming back.


async def test_a_chat_whose_holder_leaves_is_back_in_the_queue_before_those_who_came_later(
    floor: Floor,
) -> None:
    marta = await held(floor)
    _, later = await floor.let_in_visitor()

    left = await marta.command("leave", "one", chat=floor.chat)

    told = await event_of(floor.visitor, "agent_left")
    assert (told["seq"], told["data"]["state"]) == (left["result"]["seq"], "queued")
    row = await row_of(marta, floor.chat, state="queued")
    assert row["holder"] is None
    assert refusal(await marta.command("post", chat=floor.chat, text="Still here")) == "not_participant"
    jonas = await floor.let_in(floor.tenant.jonas)
    first, second = await jonas.command("next"), await jonas.command("next")
    assert [first["result"]["chat"], second["result"]["chat"]] == [floor.chat, later]
    again = await marta.command("leave", "one", chat=floor.chat)
    assert (again["duplicate"], again["result"]) == (True, left["result"])


async def test_who_leaves_beside_the_holder_leaves_the_chat_with_the_holder(floor: Floor) -> None:
    marta, jonas = await held(floor), await floor.let_in(floor.tenant.jonas)
    await marta.command("invite", chat=floor.chat, agent=floor.tenant.jonas.id, note="You know frames.")
    assert (await offer_of(jonas, floor.chat))["note"] == "You know frames."
    assert (await jonas.command("accept", chat=floor.chat))["ok"]
    chat = await header_of(floor)
    assert (chat.holder_id, chat.offer) == (floor.tenant.marta.id, None)
    assert (await jonas.command("post", chat=floor.chat, text="Hello from me too"))["ok"]

    assert (await jonas.command("leave", chat=floor.chat))["ok"]

    chat = await header_of(floor)
    assert (chat.state, chat.holder_id) == ("active", floor.tenant.marta.id)
    assert refusal(await jonas.command("post", chat=floor.chat, text="And one more")) == "not_participant"


async def test_an_ended_chat_is_opened_again_and_goes_on(floor: Floor) -> None:
    marta = await held(floor)
    assert refusal(await marta.command("reopen", chat=floor.chat)) == "conflict"
    await marta.command("end", chat=floor.chat)
    await event_of(floor.visitor, "chat_ended")

    assert (await marta.command("reopen", chat=floor.chat))["ok"]

    assert (await event_of(floor.visitor, "chat_reopened"))["data"]["state"] == "active"
    assert (await floor.visitor.command("post", chat=floor.chat, text="One more thing"))["ok"]
    chat = await header_of(floor)
    assert (chat.state, chat.holder_id, chat.ended_at) == ("active", floor.tenant.marta.id, None)


async def test_a_chat_is_not_opened_again_beside_another_one_of_its_visitor(floor: Floor) -> None:
    marta = await held(floor)
    await marta.command("end", chat=floor.chat)
    await event_of(floor.visitor, "chat_ended")
    assert (await floor.visitor.command("start"))["result"]["created"]

    assert refusal(await marta.command("reopen", chat=floor.chat)) == "other_chat_open"
    assert (await header_of(floor)).state == "ended"


# Handing over.


async def test_a_chat_is_handed_over_when_the_other_accepts(floor: Floor) -> None:
    marta, jonas = await held(floor), await floor.let_in(floor.tenant.jonas)
    tenant = floor.tenant

    offered = await marta.command(
        "transfer", chat=floor.chat, agent=tenant.jonas.id, note="Frames are yours."
    )
    assert offered["ok"]

    offer = await offer_of(jonas, floor.chat)
    assert offer == {
        "kind": "transfer",
        "until": offer["until"],
        "to": {"id": tenant.jonas.id, "name": tenant.jonas.name},
        "team": None,
        "sender": {"id": tenant.marta.id, "name": tenant.marta.name},
        "note": "Frames are yours.",
    }
    assert (await header_of(floor)).holder_id == tenant.marta.id
    accepted = await jonas.command("accept", "take", chat=floor.chat)
    joined, left = await event_of(floor.visitor, "agent_joined"), await event_of(floor.visitor, "agent_left")
    if joined["who"]["id"] == tenant.marta.id:
        joined = await event_of(floor.visitor, "agent_joined")
    assert (joined["who"]["id"], left["who"]["id"]) == (tenant.jonas.id, tenant.marta.id)
    chat = await header_of(floor)
    assert (chat.holder_id, chat.offer) == (tenant.jonas.id, None)
    assert refusal(await marta.command("post", chat=floor.chat, text="Late")) == "not_participant"
    assert (await jonas.command("post", chat=floor.chat, text="Hello"))["ok"]
    again = await jonas.command("accept", "take", chat=floor.chat)
    assert (again["duplicate"], again["result"]) == (True, accepted["result"])


@pytest.mark.parametrize("who", ["jonas", "marta"])
async def test_an_offer_ends_when_it_is_declined_or_taken_back(floor: Floor, who: str) -> None:
    marta, jonas = await held(floor), await floor.let_in(floor.tenant.jonas)
    await marta.command("transfer", chat=floor.chat, agent=floor.tenant.jonas.id)
    line = jonas if who == "jonas" else marta

    assert (await line.command("decline", chat=floor.chat))["ok"]

    ended = await event_of(marta, "offer_ended")
    assert ended["data"]["reason"] == ("declined" if who == "jonas" else "withdrawn")
    assert (await header_of(floor)).holder_id == floor.tenant.marta.id
    refused = await jonas.command("accept", chat=floor.chat)
    assert (refusal(refused), refused["chat"]["holder"]) == ("already_taken", floor.tenant.marta.id)
    assert refusal(await line.command("decline", chat=floor.chat)) == "offer_gone"


async def test_a_chat_is_offered_once_at_a_time_and_by_its_holder_only(floor: Floor) -> None:
    marta, jonas = await held(floor), await floor.let_in(floor.tenant.jonas)
    by_other = await jonas.command("transfer", chat=floor.chat, agent=floor.tenant.marta.id)
    assert refusal(by_other) == "not_participant"
    assert (await marta.command("transfer", chat=floor.chat, agent=floor.tenant.jonas.id))["ok"]
    twice = await marta.command("invite", chat=floor.chat, agent=floor.tenant.jonas.id)
    assert refusal(twice) == "held_out"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({}, "bad_request"),
        ({"agent": 1, "team": 1}, "bad_request"),
        ({"agent": "marta"}, "bad_request"),
        ({"agent": "jonas"}, "nobody_there"),
        ({"agent": 2**31 - 1}, "nobody_there"),
        ({"team": 2**31 - 1}, "not_found"),
        ({"agent": "jonas", "note": "a\x00b"}, "nobody_there"),
    ],
)
async def test_a_chat_is_offered_to_one_agent_or_team_that_is_there(
    floor: Floor, args: Frame, code: str
) -> None:
    marta = await held(floor)
    people = {"marta": floor.tenant.marta.id, "jonas": floor.tenant.jonas.id}
    named: dict[str, Any] = {name: people.get(value, value) for name, value in args.items()}
    assert refusal(await marta.command("transfer", chat=floor.chat, **named)) == code
    assert (await header_of(floor)).offer is None


async def test_whoever_of_a_team_accepts_first_has_the_chat_and_the_team_has_it_too(floor: Floor) -> None:
    ports, tenant = floor.ports, floor.tenant
    [team] = await save_teams(ports, tenant.marta, [{"name": "Workshop"}])
    marta = await held(floor)
    assert refusal(await marta.command("transfer", chat=floor.chat, team=team.id)) == "nobody_there"
    await save_agents(
        ports, open_secrets().passwords, tenant.marta, [{"id": tenant.jonas.id, "team_ids": [team.id]}]
    )
    jonas = await floor.let_in(tenant.jonas)

    assert (await marta.command("transfer", chat=floor.chat, team=team.id))["ok"]

    assert (await offer_of(jonas, floor.chat))["team"] == {"id": team.id, "name": "Workshop"}
    assert refusal(await jonas.command("decline", chat=floor.chat)) == "forbidden"
    assert (await jonas.command("accept", chat=floor.chat))["ok"]
    chat = await header_of(floor)
    assert (chat.holder_id, chat.team_id) == (tenant.jonas.id, team.id)


# Supervisors.


async def test_a_supervisor_takes_over_and_whoever_held_the_chat_is_out(floor: Floor) -> None:
    jonas, marta = await floor.let_in(floor.tenant.jonas), await floor.let_in(floor.tenant.marta)
    await jonas.command("accept", chat=floor.chat)
    await follow(jonas, floor.chat)

    assert (await marta.command("take_over", chat=floor.chat))["ok"]

    left = await event_of(jonas, "agent_left")
    assert left["who"]["id"] == floor.tenant.jonas.id
    assert (await header_of(floor)).holder_id == floor.tenant.marta.id
    refused = await jonas.command("post", chat=floor.chat, text="Mine")
    assert (refusal(refused), refused["chat"]["holder"]) == ("not_participant", floor.tenant.marta.id)
    assert refusal(await jonas.command("take_over", chat=floor.chat)) == "forbidden"
    assert refusal(await marta.command("take_over", chat=floor.chat)) == "already_taken"


async def test_a_supervisor_takes_over_what_waits(floor: Floor) -> None:
    marta = await floor.let_in(floor.tenant.marta)
    assert (await marta.command("take_over", chat=floor.chat))["ok"]
    assert (await header_of(floor)).holder_id == floor.tenant.marta.id


async def test_a_whisper_is_a_supervisors_and_no_visitor_sees_it(floor: Floor) -> None:
    jonas, marta = await floor.let_in(floor.tenant.jonas), await floor.let_in(floor.tenant.marta)
    await jonas.command("accept", chat=floor.chat)
    await follow(jonas, floor.chat)

    assert (await marta.command("note", chat=floor.chat, text="Offer 10 %.", whisper=True))["ok"]

    whisper = await jonas.expect_message("Offer 10 %.")
    assert (whisper["stream"], whisper["data"]) == (f"{floor.chat}/staff", {"whisper": True})
    assert refusal(await jonas.command("note", chat=floor.chat, text="No.", whisper=True)) == "forbidden"
    assert not any(frame.get("stream", "").endswith("/staff") for frame in floor.visitor.seen)


# The next one.


async def test_the_next_is_who_waited_longest_and_a_repeat_takes_no_other(floor: Floor) -> None:
    _, second = await floor.let_in_visitor()
    jonas = await floor.let_in(floor.tenant.jonas)

    first = await jonas.command("next", "one")
    again = await jonas.command("next", "one")

    assert first["result"]["chat"] == floor.chat
    assert (again["result"], again["duplicate"]) == (first["result"], True)
    assert (await jonas.command("next"))["result"]["chat"] == second
    assert refusal(await jonas.command("next")) == "nothing_waits"


async def test_chats_of_other_teams_are_not_the_next(floor: Floor) -> None:
    ports, tenant = floor.ports, floor.tenant
    [team] = await save_teams(ports, tenant.marta, [{"name": "Workshop"}])
    await change_chats(ports, tenant.marta, [ChatChange(floor.chat, "team", details={"team_id": team.id})])
    jonas = await floor.let_in(tenant.jonas)
    assert refusal(await jonas.command("next")) == "nothing_waits"
