"""Profiles in Postgres: written all or none, deleted softly, and their changes noticed."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from hub.actions.chats import end_chat
from hub.actions.hours_ports import WorkdayChange
from hub.actions.ports import DecideProfiles, Ports
from hub.domain.errors import BadRequest
from hub.domain.profile import Flow, Hours, Look, Profile
from hub.domain.workday import Interval
from hub.settings import Settings
from tests.doubles.conversation import begin_chat
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


async def rename(ports: Ports, tenant: Tenant, name: str) -> Profile:
    """The tenant's profile under another name."""

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        return [replace(profile, name=name) for profile in present.values()]

    [saved] = await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)
    return saved


async def test_a_decision_that_fails_changes_nothing(ports: Ports, tenant: Tenant) -> None:
    before = await ports.profiles.list_profiles(tenant.id)

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        raise BadRequest

    with pytest.raises(BadRequest):
        await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)
    assert await ports.profiles.list_profiles(tenant.id) == before


async def test_one_that_cannot_be_stored_takes_the_others_along(ports: Ports, tenant: Tenant) -> None:
    before = await ports.profiles.list_profiles(tenant.id)

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        new = replace(present[tenant.profile.id], id=0, name="New")  # With a uuid that is taken.
        return [replace(present[tenant.profile.id], name="Changed"), new]

    with pytest.raises(Exception, match="uuid"):
        await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)
    assert await ports.profiles.list_profiles(tenant.id) == before


async def test_only_the_tenants_own_are_there_to_be_decided_on(
    ports: Ports, tenant: Tenant, settings: Settings
) -> None:
    foreign = await make_tenant(ports, settings, open_secrets())
    seen: list[int] = []

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        seen.extend(present)
        return []

    await ports.profiles.write_profiles(tenant.id, [tenant.profile.id, foreign.profile.id], decide)
    assert seen == [tenant.profile.id]
    assert not await ports.profiles.delete_profile(tenant.id, foreign.profile.id)
    assert await ports.profiles.find_own_profile(tenant.id, foreign.profile.id) is None


async def test_a_flow_is_read_where_it_is_wanted(ports: Ports, tenant: Tenant) -> None:
    flow = Flow(({"step_id": 1},), "{}")

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        return [replace(profile, flow=flow) for profile in present.values()]

    await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], decide)
    own = await ports.profiles.find_own_profile(tenant.id, tenant.profile.id)
    found = await ports.profiles.find_profile(tenant.profile.id)
    assert own is not None
    assert found is not None
    assert (own.flow, found.flow) == (flow, None)
    assert (await ports.profiles.list_profiles(tenant.id))[0].flow is None


async def test_every_change_has_another_version_and_nothing_else_has(ports: Ports, tenant: Tenant) -> None:
    key = (tenant.id, tenant.profile.id)
    versions = [await ports.profiles.list_versions([tenant.id])]
    await begin_chat(ports, tenant)
    versions.append(await ports.profiles.list_versions([tenant.id]))
    await rename(ports, tenant, "Renamed")
    versions.append(await ports.profiles.list_versions([tenant.id]))
    await ports.profiles.delete_profile(*key)
    versions.append(await ports.profiles.list_versions([tenant.id]))
    assert [set(found) for found in versions] == [{key}] * 4
    assert versions[0] == versions[1]
    assert len({found[key] for found in versions[1:]}) == 3


async def test_a_deleted_profile_is_found_as_long_as_a_chat_goes_on(ports: Ports, tenant: Tenant) -> None:
    idle = await ports.profiles.create_profile(tenant.id, "Idle", "key", (), Look())
    start = await begin_chat(ports, tenant)
    assert await ports.profiles.find_deleted_profile(tenant.profile.id) is None
    assert await ports.profiles.delete_profile(tenant.id, tenant.profile.id)
    assert await ports.profiles.delete_profile(tenant.id, idle.id)
    assert not await ports.profiles.delete_profile(tenant.id, idle.id)

    found = await ports.profiles.find_deleted_profile(tenant.profile.id)
    assert found == replace(tenant.profile, is_deleted=True)
    assert await ports.profiles.find_profile(tenant.profile.id) is None
    assert await ports.profiles.find_deleted_profile(idle.id) is None
    assert await ports.profiles.list_profiles(tenant.id) == []
    current = await ports.profiles.list_current([(tenant.id, tenant.profile.id), (tenant.id, idle.id)])
    assert sorted(profile.id for profile in current if profile.is_deleted) == [tenant.profile.id, idle.id]

    await end_chat(ports, start.caller, start.chat.id, "end")
    assert await ports.profiles.find_deleted_profile(tenant.profile.id) is None


# Hours.


def going_by(workday_id: int) -> DecideProfiles:
    """Gives every profile these hours."""
    return lambda present: [
        replace(profile, hours=Hours(workday_id=workday_id)) for profile in present.values()
    ]


async def make_workday(ports: Ports, tenant: Tenant) -> int:
    """A workday that is always open."""
    change = WorkdayChange("Office", "", "UTC", ((Interval(0, 1440),),) * 7)
    [made] = await ports.workdays.save_workdays(tenant.id, [change])
    return made.id


async def test_hours_that_went_meanwhile_are_refused_and_nothing_is_stored(
    ports: Ports, tenant: Tenant
) -> None:
    workday_id = await make_workday(ports, tenant)
    await ports.workdays.delete_workday(tenant.id, workday_id)
    with pytest.raises(BadRequest) as refused:
        await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], going_by(workday_id))
    assert refused.value.field == "hours.workday_id"
    found = await ports.profiles.find_own_profile(tenant.id, tenant.profile.id)
    assert found is not None
    assert found.hours.workday_id is None


async def test_another_tenants_hours_are_none(ports: Ports, tenant: Tenant, settings: Settings) -> None:
    foreign = await make_tenant(ports, settings, open_secrets())
    workday_id = await make_workday(ports, foreign)
    with pytest.raises(BadRequest):
        await ports.profiles.write_profiles(tenant.id, [tenant.profile.id], going_by(workday_id))


async def test_hours_are_never_deleted_under_a_profile_that_is_just_given_them(
    ports: Ports, tenant: Tenant
) -> None:
    for _ in range(20):
        workday_id = await make_workday(ports, tenant)
        given, deleted = await asyncio.gather(
            ports.profiles.write_profiles(tenant.id, [tenant.profile.id], going_by(workday_id)),
            ports.workdays.delete_workday(tenant.id, workday_id),
            return_exceptions=True,
        )
        if isinstance(given, BadRequest):
            assert deleted is None
        else:
            assert deleted == tenant.profile.name
            assert await ports.workdays.find_workdays(tenant.id, [workday_id])
