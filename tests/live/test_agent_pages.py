"""Agents on pages of the tenant's own: who is let in from where, what they may there, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from hub.actions.ports import Ports
from hub.actions.profiles import ProfileDraft, delete_profile, save_profiles
from hub.actions.staff import save_agents
from hub.app import make_secrets
from hub.auth.keys import RandomKeys
from hub.domain.profile import Access, Profile, Ticketing
from hub.settings import Settings
from tests.doubles.agent_pages import AgentsEntrance, email_of, make_agents_entrance, page_line
from tests.doubles.floor import Floor, event_of, refusal, row_of
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import PlainPasswords, open_secrets
from tests.doubles.tenant import PAGE_ORIGIN, Tenant, make_tenant

EVIL_ORIGIN = "https://evil.example"


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant whose secrets the node can open."""
    return await make_tenant(ports, settings, replace(make_secrets(settings), passwords=PlainPasswords()))


@dataclass
class Lobby:
    """A floor with an entrance for agents beside that of its visitors."""

    floor: Floor
    entrance: AgentsEntrance

    async def come(self, agent: Any = None) -> Line:
        """The line of a page before which the agent sits (Jonas unless said otherwise), who watches the inbox."""
        tenant = self.floor.tenant
        line = await self.open()
        email = email_of(tenant, agent or tenant.jonas)
        await line.hello(id_token=self.entrance.id_token(email), wants=["inbox"])
        await line.expect("rows", lambda frame: frame["whole"])
        return line

    async def open(self) -> Line:
        """A line on which nothing has been said yet."""
        return await self.floor.stack.enter_async_context(
            page_line(self.floor.node.ws_url, self.entrance.profile)
        )


@pytest.fixture
async def lobby(node: RunningNode, ports: Ports, tenant: Tenant, settings: Settings) -> AsyncIterator[Lobby]:
    """A visitor in the queue, and the agents' entrance."""
    async with AsyncExitStack() as stack:
        floor = Floor(node, ports, tenant, stack)
        floor.visitor, floor.chat = await floor.let_in_visitor()
        yield Lobby(floor, await make_agents_entrance(ports, make_secrets(settings), tenant))


async def ending(line: Line, **hello: Any) -> tuple[str, int]:
    """How a hello ends that is not welcome."""
    await line.send({"t": "hello", "v": 1, **hello})
    return await parting(line)


async def parting(line: Line) -> tuple[str, int]:
    """The last words of the hub on the line."""
    return (await line.expect("bye"))["reason"], await line.expect_close()


# Who is let in.


async def test_an_agent_whom_the_page_proves_is_welcome_and_comes_back_by_the_token(lobby: Lobby) -> None:
    jonas = lobby.floor.tenant.jonas
    line, later = await lobby.open(), await lobby.open()
    welcome = await line.hello(id_token=lobby.entrance.id_token(email_of(lobby.floor.tenant, jonas).upper()))
    assert welcome["you"] | {"accepting": None} == {
        "id": jonas.id, "side": "agent", "name": jonas.name, "accepting": None, "status": "available",
        "reason": None, "supervisor": False, "teams": [],
    }  # fmt: skip
    again = await later.hello(token=welcome["token"])
    assert again["you"] == welcome["you"]
    assert "token" not in again


async def test_administrators_are_agents_like_all_others_there(lobby: Lobby) -> None:
    line = await lobby.open()
    token = lobby.entrance.id_token(email_of(lobby.floor.tenant, lobby.floor.tenant.marta))
    assert (await line.hello(id_token=token))["you"]["supervisor"] is False


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@shop.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        {"exp": 1},
        {"aud": 7, "iat": "now"},
    ],
    ids=repr,
)
async def test_whoever_is_not_proved_to_be_an_agent_is_refused_in_the_same_words(
    lobby: Lobby, claims: dict[str, Any]
) -> None:
    line = await lobby.open()
    token = lobby.entrance.id_token(email_of(lobby.floor.tenant, lobby.floor.tenant.jonas), **claims)
    assert await ending(line, id_token=token) == ("identity_refused", 4001)


