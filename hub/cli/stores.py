"""What commands share: the stores they work on, and how they print."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from rich.console import Console
from rich.text import Text

from hub.actions.ports import Ports
from hub.operate.logging import configure_logging
from hub.operate.supervisor import bring_up_to_date
from hub.settings import Settings, read_settings

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")


class Failure(click.ClickException):
    """A command failed; the message is for people."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Writes the sentence, and nothing else."""
        click.echo(self.format_message(), file=file, err=file is None)


def store_options(command: Command) -> Command:
    """The options of commands that need the stores."""
    options = (
        click.option("--data-dir", type=click.Path(path_type=Path), help="Where the embedded stores live."),
        click.option("--database-url", help="A Postgres of your own instead of the embedded one."),
        click.option("--redis-url", help="A Redis of your own instead of the embedded one."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def tenant_option(command: Command) -> Command:
    """Whose."""
    return click.option(
        "--tenant", "tenant_id", type=click.IntRange(1), default=1, show_default=True, help="The tenant's id."
    )(command)


def read_command_settings(flags: dict[str, Any]) -> Settings:
    """The settings of a command that is not the hub itself: it logs only what has gone wrong."""
    settings = read_settings(**flags)
    configure_logging("warning" if settings.log_level == "info" else settings.log_level)
    return settings


async def with_ports(settings: Settings, act: Callable[[Ports], Awaitable[Answer]]) -> Answer:
    """What the act comes to, on stores that are up to date."""
    from hub.app import open_ports  # noqa: PLC0415 (see hub.operate.supervisor)

    await bring_up_to_date(settings)
    async with open_ports(settings) as ports:
        return await act(ports)


def show_pairs(pairs: list[tuple[str, str]]) -> None:
    """Prints names and values in two columns."""
    width = max(len(name) for name, _ in pairs)
    for name, value in pairs:
        show_line(Text.assemble("  ", (f"{name:<{width}}", "dim"), "  ", value))
    sys.stdout.flush()


def show_line(line: Text) -> None:
    """Prints a line for people, plain where there is no terminal; never wrapped, so that it can be copied."""
    Console(highlight=False).print(line, soft_wrap=True)
