"""A command has one outcome, however often and over whatever line it is said; and one chat has one holder."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from hub.auth.keys import RandomKeys
from hub.auth.visitor_tokens import VisitorTokens
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import begin_chat
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.tenant import Tenant
from tests.faults.figures import Figures
from tests.faults.rig import SECRET_KEY, Rig
from tests.faults.whole import only_whole

pytestmark = pytest.mark.asyncio(loop_scope="session")

LINES = 10
REPEATS = 10


async def say_repeatedly(line: Line, chat: int, cid: str, text: str) -> list[Frame]:
    """What is answered to the same command over and over; when that is too fast, after the time it names."""
    answers: list[Frame] = []
    while len(answers) < REPEATS:
        reply = await line.command("post", cid, chat=chat, text=text)
        if reply["ok"] or reply["error"]["code"] != "too_many":
            answers.append(reply)
        else:
            await asyncio.sleep(reply["error"]["after_ms"] / 1000)
    return answers


async def test_a_command_said_a_hundred_times_on_ten_lines_and_the_heartbeat_is_carried_out_once(
    rig: Rig,
) -> None:
    tenant = await rig.make_tenant()
    cid = str(uuid4())
    async with AsyncExitStack() as held:
        beats = await held.enter_async_context(visitor_beats(rig.nodes[1].base_url, tenant))
        await beats.beat(key=tenant.profile.key)
        chat = (await beats.command("start"))["result"]["chat"]["id"]
        lines = []
        for number in range(LINES):
            line = await held.enter_async_context(visitor_line(rig.nodes[number % 2].ws_url, tenant))
            await line.hello(token=beats.token)
            lines.append(line)

        beating = asyncio.create_task(beats.command("post", cid, chat=chat, text="Once"))
        said = await asyncio.gather(*(say_repeatedly(line, chat, cid, "Once") for line in lines))
        replies = [await beating, *(reply for told in said for reply in told)]

        assert {reply["error"]["code"] for reply in replies if not reply["ok"]} == set()
        assert len({reply["result"]["id"] for reply in replies}) == 1
        assert sum("duplicate" not in reply for reply in replies) == 1
        for line in lines:
            await line.expect_message("Once")
    texts = [event.text for event in (await rig.read_transcripts(tenant))[str(chat)]]
    assert texts.count("Once") == 1


async def test_a_cid_with_another_body_is_refused_and_the_first_one_stays(rig: Rig) -> None:
    tenant = await rig.make_tenant()
    async with (
        visitor_line(rig.nodes[0].ws_url, tenant) as one,
        visitor_line(rig.nodes[1].ws_url, tenant) as other,
    ):
        welcome = await one.hello(key=tenant.profile.key)
        chat = (await one.command("start"))["result"]["chat"]["id"]
        await other.hello(token=welcome["token"])
        cid = str(uuid4())
        first = await one.command("post", cid, chat=chat, text="First")
        second = await other.command("post", cid, chat=chat, text="Second")
        again = await other.command("post", cid, chat=chat, text="First")

    assert second["error"]["code"] == "cid_reused"
    assert again["result"] == first["result"]
    texts = [event.text for event in (await rig.read_transcripts(tenant))[str(chat)]]
    assert texts == [None, "First"]


async def give_jonas_a_key(rig: Rig, tenant: Tenant) -> str:
    """An API key that acts for the second agent."""
    key = RandomKeys().issue_key("api_key")
    async with rig.open_ports() as ports:
        await ports.credentials.add_credential(
            tenant.id, "api_key", key.public_id, hash=key.hash, principal_id=tenant.jonas.id, scopes=["all"]
        )
    return key.text


@pytest.mark.parametrize("races", [20, *only_whole(1_000)])
@pytest.mark.parametrize("with_redis", [False, *only_whole(True)])
async def test_of_two_agents_on_two_nodes_exactly_one_gets_a_chat(
    rig: Rig, with_redis: bool, races: int, figures: Figures
) -> None:
    tenant = await rig.make_tenant()
    keys = [tenant.bootstrap.api_key, await give_jonas_a_key(rig, tenant)]
    async with rig.open_ports() as ports:
        chats = [(await begin_chat(ports, tenant)).chat.id for _ in range(races)]
    if not with_redis:
        await rig.stores.valkey.kill()
    wins = {"first": 0, "second": 0}
    async with agent_line(rig.nodes[0].ws_url) as marta, agent_line(rig.nodes[1].ws_url) as jonas:
        for line, key in zip((marta, jonas), keys, strict=True):
            await line.hello(token=key)
        for chat in chats:
            told = await asyncio.gather(
                marta.command("accept", chat=chat), jonas.command("accept", chat=chat)
            )
            assert sorted(reply["ok"] for reply in told) == [False, True]
            [refused] = [reply for reply in told if not reply["ok"]]
            winner = tenant.marta.id if told[0]["ok"] else tenant.jonas.id
            assert (refused["error"]["code"], refused["chat"]["holder"]) == ("already_taken", winner)
            wins["first" if told[0]["ok"] else "second"] += 1
            await asyncio.sleep(0.1)  # Below the limit of commands.
    transcripts = await rig.read_transcripts(tenant)
    assert [sum(event.kind == "agent_joined" for event in transcripts[str(chat)]) for chat in chats] == [
        1
    ] * races
    figures.add(
        f"F49 two accepts, {'with' if with_redis else 'without'} Redis",
        f"{races} races, won {wins}",
        "one each",
    )


# Who is no longer known.


async def find_token(rig: Rig, tenant: Tenant, kind: str) -> str:
    """A visitor's token that is too old, signed by somebody else, changed, or has been withdrawn."""
    tokens = VisitorTokens([SECRET_KEY if kind != "foreign" else "a-secret-key-of-others"])
    now = datetime.now(UTC)
    issued = (
        now - timedelta(days=31)
        if kind == "expired"
        else now + timedelta(hours=1)
        if kind == "early"
        else now
    )
    async with visitor_line(rig.nodes[0].ws_url, tenant) as line:
        welcome = await line.hello(key=tenant.profile.key)
        await line.command("start")
    claims = VisitorTokens([SECRET_KEY]).read_token(welcome["token"], now)
    if kind == "withdrawn":
        async with rig.stores.connect_superuser() as connection:
            await connection.execute(
                "UPDATE identities SET token_epoch = token_epoch + 1 WHERE uuid = $1", claims.uuid
            )
        return str(welcome["token"])
    uuid = UUID(int=claims.uuid.int)
    token = tokens.issue_token(tenant.id, tenant.profile.id, uuid, 0, issued)
    return f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}" if kind == "changed" else token


@pytest.mark.parametrize("kind", ["expired", "withdrawn", *only_whole("early", "foreign", "changed")])
async def test_a_token_that_no_longer_holds_opens_no_line_of_either_kind(rig: Rig, kind: str) -> None:
    tenant = await rig.make_tenant()
    token = await find_token(rig, tenant, kind)
    for node in rig.nodes:
        async with visitor_line(node.ws_url, tenant) as line:
            await line.send({"t": "hello", "v": 1, "token": token})
            assert await line.expect_close() == 4001
        async with visitor_beats(node.base_url, tenant) as beats:
            beats.token = token
            assert (await beats.post()).status_code == httpx2.codes.UNAUTHORIZED
