"""Agents: signing in and out, being recognised, being added."""

from datetime import timedelta

import pytest

from hub.actions.agents import add_agent, get_key_caller, get_session_caller, sign_in, sign_out
from hub.domain.errors import BadRequest, NotSignedIn, TooMany
from hub.domain.identity import AgentCaller
from tests.doubles.ports import Memory, OpenLimits
from tests.doubles.secrets import PlainPasswords, open_secrets

EMAIL, PASSWORD, ADDRESS = "marta@shop.example", "long enough for us", "203.0.113.9"
SECRETS = open_secrets()


async def memory_with_marta(memory: Memory | None = None) -> tuple[Memory, AgentCaller]:
    memory = memory or Memory()
    tenant_id = await memory.identities.create_tenant("Shop", "epoch")
    return memory, await add_agent(memory.ports, SECRETS, tenant_id, "Marta Lindqvist", EMAIL, PASSWORD)


async def test_an_agent_signs_in_and_is_recognised() -> None:
    memory, marta = await memory_with_marta()
    signed_in = await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)
    assert signed_in.agent.id == marta.id
    assert (await get_session_caller(memory.ports, SECRETS.keys, signed_in.session_id)).id == marta.id


async def test_the_e_mail_may_be_written_in_any_case_and_with_spaces_around() -> None:
    memory, marta = await memory_with_marta()
    signed_in = await sign_in(memory.ports, SECRETS, f" {EMAIL.upper()} ", PASSWORD, ADDRESS)
    assert signed_in.agent.id == marta.id


async def test_the_session_itself_is_stored_nowhere() -> None:
    memory, _ = await memory_with_marta()
    signed_in = await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)
    assert signed_in.session_id not in repr(memory.credentials.rows)


async def test_an_unknown_e_mail_and_a_wrong_password_get_one_answer_for_one_price() -> None:
    passwords = PlainPasswords()
    secrets = open_secrets(passwords)
    memory, _ = await memory_with_marta()
    answers = []
    for email, password in (
        (EMAIL, "wrong"),
        ("nobody@shop.example", PASSWORD),
        ("\x00", PASSWORD),
        ("", ""),
    ):
        with pytest.raises(NotSignedIn) as refused:
            await sign_in(memory.ports, secrets, email, password, ADDRESS)
        answers.append(str(refused.value))
    assert len(set(answers)) == 1
    assert passwords.compared == len(answers)


async def test_the_sixth_attempt_in_a_minute_on_one_account_must_wait_even_from_elsewhere() -> None:
    memory, _ = await memory_with_marta()
    for number in range(5):
        with pytest.raises(NotSignedIn):
            await sign_in(memory.ports, SECRETS, EMAIL, "wrong", f"203.0.113.{number}")
    with pytest.raises(TooMany) as refused:
        await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, "203.0.113.99")
    assert refused.value.after_ms == 12_000
    memory.clock.move(timedelta(seconds=12))
    await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, "203.0.113.99")


async def test_the_sixth_attempt_in_a_minute_from_one_address_must_wait_even_for_other_accounts() -> None:
    memory, _ = await memory_with_marta()
    for number in range(5):
        with pytest.raises(NotSignedIn):
            await sign_in(memory.ports, SECRETS, f"agent{number}@shop.example", "wrong", ADDRESS)
    with pytest.raises(TooMany):
        await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)


async def test_two_tenants_may_have_an_agent_with_the_same_e_mail() -> None:
    memory, marta = await memory_with_marta()
    other_tenant = await memory.identities.create_tenant("Other", "epoch")
    other = await add_agent(memory.ports, SECRETS, other_tenant, "Marta Elsewhere", EMAIL, "another password")
    assert (await sign_in(memory.ports, SECRETS, EMAIL, "another password", ADDRESS)).agent.id == other.id
    assert (await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)).agent.id == marta.id


async def test_a_session_ends_after_twelve_hours() -> None:
    memory, _ = await memory_with_marta()
    signed_in = await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)
    memory.clock.move(timedelta(hours=12, seconds=-1))
    await get_session_caller(memory.ports, SECRETS.keys, signed_in.session_id)
    memory.clock.move(timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        await get_session_caller(memory.ports, SECRETS.keys, signed_in.session_id)


async def test_signing_out_ends_this_session_only_and_may_be_repeated() -> None:
    memory, marta = await memory_with_marta(Memory(limits=OpenLimits()))
    here, there = [await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS) for _ in range(2)]
    await sign_out(memory.ports, SECRETS.keys, here.session_id)
    await sign_out(memory.ports, SECRETS.keys, here.session_id)
    with pytest.raises(NotSignedIn):
        await get_session_caller(memory.ports, SECRETS.keys, here.session_id)
    assert (await get_session_caller(memory.ports, SECRETS.keys, there.session_id)).id == marta.id


async def test_a_session_id_of_the_right_form_with_another_secret_is_refused() -> None:
    memory, _ = await memory_with_marta()
    await sign_in(memory.ports, SECRETS, EMAIL, PASSWORD, ADDRESS)
    stranger = SECRETS.keys.issue_key("session")
    memory.credentials.list_kind("session")[0].public_id = stranger.public_id
    with pytest.raises(NotSignedIn):
        await get_session_caller(memory.ports, SECRETS.keys, stranger.text)


async def test_an_api_key_acts_for_its_agent_and_its_use_is_noted_once_a_minute() -> None:
    memory, marta = await memory_with_marta()
    key = SECRETS.keys.issue_key("api_key")
    await memory.credentials.add_credential(
        marta.tenant_id, "api_key", key.public_id, hash=key.hash, principal_id=marta.id
    )
    for _ in range(3):
        assert (await get_key_caller(memory.ports, SECRETS.keys, key.text)).id == marta.id
    assert memory.credentials.list_kind("api_key")[0].uses == 1
    memory.clock.move(timedelta(minutes=1))
    await get_key_caller(memory.ports, SECRETS.keys, key.text)
    assert memory.credentials.list_kind("api_key")[0].uses == 2


async def test_a_key_without_an_agent_is_nobody() -> None:
    memory, marta = await memory_with_marta()
    key = SECRETS.keys.issue_key("api_key")
    await memory.credentials.add_credential(marta.tenant_id, "api_key", key.public_id, hash=key.hash)
    with pytest.raises(NotSignedIn):
        await get_key_caller(memory.ports, SECRETS.keys, key.text)


@pytest.mark.parametrize(
    ("name", "email", "password", "field"),
    [
        ("", EMAIL, PASSWORD, "name"),
        ("\u202e\u200f", EMAIL, PASSWORD, "name"),
        ("Jonas", "jonas", PASSWORD, "email"),
        ("Jonas", "@shop.example", PASSWORD, "email"),
        ("Jonas", "jo nas@shop.example", PASSWORD, "email"),
        ("Jonas", "jonas\x00@shop.example", PASSWORD, "email"),
        ("Jonas", f"{'j' * 250}@shop.example", PASSWORD, "email"),
        ("Jonas", "jonas@shop.example", "too short", "password"),
        ("Jonas", "jonas@shop.example", "x" * 1_025, "password"),
        ("Marta again", EMAIL, PASSWORD, "email"),
    ],
)
async def test_an_agent_that_cannot_be_added_is_refused_by_field_and_leaves_nothing_behind(
    name: str, email: str, password: str, field: str
) -> None:
    memory, marta = await memory_with_marta()
    with pytest.raises(BadRequest) as refused:
        await add_agent(memory.ports, SECRETS, marta.tenant_id, name, email, password)
    assert refused.value.field == field
    assert (len(memory.identities.agents), len(memory.credentials.rows)) == (1, 1)
