"""Chats over HTTP: begun, listed, read, changed."""

from typing import Any
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.actions.colleagues import start_colleagues
from hub.actions.messages import post_message
from hub.actions.ports import Ports
from tests.doubles.colleagues import hire
from tests.doubles.conversation import begin_active_chat, begin_chat, read_stream
from tests.doubles.halo_client import PAGE, HaloProgram, ask_for_token
from tests.doubles.tenant import Tenant

HEADER_MEMBERS = {
    "id", "guid", "name", "team_id", "isagentchat", "closed", "assigned", "agent_id", "user_id", "lastmessageid", "lastmessage",
    "lastupdatedate", "participant_count", "ticket_id", "icon", "chatprofile_id", "chatprofile_name", "livechat_started",
    "flow_step", "teams_conversation_id", "time_to_launch", "page_url", "user_chat_url", "language_id", "language", "ai_thread_id",
    "virtual_agent_id", "slack_app_id", "slack_channel_id", "slack_user_id", "abandoned", "last_wait_message_id", "datecreated",
    "datetimequeued", "datetimeagentjoined", "dateclosed", "queue_time", "feedback_submitted", "unread_count", "participants",
}  # fmt: skip


def start_body(tenant: Tenant, **more: Any) -> dict[str, Any]:
    return {"chatprofile_id": str(tenant.profile.id), "key": tenant.profile.key, **more}


