"""Files on their way out: for whom they exist, and in what clothes."""

from base64 import b64decode
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.auth.attachment_links import LIFE, AttachmentLinks
from hub.settings import Settings
from tests.doubles.file_client import ADDRESS
from tests.doubles.file_samples import png
from tests.doubles.tenant import PAGE_ORIGIN
from tests.rest.attachments.conftest import Scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERYBODY = ("ann", "ben", "marta", "jonas", "visitor_abroad", "agent_abroad", "nobody")


async def who_gets(scene: Scene, attachment_id: int) -> set[str]:
    """Who gets the file; all others get one and the same refusal, whatever they ask for."""
    found, missing = set(), 2**31 - 1
    for name in EVERYBODY:
        client = getattr(scene, name)
        response = await client.get(attachment_id)
        if response.status_code == 200:
            found.add(name)
            continue
        for method, query in (("GET", ""), ("HEAD", ""), ("GET", "?includedetails=true"), ("DELETE", "")):
            refused = await client.call(method, f"{ADDRESS}/{attachment_id}{query}")
            absent = await client.call(method, f"{ADDRESS}/{missing}{query}")
            assert refused.status_code == absent.status_code == (401 if name == "nobody" else 404)
            assert refused.content == absent.content
    return found


# Rights.


async def test_an_upload_is_its_uploaders_alone(scene: Scene) -> None:
    by_ann, by_jonas = await scene.ann.bring(), await scene.jonas.bring()
    assert await who_gets(scene, by_ann["id"]) == {"ann"}
    assert await who_gets(scene, by_jonas["id"]) == {"jonas"}


async def test_a_sent_file_is_for_the_chat(scene: Scene) -> None:
    by_ann, by_marta = await scene.ann.bring(), await scene.marta.bring()
    await scene.send(scene.visitor, by_ann["id"])
    await scene.send(scene.tenant.marta, by_marta["id"])
    assert await who_gets(scene, by_ann["id"]) == {"ann", "marta", "jonas"}
    assert await who_gets(scene, by_marta["id"]) == {"ann", "marta", "jonas"}


async def test_the_end_of_a_chat_takes_no_file_from_those_who_were_in_it(scene: Scene) -> None:
    made = await scene.ann.bring()
    await scene.send(scene.visitor, made["id"])
    await end_chat(scene.ports, scene.tenant.marta, scene.chat.id, str(uuid4()))
    assert await who_gets(scene, made["id"]) == {"ann", "marta", "jonas"}


async def test_an_upload_is_removed_once_by_who_brought_it_and_never_when_it_was_sent(scene: Scene) -> None:
    made, sent = await scene.ann.bring(), await scene.ann.bring()
    removed = await scene.ann.call("DELETE", f"{ADDRESS}/{made['id']}")
    assert (removed.status_code, removed.json()) == (200, {"id": made["id"]})
    assert (await scene.ann.call("DELETE", f"{ADDRESS}/{made['id']}")).status_code == 404

    await scene.send(scene.visitor, sent["id"])
    for client, status in ((scene.ann, 409), (scene.ben, 404), (scene.jonas, 403), (scene.marta, 200)):
        assert (await client.call("DELETE", f"{ADDRESS}/{sent['id']}")).status_code == status
    assert await who_gets(scene, sent["id"]) == set()


@pytest.mark.parametrize("id_", ["0", "-1", "01", "1.0", "x", "%D9%A7", "2147483648", "9" * 40, "1%00"])
async def test_an_odd_id_is_no_id(scene: Scene, id_: str) -> None:
    for method in ("GET", "HEAD", "DELETE"):
        assert (await scene.marta.call(method, f"{ADDRESS}/{id_}")).status_code == 404


@pytest.mark.parametrize(
    "query", ["", "?ticket_id=", "?ticket_id=x", "?ticket_id=0", "?ticket_id=2147483648"]
)
async def test_a_list_is_that_of_a_ticket(scene: Scene, query: str) -> None:
    response = await scene.marta.call("GET", f"{ADDRESS}{query}")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["ticket_id"])


# Clothes.


async def test_a_file_comes_as_a_download_that_runs_nothing(scene: Scene) -> None:
    made = await scene.ann.bring(b"<script>alert(1)</script>", "é.html")
    headers = {"Origin": PAGE_ORIGIN}
    response = await scene.ann.call("GET", f"{ADDRESS}/{made['id']}", headers=headers)
    assert response.content == b"<script>alert(1)</script>"
    told = {name: response.headers[name] for name in (
        "content-type", "content-length", "content-disposition", "x-content-type-options", "content-security-policy",
        "cache-control", "cross-origin-resource-policy", "vary", "access-control-allow-origin",
    )}  # fmt: skip
    assert told == {
        "content-type": "application/octet-stream",
        "content-length": "25",
        "content-disposition": "attachment; filename=\"_.html\"; filename*=UTF-8''%C3%A9.html",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
        "cross-origin-resource-policy": "same-origin",
        "vary": "Origin",
        "access-control-allow-origin": PAGE_ORIGIN,
    }
    assert "set-cookie" not in response.headers


async def test_with_details_the_bytes_come_as_json(scene: Scene) -> None:
    for content in (b"x", b"xy", b"xyz", bytes(range(256)) * 3_000):
        made = await scene.ann.bring(content)
        response = await scene.ann.get(made["id"], "?includedetails=True")
        assert int(response.headers["content-length"]) == len(response.content)
        told = response.json()
        assert b64decode(told.pop("data_base64"), validate=True) == content
        assert told.pop("download_url")
        made.pop("download_url")
        assert told == made


