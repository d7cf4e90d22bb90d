"""The `hub` command. Every failure is one sentence on stderr and exit code 1; wrong usage is 2."""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
import structlog
from rich.text import Text

from hub.actions.agents import add_agent
from hub.actions.ports import Ports
from hub.actions.tenants import (
    Bootstrap,
    DemoTenant,
    bootstrap_tenant,
    give_identity_secret,
    render_bootstrap,
)
from hub.cli.stores import (
    Failure,
    read_command_settings,
    show_line,
    show_pairs,
    store_options,
    tenant_option,
    with_ports,
)
from hub.cli.webhooks import webhook_group
from hub.domain.delivery import TargetHealth
from hub.domain.errors import ProfileNotFound, StorageUnavailable
from hub.domain.profile import Profile
from hub.embedded.pair import find_running
from hub.files.blobs import open_blobs, sentence_from_refusal
from hub.files.location import location_from_settings
from hub.operate.doctor import Doctor
from hub.operate.listeners import require_port_free
from hub.operate.logging import configure_logging
from hub.operate.supervisor import (
    bring_up_to_date,
    is_embedded,
    reachable_stores,
    sentence_from_error,
    serve,
)
from hub.settings import Settings, read_settings
from hub.store.migrate import check, migrate
from hub.store.pool import connect, find_working_role, require_row_security
from hub.store.routing import list_stranded

PASSWORD_CHARS = 20

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")

log = structlog.get_logger()


class HubGroup(click.Group):
    """Commands whose errors end as sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        configure_logging("warning")  # Until the settings have been read.
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            log.debug("command_failed", exc_info=error)
            raise Failure(sentence_from_error(error)) from error


@click.group(cls=HubGroup, name="hub", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hub")
def main() -> None:
    """The live-chat hub."""


@main.command("serve")
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="How many processes serve.")
@store_options
def serve_command(**flags: Any) -> None:
    """Migrate, then serve until stopped."""
    settings = read_settings(**flags)
    configure_logging(settings.log_level)
    serve(settings, announce)


@main.command("migrate")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail when something is missing.")
@store_options
def migrate_command(only_check: bool, **flags: Any) -> None:
    """Apply the numbered migrations, or verify them."""
    with reachable_stores(read_command_settings(flags)) as settings:
        owner_url = settings.database_owner_url or settings.database_url or ""
        if only_check:
            pending = asyncio.run(check(owner_url))
            if pending:
                raise Failure(f"Not applied yet: {', '.join(pending)}. Run “hub migrate”.")
        else:
            for name in asyncio.run(migrate(owner_url)):
                click.echo(f"applied {name}")
        click.echo("The database is up to date.")


@main.command("bootstrap")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
@click.option("--base-url", help="Where the outside reaches the hub.")
@click.option(
    "--allow-origin", "allow_origins", multiple=True, help="A page that may show the widget; repeatable."
)
@store_options
def bootstrap_command(
    as_json: bool, base_url: str | None, allow_origins: tuple[str, ...], **flags: Any
) -> None:
    """Make a tenant with fresh credentials and print them, once."""
    with reachable_stores(read_command_settings(flags)) as settings:
        made = asyncio.run(_bootstrap(settings, (base_url or settings.base_url).rstrip("/"), allow_origins))
    if as_json:
        click.echo(render_bootstrap(made))
    else:
        show_pairs(list_pairs(json.loads(render_bootstrap(made))))


@main.group("agent")
def agent_group() -> None:
    """Agents: who answers from the console."""


@agent_group.command("add")
@click.option("--name", required=True, help="The name visitors see.")
@click.option("--email", required=True, help="What the agent signs in with.")
@tenant_option
@click.option("--admin", "is_admin", is_flag=True, help="May change how the hub works, profiles for example.")
@store_options
def agent_add_command(name: str, email: str, tenant_id: int, is_admin: bool, **flags: Any) -> None:
    """Add an agent and print a password, once."""
    with reachable_stores(read_command_settings(flags)) as settings:
        password = asyncio.run(_add_agent(settings, tenant_id, name, email, is_admin))
    show_pairs([("e-mail", email), ("password", password)])


@main.group("profile")
def profile_group() -> None:
    """Profiles: the entrances of a tenant."""


@profile_group.command("list")
@tenant_option
@store_options
def profile_list_command(tenant_id: int, **flags: Any) -> None:
    """List a tenant's profiles."""
    with reachable_stores(read_command_settings(flags)) as settings:
        profiles = asyncio.run(with_ports(settings, lambda ports: ports.profiles.list_profiles(tenant_id)))
    for profile in profiles:
        show_line(Text(f"{profile.id:>6}  {'open  ' if profile.is_open else 'closed'}  {profile.name}"))