async def test_a_user_of_the_desk_with_that_address_is_no_agent(lobby: Lobby, ports: Ports) -> None:
    await ports.desk.users.save_users(lobby.floor.tenant.id, [{"name": "Ada", "email": "ada@shop.example"}])
    line = await lobby.open()
    token = lobby.entrance.id_token("ada@shop.example")
    assert await ending(line, id_token=token) == ("identity_refused", 4001)


async def test_a_disabled_agent_is_refused(lobby: Lobby, ports: Ports) -> None:
    tenant = lobby.floor.tenant
    await save_agents(ports, PlainPasswords(), tenant.marta, [{"id": tenant.jonas.id, "is_disabled": True}])
    line = await lobby.open()
    token = lobby.entrance.id_token(email_of(tenant, tenant.jonas))
    assert await ending(line, id_token=token) == ("identity_refused", 4001)


async def test_another_entrances_or_tenants_secret_proves_nothing(
    lobby: Lobby, ports: Ports, settings: Settings
) -> None:
    tenant, secrets = lobby.floor.tenant, make_secrets(settings)
    others = await make_tenant(ports, settings, replace(secrets, passwords=PlainPasswords()))
    for entrance in (
        await make_agents_entrance(ports, secrets, tenant),
        await make_agents_entrance(ports, secrets, others),
        AgentsEntrance(tenant.profile, tenant.bootstrap.profile.identity_secret),
    ):
        line = await lobby.open()
        token = entrance.id_token(email_of(tenant, tenant.jonas))
        assert await ending(line, id_token=token) == ("identity_refused", 4001)


async def test_a_token_with_a_jti_is_good_once(lobby: Lobby) -> None:
    first, second = await lobby.open(), await lobby.open()
    token = lobby.entrance.id_token(email_of(lobby.floor.tenant, lobby.floor.tenant.jonas), jti="only-once")
    assert (await first.hello(id_token=token))["you"]["side"] == "agent"
    assert await ending(second, id_token=token) == ("identity_refused", 4001)


async def test_the_entrances_key_lets_nobody_in(lobby: Lobby) -> None:
    line = await lobby.open()
    assert await ending(line, key=lobby.entrance.profile.key) == ("profile_not_found", 4003)


async def test_credentials_of_other_kinds_are_none_there(lobby: Lobby) -> None:
    tenant = lobby.floor.tenant
    session = RandomKeys().issue_key("session")
    await lobby.floor.ports.credentials.add_credential(
        tenant.id, "session", session.public_id, hash=session.hash, principal_id=tenant.jonas.id
    )
    for token in (session.text, tenant.bootstrap.api_key, "hp_nonsense", "vc_nonsense"):
        line = await lobby.open()
        assert await ending(line, token=token) == ("token_invalid", 4001)


async def test_at_an_entrance_for_visitors_an_agents_proof_makes_no_agent(lobby: Lobby) -> None:
    tenant = lobby.floor.tenant
    own = AgentsEntrance(tenant.profile, tenant.bootstrap.profile.identity_secret)
    async with visitor_line(lobby.floor.node.ws_url, tenant) as line:
        welcome = await line.hello(id_token=own.id_token(email_of(tenant, tenant.jonas)))
    assert (welcome["you"]["side"], welcome["you"]["id"] == tenant.jonas.id) == ("visitor", False)


async def take_token(lobby: Lobby) -> str:
    line = await lobby.open()
    token = lobby.entrance.id_token(email_of(lobby.floor.tenant, lobby.floor.tenant.jonas))
    return str((await line.hello(id_token=token))["token"])


