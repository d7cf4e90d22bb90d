"""Messages over HTTP: said, polled, made better; and the sign that somebody types."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.actions.chats import end_chat
from hub.actions.holding import accept_chat
from hub.actions.messages import NewMessage, post_message, post_messages
from hub.actions.ports import Ports
from tests.doubles.conversation import begin_active_chat, begin_chat, read_stream
from tests.doubles.halo_client import HaloProgram
from tests.doubles.tenant import Tenant

MEMBERS = {
    "id", "chat_id", "sender_id", "text", "textplain", "value_int", "value_bool", "value_date", "value_multi", "timestamp",
    "system_id", "ticket_id", "user_id", "agent_id", "unknown_id", "display_name", "lastmessageid", "input_id", "next_input_id",
    "chatprofileid", "chatprofilekey", "chat_image_type", "attachment_id", "attachment_ids", "kb_search_results",
    "services_search_results", "is_message_safe", "modified_by_agent_id", "modified_by_agent_name", "_warning", "_abandoned",
}  # fmt: skip


async def begin_as_visitor(admin: HaloProgram, tenant: Tenant) -> tuple[int, HaloProgram]:
    """A chat begun with the profile's key, and its visitor."""
    body = {"chatprofile_id": str(tenant.profile.id), "key": tenant.profile.key}
    begun = await admin.bearing(None).post("/Chat", body)
    return begun["id"], admin.bearing(begun["token"])


async def test_a_message_has_every_member_of_the_documentation(admin: HaloProgram, tenant: Tenant) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    said = await visitor.post("/ChatMessage", [{"chat_id": chat_id, "text": "Hello"}])
    assert set(said) >= MEMBERS
    assert (said["unknown_id"] is not None, said["agent_id"], said["user_id"]) == (True, None, None)
    assert (said["system_id"], said["is_message_safe"], said["_abandoned"]) == (0, True, False)
    assert said["chatprofileid"] == str(tenant.profile.id)
    assert said["lastmessageid"] == said["id"]