async def test_head_tells_the_same_without_the_bytes(scene: Scene) -> None:
    made = await scene.ann.bring(b"hello")
    for query in ("", "?includedetails=true"):
        got = await scene.ann.get(made["id"], query)
        head = await scene.ann.call("HEAD", f"{ADDRESS}/{made['id']}{query}")
        assert (head.status_code, head.content) == (200, b"")
        volatile = {"date"}
        assert {k: v for k, v in head.headers.items() if k not in volatile} == {
            k: v for k, v in got.headers.items() if k not in volatile
        }


async def test_one_range_is_a_part_and_several_are_refused(scene: Scene) -> None:
    made = await scene.ann.bring(b"0123456789")
    part = await scene.ann.get(made["id"], Range="bytes=2-4")
    assert (part.status_code, part.content) == (206, b"234")
    assert (part.headers["content-range"], part.headers["content-length"]) == ("bytes 2-4/10", "3")
    for several in ("bytes=0-1,3-4", "bytes=" + ",".join(["0-0"] * 1_000), "bytes=10-", "bytes=-0"):
        refused = await scene.ann.get(made["id"], Range=several)
        assert (refused.status_code, refused.headers["content-range"]) == (416, "bytes */10")
        assert refused.json()["error"] == "range_not_satisfiable"
    tag = part.headers["etag"]
    assert (await scene.ann.get(made["id"], Range="bytes=2-4", If_Range=tag)).status_code == 206
    assert (await scene.ann.get(made["id"], Range="bytes=2-4", If_Range='"other"')).content == b"0123456789"
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        unchanged = await scene.ann.get(made["id"], If_None_Match=known)
        assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_bytes_that_are_gone_are_not_found(scene: Scene) -> None:
    made = await scene.ann.bring(b"hello")
    row = await scene.ports.attachments.find_attachment(scene.tenant.id, made["id"])
    assert row is not None
    await scene.ports.blobs.delete([row.key])
    for query in ("", "?includedetails=true"):
        assert (await scene.ann.get(made["id"], query)).status_code == 404


# Links.


async def test_a_link_shows_the_one_file_to_whoever_holds_it(scene: Scene) -> None:
    made = await scene.ann.bring(png(), "a.png")
    link = urlsplit(made["download_url"])
    response = await scene.nobody.call("GET", f"{link.path}?{link.query}")
    assert (response.status_code, response.content) == (200, png())
    assert response.headers["content-disposition"] == 'inline; filename="a.png"'
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"].startswith("private, max-age=3")
    assert "access-control-allow-origin" not in response.headers

    other = await scene.ann.bring(b"hello")
    assert (await scene.nobody.get(other["id"], f"?{link.query}")).status_code == 404
    for method in ("DELETE", "POST"):
        assert (await scene.nobody.call(method, f"{link.path}?{link.query}")).status_code in {401, 405}


async def test_only_images_are_shown_on_pages_elsewhere(scene: Scene) -> None:
    link = urlsplit((await scene.ann.bring(b"hello"))["download_url"])
    response = await scene.nobody.call("GET", f"{link.path}?{link.query}")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["cross-origin-resource-policy"] == "same-origin"


async def test_an_old_link_is_refused_and_a_changed_one_shows_nothing(
    scene: Scene, settings: Settings
) -> None:
    made = await scene.ann.bring(b"hello")
    links, now = AttachmentLinks(settings.secret_keys), scene.ports.clock.now()
    old = links.issue_token(scene.tenant.id, made["id"], now - LIFE)
    fresh = links.issue_token(scene.tenant.id, made["id"], now)
    foreign = links.issue_token(scene.tenant.id + 1, made["id"], now)
    statuses = {}
    for name, token in {
        "old": old, "fresh": fresh, "another tenant's": foreign, "changed": fresh[:-2] + "xx", "empty": "",
        "another key's": AttachmentLinks(["another-key-of-somebody"]).issue_token(scene.tenant.id, made["id"], now),
        "a visitor's": scene.ann.token, "long": "x" * 5_000, "odd": "%FF%00",
    }.items():  # fmt: skip
        statuses[name] = (await scene.nobody.get(made["id"], f"?token={token}")).status_code
    assert statuses == {
        "old": 403, "fresh": 200, "another tenant's": 404, "changed": 404, "empty": 401, "another key's": 404,
        "a visitor's": 404, "long": 404, "odd": 404,
    }  # fmt: skip


async def test_a_link_does_not_outlive_its_file(scene: Scene) -> None:
    made = await scene.ann.bring(b"hello")
    link = urlsplit(made["download_url"])
    await scene.ann.call("DELETE", link.path)
    assert (await scene.nobody.call("GET", f"{link.path}?{link.query}")).status_code == 404


async def test_who_signs_in_is_judged_by_that_whatever_link_they_hold(scene: Scene) -> None:
    link = urlsplit((await scene.ann.bring(b"hello"))["download_url"])
    assert (await scene.ben.call("GET", f"{link.path}?{link.query}")).status_code == 404
    bad = replace(scene.ben, token="vc_nobody")
    assert (await bad.call("GET", f"{link.path}?{link.query}")).status_code == 401
