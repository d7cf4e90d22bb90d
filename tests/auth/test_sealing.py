"""Sealed secrets: they open in their own place only, and survive the rotation of keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.auth.sealing import SealBroken, Sealer

OLD, NEW = "the-old-secret-key", "the-new-secret-key"
SEALER = Sealer([NEW, OLD])


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(secret: bytes) -> None:
    sealed = SEALER.seal(secret, 1, "slack_app", "A1")
    assert SEALER.unseal(sealed, 1, "slack_app", "A1") == secret


def test_the_secret_cannot_be_seen_in_what_is_stored() -> None:
    assert b"signing secret" not in SEALER.seal(b"signing secret", 1, "slack_app", "A1")


def test_a_secret_moved_to_another_row_does_not_open() -> None:
    sealed = SEALER.seal(b"signing secret", 1, "slack_app", "A1")
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed, 2, "slack_app", "A1")
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed, 1, "identity_secret", "A1")
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed, 1, "slack_app", "A2")


def test_after_a_rotation_old_secrets_open_and_new_ones_need_the_new_key() -> None:
    old = Sealer([OLD]).seal(b"sealed before", 1, "slack_app", "A1")
    assert SEALER.unseal(old, 1, "slack_app", "A1") == b"sealed before"
    new = SEALER.seal(b"sealed after", 1, "slack_app", "A1")
    with pytest.raises(SealBroken):
        Sealer([OLD]).unseal(new, 1, "slack_app", "A1")


@given(st.integers(0, 200), st.integers(1, 255))
def test_any_changed_byte_is_noticed(position: int, difference: int) -> None:
    sealed = bytearray(SEALER.seal(b"signing secret", 1, "slack_app", "A1"))
    sealed[position % len(sealed)] ^= difference
    with pytest.raises(SealBroken):
        SEALER.unseal(bytes(sealed), 1, "slack_app", "A1")


@given(st.integers(0, 50))
def test_a_shortened_secret_is_noticed(kept: int) -> None:
    sealed = SEALER.seal(b"signing secret", 1, "slack_app", "A1")
    with pytest.raises(SealBroken):
        SEALER.unseal(sealed[: min(kept, len(sealed) - 1)], 1, "slack_app", "A1")


def test_sealing_without_a_key_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Sealer([])
