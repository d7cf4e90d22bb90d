"""Teams, ticket types, statuses, users, tickets and articles, from outside."""

from dataclasses import replace

from hub.actions.chats import end_chat
from hub.actions.ports import Ports
from hub.actions.tickets import get_ticket
from hub.app import make_secrets
from hub.domain.event import Change
from hub.settings import Settings
from tests.doubles.conversation import begin_active_chat, message_item
from tests.doubles.halo_client import HaloProgram, program_of
from tests.doubles.node import RunningNode
from tests.doubles.tenant import Tenant

# Teams, statuses, ticket types.


async def test_a_tenant_begins_with_statuses_and_ticket_types_and_without_teams(admin: HaloProgram) -> None:
    statuses, types = await admin.get("/Status"), await admin.get("/TicketType")

    assert [(status["id"], status["is_closed"]) for status in statuses] == [
        (1, False),
        (2, False),
        (4, False),
        (9, True),
    ]
    assert [kind["name"] for kind in types] == ["Incident", "Service Request"]
    assert await admin.get("/Team") == []


async def test_a_team_is_made_changed_and_told_with_its_members(admin: HaloProgram, tenant: Tenant) -> None:
    team = await admin.post("/Team", [{"name": "  Bikes\n& parts ", "sequence": "3", "unknown": {"x": 1}}])
    await admin.post("/Agent", {"id": tenant.jonas.id, "teams": [{"team_id": team["id"]}]})
    changed = await admin.post(f"/Team/{team['id']}", {"allowlivechat": "False"})

    assert changed == {
        "id": team["id"],
        "name": "Bikes & parts",
        "sequence": 3,
        "allowlivechat": False,
        "inactive": False,
        "agents": [{"agent_id": tenant.jonas.id, "team_id": team["id"]}],
    }
    assert await admin.get(f"/team/{team['id']}") == changed
    assert await admin.get("/Team") == [changed]
    assert await admin.get("/Team", chat_only=True) == []
    assert await admin.get("/Team", memberonly=True) == []


async def test_what_is_disabled_is_listed_only_when_asked_for(admin: HaloProgram) -> None:
    team = await admin.post("/Team", {"name": "Old", "inactive": True})
    kind = await admin.post("/TicketType", {"name": "Old", "inactive": True})

    assert await admin.get("/Team") == []
    assert await admin.get("/Team", includedisabled="true") == [team]
    assert kind not in await admin.get("/TicketType")
    assert kind in await admin.get("/TicketType", showinactive=True)


async def test_lists_without_pages_are_arrays_and_with_pages_say_how_many_there_are(
    admin: HaloProgram,
) -> None:
    page = await admin.get("/Status", pageinate="True", page_size=3, page_no=2)

    assert page["record_count"] == 4
    assert (page["page_no"], page["page_size"]) == (2, 3)
    assert [status["name"] for status in page["statuses"]] == ["Closed"]


async def test_a_deleted_ticket_type_stays_with_the_tickets_that_have_it(admin: HaloProgram) -> None:
    kind = await admin.post("/TicketType", {"name": "Repair"})
    ticket = await admin.post("/Tickets", {"summary": "Bent wheel", "tickettype_id": kind["id"]})

    assert (await admin.call("DELETE", f"/TicketType/{kind['id']}")).json() == kind

    assert kind not in await admin.get("/TicketType", showinactive=True)
    assert (await admin.get(f"/Tickets/{ticket['id']}"))["tickettype_name"] == "Repair"
    assert await admin.refusal("DELETE", f"/TicketType/{kind['id']}") == (404, None)
    refused = await admin.refusal("POST", "/Tickets", json={"summary": "x", "tickettype_id": kind["id"]})
    assert refused == (400, "tickettype_id")


async def test_several_are_saved_as_a_whole_or_not_at_all(admin: HaloProgram) -> None:
    made = await admin.post("/Team", [{"name": "One"}, {"name": "Two"}])
    assert [team["name"] for team in made] == ["One", "Two"]

    mixed = await admin.post("/Team", [{"name": "Three"}, {"id": made[0]["id"], "name": "Uno"}])
    assert [team["name"] for team in mixed] == ["Three", "Uno"]

    for bad, field in (
        ([{"name": "Four"}, {"id": 2_000_000_000, "name": "Five"}], None),
        ([{"name": "Four"}, {"name": "TWO"}], "name"),
        ([{"name": "Four"}, {"sequence": 1}], "name"),
        ([{"id": made[0]["id"], "name": "A"}, {"id": made[0]["id"], "name": "B"}], "id"),
    ):
        _, named = await admin.refusal("POST", "/Team", json=bad)
        assert named == field
    assert [team["name"] for team in await admin.get("/Team")] == ["Three", "Two", "Uno"]


