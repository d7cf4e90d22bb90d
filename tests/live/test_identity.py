"""Visitors whose page proves who they are: from the start, and in the middle of a chat."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from hub.actions.ports import Ports
from hub.domain.profile import Access, Profile
from hub.settings import Settings
from tests.doubles.beats import visitor_beats
from tests.doubles.halo_client import admin_program
from tests.doubles.id_tokens import claims_of, sign
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.samples import members, shape_of_sample
from tests.doubles.tenant import Tenant, make_tenant


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant whose identity secret the node can open."""
    return await make_tenant(ports, settings)


@pytest.fixture
async def stranger(ports: Ports, settings: Settings) -> Tenant:
    """Another one."""
    return await make_tenant(ports, settings)


def id_token(tenant: Tenant, subject: str = "customer-42", **claims: Any) -> str:
    """As the page's server signs it."""
    return sign(
        tenant.bootstrap.profile.identity_secret, claims_of(subject, **{"name": "Ada Byron", **claims})
    )


async def begin(line: Line, tenant: Tenant, text: str = "Hello?") -> tuple[str, Frame]:
    """An unknown visitor in a chat: token and chat."""
    token = (await line.hello(key=tenant.profile.key))["token"]
    chat = (await line.command("start"))["result"]["chat"]
    await line.command("post", chat=chat["id"], text=text)
    return token, chat


async def refusal(line: Line, **hello: Any) -> tuple[str, int]:
    """How a hello ends that is not welcome."""
    await line.send({"t": "hello", "v": 1, **hello})
    return (await line.expect("bye"))["reason"], await line.expect_close()


# From the start.