async def test_a_pages_token_is_good_at_its_own_entrance_only(
    lobby: Lobby, ports: Ports, settings: Settings
) -> None:
    tenant, node = lobby.floor.tenant, lobby.floor.node
    token = await take_token(lobby)
    other = await make_agents_entrance(ports, make_secrets(settings), tenant)
    async with page_line(node.ws_url, other.profile) as line:
        assert await ending(line, token=token) == ("token_invalid", 4001)
    async with visitor_line(node.ws_url, tenant) as line:
        assert await ending(line, token=token) == ("token_invalid", 4001)
    async with agent_line(node.ws_url) as line:
        assert await ending(line, token=token) == ("token_invalid", 4001)


@pytest.mark.parametrize("origin", [EVIL_ORIGIN, None])
async def test_pages_the_entrance_does_not_admit_open_no_line(lobby: Lobby, origin: str | None) -> None:
    node = lobby.floor.node
    with pytest.raises(InvalidStatus) as refused:
        async with page_line(node.ws_url, lobby.entrance.profile, origin):
            pass
    assert refused.value.response.status_code == 403
    token = await take_token(lobby)
    headers = {"Authorization": f"Bearer {token}", **({"Origin": origin} if origin else {})}
    async with httpx2.AsyncClient(headers=headers) as http:
        url = f"{node.base_url}/api/realtime/heartbeat?profile={lobby.entrance.profile.id}"
        assert (await http.post(url, json={"v": 1})).status_code == 403


async def test_an_agents_page_beats_where_websockets_are_blocked(lobby: Lobby) -> None:
    tenant, node = lobby.floor.tenant, lobby.floor.node
    url = f"{node.base_url}/api/realtime/heartbeat?profile={lobby.entrance.profile.id}"
    async with httpx2.AsyncClient(headers={"Origin": PAGE_ORIGIN}) as http:
        told = await http.post(
            url,
            json={"v": 1, "id_token": lobby.entrance.id_token(email_of(tenant, tenant.jonas))},
        )
        assert told.headers["access-control-allow-origin"] == PAGE_ORIGIN
        token = told.json()["frames"][0]["token"]
        command = {"t": "cmd", "cid": "one", "op": "accept", "args": {"chat": lobby.floor.chat}}
        answer = await http.post(
            url, json={"v": 1, "cmds": [command]}, headers={"Authorization": f"Bearer {token}"}
        )
        reply = next(frame for frame in answer.json()["frames"] if frame["t"] == "reply")
        assert reply["ok"]
        stranger = await http.post(url, json={"v": 1, "id_token": lobby.entrance.id_token("a@b.example")})
        assert (stranger.status_code, stranger.json()["frames"][-1]["reason"]) == (401, "identity_refused")


# What they may.


async def test_an_agent_on_a_page_takes_a_chat_talks_and_ends_it(lobby: Lobby) -> None:
    jonas, chat = await lobby.come(), lobby.floor.chat
    assert (await jonas.command("accept", chat=chat))["ok"]
    assert (await jonas.command("post", chat=chat, text="Good morning"))["ok"]
    assert (await lobby.floor.visitor.expect_message("Good morning"))["who"]["side"] == "agent"
    assert (await jonas.command("rename", chat=chat, name="A slipping chain"))["ok"]
    assert (await jonas.command("end", chat=chat))["ok"]


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("note", {"text": "x"}),
        ("find", {}),
        ("tag", {"tags": []}),
        ("tags", {}),
        ("take_over", {}),
        ("reopen", {}),
        ("edit", {"seq": 1, "text": "x"}),
        ("delete", {"seq": 1}),
        ("start", {}),
    ],
)
async def test_what_belongs_to_the_console_is_unknown_there(
    lobby: Lobby, op: str, args: dict[str, Any]
) -> None:
    jonas = await lobby.come()
    assert refusal(await jonas.command(op, **{"chat": lobby.floor.chat, **args})) == "unknown_op"


