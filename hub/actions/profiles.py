"""What agents and operators do with profiles: see, make, change and delete them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from publicsuffixlist import PublicSuffixList

from hub.actions.ports import Keys, Ports
from hub.domain.errors import BadRequest, Forbidden, ProfileNotFound
from hub.domain.identity import AgentCaller
from hub.domain.origin import require_origin_entry, wildcard_domain
from hub.domain.person import AgentFilter
from hub.domain.profile import Flow, Profile, may_see_profile, require_may_edit
from hub.domain.soundness import Referent, require_known_references, require_sound

KEY_CHARS = 32

# Read with the module, which is before the processes of a hub part: they share it.
SUFFIXES = PublicSuffixList()


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What is to become of a profile. `id` None makes a new one; `apply` turns what is there into what shall be there."""

    id: int | None
    apply: Callable[[Profile], Profile]


async def list_profiles(ports: Ports, agent: AgentCaller) -> list[Profile]:
    """The profiles the agent may see, by id, without their flows."""
    profiles = await ports.profiles.list_profiles(agent.tenant_id)
    return [profile for profile in profiles if may_see_profile(profile.rules.access, agent)]


async def get_profile(ports: Ports, agent: AgentCaller, profile_id: int) -> Profile:
    """The profile with its flow. ProfileNotFound also for what the agent may not see."""
    profile = await ports.profiles.find_own_profile(agent.tenant_id, profile_id)
    if profile is None or not may_see_profile(profile.rules.access, agent):
        raise ProfileNotFound
    return profile


async def save_profiles(
    ports: Ports, keys: Keys, agent: AgentCaller, drafts: Sequence[ProfileDraft]
) -> list[Profile]:
    """The profiles as they are now, in the order of the drafts: all of them stored, or none.

    Administrators make profiles; they, and agents whom an access rule lets, change them. Raises Forbidden,
    ProfileNotFound, BadRequest (also for a workday, ticket type, agent or team the tenant does not have) and the text
    errors, whose `field` is a place in the profile.
    """
    if not agent.is_admin and any(draft.id is None for draft in drafts):
        raise Forbidden("Profiles are made by administrators.")

    known = await _read_known(ports, agent.tenant_id)

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        return [_decide_one(keys, agent, draft, present, known) for draft in drafts]

    named = [draft.id for draft in drafts if draft.id is not None]
    return await ports.profiles.write_profiles(agent.tenant_id, named, decide)


async def delete_profile(ports: Ports, agent: AgentCaller, profile_id: int) -> Profile:
    """The profile as it was. Nobody new comes in from now on; its chats go on and stay readable.

    Raises ProfileNotFound (also when it was deleted before), Forbidden.
    """
    profile = await get_profile(ports, agent, profile_id)
    if not agent.is_admin:
        raise Forbidden("Profiles are deleted by administrators.")
    if not await ports.profiles.delete_profile(agent.tenant_id, profile_id):
        raise ProfileNotFound
    return profile


async def set_entrance(
    ports: Ports,
    tenant_id: int,
    profile_id: int,
    origins: Sequence[str] | None = None,
    is_open: bool | None = None,
) -> Profile:
    """The profile with other origins, opened or closed, as an operator wants it; None leaves things as they are.

    Raises ProfileNotFound, BadRequest.
    """

    def decide(present: Mapping[int, Profile]) -> list[Profile]:
        profile = present.get(profile_id)
        if profile is None:
            raise ProfileNotFound
        changed = replace(
            profile,
            origins=profile.origins if origins is None else tuple(dict.fromkeys(origins)),
            is_open=profile.is_open if is_open is None else is_open,
        )
        return [require_sound(_with_narrow_origins(changed, profile))]

    [saved] = await ports.profiles.write_profiles(tenant_id, [profile_id], decide)
    return saved


async def _read_known(ports: Ports, tenant_id: int) -> dict[Referent, frozenset[int]]:
    """The ids of all that a profile of the tenant may refer to."""
    teams = ports.desk.teams
    agents = await ports.desk.staff.list_agents(tenant_id, AgentFilter())
    return {
        "workday": frozenset(one.id for one in await ports.workdays.list_workdays(tenant_id)),
        "ticket type": frozenset(one.id for one in await teams.list_types(tenant_id)),
        "agent": frozenset(one.id for one in agents),
        "team": frozenset(one.id for one in await teams.list_teams(tenant_id)),
    }


def _decide_one(
    keys: Keys,
    agent: AgentCaller,
    draft: ProfileDraft,
    present: Mapping[int, Profile],
    known: Mapping[Referent, frozenset[int]],
) -> Profile:
    if draft.id is None:
        before = Profile(agent.tenant_id, 0, uuid4(), keys.random_text(KEY_CHARS), "", (), "", flow=Flow())
    elif draft.id in present:
        before = present[draft.id]
        require_may_edit(before.rules.access, agent)
    else:
        raise ProfileNotFound
    sound = require_sound(_with_narrow_origins(draft.apply(before), before))
    return require_known_references(sound, before, known)


def _with_narrow_origins(profile: Profile, before: Profile) -> Profile:
    """With its origins in their canonical form. What was there before may stay, whatever it is."""
    try:
        origins = [
            entry if entry in before.origins else require_narrow_origin(entry) for entry in profile.origins
        ]
    except ValueError as error:
        raise BadRequest(str(error), field="origins") from None
    return replace(profile, origins=tuple(dict.fromkeys(origins)))


def require_narrow_origin(text: str) -> str:
    """An entry for a profile's list in its canonical form. ValueError for none, and for one that admits the pages of many owners."""
    entry = require_origin_entry(text)
    domain = wildcard_domain(entry)
    if domain is not None and SUFFIXES.is_public(domain):
        raise ValueError(f"“{text}” would admit everybody who has a name under {domain}.")
    return entry
