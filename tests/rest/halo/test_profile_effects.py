"""What setting a profile's member over HTTP changes for visitors, pages and agents of a running hub."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from hub.actions.ports import Ports
from hub.embedded.pair import PairAddresses
from hub.settings import Settings
from tests.doubles.bearers import Headers, bearer_of
from tests.doubles.line import Frame, Line, agent_line, visitor_line
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import PAGE_ORIGIN, Tenant, make_tenant

Body = dict[str, Any]


class Shop:
    """A tenant on a running node, with its administrator's token."""

    def __init__(
        self,
        node: RunningNode,
        tenant: Tenant,
        admin: Headers,
        agent: Headers,
        http: httpx2.AsyncClient,
        owner_url: str,
    ) -> None:
        self.node, self.tenant, self.admin, self.agent, self.http = node, tenant, admin, agent, http
        self._owner_url = owner_url

    @property
    def path(self) -> str:
        """The address of its profile."""
        return f"/api/ChatProfile/{self.tenant.profile.id}"

    async def set(self, **members: Any) -> Body:
        """The profile after members of it were set."""
        body = {"id": self.tenant.profile.id, **members}
        response = await self.http.post("/api/ChatProfile", json=body, headers=self.admin)
        assert response.status_code == 201, response.text
        told: Body = response.json()
        return told

    async def make(self, path: str, **members: Any) -> int:
        """The id of something new."""
        response = await self.http.post(path, json=members, headers=self.admin)
        assert response.status_code == 201, response.text
        return int(response.json()["id"])

    async def ask_as_page(self, origin: str | None = PAGE_ORIGIN) -> httpx2.Response:
        """What a page gets that shows the profile's key."""
        query = {"key": self.tenant.profile.key, "check_available": "true"}
        headers = {"Origin": origin} if origin else {}
        return await self.http.get(self.path, params=query, headers=headers)

    async def open_status(self, origin: str) -> int:
        """The status a page's websocket is answered with; 101 when it is let in."""
        url = f"{self.node.ws_url}?profile={self.tenant.profile.id}"
        try:
            async with connect(url, subprotocols=[Subprotocol("hub.v1.json")], origin=Origin(origin)):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    async def begin(self, line: Line) -> Frame:
        """The answer to a stranger who wants to begin a chat."""
        await line.hello(key=self.tenant.profile.key)
        return await line.command("start")

    async def query(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """What the owner of the database sees, or does where no address does it."""
        connection = await asyncpg.connect(self._owner_url)
        try:
            return await connection.fetch(sql, self.tenant.id, *values)
        finally:
            await connection.close()

    async def list_tickets(self) -> list[tuple[int | None, int | None]]:
        """Type and site of every ticket of the tenant."""
        rows = await self.query("SELECT type_id, clientsite_id FROM tickets WHERE tenant_id = $1 ORDER BY id")
        return [tuple(row) for row in rows]


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own. Nobody signs in here."""
    return await make_tenant(ports, settings, open_secrets())


@pytest_asyncio.fixture(loop_scope="session")
async def shop(
    node: RunningNode, tenant: Tenant, ports: Ports, settings: Settings, pair: PairAddresses
) -> AsyncIterator[Shop]:
    """A shop of this test's own."""
    now = ports.clock.now()
    marta, jonas = [
        await bearer_of(ports, agent, settings.secret_keys, now) for agent in (tenant.marta, tenant.jonas)
    ]
    async with httpx2.AsyncClient(base_url=node.base_url) as http:
        yield Shop(node, tenant, marta, jonas, http, pair.owner_url)


async def hello_as_agent(shop: Shop, line: Line) -> None:
    """Marta's program says hello and wants the inbox."""
    await line.hello(token=shop.tenant.bootstrap.api_key, wants=["inbox"])


# What the page is told.


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", "Winter sale"),
        ("greeting", "Good evening."),
        ("colour", "#abc"),
        ("theme", "dark"),
        ("icon", "https://shop.example/i.svg?size=2"),
        ("bot_name", "Robin"),
        ("bubble_type", 2),
        ("message_box_size", 120),
        ("enable_feedback", True),
        ("feedback_message_before", "How was it?"),
        ("feedback_message_after", "Thank you."),
        ("_chat_mode", "heartbeat"),
        ("_prechat", 2),
        ("_offline_form", False),
        ("_visits", True),
        ("_draft_preview", True),
    ],
)
async def test_the_page_is_told(shop: Shop, member: str, value: Any) -> None:
    assert (await shop.ask_as_page()).json()[member] != value
    await shop.set(**{member: value})
    assert (await shop.ask_as_page()).json()[member] == value


