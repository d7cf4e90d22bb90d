"""Webhooks, and the log of what they were told. Administrators only. Halo's own resource of that name is another one; this one follows its style."""

import msgspec
from starlette.responses import Response

from hub.actions import webhooks
from hub.actions.desk_ports import Window
from hub.actions.ports import Ports, Secrets
from hub.domain.person import require_admin
from hub.rest.halo.answers import (
    require_single_use,
    respond,
    respond_with_list,
    respond_with_rows,
    respond_with_saved,
)
from hub.rest.halo.moment import render_moment
from hub.rest.halo.resource import items_from_call, naming_fields, resource_operations
from hub.rest.halo.translate_desk import parse_moment
from hub.rest.halo.translate_webhooks import (
    WEBHOOK_NAMES,
    delivery_out,
    full_delivery_out,
    saved_webhook_out,
    webhook_out,
    webhook_patch,
)
from hub.rest.halo.wire_webhooks import (
    DeliveryList,
    DeliveryOut,
    DeliveryQuery,
    ReplayIn,
    ReplayOut,
    SecretOut,
    WebhookIn,
    WebhookList,
    WebhookOut,
    WebhookQuery,
)
from hub.rest.operation import Call, Operation, Run

TAG = "Webhooks"
PATH = "/api/Webhook"


class Webhooks:
    """The resource."""

    def __init__(self, ports: Ports, secrets: Secrets) -> None:
        self._ports = ports
        self._secrets = secrets

    async def list_webhooks(self, call: Call) -> Response:
        """All of them."""
        found = await webhooks.list_webhooks(self._ports, _tenant(call))
        return respond_with_rows("webhooks", [webhook_out(target) for target in found], call.query)

    async def get_webhook(self, call: Call) -> Response:
        """One webhook."""
        return respond(webhook_out(await webhooks.get_webhook(self._ports, _tenant(call), call.id)))

    async def save_webhooks(self, call: Call) -> Response:
        """Webhooks made and changed, all or none; then those paused and resumed that say so."""
        tenant_id, items = _tenant(call), items_from_call(call)
        with naming_fields(WEBHOOK_NAMES):
            patches = [webhook_patch(item) for item in items]
            require_single_use([patch["id"] for patch in patches if "id" in patch], "id")
            saved = await webhooks.save_webhooks(self._ports, self._secrets, tenant_id, patches)
        told = []
        for item, one in zip(items, saved, strict=True):
            if isinstance(item.enabled, bool) and item.enabled != (one.target.state == "on"):
                change = webhooks.resume_webhook if item.enabled else webhooks.pause_webhook
                await change(self._ports, tenant_id, one.target.id)
                target = await webhooks.get_webhook(self._ports, tenant_id, one.target.id)
                told.append(webhook_out(target, one.secret))
            else:
                told.append(saved_webhook_out(one))
        return respond_with_saved(told)

    async def delete_webhook(self, call: Call) -> Response:
        """One webhook less; it comes back as it was. What waits for it is given up."""
        tenant_id = _tenant(call)
        gone = await webhooks.get_webhook(self._ports, tenant_id, call.id)
        await webhooks.delete_webhook(self._ports, tenant_id, call.id)
        return respond(webhook_out(gone))

    async def test_webhook(self, call: Call) -> Response:
        """A delivery that says it is a test, on its way; its row tells what came of it."""
        tenant_id = _tenant(call)
        delivery_id = await webhooks.test_webhook(self._ports, tenant_id, call.id)
        delivery, _, _ = await webhooks.get_delivery(self._ports, tenant_id, delivery_id)
        return respond(delivery_out(delivery), 201)

    async def replay_webhook(self, call: Call) -> Response:
        """All from an event or a time on, once more."""
        item: ReplayIn = call.items[0]
        since = None if item.since is None else parse_moment(item.since, "since")
        with naming_fields({"event_id": "position", "since": "since"}):
            count = await webhooks.replay_webhook(self._ports, _tenant(call), call.id, item.event_id, since)
        return respond(ReplayOut(count), 201)

    async def replace_secret(self, call: Call) -> Response:
        """A new secret."""
        tenant_id = _tenant(call)
        text = await webhooks.replace_webhook_secret(self._ports, self._secrets, tenant_id, call.id)
        until = self._ports.clock.now() + webhooks.OLD_SECRET_KEPT
        return respond(SecretOut(text, render_moment(until)), 201)

    async def list_deliveries(self, call: Call) -> Response:
        """The log, newest first."""
        query: DeliveryQuery = call.query
        window = Window(query.limit, query.offset)
        found, total = await webhooks.list_deliveries(
            self._ports, _tenant(call), query.webhook_id, query.state, window
        )
        return respond_with_list("deliveries", [delivery_out(one) for one in found], total, query)

    async def get_delivery(self, call: Call) -> Response:
        """One delivery with what it says and its attempts."""
        delivery, body, attempts = await webhooks.get_delivery(self._ports, _tenant(call), call.id)
        return respond(full_delivery_out(delivery, body, attempts))

    def operations(self) -> list[Operation]:
        """The addresses of webhooks and of the log."""
        return [
            *resource_operations(
                "Webhook",
                PATH,
                TAG,
                list_all=self.list_webhooks,
                get=self.get_webhook,
                save=self.save_webhooks,
                delete=self.delete_webhook,
                query=WebhookQuery,
                items=WebhookIn,
                answer=WebhookOut,
                listing=list[WebhookOut] | WebhookList,
                read_scope="admin",
                edit_scope="admin",
            ),
            _order("testWebhook", "test", "Sends a test", self.test_webhook, None, DeliveryOut),
            _order(
                "replayWebhook",
                "replay",
                "Sends again everything from an event or a time on, with the same ids",
                self.replay_webhook,
                ReplayIn,
                ReplayOut,
            ),
            _order(
                "replaceWebhookSecret",
                "secret",
                "Replaces the secret; the one before signs too for another day",
                self.replace_secret,
                None,
                SecretOut,
            ),
            Operation(
                name="listWebhookDelivery",
                method="GET",
                path="/api/WebhookDelivery",
                run=self.list_deliveries,
                summary="The log of deliveries, newest first; kept for 30 days",
                tag=TAG,
                scope="admin",
                query=DeliveryQuery,
                answer=DeliveryList,
            ),
            Operation(
                name="getWebhookDelivery",
                method="GET",
                path="/api/WebhookDelivery/{id}",
                run=self.get_delivery,
                summary="A delivery with its body and its attempts",
                tag=TAG,
                scope="admin",
                answer=DeliveryOut,
            ),
        ]


def _order(
    name: str,
    word: str,
    summary: str,
    run: Run,
    items: type[msgspec.Struct] | None,
    answer: type[msgspec.Struct],
) -> Operation:
    """What one webhook can be told to do."""
    return Operation(
        name=name,
        method="POST",
        path=f"{PATH}/{{id}}/{word}",
        run=run,
        summary=summary,
        tag=TAG,
        scope="admin",
        items=items,
        is_single=items is not None,
        answer=answer,
        status=201,
    )


def _tenant(call: Call) -> int:
    agent = call.require_agent()
    require_admin(agent)
    return agent.tenant_id
