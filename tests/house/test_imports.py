"""Who may know whom: the contracts in pyproject.toml hold, and no room has been left out of them."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import HUB, ROOT, list_python, show

# The rooms that wire the others together, and so may know all of them.
WIRING = {"hub.app", "hub.cli", "hub.__main__"}


@pytest.fixture(scope="module")
def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return list(settings["tool"]["importlinter"]["contracts"])


def test_the_import_contracts_hold() -> None:
    # In a process of its own: the checker switches off the loggers of the process it runs in.
    checked = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_room_is_kept_apart_from_the_domain_and_from_the_stores(
    contracts: list[dict[str, Any]],
) -> None:
    by_name = {contract["name"]: contract for contract in contracts}
    rooms = {f"hub.{path.parent.name}" for path in HUB.glob("*/__init__.py")} | {
        f"hub.{path.stem}" for path in HUB.glob("*.py") if path.stem != "__init__"
    }

    assert rooms - set(by_name["The domain knows nothing of the hub"]["forbidden_modules"]) == {
        "hub.domain",
        "hub.__main__",
    }
    stores = by_name["Only app, cli and the supervisor reach for the stores"]
    assert rooms - set(stores["source_modules"]) == set(stores["forbidden_modules"]) | WIRING


def test_the_domain_is_made_of_the_standard_library_alone() -> None:
    foreign = {
        f"{show(path)}: {name}"
        for path in list_python(HUB / "domain")
        for name in list_imported(path)
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "hub"}
    }

    assert foreign == set()


def test_the_domain_neither_waits_nor_looks_at_clocks_nor_throws_dice() -> None:
    impure = {
        f"{show(path)}: {name}"
        for path in list_python(HUB / "domain")
        for name in list_imported(path)
        & {"asyncio", "os", "random", "secrets", "socket", "threading", "time"}
    }

    assert impure == set()


def list_imported(path: Path) -> set[str]:
    """The names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found