FULL: Body = {
    "name": "Returns",
    "type": 4,
    "intent": "returns",
    "access_type": 1,
    "chatnameoverride": "Returns desk",
    "greeting": "Hello <b>there</b>",
    "bot_name": "Robin",
    "technamevisibility": 2,
    "technamevisibilitytext": "The team",
    "techmustonline": True,
    "logticket": 4,
    "default_ticket_clientsite": 6,
    "icon": "https://shop.example/i.svg",
    "icon_size": 32,
    "colour_type": 1,
    "colour": "#123456",
    "theme": "dark",
    "enable_feedback": True,
    "feedback_message_before": "How was it?",
    "feedback_message_after": "Thank you.",
    "cors_whitelist_list": [{"value": "*.shop.example:8443", "label": "*.shop.example:8443"}],
    "access_control_level": 1,
    "agent_roles": [3, 4],
    "bubble_type": 1,
    "message_box_size": 100,
    "use_bubble_popup_message_mappings": True,
    "popup_message_mappings": [{"url": "https://shop.example/*", "message": "Questions?"}],
    "_banners": [{"message": "Closed on Friday", "startdate": "2026-11-25T08:00:00Z"}],
    "email_storage_key": "email",
    "name_storage_key": "name",
    "fullscreen_threshold_override": 600,
    "bot_height_override": 700,
    "_chat_mode": "heartbeat",
    "_prechat": 1,
    "_consent": "By starting you agree.",
    "_offline_form": False,
    "_visits": True,
    "_draft_preview": True,
    "_still_there_seconds": 300,
    "_still_there_close_seconds": 60,
    "_routing": 2,
    "_routing_language": 2,
    "_routing_language_seconds": 90,
    "_offer_seconds": 20,
    "_release_seconds": 90,
    "_max_wait_seconds": 600,
    "_abandon_seconds": 120,
    "_first_answer_seconds": 60,
    "_next_answer_seconds": 180,
    "steps": [
        {"step_id": 1, "isstart": True, "steptype": 1, "message": "Hi", "actions": [{"start_step": 1, "end_step": 2}]},
        {"step_id": 2, "isend": True, "steptype": 11},
    ],
    "flow_chart_json": '{"nodes": [{"step_id": 1}, {"step_id": 2}]}',
}  # fmt: skip


async def with_references(shop: Shop) -> Body:
    """The full profile with what it refers to, made in the tenant."""
    team = await shop.make("/api/Team", name="Workshop")
    return {
        **FULL,
        "workdays_id": await shop.make("/api/Workday", name="Office", start="09:00", end="17:00"),
        "tickettype_id": await shop.make("/api/TicketType", name="Repair"),
        "_routing_teams": [team],
        "access_control": [
            {"level": 2, "agent_id": shop.tenant.jonas.id, "type": 0},
            {"level": 1, "team_id": team, "type": 1},
            {"level": 0, "role_id": 3, "type": 2},
        ],
    }


async def test_every_member_is_kept_and_given_back(shop: Shop) -> None:
    full = await with_references(shop)
    made = (await shop.http.post("/api/ChatProfile", json=[full], headers=shop.admin)).json()
    address = f"/api/ChatProfile/{made['id']}?includedetails=true"
    read = (await shop.http.get(address, headers=shop.admin)).json()
    assert read == made
    assert {name: value for name, value in read.items() if name not in ("id", "key")} == full
    listed = (await shop.http.get("/api/ChatProfile?type=4", headers=shop.admin)).json()
    assert [profile["id"] for profile in listed["chatprofiles"]] == [made["id"]]


# Who may begin a chat.


async def test_an_entrance_for_the_proven_lets_no_stranger_begin(shop: Shop) -> None:
    await shop.set(access_type=0)
    async with visitor_line(shop.node.ws_url, shop.tenant) as line:
        refused = await shop.begin(line)
        assert (refused["ok"], refused["error"]["code"]) == (False, "identity_required")
    await shop.set(access_type=1)
    async with visitor_line(shop.node.ws_url, shop.tenant) as line:
        assert (await shop.begin(line))["ok"]


async def test_the_key_of_an_entrance_for_agents_admits_nobody(shop: Shop) -> None:
    await shop.set(access_type=2)
    told = await shop.ask_as_page()
    assert (told.status_code, told.json()["access_type"]) == (200, 2)
    async with visitor_line(shop.node.ws_url, shop.tenant) as line:
        await line.send({"t": "hello", "v": 1, "key": shop.tenant.profile.key})
        assert (await line.expect("bye"))["reason"] == "profile_not_found"