async def test_of_a_colleagues_chat_they_learn_that_it_is_taken_and_nothing_else(lobby: Lobby) -> None:
    jonas, chat = await lobby.come(), lobby.floor.chat
    assert (await jonas.command("follow", chat=chat))["ok"]
    marta = await lobby.floor.let_in(lobby.floor.tenant.marta)
    assert (await marta.command("accept", chat=chat))["ok"]
    await marta.command("post", chat=chat, text="Between us")

    row = await row_of(jonas, chat, state="active")
    assert (row["holder"]["id"], row["last"], row["unread"]) == (lobby.floor.tenant.marta.id, None, 0)
    assert refusal(await jonas.command("follow", chat=chat)) == "chat_not_found"
    assert refusal(await jonas.command("page", stream=str(chat), before=9)) == "chat_not_found"


async def test_what_is_said_after_a_colleague_took_the_chat_does_not_reach_them(lobby: Lobby) -> None:
    jonas, chat = await lobby.come(), lobby.floor.chat
    await jonas.command("follow", chat=chat)
    marta = await lobby.floor.let_in(lobby.floor.tenant.marta)
    await marta.command("accept", chat=chat)
    # Within seconds the line follows the chat no longer; pings name what is followed.
    while True:
        await jonas.send({"t": "ping"})
        if str(chat) not in (await jonas.expect("pong"))["heads"]:
            break
        await asyncio.sleep(0.2)
    await marta.command("post", chat=chat, text="Between us")
    await row_of(jonas, chat, head=3)
    assert not any(frame.get("text") == "Between us" for frame in jonas.seen)


async def test_whom_a_colleague_invites_sees_the_chat_and_comes_in(lobby: Lobby) -> None:
    jonas, chat = await lobby.come(), lobby.floor.chat
    marta = await lobby.floor.let_in(lobby.floor.tenant.marta)
    await marta.command("accept", chat=chat)
    assert (await marta.command("invite", chat=chat, agent=lobby.floor.tenant.jonas.id))["ok"]
    await row_of(jonas, chat, state="active")
    assert (await jonas.command("accept", chat=chat))["ok"]
    assert (await jonas.command("post", chat=chat, text="Me too"))["ok"]


# Participants and icons, which the console may as well.


async def test_who_holds_a_chat_sends_a_colleague_out_of_it(lobby: Lobby) -> None:
    tenant, chat = lobby.floor.tenant, lobby.floor.chat
    marta = await lobby.floor.let_in(tenant.marta)
    jonas = await lobby.come()
    await marta.command("accept", chat=chat)
    assert refusal(await marta.command("remove", chat=chat, agent=tenant.jonas.id)) == "not_participant"
    await marta.command("invite", chat=chat, agent=tenant.jonas.id)
    await row_of(jonas, chat, state="active")
    await jonas.command("accept", chat=chat)
    assert refusal(await jonas.command("remove", chat=chat, agent=tenant.marta.id)) == "forbidden"
    assert refusal(await marta.command("remove", chat=chat, agent=tenant.marta.id)) == "forbidden"

    gone = await marta.command("remove", "out", chat=chat, agent=tenant.jonas.id)

    told = await event_of(lobby.floor.visitor, "agent_left")
    assert (told["who"]["id"], told["seq"], told["data"]["by"]) == (
        tenant.jonas.id, gone["result"]["seq"], tenant.marta.id,
    )  # fmt: skip
    assert refusal(await jonas.command("post", chat=chat, text="Still here")) == "not_participant"
    again = await marta.command("remove", "out", chat=chat, agent=tenant.jonas.id)
    assert (again["ok"], again.get("duplicate")) == (True, True)
    stored = await lobby.floor.ports.chats.find_chat(tenant.id, chat)
    assert stored is not None
    assert (stored.state, stored.holder_id) == ("active", tenant.marta.id)


