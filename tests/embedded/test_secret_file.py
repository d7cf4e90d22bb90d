from pathlib import Path

import pytest

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import EmbeddedError, EmbeddedPair
from hub.embedded.secret_file import Secrets, get_or_create_secrets
from tests.embedded.damage import moved, replaced


def test_secrets_are_made_once_and_no_two_are_alike(tmp_path: Path) -> None:
    first, second = get_or_create_secrets(tmp_path / "first"), get_or_create_secrets(tmp_path / "second")

    assert get_or_create_secrets(tmp_path / "first") == first
    values = [value for made in (first, second) for value in _list_values(made)]
    assert len(set(values)) == len(values) == 10
    assert min(map(len, values)) >= 40


def _list_values(secrets: Secrets) -> list[str]:
    passwords = (secrets.hub_admin_password, secrets.hub_owner_password, secrets.hub_app_password)
    return [*secrets.secret_keys, *passwords, secrets.valkey_password]


def test_lost_secrets_are_missed_instead_of_replaced(used_data_dir: Path) -> None:
    secrets = DataDirectory(used_data_dir).secrets
    with moved(secrets, secrets.with_name("away")):
        with pytest.raises(EmbeddedError, match=r"secrets\.json with the passwords .* is gone: put it back"):
            EmbeddedPair(used_data_dir).start()
        assert not secrets.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"secret_keys": 1}', '{"secret_keys": [], "other": 1}'])
def test_damaged_secrets_are_named_and_left_alone(used_data_dir: Path, content: str) -> None:
    secrets = DataDirectory(used_data_dir).secrets
    with replaced(secrets, content):
        with pytest.raises(EmbeddedError, match=r"secrets\.json is damaged: put it back"):
            EmbeddedPair(used_data_dir).start()
        assert secrets.read_text() == content