@pytest.mark.parametrize(
    ("said", "member"),
    [
        ({}, "display_name"),
        ({"display_name": "Ada"}, "emailaddress"),
        ({"display_name": "Ada", "emailaddress": "ada@shop"}, "emailaddress"),
        ({"display_name": "Ada", "emailaddress": "ada@shop.example"}, None),
    ],
)
async def test_an_entrance_that_asks_for_them_wants_name_and_address_of_visitors_not_of_agents(
    shop: Shop, said: Body, member: str | None
) -> None:
    await shop.set(_prechat=2)
    profile = {"chatprofile_id": str(shop.tenant.profile.id)}
    own = {**profile, "key": shop.tenant.profile.key, **said}
    begun = await shop.http.post("/api/Chat", json=own, headers={"Origin": PAGE_ORIGIN})
    assert begun.status_code == (201 if member is None else 400)
    assert list(begun.json().get("errors", ())) == ([] if member is None else [member])
    assert (await shop.http.post("/api/Chat", json=profile, headers=shop.admin)).status_code == 201


# Which pages.


async def test_only_listed_pages_get_the_profile_and_a_line(shop: Shop) -> None:
    page, other = "https://www.shop.example", PAGE_ORIGIN
    await shop.set(cors_whitelist_list=[{"value": "*.shop.example", "label": "Our shop"}])
    assert (await shop.ask_as_page(page)).headers["access-control-allow-origin"] == page
    assert (await shop.ask_as_page(other)).status_code == 403
    assert [await shop.open_status(page), await shop.open_status(other)] == [101, 403]
    await shop.set(cors_whitelist_list=[])
    assert (await shop.ask_as_page(page)).status_code == 403
    assert await shop.open_status(page) == 403


# What visitors see of agents.


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        ({"technamevisibility": 0}, "Marta Lindqvist"),
        ({"technamevisibility": 1}, "Marta"),
        ({"technamevisibility": 2, "technamevisibilitytext": "The team"}, "The team"),
        ({"technamevisibility": 3, "name": "Bicycles"}, "Bicycles"),
    ],
)
async def test_visitors_see_as_much_of_a_name_as_the_profile_shows(
    shop: Shop, members: Body, shown: str
) -> None:
    await shop.set(**members)
    async with visitor_line(shop.node.ws_url, shop.tenant) as visitor, agent_line(shop.node.ws_url) as agent:
        chat = (await shop.begin(visitor))["result"]["chat"]["id"]
        await hello_as_agent(shop, agent)
        assert (await agent.command("accept", chat=chat))["ok"]
        joined = await visitor.expect("event", lambda frame: frame["kind"] == "agent_joined")
        assert joined["data"]["name"] == shown
        assert ("Lindqvist" in str(visitor.seen)) is (shown == "Marta Lindqvist")


# Tickets.


@pytest.mark.parametrize(
    ("logticket", "logged_after"), [(0, None), (1, "start"), (2, "accept"), (3, "end"), (4, None)]
)
async def test_a_ticket_is_logged_when_the_profile_says(
    shop: Shop, logticket: int, logged_after: str | None
) -> None:
    repair = await shop.make("/api/TicketType", name="Repair")
    await shop.set(logticket=logticket, tickettype_id=repair, default_ticket_clientsite=34)
    seen: dict[str, list[tuple[int | None, int | None]]] = {}
    async with visitor_line(shop.node.ws_url, shop.tenant) as visitor, agent_line(shop.node.ws_url) as agent:
        chat = (await shop.begin(visitor))["result"]["chat"]["id"]
        seen["start"] = await shop.list_tickets()
        await hello_as_agent(shop, agent)
        for op in ("accept", "end"):
            assert (await agent.command(op, chat=chat))["ok"]
            seen[op] = await shop.list_tickets()
    moments = ["start", "accept", "end"]
    begun = moments.index(logged_after) if logged_after else len(moments)
    assert [seen[moment] for moment in moments] == [[]] * begun + [[(repair, 34)]] * (len(moments) - begun)


async def test_a_ticket_without_type_and_site_has_none(shop: Shop) -> None:
    await shop.set(logticket=1, tickettype_id=None, default_ticket_clientsite=0)
    async with visitor_line(shop.node.ws_url, shop.tenant) as visitor:
        await shop.begin(visitor)
    assert await shop.list_tickets() == [(None, None)]


# Which agents.