# Users.


async def test_a_user_is_made_found_changed_and_deleted(admin: HaloProgram) -> None:
    ann = await admin.post(
        "/Users",
        {
            "firstname": "Ann",
            "surname": "Byrne",
            "emailaddress": "ann@example.com",
            "phonenumber": "+353 1 555 0100",
            "client_name": "Byrne Ltd",
        },
    )
    await admin.post("/Users", {"name": "Zed Other"})

    assert (ann["name"], ann["initials"], ann["use"], ann["inactive"]) == ("Ann Byrne", "AB", "user", False)
    assert ann["datecreated"].endswith("Z")
    for text in ("byrne", "ANN@EXAMPLE", "555 0100", "ltd"):
        found = await admin.get("/Users", search=text)
        assert (found["record_count"], found["users"]) == (1, [ann])
    assert (await admin.get("/Users", search="%"))["users"] == []

    changed = await admin.post("/Users", {"id": str(ann["id"]), "inactive": True, "phonenumber": None})
    assert changed == {**ann, "inactive": True, "phonenumber": None}
    assert [user["name"] for user in (await admin.get("/Users"))["users"]] == ["Zed Other"]
    assert len((await admin.get("/Users", includeinactive=True))["users"]) == 2

    assert (await admin.call("DELETE", f"/Users/{ann['id']}")).json() == changed
    assert await admin.refusal("GET", f"/Users/{ann['id']}") == (404, None)
    assert await admin.refusal("POST", "/Users", json={"id": ann["id"], "name": "Back"}) == (404, None)
    assert len((await admin.get("/Users", includeinactive=True))["users"]) == 1


async def test_pages_of_users_skip_and_double_nobody(admin: HaloProgram) -> None:
    await admin.post("/Users", [{"name": f"User {number % 4}"} for number in range(23)])

    seen = []
    for number in range(1, 5):
        page = await admin.get(
            "/Users", pageinate=True, page_size=7, page_no=number, order="name", orderdesc=True
        )
        assert page["record_count"] == 23
        seen += [(user["name"], user["id"]) for user in page["users"]]

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 23


async def test_a_visitor_can_be_read_where_a_ticket_names_them_and_is_no_user_to_change(
    admin: HaloProgram, ports: Ports, tenant: Tenant
) -> None:
    start = await begin_active_chat(ports, tenant)
    visitor_id = start.caller.id

    assert (await admin.get(f"/Users/{visitor_id}"))["use"] == "visitor"
    assert (await admin.get("/Users"))["users"] == []
    assert await admin.refusal("POST", f"/Users/{visitor_id}", json={"name": "Else"}) == (404, None)
    assert (await admin.post("/Tickets", {"summary": "Theirs", "user_id": visitor_id}))[
        "user_name"
    ] == start.caller.name


async def test_an_agent_is_no_user(admin: HaloProgram, tenant: Tenant) -> None:
    assert await admin.refusal("GET", f"/Users/{tenant.marta.id}") == (404, None)
    refused = await admin.refusal("POST", "/Tickets", json={"summary": "x", "user_id": tenant.marta.id})
    assert refused == (400, "user_id")


# Tickets.


async def test_a_ticket_is_made_with_all_it_names(admin: HaloProgram, tenant: Tenant) -> None:
    user = await admin.post("/Users", {"name": "Ann Byrne", "emailaddress": "ann@example.com"})
    team = await admin.post("/Team", {"name": "Workshop"})

    ticket = await admin.post(
        "/Tickets",
        [
            {
                "summary": "Brake squeals",
                "details": "Only when wet.\nFront one.",
                "user_id": user["id"],
                "agent_id": tenant.jonas.id,
                "team": "workshop",
                "status_id": 2,
                "tickettype_id": 3,
                "site_id": 17,
                "dateoccurred": "2026-03-01T10:30:00+01:00",
            }
        ],
    )

    shown = {name: value for name, value in ticket.items() if name not in ("id", "last_update")}
    assert shown == {
        "summary": "Brake squeals",
        "details": "Only when wet.\nFront one.",
        "dateoccurred": "2026-03-01T09:30:00.000Z",
        "dateclosed": None,
        "status_id": 2,
        "status_name": "In Progress",
        "hasbeenclosed": False,
        "tickettype_id": 3,
        "tickettype_name": "Service Request",
        "user_id": user["id"],
        "user_name": "Ann Byrne",
        "user_email": "ann@example.com",
        "agent_id": tenant.jonas.id,
        "agent_name": tenant.jonas.name,
        "team_id": team["id"],
        "team": "Workshop",
        "site_id": 17,
        "chat_id": None,
        "chat_count": 0,
        "open_chat_count": 0,
    }
    assert await admin.get(f"/Tickets/{ticket['id']}") == ticket


