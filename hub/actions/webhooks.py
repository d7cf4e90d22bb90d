"""What administrators can do with webhooks: who is told of what, and what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.actions.courier_ports import SealedSecret
from hub.actions.desk_ports import Window
from hub.actions.ports import Ports, Secrets
from hub.domain.delivery import (
    PUBLIC_TOPICS,
    SECRET_PREFIX,
    Attempt,
    Delivery,
    DeliveryState,
    Target,
    clean_target,
)
from hub.domain.desk import Patch, in_order_of, is_new
from hub.domain.errors import BadRequest, NotFound
from hub.domain.ticket import EARLIEST, LATEST

SECRET_CHARS = 44  # Of 62 characters, so that every text is base64.
KEY_NAME_CHARS = 16
OLD_SECRET_KEPT = timedelta(days=1)
REPLAY_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class SavedWebhook:
    """A webhook as it is now; `secret` is told once, when it is new."""

    target: Target
    secret: str | None = None


async def list_webhooks(ports: Ports, tenant_id: int) -> list[Target]:
    """All of the tenant's, by id."""
    return await ports.outbound.targets.list_targets(tenant_id)


async def get_webhook(ports: Ports, tenant_id: int, target_id: int) -> Target:
    """The webhook. Raises NotFound."""
    return (await _get_webhooks(ports, tenant_id, [target_id]))[0]


async def save_webhooks(
    ports: Ports, secrets: Secrets, tenant_id: int, patches: Sequence[Patch]
) -> list[SavedWebhook]:
    """The webhooks as they are now; all are saved or none. A new one that names no topics is told of all that visitors may see.

    Raises NotFound, and BadRequest naming the field.
    """
    cleaned = [await _clean(ports, tenant_id, patch) for patch in patches]
    texts = [_new_secret(secrets) for patch in cleaned if is_new(patch)]
    sealed = [_seal(secrets, tenant_id, text) for text in texts]
    ids = await ports.outbound.targets.save_targets(tenant_id, cleaned, sealed)
    told = iter(texts)
    return [
        SavedWebhook(target, next(told) if is_new(patch) else None)
        for target, patch in zip(await _get_webhooks(ports, tenant_id, ids), cleaned, strict=True)
    ]


async def delete_webhook(ports: Ports, tenant_id: int, target_id: int) -> None:
    """It is told nothing more; what waits for it is given up. Raises NotFound."""
    if not await ports.outbound.targets.delete_target(tenant_id, target_id):
        raise NotFound


async def pause_webhook(ports: Ports, tenant_id: int, target_id: int) -> None:
    """Nothing is sent until it is resumed; what happens meanwhile is kept for it, for a month. Raises NotFound."""
    if not await ports.outbound.targets.pause_target(tenant_id, target_id, "asked"):
        raise NotFound


async def resume_webhook(ports: Ports, tenant_id: int, target_id: int) -> None:
    """All that has waited is sent, in order. Raises NotFound."""
    if not await ports.outbound.targets.resume_target(tenant_id, target_id):
        raise NotFound


async def replace_webhook_secret(ports: Ports, secrets: Secrets, tenant_id: int, target_id: int) -> str:
    """The new secret, told once. The one before signs too for another day. Raises NotFound."""
    text = _new_secret(secrets)
    sealed = _seal(secrets, tenant_id, text)
    if not await ports.outbound.targets.replace_secret(tenant_id, target_id, sealed, OLD_SECRET_KEPT):
        raise NotFound
    return text


async def test_webhook(ports: Ports, tenant_id: int, target_id: int) -> int:
    """The id of a delivery that says it is a test; it goes out at once, also to a paused webhook, and only once. Raises NotFound."""
    delivery_id = await ports.outbound.deliveries.add_test(tenant_id, target_id)
    if delivery_id is None:
        raise NotFound
    return delivery_id


async def replay_webhook(
    ports: Ports, tenant_id: int, target_id: int, position: int | None = None, since: datetime | None = None
) -> int:
    """Sends again all it is told of from a position or a time on, also what happened before there was the webhook; how many deliveries.

    They keep ids and bodies, so whoever has had them knows them. Raises NotFound, and BadRequest when not exactly one of the two is named.
    """
    await get_webhook(ports, tenant_id, target_id)
    if (position is None) == (since is None):
        raise BadRequest("A replay begins at a position or at a time.", field="position")
    if since is not None and not EARLIEST <= since <= LATEST:
        raise BadRequest("A replay begins between 1970 and 2200.", field="since")
    deliveries = ports.outbound.deliveries
    begin = await deliveries.get_position(tenant_id, since) if since is not None else position
    assert begin is not None
    replayed = await deliveries.replay_tickets(tenant_id, target_id, begin)
    part: int | None = begin
    while part is not None:
        count, part = await deliveries.replay(tenant_id, target_id, part, REPLAY_BATCH)
        replayed += count
    return replayed


async def list_deliveries(
    ports: Ports, tenant_id: int, target_id: int | None, state: DeliveryState | None, window: Window
) -> tuple[list[Delivery], int]:
    """One part of the log, newest first, and how many there are in all."""
    return await ports.outbound.deliveries.list_deliveries(tenant_id, target_id, state, window)


async def get_delivery(
    ports: Ports, tenant_id: int, delivery_id: int
) -> tuple[Delivery, bytes, list[Attempt]]:
    """One delivery, its body, and its attempts in order. Raises NotFound."""
    found = await ports.outbound.deliveries.find_delivery(tenant_id, delivery_id)
    if found is None:
        raise NotFound
    delivery, errand, attempts = found
    return delivery, ports.outbound.render_body(errand), attempts


async def _get_webhooks(ports: Ports, tenant_id: int, ids: Sequence[int]) -> list[Target]:
    return in_order_of(ids, await ports.outbound.targets.list_targets(tenant_id, ids))


async def _clean(ports: Ports, tenant_id: int, patch: Patch) -> Patch:
    patch = clean_target({"topics": PUBLIC_TOPICS, **patch} if is_new(patch) else patch)
    if "url" in patch or is_new(patch):
        ports.outbound.addresses.require_allowed_url(patch.get("url") or "", field="url")
    if profile_ids := patch.get("profile_ids"):
        known = {profile.id for profile in await ports.profiles.list_profiles(tenant_id)}
        if unknown := set(profile_ids) - known:
            raise BadRequest(f"There is no profile {min(unknown)}.", field="profile_ids")
    return patch


def _new_secret(secrets: Secrets) -> str:
    return SECRET_PREFIX + secrets.keys.random_text(SECRET_CHARS)


def _seal(secrets: Secrets, tenant_id: int, text: str) -> SealedSecret:
    name = secrets.keys.random_text(KEY_NAME_CHARS)
    return SealedSecret(name, secrets.seals.seal(text.encode(), tenant_id, "webhook_secret", name))
