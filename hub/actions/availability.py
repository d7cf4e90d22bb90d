"""Whether chats can begin, for everybody who asks; and what agents say of themselves. The rule is `hub.domain.availability`."""

from collections.abc import Mapping, Sequence

from hub.actions.ports import Facts, Ports
from hub.domain.availability import Availability, Entrance, entrance_from_profile, judge_availability
from hub.domain.identity import AgentCaller
from hub.domain.profile import Profile


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


async def set_accepting(ports: Ports, agent: AgentCaller, accepting: bool) -> None:
    """The agent takes new chats from now on, or takes none; those under way go on. Safe to repeat. StorageUnavailable."""
    await ports.availability.set_accepting(agent.tenant_id, agent.id, accepting=accepting)
    ports.availability.forget_facts(agent.tenant_id)
