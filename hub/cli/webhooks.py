"""`hub webhook …`: who outside is told of what happens in chats, and what they were told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from rich.text import Text

from hub.actions import webhooks
from hub.actions.desk_ports import Window
from hub.actions.ports import Ports, Secrets
from hub.cli.stores import (
    Failure,
    read_command_settings,
    show_line,
    show_pairs,
    store_options,
    tenant_option,
    with_ports,
)
from hub.domain.delivery import TOPICS, Delivery, Target
from hub.domain.desk import Patch
from hub.operate.supervisor import reachable_stores

Answer = TypeVar("Answer")
Act = Callable[[Ports, Secrets], Awaitable[Answer]]

TEST_WITHIN_S = 15.0  # The courier looks once a second, and no attempt takes longer than ten.
LOOK_EVERY_S = 0.2
LOGGED = 20

webhook_id = click.argument("target_id", metavar="ID", type=click.IntRange(1))


@click.group("webhook")
def webhook_group() -> None:
    """Webhooks: who outside is told of what happens in chats."""


@webhook_group.command("add")
@click.option("--name", required=True, help="What it is called.")
@click.option("--url", required=True, help="Where it is told, by POST.")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(TOPICS),
    help="What it is told of; repeatable. Without: all that visitors may see.",
)
@click.option(
    "--profile",
    "profile_ids",
    multiple=True,
    type=click.IntRange(1),
    help="Of chats of this profile only; repeatable.",
)
@click.option(
    "--form",
    type=click.Choice(["hub", "superoffice"]),
    default="hub",
    show_default=True,
    help="Whose form bodies and headers have.",
)
@tenant_option
@store_options
def add_command(
    name: str,
    url: str,
    events: tuple[str, ...],
    profile_ids: tuple[int, ...],
    form: str,
    tenant_id: int,
    **flags: Any,
) -> None:
    """Add a webhook and print its secret, once."""
    patch: Patch = {"name": name, "url": url, "form": form, "profile_ids": list(profile_ids) or None}
    if events:
        patch["topics"] = list(events)
    [saved] = run(flags, lambda ports, secrets: webhooks.save_webhooks(ports, secrets, tenant_id, [patch]))
    show_pairs([*pairs_from_target(saved.target), ("secret", saved.secret or "")])


@webhook_group.command("list")
@tenant_option
@store_options
def list_command(tenant_id: int, **flags: Any) -> None:
    """List a tenant's webhooks."""
    for target in run(flags, lambda ports, _: webhooks.list_webhooks(ports, tenant_id)):
        show_line(
            Text(
                f"{target.id:>6}  {target.state:<6}  {target.waiting:>6} waiting  {target.name}  {target.url}"
            )
        )


@webhook_group.command("show")
@webhook_id
@tenant_option
@store_options
def show_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Show one webhook."""
    show_pairs(
        pairs_from_target(run(flags, lambda ports, _: webhooks.get_webhook(ports, tenant_id, target_id)))
    )


@webhook_group.command("remove")
@webhook_id
@tenant_option
@store_options
def remove_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Remove a webhook; what waits for it is given up."""
    run(flags, lambda ports, _: webhooks.delete_webhook(ports, tenant_id, target_id))
    show_line(Text("Removed."))


@webhook_group.command("pause")
@webhook_id
@tenant_option
@store_options
def pause_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Send nothing until it is resumed; what happens meanwhile is kept for it."""
    run(flags, lambda ports, _: webhooks.pause_webhook(ports, tenant_id, target_id))
    show_line(Text("Paused. What happens is kept for it for 30 days."))


@webhook_group.command("resume")
@webhook_id
@tenant_option
@store_options
def resume_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Send all that has waited, in order."""
    run(flags, lambda ports, _: webhooks.resume_webhook(ports, tenant_id, target_id))
    show_line(Text("Resumed."))