async def test_a_visitor_begins_a_chat_with_the_profiles_key_and_is_told_the_token_once(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    nobody = admin.bearing(None)
    body = start_body(
        tenant, page_url="https://shop.example/x", time_to_launch=3.5, text="Hello, <b>is</b> it there?"
    )
    begun = await nobody.post("/Chat", [body], Origin=PAGE)
    visitor = admin.bearing(begun["token"])
    seen = await visitor.get(f"/Chat/{begun['id']}")
    assert set(seen) == HEADER_MEMBERS | {"messages"}
    assert (seen["closed"], seen["assigned"], seen["livechat_started"]) == (False, False, True)
    assert (seen["page_url"], seen["time_to_launch"]) == ("https://shop.example/x", 3.5)
    assert [message["system_id"] for message in seen["messages"]] == [1, 0]
    assert seen["messages"][1]["text"] == "Hello, &lt;b&gt;is&lt;/b&gt; it there?"
    assert seen["messages"][1]["textplain"] == "Hello, <b>is</b> it there?"
    events = await read_stream(ports, tenant.id, begun["id"])
    assert [event.text for event in events] == [None, "Hello, <b>is</b> it there?"]


async def test_the_pages_that_may_begin_a_chat_may_read_the_answer(
    admin: HaloProgram, tenant: Tenant
) -> None:
    nobody = admin.bearing(None)
    admitted = await nobody.call("POST", "/Chat", start_body(tenant), headers={"Origin": PAGE})
    refused = await nobody.call(
        "POST", "/Chat", start_body(tenant), headers={"Origin": "https://evil.example"}
    )
    assert (admitted.status_code, refused.status_code) == (201, 403)
    assert admitted.headers["access-control-allow-origin"] == PAGE
    assert "access-control-allow-origin" not in refused.headers
    assert admitted.headers["vary"] == refused.headers["vary"] == "Origin"


async def test_a_repeat_with_the_same_long_key_is_the_same_chat(admin: HaloProgram, tenant: Tenant) -> None:
    nobody, key = admin.bearing(None), str(uuid4())
    first = await nobody.post("/Chat", start_body(tenant, text="Hello"), Idempotency_Key=key)
    again = await nobody.post("/Chat", [start_body(tenant, text="Hello")], Idempotency_Key=key)
    other = await nobody.post("/Chat", start_body(tenant, text="Hello"), Idempotency_Key=str(uuid4()))
    assert first["id"] == again["id"] != other["id"]
    assert len(again["messages"]) == 2


async def test_a_visitor_sees_names_and_ends_the_own_chat_and_no_other(
    admin: HaloProgram, tenant: Tenant
) -> None:
    mine = await admin.bearing(None).post("/Chat", start_body(tenant))
    other = await admin.bearing(None).post("/Chat", start_body(tenant))
    visitor = admin.bearing(mine["token"])
    renamed = await visitor.post("/Chat", {"id": mine["id"], "name": "  My \u202ebroken bike\n "})
    assert renamed["name"] == "My broken bike"
    for method, body in (("GET", None), ("POST", {"id": other["id"], "name": "Stolen"})):
        path = "/Chat" if body else f"/Chat/{other['id']}"
        refused = await visitor.call(method, path, body)
        assert (refused.status_code, refused.json()["error"]) == (404, "chat_not_found")
    ended = await visitor.post("/Chat", {"id": mine["id"], "closed": True})
    assert (ended["closed"], ended["abandoned"]) == (True, True)
    assert [message["system_id"] for message in ended["messages"]] == [1, 13, 5]
    assert (await admin.get(f"/Chat/{other['id']}"))["name"].startswith("Visitor ")


async def test_an_agent_takes_changes_and_ends_a_chat_in_one_go(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_chat(ports, tenant)
    body = {
        "id": start.chat.id, "name": "Brakes", "assigned": True, "icon": "bike", "teams_conversation_id": "19:x@thread.v2",
        "closed": "true",
    }  # fmt: skip
    saved = await admin.post("/Chat", [body])
    assert (saved["name"], saved["icon"], saved["teams_conversation_id"]) == (
        "Brakes",
        "bike",
        "19:x@thread.v2",
    )
    assert (saved["agent_id"], saved["assigned"], saved["closed"], saved["abandoned"]) == (
        tenant.marta.id, True, True, False,
    )  # fmt: skip
    assert [message["system_id"] for message in saved["messages"]] == [1, 3, 13, 6]
    assert (await admin.get("/Chat?teams_conversation_id=19:x@thread.v2"))["record_count"] == 1
    assert [event.kind for event in await read_stream(ports, tenant.id, start.chat.id, "staff")] == [
        "chat_changed"
    ]


async def test_of_several_changes_all_are_made_or_none(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    first, second = await begin_chat(ports, tenant), await begin_chat(ports, tenant)
    await end_chat(ports, second.caller, second.chat.id, "end")
    changes = [{"id": first.chat.id, "name": "One"}, {"id": second.chat.id, "assigned": True}]
    refused = await admin.call("POST", "/Chat", changes)
    assert (refused.status_code, refused.json()["error"]) == (409, "chat_ended")
    assert len(await read_stream(ports, tenant.id, first.chat.id)) == 1


async def test_an_agent_begins_a_chat_for_somebody(admin: HaloProgram, tenant: Tenant) -> None:
    body = {
        "chatprofile_id": tenant.profile.id,
        "display_name": "Ada Lovelace",
        "name": "Order 17",
        "assigned": True,
    }
    begun = await admin.post("/Chat", body)
    assert (begun["name"], begun["agent_id"]) == ("Order 17", tenant.marta.id)
    assert "token" not in begun
    assert {person["name"] for person in begun["participants"]} == {"Ada Lovelace", "Marta Lindqvist"}


async def test_unread_counts_what_the_other_side_has_said_since(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    for text in ("One", "Two"):
        await post_message(ports, start.caller, start.chat.id, text, text)
    assert (await admin.get(f"/Chat/{start.chat.id}"))["unread_count"] == 2
    await admin.get(f"/ChatMessage?chat_id={start.chat.id}&last_id=0")
    assert (await admin.get(f"/Chat/{start.chat.id}"))["unread_count"] == 0


async def test_the_list_is_newest_first_and_takes_every_parameter(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    chats = [(await begin_chat(ports, tenant)).chat.id for _ in range(5)]
    await admin.post("/Chat", [{"id": chats[1], "closed": True}, {"id": chats[2], "name": "Aardvark"}])
    whole = await admin.get("/Chat")
    assert [chat["id"] for chat in whole["chats"]] == sorted(chats, reverse=True)
    assert "messages" not in whole["chats"][0]

    async def ids(query: str) -> list[int]:
        return [chat["id"] for chat in (await admin.get(f"/Chat?{query}"))["chats"]]

    assert await ids("order=id") == chats
    assert await ids("order=ID&OrderDesc=True") == sorted(chats, reverse=True)
    assert await ids("order=closed&orderdesc=true&order2=name&order3=id&order4=ticket_id&order5=agent_id") == [
        chats[1], chats[2], *(await ids("order=name&ignore_all_closed=true"))[1:],
    ]  # fmt: skip
    assert await ids("count=2&order=id") == chats[:2]
    assert await ids("pageinate=True&page_no=2&page_size=2&order=id") == chats[2:4]
    assert await ids(f"chatprofile_id={tenant.profile.id}&order=id") == chats
    assert await ids("chatprofile_id=999999") == []
    assert await ids("ticket_id=999999") == []
    assert chats[1] not in await ids("ignore_all_closed=true")
    paged = await admin.get("/Chat?pageinate=true&page_size=3")
    assert (paged["page_no"], paged["page_size"], paged["record_count"]) == (1, 3, 5)
    assert all(chat["_chat_available"] for chat in (await admin.get("/Chat?checkavailable=true"))["chats"])


@pytest.mark.parametrize(
    "order", ["order=id", "orderdesc=true", "order=closed&orderdesc=true&order2=lastupdatedate&order3=name"]
)
async def test_behind_a_cursor_nothing_is_skipped_or_told_twice_while_chats_arrive(
    admin: HaloProgram, tenant: Tenant, ports: Ports, order: str
) -> None:
    before = {(await begin_chat(ports, tenant)).chat.id for _ in range(7)}
    seen: list[int] = []
    path: str | None = f"/Chat?count=2&{order}"
    while path is not None:
        page = await admin.get(path)
        seen += [chat["id"] for chat in page["chats"]]
        await begin_chat(ports, tenant)
        path = f"/Chat?count=2&{order}&after={page['after']}" if page["after"] and len(seen) < 50 else None
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


async def test_a_cursor_holds_in_its_own_list_only(
    admin: HaloProgram, stranger: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    for _ in range(2):
        await begin_chat(ports, tenant)
    cursor = (await admin.get("/Chat?count=1"))["after"]
    for client, path in (
        (admin, f"/Chat?count=1&order=name&after={cursor}"),
        (admin, f"/Chat?count=1&ignore_all_closed=true&after={cursor}"),
        (admin, f"/Chat?count=1&after={cursor}x"),
        (admin, "/Chat?after=garbage"),
        (stranger, f"/Chat?count=1&after={cursor}"),
    ):
        refused = await client.call("GET", path)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["after"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("order=id;drop table chats", "order"),
        ("order5=password", "order5"),
        ("orderdesc=maybe", "orderdesc"),
        ("count=-1", "count"),
        ("count=0", "count"),
        ("count=1000000000", "count"),
        ("pageinate=true&page_size=1e3", "page_size"),
        ("page_size=501&pageinate=true", "page_size"),
        ("page_no=0&pageinate=true", "page_no"),
        ("ticket_id=seven", "ticket_id"),
        ("ticket_id=2147483648", "ticket_id"),
        ("pageinate=sometimes", "pageinate"),
        (f"teams_conversation_id={'x' * 256}", "teams_conversation_id"),
    ],
)
async def test_a_wrong_parameter_is_named(admin: HaloProgram, query: str, field: str) -> None:
    refused = await admin.call("GET", f"/Chat?{query}")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


async def test_a_chat_is_about_a_ticket_that_is_there(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    chat_id = (await begin_active_chat(ports, tenant)).chat.id
    kept, deleted = [(await admin.post("/Tickets", {"summary": name}))["id"] for name in ("A", "B")]
    assert (await admin.call("DELETE", f"/Tickets/{deleted}")).status_code == 200

    for body in (
        [{"id": chat_id, "ticket_id": kept, "name": "New"}, {**start_body(tenant), "ticket_id": deleted}],
        {"id": chat_id, "ticket_id": deleted, "name": "New"},
    ):
        assert await admin.refusal("POST", "/Chat", body=body) == (400, "ticket_id")
    [chat] = (await admin.get("/Chat"))["chats"]
    assert (chat["id"], chat["ticket_id"], chat["name"] == "New") == (chat_id, None, False)
    assert (await admin.post("/Chat", {"id": chat_id, "ticket_id": kept}))["ticket_id"] == kept


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " \u200e\n "}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"ticket_id": 999_999}, "ticket_id"),
        ({"ticket_id": "x"}, "ticket_id"),
        ({"agent_id": 999_999}, "agent_id"),
        ({"closed": "perhaps"}, "closed"),
        ({"team_id": 2**31}, "team_id"),
        ({"team_id": 999_999}, "team_id"),
    ],
)
async def test_a_wrong_member_is_named_and_nothing_changes(
    admin: HaloProgram, tenant: Tenant, ports: Ports, change: dict[str, Any], field: str
) -> None:
    start = await begin_chat(ports, tenant)
    before = await ports.chats.find_summary(tenant.id, start.chat.id)
    refused = await admin.call("POST", "/Chat", [{"id": start.chat.id, **change}])
    assert refused.status_code == 400, refused.text
    assert [name.rpartition(".")[2] for name in refused.json()["errors"]] == [field]
    assert await ports.chats.find_summary(tenant.id, start.chat.id) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"chatprofile_id": "1999999999"}, "chatprofile_id"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4_001}, "text"),
        ({"ticket_id": 1_999_999_999}, "ticket_id"),
        ({"name": "\u200b"}, "name"),
    ],
)
async def test_of_chats_to_begin_and_change_all_are_or_none(
    admin: HaloProgram, tenant: Tenant, wrong: dict[str, Any], field: str
) -> None:
    there = await admin.post("/Chat", start_body(tenant))
    before = await admin.get(f"/Chat/{there['id']}")
    body = [{"id": there["id"], "name": "Changed"}, start_body(tenant), start_body(tenant, **wrong)]

    for part in (body, body[1:], body[2:]):
        status, named = await admin.refusal("POST", "/Chat", body=part)
        assert (status, named) == (400, field)

    assert await admin.get(f"/Chat/{there['id']}") == before
    assert (await admin.get("/Chat"))["record_count"] == 1