async def test_what_a_change_does_not_name_stays(admin: HaloProgram, tenant: Tenant) -> None:
    first = await admin.post("/Tickets", {"summary": "Flat tyre", "agent_id": tenant.marta.id})

    second = await admin.post(f"/Tickets/{first['id']}", {"status_id": 9})
    third = await admin.post("/Tickets", {"id": first["id"], "status_id": 1, "agent_id": None})

    assert second["dateclosed"] is not None
    assert (second["summary"], second["agent_id"], second["hasbeenclosed"]) == (
        "Flat tyre",
        tenant.marta.id,
        True,
    )
    assert (third["dateclosed"], third["agent_id"], third["hasbeenclosed"]) == (None, None, False)


async def test_an_answer_can_be_sent_back_as_it_came(admin: HaloProgram, tenant: Tenant) -> None:
    team = await admin.post("/Team", {"name": "Workshop"})
    sent = {"summary": "Round trip", "team_id": team["id"], "agent_id": tenant.marta.id}
    ticket = await admin.post("/Tickets", sent)
    user = await admin.post("/Users", {"name": "Ann Byrne"})
    article = await admin.post("/KBArticle", {"name": "Round trip"})
    agent = await admin.get("/Agent/me")

    for path, thing in (
        ("/Tickets", ticket),
        ("/Users", user),
        ("/Team", team),
        ("/KBArticle", article),
        ("/Agent", agent),
    ):
        back = await admin.post(path, thing)
        times = ("last_update", "date_edited")
        assert {**back, **{name: thing[name] for name in times if name in thing}} == thing


async def test_tickets_are_filtered(admin: HaloProgram, ports: Ports, tenant: Tenant) -> None:
    user = await admin.post("/Users", {"name": "Ann"})
    open_one = await admin.post("/Tickets", {"summary": "Chain 50% worn_out", "agent_id": tenant.marta.id})
    closed = await admin.post("/Tickets", {"summary": "Chain", "details": "Rusty", "status_id": 9})
    theirs = await admin.post(
        "/Tickets", {"summary": "Saddle", "user_id": user["id"], "tickettype_id": 1, "status_id": 2}
    )
    chat = await begin_active_chat(ports, tenant)
    item = message_item(chat.caller, chat.chat.id, "Hello")
    await ports.events.append(replace(item, change=Change(ticket={"summary": "From a chat"})))

    async def found(**query: object) -> set[str]:
        return {ticket["summary"] for ticket in (await admin.get("/Tickets", **query))["tickets"]}

    everything = {"Chain 50% worn_out", "Chain", "Saddle", "From a chat"}
    assert await found() == everything
    assert await found(open_only=True) == everything - {"Chain"}
    assert await found(closed_only="true") == {"Chain"}
    assert await found(agent_id=tenant.marta.id) == {"Chain 50% worn_out", "From a chat"}
    assert await found(user_id=user["id"]) == {"Saddle"}
    assert await found(status_id=2) == {"Saddle"}
    assert await found(tickettype_id=1) == await found(requesttype_id=1) == {"Saddle"}
    assert await found(chat_id=chat.chat.id) == {"From a chat"}
    assert await found(search="rust") == {"Chain"}
    assert await found(search="50%") == {"Chain 50% worn_out"}
    assert await found(search="_") == {"Chain 50% worn_out"}
    assert await found(search=str(closed["id"])) == {"Chain"}
    assert await found(ticketids=f"{open_one['id']},{theirs['id']},4294967295") == {
        "Chain 50% worn_out",
        "Saddle",
    }


async def test_tickets_come_newest_first_or_as_asked(admin: HaloProgram) -> None:
    for summary in ("B", "a", "C"):
        await admin.post("/Tickets", {"summary": summary})

    async def listed(**query: object) -> list[str]:
        return [ticket["summary"] for ticket in (await admin.get("/Tickets", **query))["tickets"]]

    assert await listed() == ["C", "a", "B"]
    assert await listed(order="id") == ["B", "a", "C"]
    assert await listed(order="summary") == ["a", "B", "C"]
    assert await listed(order="summary", orderdesc="True", count=2) == ["C", "B"]


