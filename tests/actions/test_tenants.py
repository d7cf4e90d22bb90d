"""New tenants: every credential that is shown works, and none is stored in the clear."""

import json
from typing import Any

import pytest

from hub.actions.agents import get_key_caller, sign_in
from hub.actions.tenants import (
    Bootstrap,
    bootstrap_tenant,
    ensure_demo_tenant,
    find_demo_profile,
    render_bootstrap,
)
from hub.domain.errors import BadRequest
from tests.doubles.ports import Memory, OpenLimits
from tests.doubles.secrets import open_secrets

BASE_URL = "http://127.0.0.1:8080"
SECRETS = open_secrets()

# The form of contract and README, `hub bootstrap --json`.
SHAPE = {
    "base_url": str,
    "tenant": {"id": int, "name": str},
    "profile": {"id": int, "key": str, "identity_secret": str},
    "agents": [{"id": int, "email": str, "password": str, "name": str}] * 2,
    "halo": {"client_id": str, "client_secret": str},
    "api_key": str,
    "superoffice": {"customer": str, "ticket": str, "username": str, "password": str, "topic_id": int},
    "slack": {"app_id": str, "signing_secret": str},
}


def shape_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape_of(member) for name, member in value.items()}
    return [shape_of(member) for member in value] if isinstance(value, list) else type(value)


async def bootstrap(memory: Memory) -> Bootstrap:
    return await bootstrap_tenant(memory.ports, SECRETS, BASE_URL, ["https://Shop.example/"])


async def test_the_printed_object_has_exactly_the_promised_members() -> None:
    made = await bootstrap(Memory())
    assert shape_of(json.loads(render_bootstrap(made))) == SHAPE


async def test_the_profile_admits_loopback_pages_and_the_named_origins() -> None:
    memory = Memory()
    made = await bootstrap(memory)
    profile = memory.profiles.profiles[made.profile.id]
    assert profile.origins == ("loopback", "https://shop.example")
    assert profile.key == made.profile.key
    assert made.superoffice.topic_id == profile.id


async def test_both_agents_can_sign_in() -> None:
    memory = Memory(limits=OpenLimits())
    made = await bootstrap(memory)
    for agent in made.agents:
        signed_in = await sign_in(memory.ports, SECRETS, agent.email, agent.password, "127.0.0.1")
        assert (signed_in.agent.id, signed_in.agent.name) == (agent.id, agent.name)
        assert signed_in.agent.tenant_id == made.tenant.id


async def test_the_api_key_acts_for_an_agent_of_the_tenant() -> None:
    memory = Memory()
    made = await bootstrap(memory)
    caller = await get_key_caller(memory.ports, SECRETS.keys, made.api_key)
    assert (caller.tenant_id, caller.id) == (made.tenant.id, made.agents[0].id)


async def test_the_credentials_of_the_other_dialects_are_found_and_match() -> None:
    memory = Memory()
    made = await bootstrap(memory)
    keys = SECRETS.keys
    office = made.superoffice
    found = {
        "oauth_client": (made.halo.client_id, made.halo.client_secret),
        "superoffice_login": (f"{office.customer}/{office.username}".lower(), office.password),
        "superoffice_ticket": (keys.parse_key("superoffice_ticket", office.ticket), office.ticket),
    }
    rows = {row.kind: row for row in memory.credentials.rows}
    for kind, (public_id, secret) in found.items():
        row = rows[kind]  # type: ignore[index]
        assert row.public_id == public_id
        assert row.principal_id == made.agents[0].id
        keys.require_secret(secret, row.hash)


async def test_the_secrets_that_must_be_used_are_sealed_for_their_profile() -> None:
    memory = Memory()
    made = await bootstrap(memory)
    [identity] = memory.credentials.list_kind("identity_secret")
    [slack] = memory.credentials.list_kind("slack_app")
    assert identity.profile_id == slack.profile_id == made.profile.id
    assert slack.public_id == made.slack.app_id
    for row, secret in ((identity, made.profile.identity_secret), (slack, made.slack.signing_secret)):
        assert row.sealed is not None
        assert SECRETS.seals.unseal(row.sealed, made.tenant.id, row.kind, row.public_id) == secret.encode()


async def test_nothing_that_is_shown_is_stored_in_the_clear() -> None:
    memory = Memory()
    made = await bootstrap(memory)
    stored = repr([row for row in memory.credentials.rows if row.kind != "password"])
    shown = (
        made.profile.identity_secret,
        made.halo.client_secret,
        made.api_key,
        made.superoffice.ticket,
        made.superoffice.password,
        made.slack.signing_secret,
    )
    assert [secret for secret in shown if secret in stored] == []


def list_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for member in value.values() for text in list_texts(member)]
    if isinstance(value, list):
        return [text for member in value for text in list_texts(member)]
    return [value] if isinstance(value, str) else []


async def test_two_tenants_have_nothing_in_common_but_the_address_and_the_agents_names() -> None:
    memory = Memory()
    first = json.loads(render_bootstrap(await bootstrap(memory)))
    second = json.loads(render_bootstrap(await bootstrap(memory)))
    common = set(list_texts(first)) & set(list_texts(second))
    assert common == {BASE_URL, "Marta Lindqvist", "Jonas Okafor"}


async def test_a_wrong_origin_is_refused_before_anything_is_made() -> None:
    memory = Memory()
    with pytest.raises(BadRequest, match=r"shop\.example/path") as refused:
        await bootstrap_tenant(memory.ports, SECRETS, BASE_URL, ["https://shop.example/path"])
    assert refused.value.field == "allow_origin"
    assert await memory.identities.count_tenants() == 0


async def test_an_empty_database_gets_the_demo_and_its_agent_can_sign_in() -> None:
    memory = Memory()
    demo = await ensure_demo_tenant(memory.ports, SECRETS, BASE_URL)
    assert demo is not None
    assert demo.email == "marta@demo.example"
    await sign_in(memory.ports, SECRETS, demo.email, demo.password, "127.0.0.1")
    profile = await find_demo_profile(memory.ports)
    assert profile is not None
    assert (profile.id, profile.name, profile.origins) == (demo.profile_id, "Marlow Cycles", ("loopback",))


async def test_a_demo_behind_a_public_address_admits_pages_of_that_address() -> None:
    memory = Memory()
    await ensure_demo_tenant(memory.ports, SECRETS, "https://chat.example.com")
    assert memory.profiles.profiles[1].origins == ("loopback", "https://chat.example.com")


async def test_a_database_with_a_tenant_gets_no_demo() -> None:
    memory = Memory()
    await bootstrap(memory)
    assert await ensure_demo_tenant(memory.ports, SECRETS, BASE_URL) is None
    assert await find_demo_profile(memory.ports) is None
    assert len(memory.identities.tenants) == 1


async def test_the_demo_is_made_once() -> None:
    memory = Memory()
    await ensure_demo_tenant(memory.ports, SECRETS, BASE_URL)
    assert await ensure_demo_tenant(memory.ports, SECRETS, BASE_URL) is None
    assert len(memory.identities.tenants) == 1
