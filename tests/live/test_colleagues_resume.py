"""Chats among agents where rings get lost and things happen between two looks: who is out hears nothing, who has come finds it."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from hub.domain.chat import Chat, Participant
from hub.domain.event import Append, Change, Guard, Join
from tests.doubles.playbook import EPOCH, JONAS, MARTA, TENANT_ID, Play

TALK = 23


def seat(play: Play, *people: Participant) -> None:
    """A chat of these, in which nothing has happened yet."""
    play.chats.chats[TENANT_ID, TALK] = Chat(
        tenant_id=TENANT_ID, id=TALK, uuid=UUID(int=TALK), profile_id=None, profile_name="", state="active", visitor_id=None,
        visitor_name="", holder_id=None, head=0, staff_head=0, participants=people, started_at=play.clock.now(), queued_at=None,
        accepted_at=None, ended_at=None, kind="agents", starter_id=JONAS.id,
    )  # fmt: skip


async def say(play: Play, text: str) -> None:
    """Jonas says it."""
    item = Append(TENANT_ID, TALK, "public", "message_posted", "agent", JONAS.id, text, text=text)
    play.bell.ring_event((await play.chats.append(item)).event)


async def send_out(play: Play) -> None:
    """Marta is out."""
    item = Append(
        TENANT_ID, TALK, "public", "agent_left", "agent", MARTA.id, "out", data={"name": MARTA.name}
    )
    play.bell.ring_event((await play.chats.append(item)).event)


BOTH = (Participant(JONAS.id, "agent", JONAS.name), Participant(MARTA.id, "agent", MARTA.name))


async def test_who_is_sent_out_between_two_looks_stays_welcome(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat(play, *BOTH)
    look = play.chats.list_chats

    async def look_and_then(tenant_id: int, chat_ids: Sequence[int]) -> list[Chat]:
        found = await look(tenant_id, chat_ids)
        await send_out(play)
        return found

    monkeypatch.setattr(play.chats, "list_chats", look_and_then)

    welcome = await play.agent().hello(positions={str(TALK): f"{EPOCH}:0"})

    assert welcome["chats"] == []


async def test_who_was_brought_in_by_a_lost_ring_finds_the_chat(play: Play) -> None:
    seat(play, BOTH[0])
    jonas, marta = play.agent(JONAS), play.agent()
    await jonas.hello()
    await jonas.command("follow", chat=TALK)
    await marta.hello()
    play.bell.is_on = False
    await play.chats.append(
        Append(
            TENANT_ID, TALK, "public", "agent_joined", "agent", MARTA.id, "in", data={"name": MARTA.name, "by": JONAS.id},
            guard=Guard(participant_id=JONAS.id), change=Change(join=Join(MARTA.id, "agent", MARTA.name)),
        )
    )  # fmt: skip

    assert (await marta.command("follow", chat=TALK))["ok"]


async def test_who_was_sent_out_by_a_lost_ring_reads_nothing_of_what_came_after(play: Play) -> None:
    seat(play, *BOTH)
    await say(play, "Before")
    marta = play.agent()
    await marta.hello()
    await marta.command("follow", chat=TALK)
    play.bell.is_on = False
    await send_out(play)
    await say(play, "The canary sings")
    play.bell.is_on = True
    await say(play, "And sings")

    asking = {"stream": str(TALK), "before": 99, "limit": 9}
    heard = await marta.say({"t": "cmd", "cid": "page", "op": "page", "args": asking})

    assert heard[-1]["error"]["code"] == "chat_not_found"
    await play.fanout.catch_up_chat(TENANT_ID, TALK)
    heard += await marta.say({"t": "ping"})
    assert "sings" not in str(heard)
    assert heard[-1]["heads"] == {}
