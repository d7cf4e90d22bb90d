"""Data directories and hubs that leave nothing behind."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.embedded.directory import DataDirectory
from hub.embedded.pair import EmbeddedPair, PairAddresses
from hub.embedded.placement import find_server_files
from tests.embedded.owners import Owner, await_servers_gone

NewDataDirectory = Callable[[], Path]


@pytest.fixture(scope="session")
def new_data_dir() -> Iterator[NewDataDirectory]:
    """Gives paths of data directories that do not exist yet, in places that every account can enter.

    pytest's own directories are private, and too long for unix sockets. All are removed at the end of the
    session only: some file systems (ext4) make new files slowly where many have just been removed.
    """
    places: list[Path] = []

    def make() -> Path:
        places.append(Path(tempfile.mkdtemp(prefix="hub-embedded-test-", dir="/tmp")))
        places[-1].chmod(0o755)
        return places[-1] / "data"

    yield make
    for place in places:
        _remove(place)


@pytest.fixture(scope="session")
def made_data_dir(new_data_dir: NewDataDirectory) -> Path:
    """A data directory on which a pair has run and been stopped, to be copied."""
    path = new_data_dir()
    with EmbeddedPair(path) as pair:
        pair.start()
    return path


@pytest.fixture
def data_dir(new_data_dir: NewDataDirectory) -> Path:
    """The path of a data directory that does not exist yet."""
    return new_data_dir()


@pytest.fixture(scope="module")
def used_data_dir(made_data_dir: Path, new_data_dir: NewDataDirectory) -> Path:
    """A data directory on which a pair has run and been stopped; the tests of a module use it in turn."""
    return _copy(made_data_dir, new_data_dir())


@pytest.fixture(scope="module")
def running_data_dir(made_data_dir: Path, new_data_dir: NewDataDirectory) -> Path:
    """The data directory of `addresses`."""
    return _copy(made_data_dir, new_data_dir())


@pytest.fixture(scope="module")
def addresses(running_data_dir: Path) -> Iterator[PairAddresses]:
    """A pair that runs for all tests of a module, which may look at it but not stop it."""
    with EmbeddedPair(running_data_dir) as pair:
        yield pair.start()


@pytest.fixture
def start_owner() -> Iterator[Callable[..., Owner]]:
    """Starts hubs in processes of their own (arguments as for Owner); nothing of them survives the test."""
    owners: list[Owner] = []

    def start(data_dir: Path, **options: Any) -> Owner:
        owners.append(Owner(data_dir, **options))
        return owners[-1]

    yield start
    for owner in owners:
        owner.kill()
    for owner in owners:
        await_servers_gone(owner.data_dir)


def _copy(source: Path, destination: Path) -> Path:
    # With owners and modes.
    subprocess.run(["cp", "-a", source, destination], check=True)
    return destination


def _remove(place: Path) -> None:
    if (place / "data").is_dir() and (files := find_server_files(DataDirectory(place / "data"))):
        shutil.rmtree(files.path)
    shutil.rmtree(place)
