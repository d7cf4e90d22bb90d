"""Keys: their form, their checksum, and what is kept of them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.actions.ports import KeyKind
from hub.auth.keys import KEY_FORMS, RandomKeys
from hub.domain.errors import NotSignedIn

KEYS = RandomKeys()


def test_an_api_key_can_be_recognised_by_scanners_and_carries_an_id_of_eight() -> None:
    key = KEYS.issue_key("api_key")
    assert key.text.startswith("hk_live_" + key.public_id)
    assert len(key.public_id) == 8
    assert len(key.text) == len("hk_live_") + 8 + 43 + 6


@pytest.mark.parametrize("kind", KEY_FORMS)
def test_a_key_is_found_by_its_id_and_accepted_by_its_hash(kind: KeyKind) -> None:
    key = KEYS.issue_key(kind)
    assert KEYS.parse_key(kind, key.text) == key.public_id
    KEYS.require_secret(key.text, key.hash)


def test_only_the_sha256_of_a_key_is_kept() -> None:
    key = KEYS.issue_key("api_key")
    assert key.hash == "sha256:" + sha256(key.text.encode()).hexdigest()


@given(st.integers(0, 64), st.sampled_from("0Zz_ é"))
def test_a_changed_character_is_noticed_without_a_look_up(position: int, character: str) -> None:
    text = KEYS.issue_key("api_key").text
    changed = text[:position] + character + text[position + 1 :]
    if changed == text:
        return
    with pytest.raises(NotSignedIn):
        KEYS.parse_key("api_key", changed)


@pytest.mark.parametrize("odd", ["", "hk_live_", "hk_live_" + "0" * 57, "\ud800", "x" * 100_000])
def test_what_is_no_key_is_refused(odd: str) -> None:
    with pytest.raises(NotSignedIn):
        KEYS.parse_key("api_key", odd)


def test_a_key_of_one_kind_is_none_of_another() -> None:
    with pytest.raises(NotSignedIn):
        KEYS.parse_key("session", KEYS.issue_key("api_key").text)


@pytest.mark.parametrize("stored", [None, "", "sha256:0"])
def test_a_secret_does_not_match_another_hash(stored: str | None) -> None:
    with pytest.raises(NotSignedIn):
        KEYS.require_secret(KEYS.issue_secret("client").text, stored)


def test_random_texts_have_the_length_and_the_alphabet_asked_for() -> None:
    text = KEYS.random_text(200, "ab")
    assert (len(text), set(text)) == (200, {"a", "b"})