async def test_an_id_token_makes_the_visitor_a_user_who_is_the_same_every_time(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as elsewhere:
        welcome = await line.hello(id_token=id_token(tenant))
        chat = (await line.command("start"))["result"]["chat"]
        again = await elsewhere.hello(id_token=id_token(tenant, name="Ada Lovelace"))

    assert (welcome["you"]["name"], again["you"]["name"]) == ("Ada Byron", "Ada Lovelace")
    assert welcome["you"]["id"] == again["you"]["id"] == chat["visitor"]["id"]
    assert [one["id"] for one in again["chats"]] == [chat["id"]]
    stored = await ports.chats.find_chat(tenant.id, chat["id"])
    assert stored is not None
    assert stored.visitor_kind == "user"


async def test_a_user_comes_back_with_the_token_alone(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as later:
        welcome = await line.hello(id_token=id_token(tenant))
        assert (await later.hello(token=welcome["token"]))["you"] == welcome["you"]


async def admit_only(ports: Ports, tenant: Tenant, audience: Any) -> None:
    def decide(found: Any) -> list[Profile]:
        profile = found[tenant.profile.id]
        return [replace(profile, rules=replace(profile.rules, access=Access(audience)))]

    await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)


async def test_an_entrance_for_the_proven_admits_them_and_their_tokens_only(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    await admit_only(ports, tenant, "proven")
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as later:
        await line.hello(key=tenant.profile.key)
        assert (await line.command("start"))["error"]["code"] == "identity_required"
        token = (await line.command("identify", id_token=id_token(tenant)))["result"]["token"]
        await later.hello(token=token)
        assert (await later.command("start"))["ok"]
        assert (await line.command("start"))["ok"]


async def test_an_entrance_for_agents_admits_no_visitors_proof(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    await admit_only(ports, tenant, "agents")
    async with visitor_line(node.ws_url, tenant) as line:
        assert await refusal(line, id_token=id_token(tenant)) == ("identity_refused", 4001)


@pytest.mark.parametrize("claims", [{"exp": 1}, {"sub": ""}, {"iat": "now"}], ids=repr)
async def test_a_token_that_is_not_good_is_refused_with_its_line(
    node: RunningNode, tenant: Tenant, claims: dict[str, Any]
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        assert await refusal(line, id_token=id_token(tenant, **claims)) == ("identity_refused", 4001)


async def test_another_tenants_secret_proves_nothing(
    node: RunningNode, tenant: Tenant, stranger: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        assert await refusal(line, id_token=id_token(stranger)) == ("identity_refused", 4001)


async def test_the_same_subject_in_another_tenant_is_another_user(
    node: RunningNode, tenant: Tenant, stranger: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, stranger) as other:
        ours, theirs = (
            await line.hello(id_token=id_token(tenant)),
            await other.hello(id_token=id_token(stranger)),
        )
    assert ours["you"]["id"] != theirs["you"]["id"]


async def test_an_empty_id_token_means_none(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        assert (await line.hello(key=tenant.profile.key, id_token=""))["you"]["id"] is None


async def test_beats_carry_an_id_token_too(node: RunningNode, tenant: Tenant) -> None:
    async with (
        visitor_beats(node.base_url, tenant) as visitor,
        visitor_beats(node.base_url, tenant) as forger,
    ):
        welcome = (await visitor.beat(id_token=id_token(tenant)))[0]
        chat = (await visitor.command("start"))["result"]["chat"]
        refused = await forger.post(id_token=id_token(tenant, exp=1))
    assert chat["visitor"] == {"id": welcome["you"]["id"], "name": "Ada Byron"}
    assert (refused.status_code, refused.json()["frames"][-1]["reason"]) == (401, "identity_refused")


# Who is who.


async def save_user(ports: Ports, tenant: Tenant, **patch: Any) -> int:
    [user_id] = await ports.desk.users.save_users(tenant.id, [{"name": "Ada of the desk", **patch}])
    return user_id


@pytest.mark.parametrize(
    ("claims", "is_linked"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, False),
        ({"email_verified": False}, False),
        ({}, False),
    ],
    ids=repr,
)
async def test_only_a_verified_email_finds_a_user_the_desk_knows(
    node: RunningNode, tenant: Tenant, ports: Ports, claims: dict[str, Any], is_linked: bool
) -> None:
    known = await save_user(ports, tenant, email="ada@shop.example")
    async with visitor_line(node.ws_url, tenant) as line:
        you = (await line.hello(id_token=id_token(tenant, email="Ada@Shop.example", **claims)))["you"]

    assert (you["id"] == known) == is_linked
    user = await ports.desk.users.find_user(tenant.id, you["id"])
    assert user is not None
    assert (user.email or "").lower() == ("ada@shop.example" if is_linked else "")


async def test_an_email_finds_nobody_whom_another_subject_has(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    proof: dict[str, Any] = {"email": "ada@shop.example", "email_verified": True}
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as other:
        first = await line.hello(id_token=id_token(tenant, **proof))
        second = await other.hello(id_token=id_token(tenant, "customer-43", **proof))
    assert first["you"]["id"] != second["you"]["id"]


async def test_a_user_who_was_disabled_is_not_let_in(node: RunningNode, tenant: Tenant, ports: Ports) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as late:
        user_id = (await line.hello(id_token=id_token(tenant)))["you"]["id"]
        await ports.desk.users.save_users(tenant.id, [{"id": user_id, "is_disabled": True}])
        assert await refusal(late, id_token=id_token(tenant)) == ("identity_refused", 4001)


# A token that is used up.


async def test_a_token_with_an_id_is_good_for_one_sign_in(node: RunningNode, tenant: Tenant) -> None:
    proof = id_token(tenant, jti=str(uuid4()))
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as thief:
        token = (await line.hello(id_token=proof))["token"]
        assert await refusal(thief, id_token=proof) == ("identity_refused", 4001)
    async with visitor_line(node.ws_url, tenant) as own:
        assert (await own.hello(id_token=proof, token=token))["you"]["name"] == "Ada Byron"


async def test_an_id_is_not_accepted_for_another_subject_or_another_chat(
    node: RunningNode, tenant: Tenant
) -> None:
    jti = str(uuid4())
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as other:
        token, _ = await begin(line, tenant)
        _, others = await begin(other, tenant)
        assert (await line.command("identify", id_token=id_token(tenant, jti=jti)))["ok"]
        for proof in (id_token(tenant, jti=jti), id_token(tenant, "customer-43", jti=jti)):
            refused = await other.command("identify", id_token=proof, chat=others["id"])
            assert refused["error"]["code"] == "identity_refused"
    async with visitor_line(node.ws_url, tenant) as late:
        proof = id_token(tenant, "customer-43", jti=jti)
        assert await refusal(late, token=token, id_token=proof) == ("identity_refused", 4001)


async def test_two_who_bring_one_token_at_once_are_one_sign_in(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    proof = id_token(tenant, jti=str(uuid4()))

    async def come(ws_url: str) -> str:
        async with visitor_line(ws_url, tenant) as line:
            await line.send({"t": "hello", "v": 1, "id_token": proof})
            return str((await line.receive())["t"])

    came = await asyncio.gather(*(come(one.ws_url) for one in (node, second_node) * 3))
    assert sorted(came) == ["bye"] * 5 + ["welcome"]


# In the middle of a chat.


async def test_an_unknown_visitors_chat_becomes_the_users(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, agent_line(node.ws_url) as agent:
        _, chat = await begin(line, tenant)
        await agent.hello(token=tenant.bootstrap.api_key)
        await agent.command("follow", chat=chat["id"])

        reply = await line.command("identify", id_token=id_token(tenant), chat=chat["id"])

        assert members(reply) == shape_of_sample("reply_identify")
        you = reply["result"]["you"]
        header = reply["result"]["chat"]
        assert (header["id"], header["visitor"]) == (chat["id"], {"id": you["id"], "name": "Ada Byron"})
        assert [one["id"] for one in header["participants"]] == [you["id"]]
        for end in (line, agent):
            told = await end.expect("event", lambda frame: frame["kind"] == "visitor_identified")
            assert told["who"] == {"id": you["id"], "side": "visitor"}
            assert told["data"] == {"name": "Ada Byron", "was": chat["visitor"]["id"]}
        assert (await line.command("post", chat=chat["id"], text="It is me"))["ok"]
        await agent.expect_message("It is me")
        await agent.command("accept", chat=chat["id"])
        followed = (await agent.command("follow", chat=chat["id"]))["result"]["chat"]
        assert followed["visitor"] == {"id": you["id"], "name": "Ada Byron"}
        assert (await line.command("end", chat=chat["id"]))["ok"]


async def test_other_tabs_are_closed_and_come_back_with_the_new_token(
    node: RunningNode, second_node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(second_node.ws_url, tenant) as tab:
        token, chat = await begin(line, tenant)
        await tab.hello(token=token)

        fresh = (await line.command("identify", id_token=id_token(tenant)))["result"]["token"]

        refused = await tab.command("post", chat=chat["id"], text="From the other tab")
        assert (refused["ok"], await tab.expect_close()) == (False, 4001)
        async with visitor_line(second_node.ws_url, tenant) as old:
            assert await refusal(old, token=token) == ("token_invalid", 4001)
        async with visitor_line(second_node.ws_url, tenant) as back:
            assert [one["id"] for one in (await back.hello(token=fresh))["chats"]] == [chat["id"]]
        assert (await line.command("post", chat=chat["id"], text="Still here"))["ok"]


async def test_who_lost_the_answer_says_both_tokens_again(node: RunningNode, tenant: Tenant) -> None:
    proof = id_token(tenant, jti=str(uuid4()))
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as again:
        token, chat = await begin(line, tenant)
        await line.command("identify", id_token=proof)
        welcome = await again.hello(token=token, id_token=proof)
        assert [one["id"] for one in welcome["chats"]] == [chat["id"]]
        assert welcome["you"]["name"] == "Ada Byron"


async def test_what_was_said_before_is_not_said_twice_when_it_is_repeated_as_the_user(
    node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        _, chat = await begin(line, tenant)
        said = await line.command("post", cid="once", chat=chat["id"], text="Only once")
        await line.command("identify", id_token=id_token(tenant))

        again = await line.command("post", cid="once", chat=chat["id"], text="Only once")
        other = await line.command("post", cid="once", chat=chat["id"], text="Something else")

    assert (again["result"], again["duplicate"]) == (said["result"], True)
    assert other["error"]["code"] == "cid_reused"


async def test_hello_with_both_tokens_takes_the_chat_along(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as again:
        token, chat = await begin(line, tenant)
        welcome = await again.hello(token=token, id_token=id_token(tenant))
        assert [one["visitor"]["name"] for one in welcome["chats"]] == ["Ada Byron"]
        assert welcome["chats"][0]["id"] == chat["id"]


async def test_a_revoked_token_takes_no_chat_along(node: RunningNode, tenant: Tenant, ports: Ports) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as thief:
        token, chat = await begin(line, tenant)
        await ports.identities.raise_token_epoch(tenant.id, chat["visitor"]["id"])
        assert (await thief.hello(token=token, id_token=id_token(tenant)))["chats"] == []


Prepare = Callable[[Line, Line, Tenant, Frame], Any]


async def ended(line: Line, _other: Line, tenant: Tenant, chat: Frame) -> dict[str, Any]:
    await line.command("end", chat=chat["id"])
    return {"id_token": id_token(tenant), "chat": chat["id"]}


async def foreign(_line: Line, other: Line, tenant: Tenant, _chat: Frame) -> dict[str, Any]:
    _, theirs = await begin(other, tenant)
    return {"id_token": id_token(tenant), "chat": theirs["id"]}


async def missing(_line: Line, _other: Line, tenant: Tenant, _chat: Frame) -> dict[str, Any]:
    return {"id_token": id_token(tenant), "chat": 2**31 - 1}


async def other_open(_line: Line, other: Line, tenant: Tenant, chat: Frame) -> dict[str, Any]:
    await other.hello(id_token=id_token(tenant))
    await other.command("start")
    return {"id_token": id_token(tenant), "chat": chat["id"]}


async def forged(_line: Line, _other: Line, tenant: Tenant, chat: Frame) -> dict[str, Any]:
    return {"id_token": id_token(tenant) + "A", "chat": chat["id"]}


async def empty(_line: Line, _other: Line, _tenant: Tenant, chat: Frame) -> dict[str, Any]:
    return {"id_token": "", "chat": chat["id"]}


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (ended, "chat_ended"),
        (foreign, "chat_not_found"),
        (missing, "chat_not_found"),
        (other_open, "other_chat_open"),
        (forged, "identity_refused"),
        (empty, "identity_refused"),
    ],
)
async def test_what_is_refused_changes_nothing(
    node: RunningNode, tenant: Tenant, ports: Ports, prepare: Prepare, code: str
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as other:
        token, chat = await begin(line, tenant)
        args = await prepare(line, other, tenant, chat)
        before = await ports.chats.list_chats(tenant.id, [chat["id"], args["chat"]])

        refused = await line.command("identify", **args)

        assert (refused["ok"], refused["error"]["code"], refused["error"]["retry"]) == (False, code, "never")
        assert await ports.chats.list_chats(tenant.id, [chat["id"], args["chat"]]) == before
        async with visitor_line(node.ws_url, tenant) as later:  # The old token is as good as it was.
            assert (await later.hello(token=token))["you"]["id"] == chat["visitor"]["id"]


async def test_a_refused_upgrade_has_not_used_up_its_token(node: RunningNode, tenant: Tenant) -> None:
    proof = id_token(tenant, jti=str(uuid4()))
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(node.ws_url, tenant) as other:
        _, chat = await begin(line, tenant)
        assert not (await line.command("identify", id_token=proof, chat=chat["id"] + 1_000_000))["ok"]
        assert (await other.hello(id_token=proof))["you"]["name"] == "Ada Byron"


async def test_nobody_is_identified_twice(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        _, chat = await begin(line, tenant)
        you = (await line.command("identify", id_token=id_token(tenant)))["result"]["you"]
        for subject in ("customer-42", "customer-43"):
            refused = await line.command("identify", id_token=id_token(tenant, subject), chat=chat["id"])
            assert refused["error"]["code"] == "already_identified"
        assert (await line.command("start"))["result"]["chat"]["visitor"]["id"] == you["id"]


async def test_agents_identify_nobody(node: RunningNode, tenant: Tenant) -> None:
    async with agent_line(node.ws_url) as agent:
        await agent.hello(token=tenant.bootstrap.api_key)
        assert (await agent.command("identify", id_token=id_token(tenant)))["error"]["code"] == "unknown_op"


async def test_a_beat_identifies_too_and_the_next_one_goes_on(node: RunningNode, tenant: Tenant) -> None:
    async with visitor_beats(node.base_url, tenant) as beats:
        await beats.beat(key=tenant.profile.key)
        chat = (await beats.command("start"))["result"]["chat"]
        await beats.command("post", chat=chat["id"], text="Before")

        told = (await beats.command("identify", id_token=id_token(tenant)))["result"]
        assert (await beats.post()).status_code == 401
        beats.token = told["token"]

        assert (await beats.command("post", chat=chat["id"], text="After"))["ok"]
        assert [event["kind"] for event in beats.events][-2:] == ["visitor_identified", "message_posted"]


async def test_halo_tells_the_user_of_every_message_and_a_line_about_it(
    node: RunningNode, tenant: Tenant
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        _, chat = await begin(line, tenant, "Before")
        you = (await line.command("identify", id_token=id_token(tenant)))["result"]["you"]
        await line.command("post", chat=chat["id"], text="After")
        async with admin_program(node.base_url, tenant) as halo:
            lines = await halo.get("/ChatMessage", chat_id=chat["id"])

    assert {(one["user_id"], one.get("agent_id"), one.get("unknown_id")) for one in lines} == {
        (you["id"], None, None)
    }
    assert [one["textplain"] for one in lines if one["system_id"] == 14] == [
        "The visitor has signed in as Ada Byron."
    ]
