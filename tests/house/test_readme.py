"""What the README promises about settings and commands is what the code does, and all of it."""

import re

import click
import pytest

from hub.cli.main import main
from hub.settings import Settings
from tests.house.sources import HUB, ROOT

# Options that every command with stores has; the README explains them once.
SHARED_OPTIONS = frozenset({"--data-dir", "--database-url", "--redis-url", "--help", "--version"})

# Read by the tests and the checks, not by the hub.
NOT_SETTINGS = frozenset({"HUB_CHROMIUM", "HUB_REQUIRE_BROWSER"})


def list_rows(first_cell: str) -> list[list[str]]:
    """The rows of all tables whose first cell matches, as lists of cells."""
    rows = []
    for line in (ROOT / "README.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and re.match(first_cell, cells[0]):
            rows.append(cells)
    return rows


def list_commands(group: click.Group, path: str = "") -> dict[str, click.Command]:
    """All commands by what is typed after `hub`."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        typed = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            found |= list_commands(command, typed)
        else:
            found[typed] = command
    return found


def options_of(command: click.Command) -> set[str]:
    """The long options of a command that are its own."""
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name.startswith("--")
    } - SHARED_OPTIONS


COMMANDS = list_commands(main)


def commands_in_readme() -> dict[str, str]:
    """The text of each command's row, by what is typed after `hub`."""
    rows: dict[str, str] = {}
    for cells in list_rows(r"`hub "):
        typed = re.match(r"`hub ([a-z]+(?: [a-z]+)*)", cells[0])
        assert typed is not None, f"no command in the row {cells[0]}"
        rows[typed[1]] = " ".join(cells)
    return rows


def test_the_settings_table_names_every_setting_and_no_other() -> None:
    told = {setting for cells in list_rows(r"`HUB_") for setting in re.findall(r"HUB_[A-Z_]+", cells[0])}
    read = set(re.findall(r"\"(HUB_[A-Z_]+)\"", (HUB / "settings.py").read_text("utf-8")))

    assert told == read


def test_the_settings_table_names_the_defaults() -> None:
    defaults = Settings()
    told = {cells[0].strip("`"): cells[1].strip("`") for cells in list_rows(r"`HUB_")}

    for setting in ("HUB_HOST", "HUB_PORT", "HUB_WORKERS", "HUB_DATA_DIR", "HUB_LOG_LEVEL"):
        assert told[setting] == str(getattr(defaults, setting.removeprefix("HUB_").lower()))


def test_no_module_but_settings_reads_a_setting() -> None:
    elsewhere = {
        path.name
        for path in HUB.rglob("*.py")
        if path.name != "settings.py" and re.search(r"environ[^\n]*HUB_|getenv\(", path.read_text("utf-8"))
    }

    assert elsewhere == set()


def test_the_readme_speaks_of_no_setting_that_is_not_read() -> None:
    spoken = set(re.findall(r"\bHUB_[A-Z_]+[A-Z]\b", (ROOT / "README.md").read_text("utf-8")))
    read = set(re.findall(r"\"(HUB_[A-Z_]+)\"", (HUB / "settings.py").read_text("utf-8")))

    assert spoken - NOT_SETTINGS <= read


def test_the_commands_table_names_every_command_and_no_other() -> None:
    assert set(commands_in_readme()) == set(COMMANDS)


@pytest.mark.parametrize("typed", sorted(COMMANDS))
def test_a_commands_row_names_its_options_and_no_others(typed: str) -> None:
    told = set(re.findall(r"--[a-z-]+", commands_in_readme().get(typed, "")))

    assert told - SHARED_OPTIONS == options_of(COMMANDS[typed])
