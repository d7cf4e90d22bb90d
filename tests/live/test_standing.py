"""Who was revoked, disabled or has expired does not stay on a live line."""

from datetime import datetime, timedelta

from hub.actions.agents import sign_out
from hub.actions.ports import Ports
from hub.actions.visitors import revoke_tokens
from hub.app import make_secrets
from hub.auth.visitor_tokens import LIFE, VisitorTokens
from hub.settings import Settings
from tests.doubles.line import agent_line, console_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.samples import members, shape_of_sample
from tests.doubles.tenant import Tenant


async def test_a_revoked_visitor_is_sent_away_from_every_node(
    node: RunningNode, second_node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    async with visitor_line(node.ws_url, tenant) as line, visitor_line(second_node.ws_url, tenant) as other:
        token = (await line.hello(key=tenant.profile.key))["token"]
        chat = (await line.command("start"))["result"]["chat"]
        await other.hello(token=token)

        await revoke_tokens(ports, tenant.id, chat["visitor"]["id"])

        for open_line in (line, other):
            assert (await open_line.expect("bye"))["reason"] == "revoked"
            assert await open_line.expect_close() == 4001
    async with visitor_line(node.ws_url, tenant) as late:
        await late.send({"t": "hello", "v": 1, "token": token})
        assert await late.expect_close() == 4001


async def test_a_program_whose_key_was_revoked_is_sent_away(
    node: RunningNode, tenant: Tenant, ports: Ports
) -> None:
    key = tenant.bootstrap.api_key
    async with agent_line(node.ws_url) as line:
        await line.hello(token=key)
        found = await ports.credentials.find_credentials("api_key", key.removeprefix("hk_live_")[:8])
        await ports.credentials.revoke_credential(tenant.id, found[0].id)
        assert (await line.expect("bye"))["reason"] == "revoked"
        assert await line.expect_close() == 4001


async def test_a_visitor_whose_token_runs_out_is_given_a_fresh_one_and_stays(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings
) -> None:
    visitor, tokens = tenant.new_visitor(), VisitorTokens(settings.secret_keys)
    begun = ports.clock.now() - LIFE + timedelta(seconds=30)
    token = tokens.issue_token(tenant.id, tenant.profile.id, visitor.uuid, 0, begun)
    async with visitor_line(node.ws_url, tenant) as line:
        # The token is old enough to be renewed with the welcome, so that the line never comes near its end.
        fresh = (await line.hello(token=token))["token"]
        assert tokens.read_token(fresh, ports.clock.now()).uuid == visitor.uuid
        assert (await line.command("start"))["ok"]


async def begin_session(
    ports: Ports, settings: Settings, tenant: Tenant, life: timedelta
) -> tuple[str, datetime]:
    """A console session of the tenant's first agent, and when it expires."""
    session = make_secrets(settings).keys.issue_key("session")
    expires_at = ports.clock.now() + life
    await ports.credentials.add_credential(
        tenant.id,
        "session",
        session.public_id,
        hash=session.hash,
        principal_id=tenant.marta.id,
        expires_at=expires_at,
    )
    return session.text, expires_at


async def test_a_console_session_that_expires_is_announced_and_then_ended(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings
) -> None:
    session_id, expires_at = await begin_session(ports, settings, tenant, timedelta(seconds=3))
    async with console_line(node, session_id) as line:
        await line.hello()
        reminder = await line.expect("reauth")
        assert members(reminder) == shape_of_sample("reauth")
        assert reminder["expires_at"] == round(expires_at.timestamp() * 1000)
        assert (await line.expect("bye"))["reason"] == "token_expired"
        assert await line.expect_close() == 4001


async def test_signing_out_ends_the_consoles_lines(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings
) -> None:
    session_id, _ = await begin_session(ports, settings, tenant, timedelta(hours=1))
    async with console_line(node, session_id) as line:
        assert (await line.hello())["you"]["id"] == tenant.marta.id
        await sign_out(ports, make_secrets(settings).keys, session_id)
        assert await line.expect_close() == 4001
