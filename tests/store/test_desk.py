"""Arrays of patches in the store: whole or not at all, also when two come at once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from hub.actions.desk_ports import Window
from hub.actions.ports import Ports
from hub.domain.desk import Patch
from hub.domain.errors import BadRequest, NotFound
from hub.domain.person import AgentFilter
from hub.domain.ticket import TicketFilter
from tests.doubles.tenant import Tenant
from tests.store.conftest import Connection

ROUNDS = 15

Save = Callable[[int, Sequence[Patch]], Awaitable[list[int]]]


async def test_the_same_rows_in_another_order_block_nobody(ports: Ports, tenant: Tenant) -> None:
    save = ports.desk.tickets.save_tickets
    ids = await save(tenant.id, [{"summary": f"Ticket {number}"} for number in range(10)])
    for turn in range(ROUNDS):
        forth = [{"id": one, "details": f"forth {turn}"} for one in ids]
        back = [{"id": one, "details": f"back {turn}"} for one in reversed(ids)]
        await asyncio.gather(save(tenant.id, forth), save(tenant.id, back), save(tenant.id, forth))

        found, _ = await ports.desk.tickets.list_tickets(tenant.id, TicketFilter(), Window(100))
        assert len({ticket.details for ticket in found}) == 1


async def test_the_same_names_in_another_order_are_taken_by_one_array_as_a_whole(
    ports: Ports, tenant: Tenant
) -> None:
    for turn in range(ROUNDS):
        names = [f"Team {turn} {number}" for number in range(5)]
        outcomes = await asyncio.gather(
            *(
                ports.desk.teams.save_teams(tenant.id, [{"name": name} for name in order])
                for order in (names, names[::-1], names[2:] + names[:2])
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
        assert all(isinstance(outcome, list | BadRequest) for outcome in outcomes), outcomes
        teams = await ports.desk.teams.list_teams(tenant.id)
        assert len(teams) == 5 * (turn + 1)


async def test_new_rows_have_their_ids_in_the_order_given(ports: Ports, tenant: Tenant) -> None:
    (old,) = await ports.desk.users.save_users(tenant.id, [{"name": "Old"}])
    ids = await ports.desk.users.save_users(
        tenant.id, [{"name": "B"}, {"id": old, "name": "Older"}, {"name": "A"}, {"name": "C"}]
    )

    assert ids[1] == old
    assert [(await ports.desk.users.find_user(tenant.id, one)).name for one in ids] == [  # type: ignore[union-attr]
        "B",
        "Older",
        "A",
        "C",
    ]
    assert ids[0] < ids[2] < ids[3]


@pytest.mark.parametrize("noun", ["teams", "statuses", "types", "tickets", "users", "agents"])
async def test_one_missing_row_undoes_the_others(
    ports: Ports, tenant: Tenant, noun: str, owner: Connection
) -> None:
    desk = ports.desk
    saves: dict[str, tuple[Save, Patch, str]] = {
        "teams": (desk.teams.save_teams, {"name": "Half"}, "teams"),
        "statuses": (desk.teams.save_statuses, {"name": "Half"}, "statuses"),
        "types": (desk.teams.save_types, {"name": "Half"}, "ticket_types"),
        "tickets": (desk.tickets.save_tickets, {"summary": "Half"}, "tickets"),
        "users": (desk.users.save_users, {"name": "Half"}, "identities"),
        "agents": (desk.staff.save_agents, {"name": "Half", "email": "half@example.com"}, "identities"),
    }
    save, patch, table = saves[noun]
    count = f"SELECT count(*) FROM {table} WHERE tenant_id = $1"
    before = await owner.fetchval(count, tenant.id)

    with pytest.raises(NotFound):
        await save(tenant.id, [patch, {"id": 2_000_000_000, **patch}])

    assert await owner.fetchval(count, tenant.id) == before


async def test_an_email_that_is_taken_undoes_the_whole_array(ports: Ports, tenant: Tenant) -> None:
    staff = ports.desk.staff
    patches: list[Patch] = [
        {"id": tenant.marta.id, "name": "Marta Okafor"},
        {"id": tenant.jonas.id, "email": tenant.marta.email},
    ]
    with pytest.raises(BadRequest) as refused:
        await staff.save_agents(tenant.id, patches)

    assert refused.value.field == "email"
    names = {agent.name for agent in await staff.list_agents(tenant.id, AgentFilter())}
    assert names == {tenant.marta.name, tenant.jonas.name}
