"""Holidays: when a workday is closed although its week says otherwise."""

from starlette.responses import Response

from hub.actions.ports import Ports
from hub.actions.workdays import delete_holiday, get_holiday, list_holidays, save_holidays
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.resource import items_from_call, resource_operations
from hub.rest.halo.translate_workdays import (
    holiday_change_from_wire,
    holiday_from_domain,
    holiday_id_from_wire,
)
from hub.rest.halo.wire_workdays import HolidayIn, HolidayList, HolidayOut, HolidayQuery
from hub.rest.operation import Call, Operation


class Holidays:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_holidays(self, call: Call) -> Response:
        """Those of a workday, or all, by their first day."""
        query: HolidayQuery = call.query
        workday_id = query.workday_id or query.workdayid
        found = await list_holidays(self._ports, call.require_agent(), workday_id)
        page = found[query.offset : query.offset + query.limit]
        return respond_with_list("holidays", [holiday_from_domain(one) for one in page], len(found), query)

    async def get_holiday(self, call: Call) -> Response:
        """One."""
        return respond(holiday_from_domain(await get_holiday(self._ports, call.require_agent(), call.id)))

    async def save_holidays(self, call: Call) -> Response:
        """Creates those without an id, changes those with one."""
        agent = call.require_agent()
        told = [(holiday_id_from_wire(one), one) for one in items_from_call(call, "holid")]
        require_single_use([holiday_id for holiday_id, _ in told if holiday_id], "holid")
        changes = [
            holiday_change_from_wire(
                one, await get_holiday(self._ports, agent, holiday_id) if holiday_id else None
            )
            for holiday_id, one in told
        ]
        saved = await save_holidays(self._ports, agent, changes)
        return respond_with_saved([holiday_from_domain(one) for one in saved])

    async def delete_holiday(self, call: Call) -> Response:
        """One holiday less; it comes back as it was."""
        agent = call.require_agent()
        gone = await get_holiday(self._ports, agent, call.id)
        await delete_holiday(self._ports, agent, call.id)
        return respond(holiday_from_domain(gone))

    def operations(self) -> list[Operation]:
        """The addresses of holidays; the id in them is `holid`."""
        return resource_operations(
            "Holiday",
            "/api/Holiday",
            "Holidays",
            list_all=self.list_holidays,
            get=self.get_holiday,
            save=self.save_holidays,
            delete=self.delete_holiday,
            query=HolidayQuery,
            items=HolidayIn,
            answer=HolidayOut,
            listing=HolidayList,
            read_scope="access:chat",
            edit_scope="admin",
        )