async def test_a_chats_ticket_knows_its_chats(admin: HaloProgram, ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    item = message_item(start.caller, start.chat.id, "Hello")
    await ports.events.append(replace(item, change=Change(ticket={"summary": "From a chat"})))
    ticket = (await admin.get("/Tickets"))["tickets"][0]

    assert (ticket["chat_id"], ticket["chat_count"], ticket["open_chat_count"]) == (start.chat.id, 1, 1)
    assert (ticket["user_id"], ticket["agent_id"]) == (start.caller.id, tenant.marta.id)
    await end_chat(ports, start.caller, start.chat.id, "end")
    assert (await admin.get(f"/Tickets/{ticket['id']}"))["open_chat_count"] == 0
    assert (await get_ticket(ports, tenant.marta, ticket["id"])).chat_count == 1


async def test_a_deleted_ticket_is_gone(admin: HaloProgram) -> None:
    ticket = await admin.post("/Tickets", {"summary": "Mistake"})

    assert (await admin.call("DELETE", f"/Tickets/{ticket['id']}")).json() == ticket

    assert await admin.refusal("GET", f"/Tickets/{ticket['id']}") == (404, None)
    assert await admin.refusal("POST", f"/Tickets/{ticket['id']}", json={"summary": "x"}) == (404, None)
    assert await admin.refusal("DELETE", f"/Tickets/{ticket['id']}") == (404, None)
    assert (await admin.get("/Tickets"))["record_count"] == 0


# The knowledge base.


async def test_articles_are_found_by_their_words_the_best_first(admin: HaloProgram) -> None:
    await admin.post(
        "/KBArticle",
        [
            {"name": "Fixing brakes", "description": "It squeals.", "resolution": "Clean the rim."},
            {"name": "Opening hours", "resolution": "Nine to five. Brakes are fixed after four."},
            {"name": "Schläuche wechseln", "resolution": "Ventil lösen."},
            {"name": "Draft about brakes", "inactive": True},
        ],
    )

    async def found(text: str, **query: object) -> list[str]:
        listed = await admin.get("/KBArticle", search=text, **query)
        assert listed["record_count"] >= len(listed["kbarticles"])
        return [article["name"] for article in listed["kbarticles"]]

    assert await found("brake") == ["Fixing brakes", "Opening hours"]
    assert await found("BRAKES fix") == ["Fixing brakes", "Opening hours"]
    assert await found("schläuche") == ["Schläuche wechseln"]
    assert await found("brakes -squeals") == ["Opening hours"]
    assert await found("brake", count=1) == ["Fixing brakes"]
    assert "Draft about brakes" in await found("brake", includeinactive=True)
    for odd in ("%", "'", '"', "a & | ! <-> b:*", "\\", "(((", "🚲", "- -"):
        assert await found(odd) == []


async def test_a_list_of_articles_leaves_out_what_helps_and_one_article_tells_it(
    admin: HaloProgram, tenant: Tenant
) -> None:
    article = await admin.post(
        "/KBArticle", {"name": "Fixing brakes", "description": "Squeals", "resolution": "Clean it."}
    )
    (row,) = (await admin.get("/KBArticle"))["kbarticles"]

    assert "resolution" not in row
    assert row["description"] == "Squeals"
    assert await admin.get(f"/KBArticle/{article['id']}") == article
    assert (article["resolution"], article["creator_id"]) == ("Clean it.", tenant.marta.id)

    assert (await admin.call("DELETE", f"/KBArticle/{article['id']}")).json() == article
    assert await admin.refusal("GET", f"/KBArticle/{article['id']}") == (404, None)
    assert (await admin.get("/KBArticle", includeinactive=True))["kbarticles"] == []


async def test_a_vote_counts_once_a_person_and_the_last_one_counts(
    admin: HaloProgram, node: RunningNode, ports: Ports, settings: Settings, tenant: Tenant
) -> None:
    article = (await admin.post("/KBArticle", {"name": "Fixing brakes"}))["id"]
    for vote in ({"kb_id": article, "helpful": True}, {"id": article, "your_vote": 1}):
        voted = await admin.post("/KBArticle/vote", vote)
        assert (voted["useful_count"], voted["notuseful_count"], voted["your_vote"]) == (1, 0, 1)
    async with program_of(
        node.base_url, ports, make_secrets(settings), tenant, tenant.jonas.id, "read:kb"
    ) as jonas:
        voted = await jonas.post("/KBArticle/vote", [{"kb_id": article, "helpful": False}])
        assert (voted["useful_count"], voted["notuseful_count"], voted["your_vote"]) == (1, 1, -1)

    voted = await admin.post("/KBArticle/vote", {"kb_id": article, "helpful": False})

    assert (voted["useful_count"], voted["notuseful_count"]) == (0, 2)
    assert await admin.refusal("POST", "/KBArticle/vote", json={"helpful": True}) == (400, "kb_id")
    assert await admin.refusal("POST", "/KBArticle/vote", json={"kb_id": article}) == (400, "helpful")
    several = [{"kb_id": article, "helpful": True}, {"kb_id": 2_000_000_000, "helpful": True}]
    assert await admin.refusal("POST", "/KBArticle/vote", json=several) == (404, None)
    assert (await admin.get(f"/KBArticle/{article}"))["useful_count"] == 0