@profile_group.command("show")
@click.argument("profile_id", metavar="ID", type=click.IntRange(1))
@tenant_option
@store_options
def profile_show_command(profile_id: int, tenant_id: int, **flags: Any) -> None:
    """Show one profile: what to put on a page, and which pages it admits."""

    async def find(ports: Ports) -> Profile:
        profile = await ports.profiles.find_own_profile(tenant_id, profile_id)
        if profile is None:
            raise ProfileNotFound
        return profile

    with reachable_stores(read_command_settings(flags)) as settings:
        show_pairs(pairs_from_profile(asyncio.run(with_ports(settings, find))))


@profile_group.command("set")
@click.argument("profile_id", metavar="ID", type=click.IntRange(1))
@click.option(
    "--origin", "origins", multiple=True, help="A page it admits, instead of those before; repeatable."
)
@click.option(
    "--open", "is_open", flag_value=True, type=bool, default=None, help="Lets visitors begin chats."
)
@click.option("--closed", "is_open", flag_value=False, type=bool, help="Lets nobody begin a chat.")
@tenant_option
@store_options
def profile_set_command(
    profile_id: int, origins: tuple[str, ...], is_open: bool | None, tenant_id: int, **flags: Any
) -> None:
    """Change which pages a profile admits, open it or close it."""
    from hub.actions.profiles import set_entrance  # noqa: PLC0415 (it reads a long list)

    with reachable_stores(read_command_settings(flags)) as settings:
        changed = asyncio.run(
            with_ports(
                settings,
                lambda ports: set_entrance(ports, tenant_id, profile_id, origins or None, is_open),
            )
        )
    show_pairs(pairs_from_profile(changed))


@profile_group.command("secret")
@click.argument("profile_id", metavar="ID", type=click.IntRange(1))
@tenant_option
@store_options
def profile_secret_command(profile_id: int, tenant_id: int, **flags: Any) -> None:
    """Make the secret by which pages of a profile prove who is before them; it is shown this once."""
    from hub.app import make_secrets  # noqa: PLC0415 (see hub.operate.supervisor)

    with reachable_stores(read_command_settings(flags)) as settings:
        secret = asyncio.run(
            with_ports(
                settings,
                lambda ports: give_identity_secret(ports, make_secrets(settings), tenant_id, profile_id),
            )
        )
    show_pairs([("profile", str(profile_id)), ("identity secret", secret)])


def pairs_from_profile(profile: Profile) -> list[tuple[str, str]]:
    """A profile as names and values."""
    return [
        ("id", str(profile.id)),
        ("key", profile.key),
        ("name", profile.name),
        ("state", "open" if profile.is_open else "closed"),
        ("mode", profile.mode),
        *(("origin", origin) for origin in profile.origins or ("none",)),
    ]


main.add_command(webhook_group)


