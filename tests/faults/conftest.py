"""What the fault tests share: one rig for the whole run, the options that widen it, and the figures at its end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.faults.faults import FAULTS, QUICK
from tests.faults.figures import Figures
from tests.faults.rig import Rig, running_rig
from tests.faults.small_disk import can_make_disks
from tests.faults.stores import running_stores

FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, for `pytest tests/faults`."""
    group = parser.getgroup("faults")
    group.addoption("--faults", default="quick", help="quick, all, or the numbers of faults, as F09,F17")
    group.addoption("--fault-seconds", type=float, default=None, help="how long each trial strikes")
    group.addoption("--fault-seeds", type=int, default=1, help="how many trials of each fault")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of tests that a quick run leaves out."""
    config.addinivalue_line("markers", "whole: only in a run of all faults")
    config.addinivalue_line("markers", "needs_small_disk: skipped where none can be mounted")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A quick run is one of other tests, not one that skips some."""
    if not is_whole(config):
        left_out = [item for item in items if item.get_closest_marker("whole")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    needing = [item for item in items if item.get_closest_marker("needs_small_disk")]
    if needing and not can_make_disks():
        for item in needing:
            item.add_marker(pytest.mark.skip(reason="this machine lets nobody mount a small disk"))


def is_whole(config: pytest.Config) -> bool:
    """Whether the run is to take as long as it takes."""
    return bool(config.getoption("faults", "quick") == "all")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One trial for each fault of the run and each seed."""
    if "fault" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("faults", "quick")
    if chosen == "quick":
        faults = QUICK
    elif chosen == "all":
        faults = FAULTS
    else:
        faults = [fault for fault in [*FAULTS, *QUICK] if fault.id in chosen.split(",")]
    metafunc.parametrize("fault", faults, ids=[fault.id for fault in faults])
    seeds = metafunc.config.getoption("fault_seeds", 1)
    metafunc.parametrize("seed", range(1, seeds + 1))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test leaves what it measured."""
    return request.config.stash.setdefault(FIGURES, Figures())


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """How long a trial strikes."""
    given: float | None = request.config.getoption("fault_seconds", None)
    return given if given is not None else 20.0 if is_whole(request.config) else 5.0


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> int:
    """10 in a whole run, 1 in a quick one: how many clients a crowd has."""
    return 10 if is_whole(request.config) else 1


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """The stores and two nodes."""
    directory: Path = tmp_path_factory.mktemp("faults")
    async with running_stores(directory / "data") as stores, running_rig(stores, directory) as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="session")
async def rig(shared_rig: Rig) -> AsyncIterator[Rig]:
    """The rig, whole before the test and after it; nothing unforeseen may stand in the logs."""
    await shared_rig.heal()
    read_bytes = [node.log.stat().st_size for node in shared_rig.nodes]
    yield shared_rig
    await shared_rig.heal()
    assert [
        line
        for node, start in zip(shared_rig.nodes, read_bytes, strict=True)
        for line in node.list_unforeseen(start)
    ] == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the figures."""
    figures = config.stash.get(FIGURES, None)
    if figures is not None and figures.lines:
        terminalreporter.section("faults: what was measured, and what is aimed at")
        for line in figures.render():
            terminalreporter.write_line(line)
