"""Passwords: argon2id as stored, and the same cost for accounts that do not exist."""

import pytest

from hub.auth.passwords import Argon2Passwords
from hub.domain.errors import NotSignedIn

# RFC 9106 section 4, second recommended option: 64 MiB, three passes, four lanes.
LOW_MEMORY = "$argon2id$v=19$m=65536,t=3,p=4$"


async def test_the_stored_hash_names_the_low_memory_profile_and_accepts_its_password() -> None:
    passwords = Argon2Passwords()
    stored = await passwords.hash_password("nine days to Leeds")
    assert stored.startswith(LOW_MEMORY)
    await passwords.require_password("nine days to Leeds", stored)


async def test_the_same_password_is_never_stored_twice_alike() -> None:
    passwords = Argon2Passwords()
    assert await passwords.hash_password("one and the same") != await passwords.hash_password(
        "one and the same"
    )


async def test_a_wrong_password_is_refused() -> None:
    passwords = Argon2Passwords()
    stored = await passwords.hash_password("nine days to Leeds")
    with pytest.raises(NotSignedIn):
        await passwords.require_password("ten days to Leeds", stored)


async def test_an_accent_may_be_typed_as_one_character_or_as_two() -> None:
    passwords = Argon2Passwords()
    stored = await passwords.hash_password("caf\u00e9 au lait")
    await passwords.require_password("cafe\u0301 au lait", stored)


async def test_an_unknown_account_is_compared_under_the_same_parameters_and_refused() -> None:
    passwords = Argon2Passwords()
    assert passwords._impossible.startswith(LOW_MEMORY)
    with pytest.raises(NotSignedIn):
        await passwords.require_password("anything at all", None)


@pytest.mark.parametrize("odd", ["", "\ud800", "\x00", "x" * 1_025])
async def test_odd_passwords_are_wrong_ones(odd: str) -> None:
    with pytest.raises(NotSignedIn):
        await Argon2Passwords().require_password(odd, None)


async def test_a_damaged_hash_refuses_everybody() -> None:
    with pytest.raises(NotSignedIn):
        await Argon2Passwords().require_password("anything at all", "$argon2id$broken")
