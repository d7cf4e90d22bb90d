"""Files on their way in, as programs and pages send them, and as nobody should."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx2
import pytest
import pytest_asyncio

from hub.actions.ports import Ports
from hub.domain.event import Change
from hub.settings import Settings
from tests.doubles.conversation import message_item
from tests.doubles.file_client import ADDRESS, FileClient, client_of_agent, input_of
from tests.doubles.file_samples import gif, png
from tests.doubles.node import running_node
from tests.doubles.tenant import PAGE_ORIGIN
from tests.rest.attachments.conftest import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIB = 1024 * 1024


async def list_kept(ports: Ports) -> set[str]:
    """The keys of all bytes that are kept."""
    late = datetime.now(UTC) + timedelta(minutes=1)
    return {key async for batch in ports.blobs.list_keys(late) for key in batch}


@pytest_asyncio.fixture(loop_scope="session")
async def kept_before(ports: Ports) -> set[str]:
    """What earlier tests have kept."""
    return await list_kept(ports)


# As real clients do it.


async def test_a_program_sends_an_array_of_one_and_gets_the_object(scene: Scene) -> None:
    # halopsa 2.0.2: `filename`, `data_base64`, `ticket_id` in a one-element array; it needs JSON and 201.
    response = await scene.marta.call("POST", json=[input_of(png(64, 48), "bike.png")])
    assert response.status_code == 201
    made = response.json()
    assert made.pop("download_url").startswith("http")
    assert made.pop("guid")
    assert made.pop("datecreated").endswith("Z")
    assert made == {
        "id": made["id"], "filename": "bike.png", "filesize": len(png()), "content_type": "image/png", "isimage": True,
        "ticket_id": None, "desc": None, "note": None, "type": 0, "unique_id": None, "_warning": None,
    }  # fmt: skip
    assert (await scene.marta.get(made["id"])).content == png(64, 48)


async def test_one_object_and_several_are_taken_too(scene: Scene) -> None:
    one = await scene.marta.call("POST", json=input_of())
    several = await scene.marta.call("POST", json=[input_of(filename="1.txt"), input_of(filename="2.txt")])
    assert one.json()["filename"] == "a.txt"
    assert [made["filename"] for made in several.json()] == ["1.txt", "2.txt"]


@pytest.mark.parametrize("path", ["/api/attachment", "/API/ATTACHMENT"])
async def test_names_and_types_are_read_as_leniently_as_elsewhere(scene: Scene, path: str) -> None:
    body = {
        "FileName": "a.txt",
        "Data_Base64": "aGVsbG8=",
        "id": "0",
        "unheard_of": [1],
        "isimage": True,
        "filesize": 7,
    }
    response = await scene.marta.call("POST", path, json=body)
    assert response.status_code == 201
    assert (response.json()["filesize"], response.json()["isimage"]) == (5, False)


@pytest.mark.parametrize(
    "text", ["aGVsbG8=", "data:text/plain;base64,aGVsbG8=", "aGVs\r\nbG8=\r\n", "data:;base64,aGVsbG8="]
)
async def test_base64_is_taken_as_clients_write_it(scene: Scene, text: str) -> None:
    response = await scene.marta.call("POST", json={"filename": "a.txt", "data_base64": text})
    assert response.status_code == 201
    assert (await scene.marta.get(response.json()["id"])).content == b"hello"


async def test_a_page_sends_a_form_and_reads_the_answer(scene: Scene) -> None:
    headers = {"Origin": PAGE_ORIGIN}
    response = await scene.ann.call("POST", files={"file": ("a.txt", b"hello")}, headers=headers)
    assert response.status_code == 201
    assert response.headers["access-control-allow-origin"] == PAGE_ORIGIN
    foreign = await scene.ann.call(
        "POST", files={"file": ("a.txt", b"hello")}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert "access-control-allow-origin" not in foreign.headers


async def test_a_browser_that_asks_first_is_told_what_a_page_may_send(scene: Scene) -> None:
    asks = {
        "Origin": PAGE_ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    response = await scene.nobody.call("OPTIONS", headers=asks)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == PAGE_ORIGIN
    assert "POST" in response.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= set(
        response.headers["access-control-allow-headers"].split(", ")
    )


async def test_a_page_learns_from_a_refusal_why_and_when_to_come_again(scene: Scene) -> None:
    headers = {"Origin": PAGE_ORIGIN}
    empty = await scene.ann.call("POST", files={"file": ("a.txt", b"")}, headers=headers)
    *_, late = [
        await scene.ann.call("POST", files={"file": ("a.txt", b"x")}, headers=headers) for _ in range(21)
    ]
    for response, status in ((empty, 400), (late, 429)):
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == PAGE_ORIGIN
        assert response.headers["access-control-expose-headers"] == "retry-after"
    assert late.json()["error"] == "too_many"


async def test_the_fields_of_a_form_are_said_of_its_files_wherever_they_stand(scene: Scene) -> None:
    response = await scene.marta.send_form(("1.txt", b"1"), ("2.txt", b"22"), desc="Bike", note="")
    assert [(made["filename"], made["filesize"], made["desc"], made["note"]) for made in response.json()] == [
        ("1.txt", 1, "Bike", None),
        ("2.txt", 2, "Bike", None),
    ]


async def test_a_large_file_comes_back_as_it_was(scene: Scene) -> None:
    content = bytes(range(256)) * 4096 * 12
    made = await scene.ann.bring(content, "large.bin")
    assert made["filesize"] == len(content)
    assert (await scene.ann.get(made["id"])).content == content


async def test_a_restart_keeps_the_files(scene: Scene, settings: Settings) -> None:
    made = await scene.ann.bring(b"hello")
    async with running_node(settings) as again, httpx2.AsyncClient(base_url=again.base_url) as http:
        response = await replace(scene.ann, http=http).get(made["id"])
    assert response.content == b"hello"


# Tickets.


@pytest_asyncio.fixture(loop_scope="session")
async def ticket_id(scene: Scene) -> int:
    """A ticket of the tenant, logged for the chat."""
    change = Change(ticket={"summary": "Bike"})
    await scene.ports.events.append(replace(message_item(scene.visitor, scene.chat.id, "Hi"), change=change))
    chat = await scene.ports.chats.find_chat(scene.tenant.id, scene.chat.id)
    assert chat is not None
    assert chat.ticket_id is not None
    return chat.ticket_id


async def test_a_file_hangs_on_its_ticket_beside_those_of_the_chat(scene: Scene, ticket_id: int) -> None:
    sent = await scene.ann.bring(name="sent.txt")
    await scene.send(scene.visitor, sent["id"])
    await scene.ann.bring(name="never sent.txt")
    response = await scene.marta.call("POST", json=[input_of(filename="hung.txt", ticket_id=str(ticket_id))])
    formed = await scene.jonas.bring(name="formed.txt", ticket_id=str(ticket_id))
    assert response.json()["ticket_id"] == response.json()["unique_id"] == formed["ticket_id"] == ticket_id

    listed = (await scene.jonas.call("GET", f"{ADDRESS}?ticket_id={ticket_id}")).json()
    paged = (
        await scene.jonas.call("GET", f"{ADDRESS}?ticket_id={ticket_id}&pageinate=True&page_size=2&page_no=2")
    ).json()

    assert listed["record_count"] == paged["record_count"] == 3
    assert [one["filename"] for one in listed["attachments"]] == ["sent.txt", "hung.txt", "formed.txt"]
    assert ([one["filename"] for one in paged["attachments"]], paged["page_no"]) == (["formed.txt"], 2)


async def test_no_other_tenants_ticket_takes_a_file(
    scene: Scene, ticket_id: int, kept_before: set[str]
) -> None:
    for answer in (
        await scene.agent_abroad.call("POST", json=[input_of(), input_of(ticket_id=ticket_id)]),
        await scene.agent_abroad.send_form(("a.txt", b"x"), ticket_id=str(ticket_id)),
        await scene.ann.send_form(("a.txt", b"x"), ticket_id=str(ticket_id)),
    ):
        assert (answer.status_code, answer.json()["errors"]) == (
            404,
            {"ticket_id": ["There is no such ticket."]},
        )
    assert (await scene.agent_abroad.call("GET", f"{ADDRESS}?ticket_id={ticket_id}")).json()[
        "attachments"
    ] == []
    assert (await scene.ann.call("GET", f"{ADDRESS}?ticket_id={ticket_id}")).status_code == 403
    assert await list_kept(scene.ports) == kept_before


# What people call their files, and what they are.


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x", "x"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("x" * 1_000, "x" * 255),
        ("gpj.\u202eexe", "gpj.exe"),
        ("con.txt", "con.txt"),
        (".htaccess", "htaccess"),
    ],
)
async def test_a_name_is_never_a_place(scene: Scene, name: str, shown: str) -> None:
    made = (await scene.marta.call("POST", json=input_of(filename=name))).json()
    assert made["filename"] == shown
    response = await scene.marta.get(made["id"])
    assert response.status_code == 200
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("content", "type_", "warns"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream", True),
        (b"<html><script>alert(1)</script>", "application/octet-stream", True),
        (b"alert(1)", "text/plain", True),
        (b"PK\x03\x04" + b"\x00" * 40, "application/zip", True),
        (b"\x7fELF\x02\x01", "application/octet-stream", True),
        (gif(rest=b"/*=1;alert(1)"), "image/gif", True),
        (png(50_000, 50_000), "image/png", False),
    ],
)
async def test_what_a_file_says_it_is_counts_for_nothing(
    scene: Scene, content: bytes, type_: str, warns: bool
) -> None:
    response = await scene.ann.call("POST", files={"file": ("x.png", content, "image/png")})
    made = response.json()
    assert (made["content_type"], made["_warning"] is not None) == (type_, warns)
    download = await scene.ann.get(made["id"])
    assert download.headers["content-type"].partition(";")[0] == type_
    is_inline = download.headers["content-disposition"].startswith("inline")
    assert is_inline == (type_ in {"image/png", "image/gif"}) == made["isimage"]


# Limits.


@pytest_asyncio.fixture(loop_scope="session")
async def small(scene: Scene, settings: Settings) -> AsyncIterator[tuple[FileClient, FileClient]]:
    """Ann and Marta at a node that takes one MiB."""
    async with (
        running_node(replace(settings, max_attachment_mb=1)) as node,
        httpx2.AsyncClient(base_url=node.base_url, timeout=30) as http,
    ):
        yield replace(scene.ann, http=http), replace(scene.marta, http=http)


async def test_a_file_may_be_as_large_as_the_limit_and_no_larger(
    small: tuple[FileClient, FileClient], scene: Scene, kept_before: set[str]
) -> None:
    ann, marta = small
    for answer in (
        await ann.send_form(("a", b"x" * (MIB + 1))),
        await ann.send_form(("a", b"x" * (MIB - 1)), ("b", b"xx")),
        await ann.send_form(("a", b"x" * 3 * MIB)),
        await marta.call("POST", json=input_of(b"x" * (MIB + 1))),
        await marta.call("POST", json=[input_of(b"x" * MIB), input_of(b"x")]),
        await marta.call("POST", json=[input_of(b"x" * MIB)] * 2),
        await ann.call("POST", json=input_of(b"x" * MIB)),  # Pages send forms: JSON is held as a whole.
    ):
        assert (answer.status_code, answer.json()["error"]) == (413, "body_too_large"), answer.text
    assert await list_kept(scene.ports) == kept_before
    assert (await ann.bring(b"x" * MIB))["filesize"] == MIB
    assert (await marta.call("POST", json=input_of(b"x" * MIB))).json()["filesize"] == MIB


async def test_a_visitor_who_brings_more_than_people_do_has_to_wait(scene: Scene) -> None:
    statuses = [(await scene.ann.send_form(("a.txt", b"x"))).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]
    refused = await scene.ann.send_form(("a.txt", b"x"))
    assert int(refused.headers["retry-after"]) > 0


# As nobody should do it.


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "filename"),
        ([], None),
        ([{"filename": "a"}], "[0].data_base64"),
        ([input_of()] * 11, None),
        (input_of(filename=""), "filename"),
        (input_of(filename="x" * 5_000), "filename"),
        (input_of(b""), "file"),
        (input_of(id=7), "id"),
        (input_of(id=-1), "id"),
        (input_of(ticket_id=0), "ticket_id"),
        (input_of(ticket_id="x"), "ticket_id"),
        (input_of(ticket_id=2**31), "ticket_id"),
        (input_of(desc="x" * 2_001), "desc"),
        ({"filename": "a", "data_base64": "a"}, "data_base64"),
        ({"filename": "a", "data_base64": "aGVsbG8"}, "data_base64"),
        ({"filename": "a", "data_base64": "aGVs!bG8="}, "data_base64"),
        ({"filename": "a", "data_base64": "aGVsbG8=aGVs"}, "data_base64"),
        ({"filename": "a", "data_base64": "é"}, "data_base64"),
        ({"filename": "a", "data_base64": None}, "data_base64"),
        ("x", None),
        (None, None),
    ],
)
async def test_json_that_is_no_file_is_refused_by_name_and_keeps_nothing(
    scene: Scene, kept_before: set[str], body: object, field: str | None
) -> None:
    headers = {"Content-Type": "application/json"}
    for sent in (body, [input_of(), body]) if isinstance(body, dict) else (body,):
        response = await scene.marta.call("POST", content=json.dumps(sent), headers=headers)
        assert response.status_code == 400, response.text
        told = list(response.json().get("errors", {}))
        assert [name.rpartition(".")[2] for name in told] == ([field.rpartition(".")[2]] if field else [])
    assert await list_kept(scene.ports) == kept_before


def form(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


FILE = b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'
FIELD = b'Content-Disposition: form-data; name="desc"\r\n\r\n'

HOSTILE_FORMS = {
    "no boundary": ("multipart/form-data", form(FILE)),
    "an empty boundary": ("multipart/form-data; boundary=", form(FILE)),
    "a boundary beyond reason": (f"multipart/form-data; boundary={'b' * 300}", form(FILE)),
    "another boundary": ("multipart/form-data; boundary=c", form(FILE)),
    "nothing": ("multipart/form-data; boundary=b", b""),
    "no part": ("multipart/form-data; boundary=b", b"--b--\r\n"),
    "no file": ("multipart/form-data; boundary=b", form(FIELD + b"x")),
    "no end": ("multipart/form-data; boundary=b", form(FILE, end=b"")),
    "half an end": ("multipart/form-data; boundary=b", form(FILE, end=b"--b-")),
    "cut in the header": ("multipart/form-data; boundary=b", b"--b\r\nContent-Dispo"),
    "10,000 parts": ("multipart/form-data; boundary=b", form(*[FIELD + b"x"] * 10_000)),
    "11 files": ("multipart/form-data; boundary=b", form(*[FILE] * 11)),
    "a part without a name": (
        "multipart/form-data; boundary=b",
        form(b'Content-Disposition: form-data; filename="a"\r\n\r\nx'),
    ),
    "a part without a header": ("multipart/form-data; boundary=b", form(b"\r\nx")),
    "an attachment as disposition": (
        "multipart/form-data; boundary=b",
        form(b'Content-Disposition: attachment; name="file"; filename="a"\r\n\r\nx'),
    ),
    "a file that is a field": (
        "multipart/form-data; boundary=b",
        form(b'Content-Disposition: form-data; name="file"\r\n\r\nhello'),
    ),
    "an empty file": (
        "multipart/form-data; boundary=b",
        form(FILE, FILE.replace(b"hello", b"")),
    ),
    "a header beyond reason": (
        "multipart/form-data; boundary=b",
        form(b"X: " + b"x" * 100_000 + b"\r\n" + FILE),
    ),
    "headers without end": ("multipart/form-data; boundary=b", form(b"X: x\r\n" * 10_000 + FILE)),
    "a field beyond reason": ("multipart/form-data; boundary=b", form(FILE, FIELD + b"x" * 20_000)),
    "a field of 2,001 characters": ("multipart/form-data; boundary=b", form(FILE, FIELD + b"x" * 2_001)),
    "a field that is no text": ("multipart/form-data; boundary=b", form(FILE, FIELD + b"\xff\xfe")),
    "a field with a NUL": ("multipart/form-data; boundary=b", form(FILE, FIELD + b"a\x00b")),
}  # fmt: skip


@pytest.mark.parametrize("form_name", HOSTILE_FORMS)
async def test_a_form_that_is_none_is_refused_and_keeps_nothing(
    scene: Scene, kept_before: set[str], form_name: str
) -> None:
    media_type, body = HOSTILE_FORMS[form_name]
    response = await scene.ann.call("POST", content=body, headers={"Content-Type": media_type})
    assert response.status_code == 400, response.text
    assert response.json()["Message"].endswith(".")
    assert await list_kept(scene.ports) == kept_before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        ({"Content-Type": "multipart/mixed; boundary=b"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=b", "Content-Encoding": "gzip"}, 415),
    ],
)
async def test_other_bodies_are_not_read(scene: Scene, headers: dict[str, str], status: int) -> None:
    response = await scene.ann.call("POST", content=form(FILE), headers=headers)
    assert response.status_code == status


@pytest.mark.parametrize("is_silent", [True, False])
async def test_an_upload_that_stops_halfway_leaves_nothing(
    scene: Scene, kept_before: set[str], settings: Settings, is_silent: bool
) -> None:
    parts = urlsplit(str(scene.ann.http.base_url))
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"POST {ADDRESS} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {scene.ann.token}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {6 * MIB}\r\n\r\n".encode()
    )
    writer.write(b"--b\r\n" + FILE + b"x" * (5 * MIB if is_silent else 100_000))
    await writer.drain()
    directory = settings.data_dir / "attachments"
    if is_silent:  # As soon as some of it is written.
        while not [path for path in directory.rglob("*#*") if path.stat().st_size]:
            await asyncio.sleep(0.01)
    else:  # The length was a lie: the body ends as a form does, and then nothing comes.
        writer.write(b"\r\n--b--\r\n")
        await writer.drain()
    writer.close()

    await writer.wait_closed()
    while list(directory.rglob("*#*")):
        await asyncio.sleep(0.01)
    assert await reader.read() == b""
    assert await list_kept(scene.ports) == kept_before


async def test_a_body_may_come_in_pieces_of_any_size(scene: Scene) -> None:
    body = form(FIELD + "Grüße".encode(), FILE)

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 3):
            yield body[start : start + 3]

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    response = await scene.ann.call("POST", content=drip(), headers=headers)
    assert (response.status_code, response.json()["desc"]) == (201, "Grüße")
    assert (await scene.ann.get(response.json()["id"])).content == b"hello"


async def test_scopes_of_chats_or_tickets_admit_programs(
    scene: Scene, settings: Settings, kept_before: set[str]
) -> None:
    http, marta = scene.marta.http, scene.tenant.marta
    for scope, reads, writes in (
        ("access:chat", 200, 201),
        ("edit:tickets", 200, 201),
        ("read:tickets", 200, 403),
        ("read:kb", 403, 403),
    ):
        client = await client_of_agent(http, scene.ports, settings, marta, scope)
        assert (await client.call("POST", json=input_of())).status_code == writes, scope
        assert (await client.call("GET", f"{ADDRESS}?ticket_id=1")).status_code == reads, scope
    assert len(await list_kept(scene.ports)) == len(kept_before) + 2