@pytest.mark.parametrize("icon", ["⭐", None, "fa-bicycle"])
async def test_an_icon_stands_by_the_chat_for_agents(lobby: Lobby, icon: str | None) -> None:
    jonas, chat = await lobby.come(), lobby.floor.chat
    await jonas.command("accept", chat=chat)
    assert (await jonas.command("icon", chat=chat, icon="🚲"))["result"] == {"icon": "🚲"}
    assert (await row_of(jonas, chat, icon="🚲"))["state"] == "active"
    assert (await jonas.command("icon", chat=chat, icon=icon))["result"] == {"icon": icon}
    await row_of(jonas, chat, icon=icon)
    header = (await jonas.command("follow", chat=chat))["result"]["chat"]
    assert header["icon"] == icon


async def test_an_icon_is_a_word(lobby: Lobby) -> None:
    jonas = await lobby.come()
    refused = (await jonas.command("icon", chat=lobby.floor.chat, icon="x" * 65))["error"]
    assert (refused["code"], refused["field"]) == ("bad_request", "icon")


async def test_the_ticket_that_the_profile_logs_is_told_to_who_takes_the_chat(
    lobby: Lobby, ports: Ports
) -> None:
    tenant = lobby.floor.tenant
    rules = replace(tenant.profile.rules, ticketing=Ticketing("join"))
    await change(ports, tenant, tenant.profile, rules=rules)
    visitor, chat = await lobby.floor.let_in_visitor()
    jonas = await lobby.come()
    assert (await jonas.command("accept", chat=chat))["ok"]
    stored = await ports.chats.find_chat(tenant.id, chat)
    assert stored is not None
    assert stored.ticket_id is not None
    header = (await jonas.command("follow", chat=chat))["result"]["chat"]
    assert header["ticket"] == stored.ticket_id
    assert visitor.seen


# Over HTTP.


async def ask(lobby: Lobby, token: str, method: str, path: str, **request: Any) -> httpx2.Response:
    headers = {"Origin": PAGE_ORIGIN, "Authorization": f"Bearer {token}", **request.pop("headers", {})}
    async with httpx2.AsyncClient(base_url=lobby.floor.node.base_url) as http:
        return await http.request(method, f"/api{path}", headers=headers, **request)


async def test_a_page_lists_canned_texts_and_brings_files(lobby: Lobby) -> None:
    token = await take_token(lobby)
    listed = await ask(lobby, token, "GET", "/CannedText")
    assert (listed.status_code, listed.headers["access-control-allow-origin"]) == (200, PAGE_ORIGIN)
    file = {"file": ("a.txt", b"text", "text/plain")}
    assert (await ask(lobby, token, "POST", "/Attachment", files=file)).status_code == 201
    on_ticket = await ask(lobby, token, "POST", "/Attachment", files=file, data={"ticket_id": "1"})
    assert on_ticket.status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Agent"), ("GET", "/Agent/me"), ("GET", "/Chat"), ("GET", "/Tickets"), ("GET", "/Users"),
        ("GET", "/ChatProfile"), ("POST", "/CannedText"), ("GET", "/Attachment?ticket_id=1"), ("POST", "/ChatMessage"),
    ],
)  # fmt: skip
async def test_nothing_else_is_open_to_a_page(lobby: Lobby, method: str, path: str) -> None:
    answer = await ask(lobby, await take_token(lobby), method, path)
    assert answer.status_code == 403


async def test_a_page_that_is_not_admitted_cannot_use_its_token(lobby: Lobby) -> None:
    token = await take_token(lobby)
    answer = await ask(lobby, token, "GET", "/CannedText", headers={"Origin": EVIL_ORIGIN})
    assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (403, None)


