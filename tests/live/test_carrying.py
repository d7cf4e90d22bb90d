"""What a message on a live line carries beside its text: files, and the answer to what was asked for."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from hub.actions.attachment_ports import NewAttachment
from hub.actions.attachments import claim_attachments
from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.beats import visitor_beats
from tests.doubles.conversation import read_stream
from tests.doubles.file_client import FileClient, client_of_agent
from tests.doubles.file_samples import png
from tests.doubles.id_tokens import claims_of, sign
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode, running_node
from tests.doubles.playbook import Play, accepted_chat
from tests.doubles.tenant import Tenant, make_tenant


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant whose identity secret the node can open."""
    return await make_tenant(ports, settings)


@pytest.fixture
async def http(node: RunningNode) -> AsyncIterator[httpx2.AsyncClient]:
    """Where files are brought."""
    async with httpx2.AsyncClient(base_url=node.base_url, timeout=30) as client:
        yield client


async def begin(line: Line, tenant: Tenant, http: httpx2.AsyncClient) -> tuple[int, FileClient]:
    """A chat of somebody new, and the page they bring files from."""
    token = (await line.hello(key=tenant.profile.key))["token"]
    return (await line.command("start"))["result"]["chat"]["id"], FileClient(http, token)


def refusal(reply: Frame) -> tuple[str, str, str | None]:
    """What a refusal says to programs."""
    assert not reply["ok"], reply
    return reply["error"]["code"], reply["error"]["retry"], reply["error"].get("field")


# Files.