async def test_only_agents_of_the_roles_take_chats(shop: Shop) -> None:
    await shop.set(agent_roles=[{"id": 71}])
    async with visitor_line(shop.node.ws_url, shop.tenant) as visitor:
        chat = (await shop.begin(visitor))["result"]["chat"]["id"]
        async with agent_line(shop.node.ws_url) as agent:
            await hello_as_agent(shop, agent)
            assert (await agent.command("accept", chat=chat))["error"]["code"] == "forbidden"
        await shop.query(
            "UPDATE identities SET role_ids = '{71}' WHERE tenant_id = $1 AND id = $2", shop.tenant.marta.id
        )
        async with agent_line(shop.node.ws_url) as agent:
            await hello_as_agent(shop, agent)
            assert (await agent.command("accept", chat=chat))["ok"]


@pytest.mark.parametrize(("level", "sees", "edits"), [(0, False, False), (1, True, False), (2, True, True)])
async def test_an_enforced_rule_says_what_an_agent_sees_and_changes(
    shop: Shop, level: int, sees: bool, edits: bool
) -> None:
    rule = {"agent_id": shop.tenant.jonas.id, "level": level}
    await shop.set(access_control=[rule], access_control_level=1)
    read = await shop.http.get(shop.path, headers=shop.agent)
    body = {"id": shop.tenant.profile.id, "greeting": "Mine"}
    written = await shop.http.post("/api/ChatProfile", json=body, headers=shop.agent)
    assert read.status_code == (200 if sees else 404)
    assert written.status_code == (201 if edits else 403 if sees else 404)
    assert ((await shop.ask_as_page()).json()["greeting"] == "Mine") is edits
    await shop.set(access_control_level=0)
    assert (await shop.http.get(shop.path, headers=shop.agent)).status_code == 200
    assert (await shop.http.post("/api/ChatProfile", json=body, headers=shop.agent)).status_code == 403


# Deleting.


async def test_new_visitors_find_a_deleted_profile_nowhere_and_its_chat_goes_on(
    shop: Shop, second_node: RunningNode
) -> None:
    tenant = shop.tenant
    async with visitor_line(shop.node.ws_url, tenant) as visitor, agent_line(second_node.ws_url) as agent:
        token = (await visitor.hello(key=tenant.profile.key))["token"]
        chat = (await visitor.command("start"))["result"]["chat"]["id"]
        await hello_as_agent(shop, agent)
        assert (await shop.http.delete(shop.path, headers=shop.admin)).status_code == 200

        assert (await shop.ask_as_page()).status_code == 404
        async with visitor_line(second_node.ws_url, tenant) as late:
            await late.send({"t": "hello", "v": 1, "key": tenant.profile.key})
            assert (await late.expect("bye"))["reason"] == "profile_not_found"
        assert (await agent.command("accept", chat=chat))["ok"]
        async with visitor_line(second_node.ws_url, tenant) as back:
            await back.hello(token=token)
            assert (await back.command("post", chat=chat, text="Still here?"))["ok"]
        await agent.command("follow", chat=chat)
        assert (await agent.command("post", chat=chat, text="Yes."))["ok"]
        await visitor.expect_message("Yes.")
        assert (await agent.command("end", chat=chat))["ok"]
        assert (await agent.command("follow", chat=chat))["ok"]
    assert await shop.open_status(PAGE_ORIGIN) == 404


async def test_the_visitor_of_a_deleted_profile_begins_no_other_chat(shop: Shop) -> None:
    async with visitor_line(shop.node.ws_url, shop.tenant) as one:
        token = (await one.hello(key=shop.tenant.profile.key))["token"]
        chat = (await one.command("start"))["result"]["chat"]["id"]
        await shop.http.delete(shop.path, headers=shop.admin)
        async with visitor_line(shop.node.ws_url, shop.tenant) as other:
            await other.hello(token=token)
            assert (await other.command("end", chat=chat))["ok"]
            assert (await other.command("start"))["error"]["code"] == "profile_not_found"


# Tenants.


async def test_what_one_tenant_does_is_nothing_to_another(
    shop: Shop, ports: Ports, settings: Settings
) -> None:
    foreign = await make_tenant(ports, settings, open_secrets())
    path = f"/api/ChatProfile/{foreign.profile.id}"
    before = await ports.profiles.find_own_profile(foreign.id, foreign.profile.id)
    body = {"id": foreign.profile.id, "name": "Mine"}
    answers = [
        await shop.http.get(path, headers=shop.admin),
        await shop.http.post("/api/ChatProfile", json=[{"name": "New"}, body], headers=shop.admin),
        await shop.http.delete(path, headers=shop.admin),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.content for answer in answers}) == 1
    listed = (await shop.http.get("/api/ChatProfile", headers=shop.admin)).json()
    assert [profile["id"] for profile in listed["chatprofiles"]] == [str(shop.tenant.profile.id)]
    assert await ports.profiles.find_own_profile(foreign.id, foreign.profile.id) == before
    assert before is not None
