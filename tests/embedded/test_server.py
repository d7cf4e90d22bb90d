from collections.abc import Callable
from pathlib import Path

import pytest

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import EmbeddedError, EmbeddedPair
from hub.embedded.placement import find_server_files
from tests.embedded.damage import replaced
from tests.embedded.owners import Owner, await_servers_gone


@pytest.fixture
def settings(used_data_dir: Path) -> Path:
    """Postgres' settings file, with which one can keep it from starting."""
    files = find_server_files(DataDirectory(used_data_dir))
    assert files is not None
    return files.cluster / "postgresql.conf"


def test_a_server_that_cannot_start_is_quoted_and_nothing_stays_behind(
    used_data_dir: Path, settings: Path
) -> None:
    quoted = r"Postgres .* has ended with exit code 1; its log .* says: .*FATAL: .*contains errors"
    with replaced(settings, "no_such_setting = 1"), pytest.raises(EmbeddedError, match=quoted):
        EmbeddedPair(used_data_dir).start()
    await_servers_gone(used_data_dir)


def test_a_start_that_failed_can_be_repeated(used_data_dir: Path, settings: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        with replaced(settings, "no_such_setting = 1"), pytest.raises(EmbeddedError):
            pair.start()
        pair.start()
        assert pair.poll() is None


def test_the_failure_of_a_hub_is_one_line_without_a_trace(
    start_owner: Callable[..., Owner], data_dir: Path
) -> None:
    data_dir.mkdir()
    (data_dir / "file").write_text("text")
    code, output, errors = start_owner(data_dir).finish()
    assert (code, output, errors.count("\n")) == (1, "", 1)