async def test_an_agents_message_into_a_waiting_chat_joins_it(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_chat(ports, tenant)
    said = await admin.post("/ChatMessage", [{"chat_id": start.chat.id, "text": "<p>Good day.</p>"}])
    assert (said["agent_id"], said["display_name"]) == (tenant.marta.id, "Marta Lindqvist")
    chat = await admin.get(f"/Chat/{start.chat.id}")
    assert (chat["agent_id"], [message["system_id"] for message in chat["messages"]]) == (
        tenant.marta.id,
        [1, 3, 0],
    )


async def test_an_agents_message_into_a_colleagues_chat_joins_beside_the_holder(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_chat(ports, tenant)
    await accept_chat(ports, tenant.jonas, start.chat.id, "accept")
    await admin.post("/ChatMessage", {"chat_id": start.chat.id, "text": "May I?"})
    chat = await admin.get(f"/Chat/{start.chat.id}")
    assert chat["agent_id"] == tenant.jonas.id
    assert {person["agent_id"] for person in chat["participants"]} >= {tenant.jonas.id, tenant.marta.id}


async def test_markup_of_agents_is_cleaned_and_told_as_plain_text_too(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    text = "<p>One <b>two</b><script>steal()</script></p><p onclick='x()'>Three &amp; four</p>"
    body = {
        "chat_id": start.chat.id, "text": text, "textplain": "something else", "is_message_safe": True, "id": 0,
        "timestamp": "1970-01-01T00:00:00Z", "modified_by_agent_id": 99,
    }  # fmt: skip
    said = await admin.post("/ChatMessage", body)
    assert said["text"] == "<p>One <b>two</b></p><p>Three &amp; four</p>"
    assert said["textplain"] == "One two\nThree & four"
    assert said["is_message_safe"] is False
    assert said["_warning"]
    assert said["modified_by_agent_id"] is None
    assert said["timestamp"] > "2026"
    stored = (await read_stream(ports, tenant.id, start.chat.id))[-1]
    assert stored.text == "One two\nThree & four"


async def test_what_visitors_write_is_text_to_the_letter(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    said = await visitor.post("/ChatMessage", {"chat_id": chat_id, "text": "if a<b & c:\n  <script>"})
    assert said["text"] == "if a&lt;b &amp; c:<br>  &lt;script&gt;"
    assert said["textplain"] == "if a<b & c:\n  <script>"


async def test_polling_sees_every_message_exactly_once_while_others_write(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)

    async def write(caller: Any, name: str) -> None:
        for number in range(30):
            await post_message(ports, caller, start.chat.id, f"{name} {number}", f"{name}-{number}")

    writing = asyncio.gather(write(start.caller, "visitor"), write(tenant.marta, "agent"))
    seen: list[dict[str, Any]] = []
    while not (writing.done() and len([one for one in seen if not one["system_id"]]) >= 60):
        last_id = seen[-1]["id"] if seen else 0
        seen += await admin.get(f"/ChatMessage?chat_id={start.chat.id}&last_id={last_id}")
    await writing
    assert [one["id"] for one in seen] == sorted({one["id"] for one in seen})
    stored = await read_stream(ports, tenant.id, start.chat.id)
    assert [one["id"] for one in seen] == [event.id for event in stored]


async def test_ids_bound_what_is_read(admin: HaloProgram, tenant: Tenant, ports: Ports) -> None:
    start = await begin_active_chat(ports, tenant)
    other = await begin_active_chat(ports, tenant)
    ids = [
        (await post_message(ports, start.caller, start.chat.id, str(number), str(number))).event.id
        for number in range(4)
    ]
    foreign = (await post_message(ports, other.caller, other.chat.id, "Elsewhere", "x")).event.id

    async def read(query: str) -> list[int]:
        return [one["id"] for one in await admin.get(f"/ChatMessage?chat_id={start.chat.id}&{query}")]

    assert await read(f"last_id={ids[0]}") == ids[1:]
    assert await read(f"last_id={ids[0]}&max_id={ids[2]}") == ids[1:3]
    assert await read(f"last_id={ids[2]}&max_id={ids[0]}") == []
    assert await read(f"last_id={ids[3]}") == []
    assert await read(f"last_id={foreign}") == []
    assert set(await read("last_id=0")) > set(ids)
    assert set(await read(f"max_id={foreign}")) > set(ids)


async def test_a_repeat_with_the_same_key_is_the_same_message(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start = await begin_active_chat(ports, tenant)
    key, body = str(uuid4()), [{"chat_id": start.chat.id, "text": text} for text in ("One", "Two")]
    first = await admin.post("/ChatMessage", body, Idempotency_Key=key)
    again = await admin.post("/ChatMessage", body, Idempotency_Key=key)
    assert [one["id"] for one in again] == [one["id"] for one in first]
    body[1]["text"] = "Another"
    refused = await admin.call("POST", "/ChatMessage", body, headers={"Idempotency-Key": key})
    assert (refused.status_code, refused.json()["error"]) == (409, "cid_reused")
    assert len(await read_stream(ports, tenant.id, start.chat.id)) == 4


async def test_of_an_array_with_one_bad_message_nothing_is_stored(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start, ended = await begin_active_chat(ports, tenant), await begin_active_chat(ports, tenant)
    await end_chat(ports, tenant.marta, ended.chat.id, "end")
    before = await read_stream(ports, tenant.id, start.chat.id)
    good = [{"chat_id": start.chat.id, "text": f"Number {number}"} for number in range(49)]
    for bad, status, code in (
        ({"chat_id": start.chat.id, "text": " \u200b"}, 400, "text_empty"),
        ({"chat_id": start.chat.id, "text": "<script>x</script>"}, 400, "text_empty"),
        ({"chat_id": ended.chat.id, "text": "Late"}, 409, "chat_ended"),
        ({"chat_id": 999_999, "text": "Lost"}, 404, "chat_not_found"),
        ({"text": "Nowhere"}, 400, "bad_request"),
        ({"chat_id": start.chat.id, "text": 7}, 400, "bad_request"),
    ):
        refused = await admin.call("POST", "/ChatMessage", [*good, bad])
        assert (refused.status_code, refused.json()["error"]) == (status, code), bad
    assert await read_stream(ports, tenant.id, start.chat.id) == before


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("agent_id", 1),
        ("sender_id", 1),
        ("user_id", 1),
        ("unknown_id", "somebody"),
        ("display_name", "marta  LINDQVIST"),
    ],
)
async def test_nobody_speaks_under_another_name(
    admin: HaloProgram, tenant: Tenant, ports: Ports, member: str, value: Any
) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    await accept_chat(ports, tenant.marta, chat_id, "accept")
    before = await read_stream(ports, tenant.id, chat_id)
    refused = await visitor.call(
        "POST", "/ChatMessage", {"chat_id": chat_id, "text": "It's me", member: value}
    )
    assert (refused.status_code, list(refused.json()["errors"])) == (403, [member])
    assert await read_stream(ports, tenant.id, chat_id) == before


async def test_the_own_name_may_be_told(admin: HaloProgram, tenant: Tenant, ports: Ports) -> None:
    start = await begin_active_chat(ports, tenant)
    body = {
        "chat_id": str(start.chat.id), "text": "Yes", "agent_id": tenant.marta.id, "sender_id": str(tenant.marta.id), "user_id": 0,
        "unknown_id": "", "display_name": "Marta Lindqvist", "chatprofileid": tenant.profile.id, "brand_new_member": [1],
    }  # fmt: skip
    assert (await admin.post("/ChatMessage", [body]))["textplain"] == "Yes"


async def test_flow_inputs_and_results_travel_both_ways(admin: HaloProgram, tenant: Tenant) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    asked = await admin.post(
        "/ChatMessage",
        {
            "chat_id": chat_id,
            "text": "How many?",
            "next_input_id": 12,
            "next_input_fieldinfo": {
                "id": 12,
                "name": "Amount",
                "type": 2,
                "lookup_values": [{"value": 1, "label": "One"}],
            },
            "chat_image_type": 1,
            "kb_search_results": [
                {"id": 5, "name": "Brakes", "link": "https://shop.example/kb/5", "search_score": 0.7}
            ],
            "services_search_results": [{"id": 6, "name": "Repair"}],
        },
    )
    assert (asked["next_input_id"], asked["next_input_fieldinfo"]["name"]) == (12, "Amount")
    assert (asked["kb_search_results"][0]["name"], asked["services_search_results"][0]["id"]) == ("Brakes", 6)
    for value, text in (
        ({"value_int": "3"}, "3"), ({"value_bool": "True"}, "Yes"), ({"value_multi": "red,green"}, "red,green"),
        ({"value_date": "2026-03-02T10:00:00"}, "2026-03-02"),
    ):  # fmt: skip
        answered = await visitor.post(
            "/ChatMessage", {"chat_id": chat_id, "input_id": 12, "next_input_id": 13, **value}
        )
        assert (answered["input_id"], answered["next_input_id"], answered["textplain"]) == (12, None, text)
        (name,) = value
        assert answered[name] is not None
    polled = await visitor.get(f"/ChatMessage?chat_id={chat_id}&last_id={asked['id'] - 1}")
    assert polled[0]["chat_image_type"] == 1
    assert polled[1]["value_int"] == 3
    assert polled[-1]["value_date"].startswith("2026-03-02T10:00:00")


async def test_an_agent_finds_better_words_and_the_first_ones_stay_stored(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    said = await admin.post("/ChatMessage", {"chat_id": chat_id, "text": "It is <b>blu</b>"})
    better = await admin.post(
        "/ChatMessage", [{"id": said["id"], "chat_id": chat_id, "text": "It is <b>blue</b>"}]
    )
    assert (better["id"], better["text"], better["textplain"]) == (
        said["id"],
        "It is <b>blue</b>",
        "It is blue",
    )
    assert (better["modified_by_agent_id"], better["modified_by_agent_name"]) == (
        tenant.marta.id,
        "Marta Lindqvist",
    )
    seen = await visitor.get(f"/ChatMessage?chat_id={chat_id}")
    assert [one["textplain"] for one in seen if not one["system_id"]] == ["It is blue"]
    assert (await admin.get(f"/Chat/{chat_id}"))["lastmessage"] == "It is blue"
    events = await read_stream(ports, tenant.id, chat_id)
    assert [event.text for event in events if event.text] == ["It is blu", "It is blue"]


async def test_what_a_visitor_said_is_not_changed_by_its_id(admin: HaloProgram, tenant: Tenant) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    said = await visitor.post("/ChatMessage", {"chat_id": chat_id, "text": "Mine"})
    for client in (visitor, admin):  # An id that names nothing of an agent's is none.
        await client.post("/ChatMessage", {"id": said["id"], "chat_id": chat_id, "text": "Another"})
    seen = await visitor.get(f"/ChatMessage?chat_id={chat_id}")
    assert [one["textplain"] for one in seen if not one["system_id"]] == ["Mine", "Another", "Another"]


async def test_a_message_with_the_profiles_key_and_no_token_begins_a_chat(
    admin: HaloProgram, tenant: Tenant
) -> None:
    body = {"chatprofileid": str(tenant.profile.id), "chatprofilekey": tenant.profile.key, "text": "Anybody?"}
    said = await admin.bearing(None).post("/ChatMessage", [body])
    seen = await admin.bearing(said["token"]).get(f"/ChatMessage?chat_id={said['chat_id']}")
    assert [one["textplain"] for one in seen][-1] == "Anybody?"
    refused = await admin.bearing(None).call("POST", "/ChatMessage", body | {"chatprofilekey": "wrong"})
    assert refused.status_code == 404
    assert (
        await admin.bearing(None).call("POST", "/ChatMessage", {"chat_id": 1, "text": "x"})
    ).status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("chat_id=", 400),
        ("chat_id=x", 400),
        ("chat_id=-1", 400),
        ("chat_id=1&last_id=-1", 400),
        ("chat_id=999999", 404),
    ],
)
async def test_a_chat_has_to_be_named(admin: HaloProgram, query: str, status: int) -> None:
    assert (await admin.call("GET", f"/ChatMessage?{query}")).status_code == status


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b'"text"', b'{"chat_id": 1, "chat_id": 2}', b'{"chat_id": NaN}', b"[" * 100_000, b'{"chat_id": 1e400}',
             b'{"chat_id": ' + b"9" * 5_000 + b"}", b'{"text": "\\u0000", "chat_id": 1}', b'{"text": "\\ud800", "chat_id": 1}', b"\xff", b"{'a': 1}",
             '{"chat_id": 1}'.encode("utf-16"), b"\xef\xbb\xbf{}", b'{"chat_id": 1} x', b'[{"chat_id": 1, "text": {"$ne": 1}}]'],
)  # fmt: skip
async def test_a_body_that_is_no_message_is_refused(admin: HaloProgram, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {admin.token}", "Content-Type": "application/json"}
    refused = await admin.http.post("/api/ChatMessage", content=body, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("media_type", "status"),
    [("text/plain", 415), ("", 415), ("application/json; charset=utf-7", 415), ("multipart/form-data", 415),
     ("text/json", 404), ("application/json-patch+json; charset=UTF-8", 404), ("application/vnd.halo+json", 404)],
)  # fmt: skip
async def test_only_json_is_read(admin: HaloProgram, media_type: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {admin.token}", "Content-Type": media_type}
    body = b'{"chat_id": 999999, "text": "x"}'
    assert (await admin.http.post("/api/ChatMessage", content=body, headers=headers)).status_code == status


async def test_a_body_that_is_too_large_is_refused(admin: HaloProgram) -> None:
    refused = await admin.call("POST", "/ChatMessage", {"chat_id": 1, "text": "x" * 262_144})
    assert (refused.status_code, refused.json()["error"]) == (413, "body_too_large")
    assert (
        await admin.call("POST", "/ChatMessage", [{"chat_id": 1, "text": "x"}] * 1_001)
    ).status_code == 400


async def test_typing_is_shown_to_the_other_side_and_never_sticks(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    other = await begin_chat(ports, tenant)
    await accept_chat(ports, tenant.marta, chat_id, "accept")
    told = await admin.post("/ChatMessage/IsTyping", {"chat_id": chat_id, "sender_id": tenant.marta.id})
    assert (told["chat_id"], told["_stopped"]) == (chat_id, False)
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for body in ({"_stopped": True}, {"timestamp": future}, {"timestamp": "2020-01-01T00:00:00"}):
        await visitor.post("/ChatMessage/IsTyping", {"chat_id": chat_id, "sender_id": 0, **body})
    for bad, status in (
        ({"chat_id": other.chat.id, "sender_id": 0}, 404), ({"chat_id": chat_id}, 400), ({"sender_id": 0}, 400),
        ({"chat_id": chat_id, "sender_id": tenant.marta.id}, 403), ({"chat_id": chat_id, "sender_id": 0, "_stopped": "no"}, 400),
        ({"chat_id": chat_id, "sender_id": 0, "timestamp": "soon"}, 400),
    ):  # fmt: skip
        assert (await visitor.call("POST", "/ChatMessage/IsTyping", bad)).status_code == status
    statuses = {
        (
            await visitor.call("POST", "/ChatMessage/IsTyping", {"chat_id": chat_id, "sender_id": 0})
        ).status_code
        for _ in range(20)
    }
    assert statuses == {201}


async def upload(client: HaloProgram, name: str = "bike.txt", content: bytes = b"red") -> int:
    """The id of a fresh attachment."""
    body = {"filename": name, "data_base64": b64encode(content).decode()}
    return int((await client.post("/Attachment", [body]))["id"])


async def test_files_come_along_and_are_seen_by_the_other_side(admin: HaloProgram, tenant: Tenant) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    first, second = await upload(visitor), await upload(visitor, "two.csv", b"a,b")
    body = {"chat_id": chat_id, "attachment_ids": [{"id": first}, second], "attachment_id": first}
    said = await visitor.post("/ChatMessage", body)
    assert (said["text"], said["attachment_id"]) == ("", first)
    assert said["attachment_ids"] == [{"id": first, "name": "bike.txt"}, {"id": second, "name": "two.csv"}]
    polled = await admin.get("/ChatMessage", chat_id=chat_id)
    assert polled[-1]["attachment_ids"] == said["attachment_ids"]
    assert (await admin.call("GET", f"/Attachment/{first}")).content == b"red"


async def test_a_file_is_sent_once_and_by_whom_it_belongs_to(
    admin: HaloProgram, stranger: HaloProgram, tenant: Tenant
) -> None:
    chat_id, visitor = await begin_as_visitor(admin, tenant)
    other_id, other = await begin_as_visitor(admin, tenant)
    mine, foreign = await upload(visitor), await upload(stranger)
    for client, chat, file, status in (
        (other, other_id, mine, 404), (visitor, chat_id, foreign, 404), (visitor, chat_id, 999_999, 404), (visitor, chat_id, -1, 400),
    ):  # fmt: skip
        refused = await client.call("POST", "/ChatMessage", {"chat_id": chat, "attachment_ids": [file]})
        assert refused.status_code == status, refused.text
    key = {"Idempotency_Key": str(uuid4())}
    first = await visitor.post("/ChatMessage", {"chat_id": chat_id, "attachment_ids": [mine]}, **key)
    again = await visitor.post("/ChatMessage", {"chat_id": chat_id, "attachment_ids": [mine]}, **key)
    assert first["id"] == again["id"]
    refused = await visitor.call("POST", "/ChatMessage", {"chat_id": chat_id, "attachment_ids": [mine]})
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")


async def test_a_message_that_is_refused_gives_its_files_back(
    admin: HaloProgram, tenant: Tenant, ports: Ports
) -> None:
    start, ended = await begin_active_chat(ports, tenant), await begin_active_chat(ports, tenant)
    await end_chat(ports, tenant.marta, ended.chat.id, "end")
    file = await upload(admin)
    body = [
        {"chat_id": start.chat.id, "attachment_ids": [file]}, {"chat_id": ended.chat.id, "text": "Late"},
    ]  # fmt: skip
    assert (await admin.call("POST", "/ChatMessage", body)).status_code == 409
    await admin.post("/ChatMessage", body[0])


async def test_who_writes_while_a_colleague_accepts_comes_in_beside_them(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_chat(ports, tenant)
    as_it_was = {start.chat.id: start.chat}
    await accept_chat(ports, tenant.jonas, start.chat.id, "accept")
    [said] = await post_messages(ports, tenant.marta, [NewMessage(start.chat.id, "May I?", "1")], as_it_was)
    assert said.event.text == "May I?"
    chat = await ports.chats.find_chat(tenant.id, start.chat.id)
    assert chat is not None
    assert chat.holder_id == tenant.jonas.id
