"""Sizes and habits that the eye would miss one day."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import HUB, ROOT, TESTS, iterate_texts, list_python, show

MAX_LINES = 500

LOCKS = ("deploy/requirements.lock", "deploy/requirements-dev.lock", "widget_static/package-lock.json")

# Put together here, so that this file does not hold what it forbids.
FOREIGN_PATHS = re.compile(
    "|".join(f"/{place}/" for place in ("work", "root", "Users(?!/({|me\\b))"))
)  # Halo has Users, too.
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
SHORTCUTS = ("time." + "sleep(", "mock." + "patch", "pytest." + "skip(", "# type: ignore\n", "# noqa\n")


def test_no_module_is_too_long_to_read() -> None:
    modules = list_python(HUB) + list_python(TESTS)

    assert [show(path) for path in modules if len(path.read_text("utf-8").splitlines()) > MAX_LINES] == []


def test_packages_hold_a_docstring_only() -> None:
    packages = [path for path in list_python(HUB) if path.name == "__init__.py"]

    assert [show(path) for path in packages if len(parse(path).body) != 1] == []


def test_every_module_of_the_hub_says_what_it_is_for() -> None:
    assert [show(path) for path in list_python(HUB) if not ast.get_docstring(parse(path))] == []


def test_what_other_modules_may_use_is_described() -> None:
    undescribed = [
        f"{show(path)}: {node.name}"
        for path in list_python(HUB)
        for node in list_public(parse(path))
        if not ast.get_docstring(node)
    ]

    assert undescribed == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert [show(path) for path, text in iterate_texts() if FOREIGN_PATHS.search(text)] == []


def test_nothing_is_left_unfinished() -> None:
    assert [show(path) for path, text in iterate_texts() if UNFINISHED.search(text)] == []


def test_nobody_sleeps_patches_skips_or_silences_everything() -> None:
    taken = [
        (show(path), shortcut)
        for path in list_python(HUB) + list_python(TESTS)
        for shortcut in SHORTCUTS
        if shortcut in path.read_text("utf-8")
    ]

    assert taken == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert text
    assert "://" not in text


@pytest.mark.parametrize("name", [name for name in LOCKS if name.endswith(".lock")])
def test_lock_files_can_be_installed_from(name: str) -> None:
    entries = (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines()
    entry = re.compile(r"[a-z0-9.\-]+==\S+( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+")

    assert [line[:80] for line in entries if not entry.fullmatch(line)] == []
    assert len({line.partition("==")[0] for line in entries}) == len(entries)


Described = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def list_public(tree: ast.Module) -> list[Described]:
    """Top-level functions and classes, and the methods of public classes, without a leading underscore."""
    found: list[Described] = []
    for node in tree.body:
        if isinstance(node, Described) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef) and not is_protocol(node):
                found += [
                    inner
                    for inner in node.body
                    if isinstance(inner, Described) and not inner.name.startswith("_")
                ]
    return found


def is_protocol(node: ast.ClassDef) -> bool:
    """Whether the class only names what others do; a method that its name explains needs no sentence there."""
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