async def test_files_reach_the_other_side_with_or_without_words(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient, ports: Ports, settings: Settings
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as agent:
        chat, page = await begin(visitor, tenant, http)
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        await agent.command("accept", chat=chat)
        bike, note = await page.bring(png(64, 48), "bike.png"), await page.bring(b"red")

        sent = await visitor.command("post", chat=chat, text="", attachments=[note["id"], bike["id"]])
        marta = await client_of_agent(http, ports, settings, tenant.marta)
        bill = await marta.bring(b"12", "bill.txt")
        await agent.command("post", chat=chat, text="The bill.", attachments=[bill["id"]])

        seen = await agent.expect("event", lambda frame: frame["seq"] == sent["result"]["seq"])
        answered = await visitor.expect_message("The bill.")

    files = [(one["id"], one["name"], one["type"], one["size"]) for one in seen["data"]["attachments"]]
    assert (seen["text"], files) == (
        "",
        [(note["id"], "a.txt", "text/plain", 3), (bike["id"], "bike.png", "image/png", len(png()))],
    )
    assert (seen["data"]["attachments"][1]["width"], seen["data"]["attachments"][1]["height"]) == (64, 48)
    assert [one["name"] for one in answered["data"]["attachments"]] == ["bill.txt"]
    assert (await marta.get(bike["id"])).content == png(64, 48)
    assert (await page.get(bill["id"])).content == b"12"


async def test_a_repeat_is_one_message_and_another_body_is_refused_and_gives_its_files_back(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor:
        chat, page = await begin(visitor, tenant, http)
        one, two = (await page.bring())["id"], (await page.bring())["id"]
        said: dict[str, Any] = {"chat": chat, "text": "Here.", "attachments": [one], "value": {"int": 3}}

        first = await visitor.command("post", "c1", **said)
        again = await visitor.command("post", "c1", **said)
        changes: list[dict[str, Any]] = [
            {"attachments": [one, two]},
            {"attachments": []},
            {"value": {"int": 4}},
            {"input_id": 1},
        ]
        others = [await visitor.command("post", "c1", **said | change) for change in changes]
        taken = await visitor.command("post", "c2", chat=chat, text="", attachments=[one])
        free = await visitor.command("post", "c3", chat=chat, text="", attachments=[two])

    assert again == first | {"duplicate": True}
    assert {refusal(reply)[0] for reply in others} == {"cid_reused"}
    assert refusal(taken) == ("conflict", "never", "attachments")
    assert free["ok"]
    assert len(await read_stream(ports, tenant.id, chat)) == 3


async def test_only_own_files_are_sent_and_at_most_ten(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, visitor_line(node.ws_url, tenant) as other:
        chat, page = await begin(visitor, tenant, http)
        _, elsewhere = await begin(other, tenant, http)
        mine, foreign = (await page.bring())["id"], (await elsewhere.bring())["id"]

        async def send(*ids: Any) -> tuple[str, str, str | None]:
            return refusal(await visitor.command("post", chat=chat, text="Here.", attachments=list(ids)))

        for ids in ([foreign], [999_999_999], [mine, foreign], [0], [-1], [2**31], [2**70]):
            assert await send(*ids) == ("not_found", "never", "attachments")
        assert await send(mine, mine) == ("conflict", "never", "attachments")
        assert await send(*range(1, 12)) == ("bad_request", "never", "attachments")
        assert await send("1") == ("bad_request", "never", "attachments[0]")
        assert (await visitor.command("post", chat=chat, text="", attachments=[mine]))["ok"]


async def test_a_message_that_is_refused_gives_its_files_back(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor:
        ended, page = await begin(visitor, tenant, http)
        file = (await page.bring())["id"]
        await visitor.command("end", chat=ended)
        late = await visitor.command("post", chat=ended, text="", attachments=[file])
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        empty = await visitor.command("post", chat=chat, text=" ", attachments=[file])
        sent = await visitor.command("post", chat=chat, text="", attachments=[file])
    assert (refusal(late)[0], refusal(empty)[0], sent["ok"]) == ("chat_ended", "text_empty", True)


async def test_a_message_of_unknown_fate_finds_its_files_when_it_is_repeated(play: Play) -> None:
    visitor, _, chat = await accepted_chat(play)
    caller = visitor.session.caller
    assert caller is not None
    assert caller.id is not None
    files = play.room.ports.attachments
    new = NewAttachment("k", "a.txt", "text/plain", 5)
    [file] = await files.add_attachments(caller.tenant_id, caller.id, [new], play.clock.now())
    body = {"chat": chat, "text": "", "attachments": [file.id]}
    claimed = await claim_attachments(play.room.ports, caller, chat, "c1", [file.id])

    play.chats.away = True
    lost = await visitor.command("post", "c1", **body)
    play.chats.away = False
    kept = await files.find_attachment(caller.tenant_id, file.id)
    repeated = await visitor.command("post", "c1", **body)

    assert refusal(lost)[:2] == ("storage_unavailable", "after")
    assert kept is not None
    assert (kept.state, repeated["ok"]) == ("claimed", True)
    assert play.chats.events[caller.tenant_id, chat, "public"][-1].data == {"attachments": claimed}


async def test_what_an_unknown_visitor_sent_is_repeated_by_the_user_they_turned_out_to_be(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient
) -> None:
    proof = sign(tenant.bootstrap.profile.identity_secret, claims_of("customer-42"))
    async with visitor_line(node.ws_url, tenant) as visitor:
        chat, page = await begin(visitor, tenant, http)
        file, unsent = (await page.bring())["id"], (await page.bring())["id"]
        said = {"chat": chat, "text": "", "attachments": [file]}
        first = await visitor.command("post", "c1", **said)
        await visitor.command("identify", id_token=proof)
        again = await visitor.command("post", "c1", **said)
        changes: list[dict[str, Any]] = [
            {"attachments": [unsent]},
            {"attachments": []},
            {"value": {"bool": True}},
        ]
        others = [await visitor.command("post", "c1", **said | change) for change in changes]
        later = await visitor.command("post", "c2", chat=chat, text="", attachments=[unsent])
    assert again == first | {"duplicate": True}
    assert {refusal(reply)[0] for reply in others} == {"cid_reused"}
    assert later["ok"]


async def test_beats_carry_files_too(node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient) -> None:
    async with visitor_beats(node.base_url, tenant) as visitor:
        await visitor.beat(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        file = await FileClient(http, visitor.token).bring(b"red", "bike.txt")
        sent = await visitor.command("post", chat=chat, text="", attachments=[file["id"]])
        await visitor.beat()
    assert sent["ok"]
    assert [one["name"] for one in visitor.events[-1]["data"]["attachments"]] == ["bike.txt"]


async def test_a_page_is_told_how_much_it_may_bring(settings: Settings, tenant: Tenant) -> None:
    async with (
        running_node(replace(settings, max_attachment_mb=1)) as node,
        visitor_line(node.ws_url, tenant) as visitor,
        httpx2.AsyncClient(base_url=node.base_url, timeout=30) as http,
    ):
        welcome = await visitor.hello(key=tenant.profile.key)
        most = welcome["max_file_bytes"]
        await visitor.command("start")
        page = FileClient(http, welcome["token"])
        made = await page.bring(b"x" * most, "a.bin")
        refused = await page.send_form(("a.bin", b"x" * (most + 1)))
    assert (most, made["filesize"], refused.status_code) == (2**20, 2**20, 413)


# The addresses of files.


async def test_every_frame_that_tells_of_files_says_where_a_page_gets_them(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient, ports: Ports
) -> None:
    async with (
        visitor_line(node.ws_url, tenant) as visitor,
        agent_line(second_node.ws_url, codec="hub.v1.msgpack") as agent,
        visitor_beats(second_node.base_url, tenant) as beats,
    ):
        chat, page = await begin(visitor, tenant, http)
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat)
        bike, note = await page.bring(png(), "bike.png"), await page.bring(b"red")
        await visitor.command("post", chat=chat, text="", attachments=[bike["id"], note["id"]])

        own = await visitor.expect("event")
        heard = await agent.expect("event")
        paged = (await agent.command("page", stream=str(chat), before=3))["result"]["events"][-1]
        await agent.command("follow", chat=chat)
        fresh = await agent.expect("page", lambda frame: len(frame["events"]) == 2)
        beats.token = page.token
        await beats.beat()

    told = [own, heard, paged, fresh["events"][-1], beats.events[-1]]
    for frame in told:
        assert [(one["id"], await bytes_at(one["url"], http)) for one in frame["data"]["attachments"]] == [
            (bike["id"], png()),
            (note["id"], b"red"),
        ]
    stored = (await read_stream(ports, tenant.id, chat))[-1]
    assert "url" not in str(stored.data)
    begun = urlsplit(bike["download_url"])
    address = urlsplit(own["data"]["attachments"][0]["url"])
    assert (address.scheme, address.netloc, address.path) == (begun.scheme, begun.netloc, begun.path)


async def bytes_at(url: str, http: httpx2.AsyncClient) -> bytes:
    """What an image of a page elsewhere shows, or a click saves: nothing says who asks."""
    address = urlsplit(url)
    answer = await http.get(f"{address.path}?{address.query}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"] == "image/png":
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    else:
        assert answer.headers["content-disposition"].startswith("attachment")
    return answer.content


# Answers to what was asked for.


@pytest.mark.parametrize(
    ("value", "kept", "text"),
    [
        ({"int": 3}, {"int": 3}, "3"),
        ({"bool": False}, {"bool": False}, "No"),
        ({"date": "2026-03-02T10:00:00Z"}, {"date": "2026-03-02T10:00:00+00:00"}, "2026-03-02"),
        ({"multi": "red"}, {"multi": "red"}, "red"),
    ],
    ids=repr,
)
async def test_an_answer_is_told_as_a_value_and_in_words(
    play: Play, value: dict[str, Any], kept: dict[str, Any], text: str
) -> None:
    visitor, agent, chat = await accepted_chat(play)
    assert (await visitor.command("post", chat=chat, text="", input_id=12, value=value))["ok"]
    assert (await visitor.command("post", chat=chat, text="That one", value=value))["ok"]
    silent, worded = await agent.hear()
    assert (silent["text"], silent["data"]) == (text, {"input_id": 12, "value": kept})
    assert (worded["text"], worded["data"]) == ("That one", {"value": kept})


async def test_words_alone_may_answer(play: Play) -> None:
    visitor, agent, chat = await accepted_chat(play)
    await visitor.command("post", chat=chat, text="The red one", input_id=12)
    await visitor.command("post", chat=chat, text="No question", input_id=0)
    answered, said = await agent.hear()
    assert answered["data"] == {"input_id": 12}
    assert "data" not in said


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ({"input_id": 12}, "text_empty", "text"),
        ({"value": {}}, "bad_request", "value"),
        ({"value": {"int": 1, "multi": "1"}}, "bad_request", "value"),
        ({"value": {"int": "1"}}, "bad_request", "value.int"),
        ({"value": {"int": True}}, "bad_request", "value.int"),
        ({"value": {"int": 2**53 + 1}}, "bad_request", "value.int"),
        ({"value": {"bool": 1}}, "bad_request", "value.bool"),
        ({"value": {"date": "soon"}}, "bad_request", "value.date"),
        ({"value": {"multi": "x" * 2_001}}, "bad_request", "value.multi"),
        ({"value": {"multi": "a\x00b"}}, "text_invalid", "value.multi"),
        ({"value": "red"}, "bad_request", "value"),
        ({"value": {"int": 1}, "input_id": 2**31}, "bad_request", "input_id"),
        ({"attachments": 7}, "bad_request", "attachments"),
    ],
    ids=repr,
)
async def test_what_is_no_answer_is_refused_and_says_nothing(
    play: Play, args: dict[str, Any], code: str, field: str
) -> None:
    visitor, agent, chat = await accepted_chat(play)
    refused = await visitor.command("post", chat=chat, text="", **args)
    assert refusal(refused) == (code, "never", field)
    assert await agent.hear() == []


async def test_both_sides_read_an_answer_that_came_by_rest_as_they_read_one_of_a_line(
    node: RunningNode, tenant: Tenant, http: httpx2.AsyncClient
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor:
        chat, page = await begin(visitor, tenant, http)
        await visitor.command("post", chat=chat, text="", input_id=12, value={"date": "2026-03-02"})
        live = await visitor.expect("event")
        body = {"chat_id": chat, "input_id": 12, "value_date": "2026-03-02T00:00:00Z"}
        await page.call("POST", "/api/ChatMessage", json=body)
        other = await visitor.expect("event")
        polled = (await page.call("GET", f"/api/ChatMessage?chat_id={chat}")).json()
    assert (live["text"], live["data"]) == (other["text"], other["data"])
    assert polled[-1]["value_date"] == polled[-2]["value_date"] == "2026-03-02T00:00:00.000Z"