async def test_an_admitted_page_with_the_key_learns_that_the_entrance_is_for_agents(lobby: Lobby) -> None:
    profile = lobby.entrance.profile
    async with httpx2.AsyncClient(base_url=lobby.floor.node.base_url) as http:

        async def look(origin: str, key: str) -> httpx2.Response:
            query = {"key": key, "check_available": "true"}
            return await http.get(f"/api/ChatProfile/{profile.id}", params=query, headers={"Origin": origin})

        told = (await look(PAGE_ORIGIN, profile.key)).json()
        assert (told["access_type"], told["_chat_available"]) == (2, True)
        assert (await look(EVIL_ORIGIN, profile.key)).status_code == 403
        assert (await look(PAGE_ORIGIN, "another")).status_code == 404
        begun = await http.post(
            "/api/Chat", json={"chatprofile_id": str(profile.id), "key": profile.key},
            headers={"Origin": PAGE_ORIGIN},
        )  # fmt: skip
        assert begun.status_code == 404


# How it ends.


async def test_a_disabled_agent_is_sent_away(lobby: Lobby, ports: Ports) -> None:
    jonas, tenant = await lobby.come(), lobby.floor.tenant
    await save_agents(ports, PlainPasswords(), tenant.marta, [{"id": tenant.jonas.id, "is_disabled": True}])
    assert await parting(jonas) == ("revoked", 4001)


async def test_signing_out_ends_the_session_everywhere(lobby: Lobby) -> None:
    line, other = await lobby.open(), await lobby.open()
    id_token = lobby.entrance.id_token(email_of(lobby.floor.tenant, lobby.floor.tenant.jonas))
    token = (await line.hello(id_token=id_token))["token"]
    await other.hello(token=token)
    assert (await line.command("sign_out"))["ok"]
    for open_line in (line, other):
        assert await parting(open_line) == ("revoked", 4001)
    late = await lobby.open()
    assert await ending(late, token=token) == ("token_invalid", 4001)
    assert (await ask(lobby, token, "GET", "/CannedText")).status_code == 401


async def test_signing_out_at_a_program_ends_nothing(floor: Floor) -> None:
    marta = await floor.let_in(floor.tenant.marta)
    assert (await marta.command("sign_out"))["ok"]
    assert (await marta.command("colleagues"))["ok"]


async def change(ports: Ports, tenant: Tenant, profile: Profile, **members: Any) -> None:
    draft = ProfileDraft(profile.id, lambda before: replace(before, **members))
    await save_profiles(ports, RandomKeys(), tenant.marta, [draft])


@pytest.mark.parametrize("reason", ["origins", "visitors", "deleted"])
async def test_agents_leave_with_their_entrance(lobby: Lobby, ports: Ports, reason: str) -> None:
    tenant, profile = lobby.floor.tenant, lobby.entrance.profile
    token = await take_token(lobby)
    jonas = await lobby.come()
    if reason == "origins":
        await change(ports, tenant, profile, origins=("https://shop.example",))
    elif reason == "visitors":
        await change(ports, tenant, profile, rules=replace(profile.rules, access=Access("anyone")))
    else:
        await delete_profile(ports, tenant.marta, profile.id)
    assert await parting(jonas) == ("forbidden", 4003)
    assert (await ask(lobby, token, "GET", "/CannedText")).status_code in (401, 403)


async def test_a_visitor_from_before_comes_back_to_a_chat_at_an_entrance_that_is_for_agents_now(
    lobby: Lobby, ports: Ports
) -> None:
    tenant = lobby.floor.tenant
    async with visitor_line(lobby.floor.node.ws_url, tenant) as line:
        token = (await line.hello(key=tenant.profile.key))["token"]
        chat: Frame = (await line.command("start"))["result"]["chat"]
    rules = replace(tenant.profile.rules, access=Access("agents"))
    await change(ports, tenant, tenant.profile, rules=rules)
    async with visitor_line(lobby.floor.node.ws_url, tenant) as line:
        welcome = await line.hello(token=token)
        assert (welcome["you"]["side"], [one["id"] for one in welcome["chats"]]) == ("visitor", [chat["id"]])


def test_a_session_of_a_page_is_told_from_all_other_keys() -> None:
    keys = open_secrets().keys
    text = keys.issue_key("page_session").text
    assert keys.parse_key("page_session", text)
    assert text.startswith("hp_")
