import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import find_running
from hub.embedded.placement import find_server_files
from tests.embedded.asking import ask_postgres, ask_valkey
from tests.embedded.owners import Owner, await_condition, await_servers_gone, get_run_record, is_running

pytestmark = pytest.mark.parametrize("watch", ["best", "guardian"])

StartOwner = Callable[..., Owner]


def test_the_servers_of_a_killed_hub_end_and_the_next_one_has_its_data(
    start_owner: StartOwner, used_data_dir: Path, watch: str
) -> None:
    first = start_owner(used_data_dir, watch=watch)
    addresses = first.await_addresses()
    ask_postgres(addresses.owner_url, f"CREATE TABLE {watch} AS SELECT 'kept'")
    ask_valkey(addresses.redis_url, "SET", watch, "kept")
    record = get_run_record(used_data_dir)

    first.kill()

    await_servers_gone(used_data_dir)
    assert not is_running(record.postgres_process_id)
    assert not is_running(record.valkey_process_id)
    # The record of the killed hub is still there, and is not believed.
    assert get_run_record(used_data_dir) == record
    assert find_running(used_data_dir) is None
    second = start_owner(used_data_dir, watch=watch).await_addresses()
    assert ask_postgres(second.owner_url, f"SELECT * FROM {watch}") == [("kept",)]
    assert ask_valkey(second.redis_url, "GET", watch) == "kept"


@pytest.mark.parametrize("slow_server", ["postgres_process_id", "valkey_process_id"])
def test_a_start_waits_for_the_servers_of_a_killed_hub(
    start_owner: StartOwner, used_data_dir: Path, watch: str, slow_server: str
) -> None:
    first = start_owner(used_data_dir, watch=watch)
    first.await_addresses()
    slow_process = getattr(get_run_record(used_data_dir), slow_server)
    os.kill(slow_process, signal.SIGSTOP)
    first.kill()

    untouched = _get_change_time(used_data_dir)
    second = start_owner(used_data_dir, watch=watch)
    # It makes sure of the directories right before it waits.
    await_condition(lambda: _get_change_time(used_data_dir) != untouched)
    assert is_running(slow_process)
    os.kill(slow_process, signal.SIGCONT)

    addresses = second.await_addresses()
    assert not is_running(slow_process)
    assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]


def _get_change_time(data_dir: Path) -> int:
    files = find_server_files(DataDirectory(data_dir))
    assert files is not None
    return files.path.stat().st_ctime_ns
