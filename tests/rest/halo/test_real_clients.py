"""Two published Halo clients, unchanged, against a node: haloitsm-python 0.1.0 and HaloPSA 2.0.2."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
import requests
from halo.client import HaloClient
from halo.exceptions import (
    HaloAuthenticationError,
    HaloRateLimitError,
    HaloResourceNotFound,
    HaloValidationError,
)
from HaloPSA.Halo import Halo as HaloPSA

from hub.actions.ports import Ports
from hub.app import make_secrets
from hub.auth.access_tokens import AccessTokens
from hub.rest.halo.dialect import CALL_BURST, CALLS_PER_MINUTE
from hub.settings import Settings
from tests.doubles.halo_client import add_client
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant, make_tenant

T = TypeVar("T")


async def elsewhere(work: Callable[[], T]) -> T:
    """What the work comes to. The clients wait where they stand, so they run beside the node's event loop."""
    return await asyncio.to_thread(work)


@contextmanager
def itsm_client(node: RunningNode, client_id: str = "", **credentials: Any) -> Iterator[HaloClient]:
    """haloitsm-python with these credentials."""
    client = HaloClient(node.base_url, client_id=client_id, **credentials)
    try:
        yield client
    finally:
        client.session.session.close()


def itsm_credentials(tenant: Tenant) -> dict[str, str]:
    """The tenant's own client credentials, as that client wants them."""
    return {
        "client_id": tenant.bootstrap.halo.client_id,
        "client_secret": tenant.bootstrap.halo.client_secret,
    }


class LoopbackSession(requests.Session):
    """Sends what is meant for the vendor's host to the node; the client has the host built in."""

    base_url = ""

    def request(self, method: str, url: str | bytes, *args: Any, **options: Any) -> Any:
        """The answer of the node."""
        own = str(url).replace("https://shop.halopsa.com", self.base_url)
        return super().request(method, own, *args, **options)


@pytest.fixture
def psa(node: RunningNode, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], HaloPSA]]:
    """Makes HaloPSA clients whose host is the node."""
    clients = []
    monkeypatch.setattr(LoopbackSession, "base_url", node.base_url)
    monkeypatch.setattr(requests, "Session", LoopbackSession)

    def make(client_id: str, client_secret: str) -> HaloPSA:
        client = HaloPSA("shop", client_id, client_secret)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client._mh.session.close()


# haloitsm-python: signing in.


async def test_itsm_signs_in_with_client_credentials_and_finds_itself(
    node: RunningNode, tenant: Tenant
) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            return client.users.get_me().raw, client.auth._is_token_valid()

    me, keeps_token = await elsewhere(work)

    assert (me["id"], me["emailaddress"], me["linked_agent_id"]) == (
        tenant.marta.id,
        tenant.marta.email,
        tenant.marta.id,
    )
    assert keeps_token


async def test_itsm_signs_in_with_a_password_and_refreshes_its_token(
    node: RunningNode, ports: Ports, settings: Settings
) -> None:
    tenant = await make_tenant(ports, settings)
    jonas = tenant.bootstrap.agents[1]

    def work() -> Any:
        with itsm_client(node, "any", username=jonas.email, password=jonas.password) as client:
            client.users.get_me()
            first, refresh = client.auth._token, client.auth._refresh_token
            client.auth.password = "forgotten since"
            client.auth._token_expires_at -= timedelta(hours=2)
            return client.users.get_me().raw["id"], refresh, first

    own_id, refresh, first = await elsewhere(work)

    assert own_id == jonas.id
    assert refresh.startswith("hr_")
    assert first.startswith("ha_")


@pytest.mark.parametrize("secret", ["wrong", "ü", " "])
async def test_itsm_is_told_in_words_that_its_secret_is_wrong(
    node: RunningNode, tenant: Tenant, secret: str
) -> None:
    def work() -> Any:
        credentials = {**itsm_credentials(tenant), "client_secret": secret}
        with itsm_client(node, **credentials) as client:
            with pytest.raises(HaloAuthenticationError) as refused:
                client.tickets.list()
            return str(refused.value)

    assert "client id or the secret" in await elsewhere(work)


async def test_itsm_signs_in_again_when_its_token_has_expired(
    node: RunningNode, tenant: Tenant, settings: Settings
) -> None:
    tokens = AccessTokens(settings.secret_keys)

    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            grant = tokens.read_token("access", client.auth.get_token(), datetime.now(UTC))
            old = tokens.issue_token("access", grant, datetime.now(UTC) - timedelta(hours=2))
            client.auth._token = old
            return client.users.get_me().raw["id"], client.auth._token != old

    assert await elsewhere(work) == (tenant.marta.id, True)


