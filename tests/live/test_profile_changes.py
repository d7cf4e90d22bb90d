"""A changed profile reaches the lines that are open, on every node, within seconds."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.actions.agents import sign_in
from hub.actions.ports import Ports
from hub.actions.profiles import ProfileDraft, save_profiles
from hub.auth.keys import RandomKeys
from hub.domain.profile import Access, AccessRule, Alerts, Profile
from tests.doubles.line import PATIENCE_S, Line, agent_line, console_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant


async def change(ports: Ports, tenant: Tenant, **members: Any) -> None:
    """Marta changes the profile."""
    draft = ProfileDraft(tenant.profile.id, lambda profile: replace(profile, **members))
    await save_profiles(ports, RandomKeys(), tenant.marta, [draft])


async def change_access(ports: Ports, tenant: Tenant, access: Access) -> None:
    """Marta changes who may."""

    def apply(profile: Profile) -> Profile:
        return replace(profile, rules=replace(profile.rules, access=access))

    await save_profiles(ports, RandomKeys(), tenant.marta, [ProfileDraft(tenant.profile.id, apply)])


async def sign_in_jonas(ports: Ports, tenant: Tenant, address: str) -> str:
    """A console session of Jonas, who is no administrator."""
    credentials = tenant.bootstrap.agents[1]
    return (await sign_in(ports, open_secrets(), credentials.email, credentials.password, address)).session_id


async def test_a_page_that_is_admitted_no_longer_loses_its_line_on_every_node(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(second_node.ws_url, tenant) as other:
        for open_line in (line, other):
            await open_line.hello(key=tenant.profile.key)
        await change(ports, tenant, origins=("https://shop.example",))
        for open_line in (line, other):
            assert (await open_line.expect("bye"))["reason"] == "forbidden"
            assert await open_line.expect_close() == 4003


async def refusal_of_start(line: Line) -> str:
    """The code of the refusal, once beginning a chat is refused; each that begins is ended."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            reply = await line.command("start")
            if not reply["ok"]:
                return str(reply["error"]["code"])
            await line.command("end", chat=reply["result"]["chat"]["id"])
            await asyncio.sleep(0.2)


@pytest.mark.parametrize(
    ("access", "code"),
    [(Access("proven"), "identity_required"), (Access("agents"), "forbidden"), (None, "profile_not_found")],
)
async def test_a_line_that_is_open_begins_chats_by_the_profile_as_it_is_now(
    node: RunningNode, tenant: Tenant, ports: Ports, access: Access | None, code: str
) -> None:
    async with visitor_line(node.ws_url, tenant) as line:
        await line.hello(key=tenant.profile.key)
        if access is None:
            await ports.profiles.delete_profile(tenant.id, tenant.profile.id)
        else:
            await change_access(ports, tenant, access)
        assert await refusal_of_start(line) == code


async def follow_until(line: Line, chat: int, *, is_let_in: bool) -> None:
    """Follows the chat again and again until that is answered as it shall be."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            reply = await line.command("follow", chat=chat)
            if reply["ok"] is is_let_in:
                return
            await asyncio.sleep(0.2)


async def test_rules_take_chats_from_consoles_and_give_them_back(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    session = await sign_in_jonas(ports, tenant, "192.0.2.81")
    async with (
        visitor_line(node.ws_url, tenant) as visitor,
        console_line(second_node, session) as jonas,
        console_line(second_node, session) as second_tab,
        agent_line(second_node.ws_url) as marta,
    ):
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await second_tab.hello()
        await jonas.hello(wants=["inbox"])
        assert [row["chat"] for row in (await jonas.expect("rows"))["rows"]] == [chat]
        await jonas.command("follow", chat=chat)
        await marta.hello(token=tenant.bootstrap.api_key, wants=["inbox"])
        await marta.command("follow", chat=chat)

        await change_access(ports, tenant, Access(is_enforced=True))
        emptied = await jonas.expect("rows", lambda frame: frame["whole"])
        assert emptied["rows"] == []
        await follow_until(second_tab, chat, is_let_in=False)
        await visitor.command("post", chat=chat, text="For Marta only")
        await marta.expect_message("For Marta only")
        await jonas.command("unfollow", chat=chat)  # Its reply comes behind whatever was sent before.
        assert "For Marta only" not in str(jonas.seen)

        rule = AccessRule("agent", tenant.jonas.id, "read")
        await change_access(ports, tenant, Access(is_enforced=True, rules=(rule,)))
        given = await jonas.expect("rows", lambda frame: frame["whole"])
        assert [row["last"]["text"] for row in given["rows"]] == ["For Marta only"]
        await follow_until(second_tab, chat, is_let_in=True)


async def test_an_agent_who_comes_back_to_a_chat_that_is_hidden_now_is_let_in_without_it(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    session = await sign_in_jonas(ports, tenant, "192.0.2.82")
    async with visitor_line(node.ws_url, tenant) as visitor:
        await visitor.hello(key=tenant.profile.key)
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
    await change_access(ports, tenant, Access(is_enforced=True))
    async with console_line(node, session) as jonas:
        welcome = await jonas.hello(positions={str(chat): f"{tenant.profile.epoch}:1"})
        assert welcome["chats"] == []


async def test_a_console_that_was_away_while_the_rules_changed_is_told_all_it_may_see(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    session = await sign_in_jonas(ports, tenant, "192.0.2.83")
    async with visitor_line(node.ws_url, tenant) as visitor:
        await visitor.hello(key=tenant.profile.key)
        await visitor.command("start")
    async with console_line(node, session) as jonas:
        await jonas.hello(wants=["inbox"])
        cursor = (await jonas.expect("rows"))["cursor"]
    async with console_line(node, session) as jonas:
        await jonas.hello(wants=["inbox"], inbox=cursor)
        unchanged = await jonas.expect("rows")
    assert not unchanged["whole"]

    await change_access(ports, tenant, Access(is_enforced=True))
    async with console_line(node, session) as jonas:
        await jonas.hello(wants=["inbox"], inbox=unchanged["cursor"])
        told = await jonas.expect("rows")
        assert (told["whole"], told["rows"]) == (True, [])


async def test_consoles_are_told_when_visitors_may_wait_for_longer_or_less(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as visitor, agent_line(node.ws_url) as marta:
        await visitor.hello(key=tenant.profile.key)
        started = await visitor.command("start")
        await marta.hello(token=tenant.bootstrap.api_key, wants=["inbox"])
        [row] = (await marta.expect("rows"))["rows"]
        assert row["wait"] == {"since": started["result"]["chat"]["queued_at"], "limit_s": None}

        await change(ports, tenant, alerts=Alerts(first_answer_s=90))

        told = await marta.expect("rows", lambda frame: frame["rows"][0]["wait"]["limit_s"] == 90)
        assert told["whole"]
