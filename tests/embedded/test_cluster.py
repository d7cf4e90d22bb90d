from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import pytest
import redis

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import PairAddresses, find_running
from hub.embedded.placement import find_server_files
from hub.embedded.secret_file import get_secrets
from tests.embedded.asking import ask_postgres, ask_valkey
from tests.embedded.owners import Owner, await_condition, await_servers_gone, get_run_record


def test_the_hubs_roles_are_no_superusers_and_row_security_binds_them(addresses: PairAddresses) -> None:
    rows = ask_postgres(
        addresses.owner_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles "
        "WHERE rolname IN ('hub_owner', 'hub_app') ORDER BY 1",
    )
    assert rows == [("hub_app", False, False, False, False), ("hub_owner", False, False, False, False)]


def test_each_url_logs_in_as_its_own_role(addresses: PairAddresses) -> None:
    who = "SELECT current_user, current_database()"
    assert ask_postgres(addresses.owner_url, who) == [("hub_owner", "hub")]
    assert ask_postgres(addresses.database_url, who) == [("hub_app", "hub")]


def test_the_serving_role_owns_nothing_and_can_make_nothing(addresses: PairAddresses) -> None:
    owned = (
        "SELECT count(*) FROM pg_shdepend JOIN pg_roles ON refobjid = pg_roles.oid "
        "WHERE deptype = 'o' AND rolname = '{}'"
    )
    assert ask_postgres(addresses.database_url, owned.format("hub_app")) == [(0,)]
    # The database shows that the question finds something where there is something.
    assert ask_postgres(addresses.database_url, owned.format("hub_owner")) == [(1,)]
    for statement in (
        "CREATE TABLE note ()",
        "CREATE SCHEMA own",
        "CREATE DATABASE other",
        "CREATE ROLE other",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask_postgres(addresses.database_url, statement)


def test_the_owner_can_make_tables_that_the_serving_role_sees_only_when_granted(
    addresses: PairAddresses,
) -> None:
    ask_postgres(
        addresses.owner_url,
        "CREATE TABLE granted ()",
        "CREATE TABLE kept ()",
        "GRANT SELECT ON granted TO hub_app",
    )

    assert ask_postgres(addresses.database_url, "SELECT count(*) FROM granted") == [(0,)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask_postgres(addresses.database_url, "SELECT count(*) FROM kept")


def test_letters_of_all_scripts_are_sorted_folded_and_searched(addresses: PairAddresses) -> None:
    [(similarity, plain, lower)] = ask_postgres(
        addresses.database_url,
        "SELECT similarity('Привет', 'привет'), unaccent('Čeština'), lower('ÅÉÑ ПРИ')",
    )
    assert (similarity, plain, lower) == (1.0, "Cestina", "åéñ при")


def test_what_is_acknowledged_is_on_the_disk(addresses: PairAddresses) -> None:
    names = (
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "data_checksums",
        "max_connections",
        "TimeZone",
    )
    values = [ask_postgres(addresses.database_url, f"SHOW {name}")[0][0] for name in names]
    assert values == ["on", "on", "on", "on", "200", "UTC"]

    settings = ask_valkey(addresses.redis_url, "CONFIG", "GET", "append*", "save", "maxmemory")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "everysec"
    assert settings["save"] == ""
    assert settings["maxmemory"] == "0"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_gets_in_without_the_password(addresses: PairAddresses, password: str) -> None:
    def changed(url: str) -> str:
        return url.replace(f":{urlsplit(url).password}@", f":{password}@")

    for url in (addresses.owner_url, addresses.database_url):
        with pytest.raises(asyncpg.InvalidPasswordError):
            ask_postgres(changed(url), "SELECT 1")
    with pytest.raises(redis.AuthenticationError):
        ask_valkey(changed(addresses.redis_url), "PING")


def test_the_superuser_comes_in_by_the_socket_only(addresses: PairAddresses, running_data_dir: Path) -> None:
    password = get_secrets(DataDirectory(running_data_dir).secrets).hub_admin_password
    record = get_run_record(running_data_dir)
    place = f"host={quote(record.socket_directory)}&port={record.postgres_port}"
    by_socket = f"postgresql://hub_admin:{password}@/hub?{place}"
    by_network = f"postgresql://hub_admin:{password}@127.0.0.1:{record.postgres_port}/hub"

    assert ask_postgres(by_socket, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(True,)]
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        ask_postgres(by_network, "SELECT 1")
    assert find_running(running_data_dir) == addresses


def test_failed_statements_and_their_values_stay_out_of_the_log(
    addresses: PairAddresses, running_data_dir: Path
) -> None:
    ask_postgres(
        addresses.owner_url, "CREATE TABLE said (text text UNIQUE)", "INSERT INTO said VALUES ('s3cret')"
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        ask_postgres(addresses.owner_url, "INSERT INTO said VALUES ('s3cret')")

    files = find_server_files(DataDirectory(running_data_dir))
    assert files is not None
    log = files.postgres_log.read_text()
    assert "duplicate key" in log
    assert "s3cret" not in log


@pytest.mark.parametrize(
    "moment",
    ["postgres/cluster.new", "postgres/cluster.new/base/5"],
    ids=["as it begins", "near its end"],
)
def test_a_kill_while_the_database_is_made_does_not_block_the_next_start(
    start_owner: Callable[..., Owner], data_dir: Path, moment: str
) -> None:
    first = start_owner(data_dir)
    await_condition((data_dir / "servers" / moment).exists)
    first.kill()
    assert not (data_dir / "servers" / "postgres" / "cluster").exists()

    addresses = start_owner(data_dir).await_addresses()

    assert ask_postgres(addresses.database_url, "SELECT extname FROM pg_extension ORDER BY 1") == [
        ("pg_trgm",),
        ("plpgsql",),
        ("unaccent",),
    ]


def test_a_kill_while_the_roles_are_made_does_not_block_the_next_start(
    start_owner: Callable[..., Owner], data_dir: Path
) -> None:
    log = data_dir / "servers" / "postgres.log"
    first = start_owner(data_dir)
    await_condition(lambda: log.exists() and "stand-alone backend" in log.read_text())
    first.kill()
    await_servers_gone(data_dir)
    assert not (data_dir / "servers" / "postgres" / "cluster").exists()

    addresses = start_owner(data_dir).await_addresses()

    assert ask_postgres(addresses.owner_url, "SELECT current_user") == [("hub_owner",)]