@main.command("doctor")
@store_options
def doctor_command(**flags: Any) -> None:
    """Say in plain words what is wrong, and what to do."""
    settings = read_command_settings(flags)
    is_running = is_embedded(settings) and find_running(settings.data_dir) is not None
    with reachable_stores(settings) as found:
        if is_embedded(settings) and not is_running:
            asyncio.run(
                bring_up_to_date(found)
            )  # Else the doctor would complain of a database it has just made.
        all_is_well = asyncio.run(_examine(found, is_running))
    if not all_is_well:
        sys.exit(1)


def announce(settings: Settings, demo: DemoTenant | None) -> None:
    """Says where the hub is and how to get in."""
    pairs = [("console", f"{settings.base_url}/console")]
    if settings.demo:
        pairs.insert(0, ("demo page", f"{settings.base_url}/demo"))
    if demo is not None:
        pairs += [("sign in as", demo.email), ("password", demo.password), ("", "(shown this once)")]
    show_line(Text("The hub is serving. Stop it with Ctrl-C.", style="bold"))
    show_pairs(pairs)


def list_pairs(made: Any, path: str = "") -> list[tuple[str, str]]:
    """What is in nested objects and lists, each value with its path."""
    if isinstance(made, dict):
        return [
            pair for name, value in made.items() for pair in list_pairs(value, f"{path}.{name}".lstrip("."))
        ]
    if isinstance(made, list):
        return [pair for number, value in enumerate(made) for pair in list_pairs(value, f"{path}[{number}]")]
    return [(path, str(made))]


async def _bootstrap(settings: Settings, base_url: str, allow_origins: tuple[str, ...]) -> Bootstrap:
    from hub.app import make_secrets, open_ports  # noqa: PLC0415 (see hub.operate.supervisor)

    await bring_up_to_date(settings)
    async with open_ports(settings) as ports:
        return await bootstrap_tenant(ports, make_secrets(settings), base_url, allow_origins)


async def _add_agent(settings: Settings, tenant_id: int, name: str, email: str, is_admin: bool) -> str:
    from hub.app import make_secrets, open_ports  # noqa: PLC0415 (see hub.operate.supervisor)

    await bring_up_to_date(settings)
    secrets = make_secrets(settings)
    password = secrets.keys.random_text(PASSWORD_CHARS)
    async with open_ports(settings) as ports:
        await add_agent(ports, secrets, tenant_id, name, email, password, is_admin=is_admin)
    return password


async def _examine(settings: Settings, is_running: bool) -> bool:
    """Prints what the doctor finds; whether all is well."""
    doctor = Doctor(
        settings,
        list_pending=check,
        require_row_security=_require_row_security,
        explain_blobs=lambda: _explain_blobs(settings),
        measure_targets=lambda: _measure_targets(settings),
        list_stranded=_list_stranded,
        require_port_free=None if is_running else lambda: require_port_free(settings.host, settings.port),
        sentence_from_error=sentence_from_error,
    )
    all_is_well = True
    async for finding in doctor.examine():
        click.echo(f"{'ok   ' if finding.ok else 'wrong'}  {finding.sentence}")
        all_is_well = all_is_well and finding.ok
    return all_is_well


async def _explain_blobs(settings: Settings) -> str | None:
    blobs = open_blobs(location_from_settings(settings.attachments_url, settings.data_dir))
    try:
        await blobs.require_usable()
    except StorageUnavailable as error:
        return sentence_from_refusal(error)
    return None


async def _measure_targets(settings: Settings) -> list[TargetHealth]:
    from hub.app import open_ports  # noqa: PLC0415 (see hub.operate.supervisor)

    async with open_ports(settings) as ports:
        return await ports.outbound.targets.measure_targets()


async def _list_stranded(url: str) -> list[str]:
    connection = await connect(url, role=await find_working_role(url))
    try:
        found = await list_stranded(connection)
    finally:
        await connection.close()
    return [f"chat {one.chat_id} of tenant {one.tenant_id}: {one.reason}" for one in found]


async def _require_row_security(url: str) -> None:
    connection = await connect(url, role=await find_working_role(url))
    try:
        await require_row_security(connection)
    finally:
        await connection.close()