async def test_itsm_gives_up_after_one_more_sign_in_when_it_may_not(
    node: RunningNode, ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    limited = await add_client(ports, make_secrets(settings), tenant, tenant.jonas.id, "read:tickets")

    def work() -> Any:
        with itsm_client(node, limited[0], client_secret=limited[1]) as client:
            assert client.tickets.list() == []
            for forbidden in (
                lambda: client.tickets.create({"summary": "x"}),
                client.users.list,
                lambda: client.ticket_types.create({"name": "x"}),
            ):
                with pytest.raises(HaloAuthenticationError, match="403"):
                    forbidden()

    await elsewhere(work)


async def test_itsm_is_told_how_many_whole_seconds_to_wait(
    node: RunningNode, ports: Ports, tenant: Tenant
) -> None:
    (credential,) = await ports.credentials.find_credentials("oauth_client", tenant.bootstrap.halo.client_id)

    is_refused = asyncio.Event()

    async def use_up_all_turns() -> None:
        # Ends by a word of ours: the client of Redis may swallow a cancellation, and this would go on through all other tests.
        while not is_refused.is_set():
            await ports.limits.take(f"call:{tenant.id}:{credential.id}", CALLS_PER_MINUTE, CALL_BURST)

    def call_until_refused(client: HaloClient) -> None:
        while True:
            client.session.get("/Status")

    def work() -> Any:
        with (
            itsm_client(node, **itsm_credentials(tenant)) as client,
            pytest.raises(HaloRateLimitError) as refused,
        ):
            call_until_refused(client)
        return refused.value.retry_after

    others = asyncio.create_task(use_up_all_turns())
    try:
        assert await elsewhere(work) >= 1
    finally:
        is_refused.set()
        await others


# haloitsm-python: what it works with.


async def test_itsm_keeps_tickets(node: RunningNode, tenant: Tenant) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            kind = next(kind for kind in client.ticket_types.list() if kind.name == "Incident")
            ticket = client.tickets.create(
                {"tickettype_id": kind.id, "summary": "No light", "details": "Rear"}
            )
            ticket.update({"status_id": 9})
            assert (ticket.hasbeenclosed, ticket.summary) == (True, "No light")
            assert client.tickets.list(status_id=9, order="id", order_desc=True) == [ticket]
            assert client.tickets.list(status_id=1) == []
            assert client.tickets.search("rear") == [ticket]
            assert client.tickets.get(ticket.id).raw == ticket.raw
            ticket.delete()
            with pytest.raises(HaloResourceNotFound):
                client.tickets.get(ticket.id)

    await elsewhere(work)


async def test_itsm_keeps_users(node: RunningNode, tenant: Tenant) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            user = client.users.create({"name": "Ann Byrne", "emailaddress": "ann@example.com"})
            assert user.update({"client_name": "Byrne Ltd"}).client_name == "Byrne Ltd"
            assert client.users.search("byrne ltd") == [user]
            assert client.users.list(inactive=True, page_size=1, page_no=2) == []
            assert user.get_tickets()["tickets"] == []
            user.delete()
            assert client.users.list() == []

    await elsewhere(work)


async def test_itsm_keeps_articles_and_votes(node: RunningNode, tenant: Tenant) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            article = client.kb_articles.create({"name": "Brakes", "resolution": "Clean the rim."})
            article.update({"resolution": "Clean the rims."})
            assert article.vote(helpful=True)["useful_count"] == 1
            assert [found.id for found in client.kb_articles.search("rim")] == [article.id]
            assert isinstance(article.raw["date_created"], str)
            assert client.kb_articles.get(article.id).resolution == "Clean the rims."
            article.delete()
            assert client.kb_articles.list() == []

    await elsewhere(work)


async def test_itsm_keeps_ticket_types(node: RunningNode, tenant: Tenant) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            kind = client.ticket_types.create({"name": "Repair"})
            assert kind in client.ticket_types.list(show_inactive=True)
            assert client.ticket_types.get(kind.id, include_details=True).get_fields() == []
            kind.delete()
            assert kind not in client.ticket_types.list()

    await elsewhere(work)


async def test_itsm_is_told_what_is_wrong_and_with_which_field(node: RunningNode, tenant: Tenant) -> None:
    def work() -> Any:
        with itsm_client(node, **itsm_credentials(tenant)) as client:
            with pytest.raises(HaloValidationError) as refused:
                client.tickets.create({"summary": "x", "user_id": 2_000_000_000})
            return str(refused.value), refused.value.errors

    sentence, errors = await elsewhere(work)

    assert sentence == "There is no user 2000000000."
    assert errors == {"user_id": [sentence]}


# HaloPSA.


async def test_psa_is_told_in_words_that_its_secret_is_wrong(
    psa: Callable[[str, str], HaloPSA], tenant: Tenant
) -> None:
    with pytest.raises(ValueError, match=r"Unauthorized.*Make sure your client ID and secret are correct"):
        await elsewhere(lambda: psa(tenant.bootstrap.halo.client_id, "wrong"))


async def test_psa_keeps_agents_teams_statuses_and_ticket_types(
    psa: Callable[[str, str], HaloPSA], tenant: Tenant
) -> None:
    def work() -> Any:
        client = psa(tenant.bootstrap.halo.client_id, tenant.bootstrap.halo.client_secret)
        team = client.Teams.update(name="Workshop")
        assert client.Teams.search() == [team]
        agent = client.Agents.update(id=tenant.jonas.id, teams=[{"team_id": team["id"]}], capacity=4)
        assert (agent["team"], agent["capacity"]) == ("Workshop", 4)
        assert agent in client.Agents.search()
        assert client.Agents.get(tenant.jonas.id, includedetails=True) == agent
        status = client.Status.update(name="Waiting for parts", colour="#aa5500")
        assert status in client.Status.search(excludeclosed=True)
        assert client.Status.get(9)["is_closed"]
        kind = client.TicketTypes.update(name="Repair")
        assert client.TicketTypes.get(kind["id"]) == kind
        assert kind in client.TicketTypes.search()

    await elsewhere(work)


async def test_psa_keeps_users_tickets_and_articles(
    psa: Callable[[str, str], HaloPSA], tenant: Tenant
) -> None:
    def work() -> Any:
        client = psa(tenant.bootstrap.halo.client_id, tenant.bootstrap.halo.client_secret)
        user = client.Users.update(firstname="Ann", surname="Byrne", emailaddress="ann@example.com")
        assert client.Users.get_all() == [user]
        assert client.Users.get(user["id"]) == user
        ticket = client.Tickets.update(
            summary="No light", user_id=user["id"], dateoccurred="2026-03-01T10:00:00"
        )
        assert ticket["dateoccurred"] == "2026-03-01T10:00:00.000Z"
        changed = client.Tickets.update(id=ticket["id"], status_id=2)
        assert (changed["status_name"], changed["user_name"]) == ("In Progress", "Ann Byrne")
        paged = client.Tickets.search(pageinate=True, page_size=5, page_no=1, open_only=True)
        assert (paged["record_count"], paged["page_size"], paged["tickets"]) == (1, 5, [changed])
        assert client.Tickets.search(count=1)["tickets"] == [changed]
        assert client.Tickets.get(ticket["id"]) == changed
        article = client.KnowledgeBase.update(name="Lights", resolution="Check the cable.")
        assert client.KnowledgeBase.search(search="cable")["kbarticles"][0]["id"] == article["id"]
        assert client.KnowledgeBase.get(article["id"]) == article

    await elsewhere(work)


async def test_psa_hangs_a_file_on_a_ticket_and_gets_it_back(
    psa: Callable[[str, str], HaloPSA], tenant: Tenant
) -> None:
    def work() -> Any:
        client = psa(tenant.bootstrap.halo.client_id, tenant.bootstrap.halo.client_secret)
        ticket = client.Tickets.update(summary="No light")
        made = client.Attachments.upload(filename="lamp.txt", ticket_id=ticket["id"], data_base64="aGVsbG8=")
        assert (made["filename"], made["ticket_id"], made["filesize"]) == ("lamp.txt", ticket["id"], 5)
        listed = client.Attachments.search(ticket_id=ticket["id"])
        assert [(one["id"], one["filename"]) for one in listed["attachments"]] == [(made["id"], "lamp.txt")]
        assert client.Attachments.get(made["id"], includedetails=True)["data_base64"] == "aGVsbG8="

    await elsewhere(work)


async def test_psa_understands_refusals(
    psa: Callable[[str, str], HaloPSA], ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    limited = await add_client(ports, make_secrets(settings), tenant, tenant.jonas.id, "edit:tickets")

    def work() -> HaloPSA:
        client = psa(*limited)
        with pytest.raises(PermissionError, match="Forbidden"):
            client.Users.search()
        with pytest.raises(PermissionError, match="Forbidden"):
            client.Teams.update(name="x")
        with pytest.raises(ValueError, match=r"400 Bad Request.*summary"):
            client.Tickets.update(details="No summary")
        with pytest.raises(Exception, match="404"):
            client.Tickets.get(2_000_000_000)
        return client

    client = await elsewhere(work)
    (credential,) = await ports.credentials.find_credentials("oauth_client", limited[0])
    await ports.credentials.revoke_credential(tenant.id, credential.id)

    with pytest.raises(ValueError, match="Unauthorized"):
        await elsewhere(client.Tickets.search)
