"""What is done with opening hours: workdays and their holidays are looked at, saved and deleted. For agents who run the hub."""

from collections.abc import Sequence

from hub.actions.ports import HolidayChange, Ports, WorkdayChange
from hub.domain.errors import BadRequest, Conflict, Forbidden, NotFound
from hub.domain.identity import AgentCaller
from hub.domain.workday import MAX_HOLIDAYS, Holiday, Workday, find_zone

MAX_WORKDAYS = 1_000


async def list_workdays(ports: Ports, agent: AgentCaller) -> list[Workday]:
    """All of the agent's tenant, by name. StorageUnavailable."""
    return await ports.workdays.list_workdays(agent.tenant_id)


async def get_workday(ports: Ports, agent: AgentCaller, workday_id: int) -> Workday:
    """One of the agent's tenant. Raises NotFound, StorageUnavailable."""
    found = await ports.workdays.find_workdays(agent.tenant_id, [workday_id])
    if not found:
        raise NotFound
    return found[0]


async def save_workdays(ports: Ports, agent: AgentCaller, changes: Sequence[WorkdayChange]) -> list[Workday]:
    """The workdays as they are now, in the order of the changes: all are saved or none.

    Raises BadRequest naming the field, Forbidden, NotFound (an id that is not there), StorageUnavailable.
    """
    _require_admin(agent)
    for change in changes:
        if find_zone(change.time_zone) is None:
            raise BadRequest("There is no such time zone; an IANA name is wanted.", field="timezone")
        _require_few(len(change.holidays or ()))
    fresh = sum(change.id is None for change in changes)
    if fresh and len(await ports.workdays.list_workdays(agent.tenant_id)) + fresh > MAX_WORKDAYS:
        raise BadRequest(f"There are at most {MAX_WORKDAYS:,} workdays.")
    saved = await ports.workdays.save_workdays(agent.tenant_id, changes)
    ports.availability.forget_facts(agent.tenant_id)
    return saved


async def delete_workday(ports: Ports, agent: AgentCaller, workday_id: int) -> None:
    """Deletes a workday with its holidays. Raises NotFound, Forbidden, Conflict (a profile goes by it), StorageUnavailable."""
    _require_admin(agent)
    user = await ports.workdays.delete_workday(agent.tenant_id, workday_id)
    if user is not None:
        raise Conflict(
            f"The chat profile “{user}” goes by this workday; give it another one first.", field="id"
        )
    ports.availability.forget_facts(agent.tenant_id)


async def list_holidays(ports: Ports, agent: AgentCaller, workday_id: int | None) -> list[Holiday]:
    """Those of a workday (None: all), by their first day. Of a workday that is not there, none. StorageUnavailable."""
    return await ports.workdays.list_holidays(agent.tenant_id, workday_id)


async def get_holiday(ports: Ports, agent: AgentCaller, holiday_id: int) -> Holiday:
    """One of the agent's tenant. Raises NotFound, StorageUnavailable."""
    found = await ports.workdays.find_holidays(agent.tenant_id, [holiday_id])
    if not found:
        raise NotFound
    return found[0]


async def save_holidays(ports: Ports, agent: AgentCaller, changes: Sequence[HolidayChange]) -> list[Holiday]:
    """The holidays as they are now, in the order of the changes: all are saved or none.

    Raises BadRequest (field `workday_id`: no such workday), Forbidden, NotFound (an id that is not there), StorageUnavailable.
    """
    _require_admin(agent)
    named = {change.workday_id for change in changes}
    known = {one.id: one for one in await ports.workdays.find_workdays(agent.tenant_id, sorted(named))}
    if named - set(known):
        raise BadRequest("There is no such workday.", field="workday_id")
    for workday_id, workday in known.items():
        fresh = sum(change.workday_id == workday_id and change.id is None for change in changes)
        _require_few(len(workday.holidays) + fresh)
    saved = await ports.workdays.save_holidays(agent.tenant_id, changes)
    ports.availability.forget_facts(agent.tenant_id)
    return saved


async def delete_holiday(ports: Ports, agent: AgentCaller, holiday_id: int) -> None:
    """Deletes a holiday. Raises NotFound, Forbidden, StorageUnavailable."""
    _require_admin(agent)
    await ports.workdays.delete_holiday(agent.tenant_id, holiday_id)
    ports.availability.forget_facts(agent.tenant_id)


def _require_admin(agent: AgentCaller) -> None:
    if not agent.is_admin:
        raise Forbidden("Opening hours are changed by administrators.")


def _require_few(holidays: int) -> None:
    if holidays > MAX_HOLIDAYS:
        raise BadRequest(f"A workday has at most {MAX_HOLIDAYS} holidays.", field="holidays")
