"""Whether chats can begin, for everybody who asks; and what agents say of themselves. The rule is `hub.domain.availability`."""

from collections.abc import Mapping, Sequence

from hub.actions.hours_ports import Facts
from hub.actions.ports import Ports
from hub.domain.availability import Availability, Entrance, entrance_from_profile, judge_availability
from hub.domain.identity import AgentCaller
from hub.domain.profile import Profile
from hub.domain.readiness import Colleague, Colleagues, PresentTeam, Readiness


async def get_availability(ports: Ports, profile: Profile) -> Availability:
    """Whether a visitor can begin a chat with the profile now. What it goes by is a second old at worst. StorageUnavailable."""
    return (await list_availability(ports, [profile]))[profile.id]


async def list_availability(ports: Ports, profiles: Sequence[Profile]) -> Mapping[int, Availability]:
    """The availability of each profile by its id; one query at most for each tenant. StorageUnavailable."""
    found: dict[int, Availability] = {}
    for profile in profiles:
        entrance = entrance_from_profile(profile)
        facts = await ports.availability.find_facts(profile.tenant_id)
        if entrance.hours.workday_id not in {None, *facts.workdays}:
            # Made by another process a moment ago, perhaps.
            facts = (await ports.availability.read_facts([profile.tenant_id])).get(profile.tenant_id, facts)
        found[profile.id] = availability_from_facts(ports, entrance, facts)
    return found


def availability_from_facts(ports: Ports, entrance: Entrance, facts: Facts) -> Availability:
    """What the facts and the clock come to."""
    workday_id = entrance.hours.workday_id
    workday = None if workday_id is None else facts.workdays.get(workday_id)
    waiting = facts.waiting.get(entrance.profile_id, 0)
    return judge_availability(entrance, workday, facts.agents, waiting, ports.clock.now())


async def set_readiness(ports: Ports, agent: AgentCaller, readiness: Readiness) -> None:
    """Whether the agent takes new chats from now on; those under way go on. Safe to repeat. StorageUnavailable."""
    await ports.availability.set_readiness(agent.tenant_id, agent.id, readiness)
    ports.availability.forget_facts(agent.tenant_id)


async def list_colleagues(ports: Ports, agent: AgentCaller) -> Colleagues:
    """Who of the others is here and seen, and the teams that take chats. A second old at worst. StorageUnavailable."""
    present = [
        one
        for one in (await ports.availability.find_facts(agent.tenant_id)).agents
        if one.caller.id != agent.id and one.readiness.status != "invisible"
    ]
    teams = await ports.desk.teams.list_teams(agent.tenant_id)
    return Colleagues(
        agents=[
            Colleague(
                one.caller.id,
                one.caller.name,
                one.readiness,
                one.caller.team_ids,
                one.active_chats,
                one.capacity,
            )
            for one in sorted(present, key=lambda one: (one.caller.name.casefold(), one.caller.id))
        ],
        teams=[
            PresentTeam(team.id, team.name, sum(team.id in one.caller.team_ids for one in present))
            for team in teams
            if team.takes_chats and not team.is_disabled
        ],
    )
