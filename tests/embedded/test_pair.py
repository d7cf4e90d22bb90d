import os
import signal
import socket
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hub.embedded.deadline import wait_until
from hub.embedded.pair import EmbeddedError, EmbeddedPair, PairAddresses, find_running
from hub.embedded.server import find_free_port
from tests.embedded.asking import ask_postgres, ask_valkey
from tests.embedded.owners import (
    DEADLINE_S,
    Owner,
    await_condition,
    await_servers_gone,
    get_run_record,
    is_running,
)


def test_rows_keys_and_secrets_are_the_same_after_a_restart(data_dir: Path) -> None:
    with EmbeddedPair(data_dir) as pair:
        first = pair.start()
        ask_postgres(first.owner_url, "CREATE TABLE note (text text)", "INSERT INTO note VALUES ('kept')")
        ask_valkey(first.redis_url, "SET", "note", "kept")

    with EmbeddedPair(data_dir) as pair:
        second = pair.start()

        assert ask_postgres(second.owner_url, "SELECT text FROM note") == [("kept",)]
        assert ask_valkey(second.redis_url, "GET", "note") == "kept"
        assert second.secret_keys == first.secret_keys
        assert len(second.secret_keys) == 1


def test_nothing_runs_and_nothing_is_found_after_a_stop(used_data_dir: Path) -> None:
    pair = EmbeddedPair(used_data_dir)
    pair.start()
    record = get_run_record(used_data_dir)

    pair.stop()

    assert not is_running(record.postgres_process_id)
    assert not is_running(record.valkey_process_id)
    assert not Path(record.socket_directory).exists()
    assert find_running(used_data_dir) is None


def test_stopping_twice_or_before_the_start_does_nothing(used_data_dir: Path) -> None:
    pair = EmbeddedPair(used_data_dir)
    pair.stop()
    pair.start()
    pair.stop()
    pair.stop()
    assert not pair.poll()


def test_a_pair_that_runs_cannot_be_started_again(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        addresses = pair.start()
        with pytest.raises(RuntimeError, match="already"):
            pair.start()
        assert ask_valkey(addresses.redis_url, "PING")


def test_a_stopped_pair_can_be_started_again(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        pair.start()
        pair.stop()
        assert ask_valkey(pair.start().redis_url, "PING")


def test_a_second_owner_is_refused_and_does_not_disturb_the_first(
    addresses: PairAddresses, running_data_dir: Path
) -> None:
    with pytest.raises(
        EmbeddedError, match=rf"in use by another hub \(process {os.getpid()}\): stop that one"
    ):
        EmbeddedPair(running_data_dir).start()

    assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]
    assert find_running(running_data_dir) == addresses


def test_of_two_hubs_that_start_at_once_one_gets_the_directory(
    start_owner: Callable[..., Owner], data_dir: Path
) -> None:
    owners = [start_owner(data_dir), start_owner(data_dir)]

    await_condition(lambda: any(owner.process.poll() is not None for owner in owners))
    results = sorted(owner.finish() for owner in owners)

    assert [code for code, _, _ in results] == [0, 1]
    assert "is in use by another hub" in results[1][2]


def test_another_process_finds_the_running_pair(
    start_owner: Callable[..., Owner], used_data_dir: Path
) -> None:
    addresses = start_owner(used_data_dir).await_addresses()

    found = find_running(used_data_dir)

    assert found == addresses
    assert ask_postgres(found.database_url, "SELECT current_user") == [("hub_app",)]
    assert ask_valkey(found.redis_url, "PING")


def test_no_pair_is_found_where_there_never_was_one(data_dir: Path) -> None:
    assert find_running(data_dir) is None
    assert not data_dir.exists()


def test_a_server_that_dies_is_reported_in_a_sentence(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        pair.start()
        assert pair.poll() is None
        record = get_run_record(used_data_dir)

        os.kill(record.postgres_process_id, signal.SIGKILL)

        assert wait_until(lambda: pair.poll() is not None, DEADLINE_S)
        sentence = str(pair.poll())
        assert f"Postgres (process {record.postgres_process_id}) has ended by signal 9" in sentence
        assert "postgres.log says:" in sentence


def test_postgres_recovers_after_it_was_killed(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        addresses = pair.start()
        ask_postgres(addresses.owner_url, "CREATE TABLE note (text text)", "INSERT INTO note VALUES ('kept')")
        os.kill(get_run_record(used_data_dir).postgres_process_id, signal.SIGKILL)
    await_servers_gone(used_data_dir)

    with EmbeddedPair(used_data_dir) as pair:
        assert ask_postgres(pair.start().owner_url, "SELECT text FROM note") == [("kept",)]


def test_a_process_forked_from_the_owner_cannot_stop_the_pair(used_data_dir: Path) -> None:
    with EmbeddedPair(used_data_dir) as pair:
        addresses = pair.start()

        child = get_context("fork").Process(target=pair.stop)
        child.start()
        child.join()

        assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]


def test_the_servers_say_nothing_on_the_hubs_terminal(
    start_owner: Callable[..., Owner], used_data_dir: Path
) -> None:
    owner = start_owner(used_data_dir)
    owner.await_addresses()
    assert owner.finish() == (0, "", "")


@pytest.mark.usefixtures("addresses")
def test_ctrl_c_on_the_hubs_terminal_does_not_reach_the_servers(running_data_dir: Path) -> None:
    record = get_run_record(running_data_dir)
    sessions = {os.getsid(process) for process in (0, record.postgres_process_id, record.valkey_process_id)}
    assert len(sessions) == 3


@pytest.mark.parametrize("server", ["postgres", "valkey"])
def test_a_port_that_was_taken_meanwhile_is_replaced_by_another(used_data_dir: Path, server: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        taken = occupied.getsockname()[1]
        ports = iter([taken] if server == "postgres" else [find_free_port(), taken])

        with EmbeddedPair(used_data_dir, find_port=lambda: next(ports, None) or find_free_port()) as pair:
            addresses = pair.start()

            assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]
            assert ask_valkey(addresses.redis_url, "PING")
            assert taken not in {urlsplit(addresses.database_url).port, urlsplit(addresses.redis_url).port}
            assert next(ports, None) is None