@webhook_group.command("secret")
@webhook_id
@tenant_option
@store_options
def secret_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Replace the secret and print the new one, once; the one before signs too for another day."""
    text = run(
        flags, lambda ports, secrets: webhooks.replace_webhook_secret(ports, secrets, tenant_id, target_id)
    )
    show_pairs([("secret", text)])


@webhook_group.command("replay")
@webhook_id
@click.option("--from", "position", type=click.IntRange(1), help="The id of the event to begin with.")
@click.option("--since", type=click.DateTime(), help="The time to begin with, UTC.")
@tenant_option
@store_options
def replay_command(
    target_id: int, position: int | None, since: datetime | None, tenant_id: int, **flags: Any
) -> None:
    """Send again everything from an event or a time on, with the same ids."""
    begin = None if since is None else since.replace(tzinfo=UTC)
    count = run(flags, lambda ports, _: webhooks.replay_webhook(ports, tenant_id, target_id, position, begin))
    show_line(Text(f"{count} deliveries are due again."))


@webhook_group.command("test")
@webhook_id
@tenant_option
@store_options
def test_command(target_id: int, tenant_id: int, **flags: Any) -> None:
    """Send a test and say what came of it. A hub must be running: its courier carries it."""

    async def send(ports: Ports, _secrets: Secrets) -> Delivery:
        delivery_id = await webhooks.test_webhook(ports, tenant_id, target_id)
        deadline = asyncio.get_running_loop().time() + TEST_WITHIN_S
        while True:
            delivery, _body, _attempts = await webhooks.get_delivery(ports, tenant_id, delivery_id)
            if delivery.state != "due" or asyncio.get_running_loop().time() > deadline:
                return delivery
            await asyncio.sleep(LOOK_EVERY_S)

    delivery = run(flags, send)
    if delivery.state == "done":
        show_line(Text(f"It arrived: the answer was {delivery.status}."))
    elif delivery.state == "due":
        raise Failure("Nobody has carried it yet: is a hub running?")
    else:
        raise Failure(f"It did not arrive: {delivery.error or f'the answer was {delivery.status}'}.")


@webhook_group.command("log")
@webhook_id
@click.option("--state", type=click.Choice(["due", "done", "dead"]), help="Only those.")
@tenant_option
@store_options
def log_command(target_id: int, state: Any, tenant_id: int, **flags: Any) -> None:
    """Show the newest deliveries."""
    found, total = run(
        flags, lambda ports, _: webhooks.list_deliveries(ports, tenant_id, target_id, state, Window(LOGGED))
    )
    for one in reversed(found):
        show_line(Text(line_from_delivery(one)))
    show_line(Text(f"{len(found)} of {total}", style="dim"))


def run(flags: dict[str, Any], act: Act[Answer]) -> Answer:
    """What the act comes to, on the stores of the flags."""
    from hub.app import make_secrets  # noqa: PLC0415 (see hub.operate.supervisor)

    with reachable_stores(read_command_settings(flags)) as settings:
        secrets = make_secrets(settings)
        return asyncio.run(with_ports(settings, lambda ports: act(ports, secrets)))


def pairs_from_target(target: Target) -> list[tuple[str, str]]:
    """A webhook as names and values."""
    pairs = [
        ("id", str(target.id)),
        ("name", target.name),
        ("url", target.url),
        ("form", target.form),
        ("events", ", ".join(target.topics)),
        ("profiles", ", ".join(map(str, target.profile_ids or ())) or "all"),
        ("state", f"paused ({target.pause_reason})" if target.state == "paused" else "on"),
        ("waiting", str(target.waiting)),
    ]
    if target.failing_since is not None:
        pairs.append(
            ("failing since", f"{target.failing_since:%Y-%m-%d %H:%M:%S} UTC, {target.failures} times")
        )
    return pairs


def line_from_delivery(delivery: Delivery) -> str:
    """A row of the log."""
    came = delivery.error or delivery.status or "not tried"
    return f"{delivery.created_at:%Y-%m-%d %H:%M:%S}  {delivery.position:>8}  {delivery.state:<4}  {delivery.attempts:>3}×  {came!s:<12}  {delivery.topic}"