async def test_whoever_has_no_business_here_is_told_the_same(
    admin: HaloProgram, stranger: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_chat(ports, tenant)
    visitor = admin.bearing((await admin.bearing(None).post("/Chat", start_body(tenant)))["token"])
    assert (await admin.bearing(None).call("GET", "/Chat")).status_code == 401
    assert (await visitor.call("GET", "/Chat")).status_code == 403
    for client, path in (
        (stranger, f"/Chat/{start.chat.id}"), (stranger, "/Chat/999999"), (admin, "/Chat/999999"), (visitor, f"/Chat/{start.chat.id}"),
    ):  # fmt: skip
        refused = await client.call("GET", path)
        assert (refused.status_code, refused.json()["error"]) == (404, "chat_not_found")
    for odd in ("0", "-1", "1.0", "x", "99999999999999999999", "%00", "1 or 1=1"):
        assert (await admin.call("GET", f"/Chat/{odd}")).status_code == 404


@pytest.mark.parametrize("path", ["/Nothing", "/chat/1/2", "/Chat/1%2F2", "/v1/nothing", "/"])
async def test_where_nothing_is_halos_clients_can_read_that(admin: HaloProgram, path: str) -> None:
    assert await admin.refusal("GET", path) == (404, None)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
async def test_other_methods_are_refused_with_those_there_are(admin: HaloProgram, method: str) -> None:
    refused = await admin.call(method, "/Chat")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert refused.json()["error"] == "method_not_allowed"


async def test_an_application_without_the_scope_is_refused(admin: HaloProgram, tenant: Tenant) -> None:
    token = await ask_for_token(
        admin.http, tenant.bootstrap.halo.client_id, tenant.bootstrap.halo.client_secret, "read:kb"
    )
    refused = await admin.bearing(token).call("GET", "/Chat")
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")


async def test_chats_with_colleagues_are_told_to_who_takes_part_and_to_nobody_else(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    ines = await hire(ports, tenant, "Ines Prado")
    begun = await start_colleagues(ports, tenant.jonas, [ines.id], None, "begin")
    said = await post_message(ports, tenant.jonas, begun.chat.id, "The canary sings", "say")

    for query in ({}, {"isagentchat": True}, {"orderdesc": True}):
        found = await admin.get("/Chat", **query)
        assert (found["record_count"], found["chats"]) == (0, [])
    for path in (f"/Chat/{begun.chat.id}", f"/ChatMessage?chat_id={begun.chat.id}"):
        assert (await admin.call("GET", path)).status_code == 404
    for path, body in (
        ("/ChatMessage", {"chat_id": begun.chat.id, "text": "Me too"}),
        ("/ChatMessage", {"chat_id": begun.chat.id, "id": said.event.id, "text": "Other words"}),
        ("/ChatMessage/IsTyping", {"chat_id": begun.chat.id, "sender_id": -1}),
        ("/Chat", {"id": begun.chat.id, "closed": True}),
        ("/Chat", {"id": begun.chat.id, "name": "Mine"}),
    ):
        assert (await admin.call("POST", path, body)).status_code == 404, (path, body)
    events = await read_stream(ports, tenant.id, begun.chat.id)
    assert [event.kind for event in events] == ["chat_started", "message_posted"]
