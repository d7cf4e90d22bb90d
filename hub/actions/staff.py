"""The tenant's agents, as colleagues see them and administrators keep them. Signing in is in `hub.actions.agents`."""

from collections.abc import Sequence

from hub.actions.agents import account_from_new_email, hash_new_password
from hub.actions.ports import Passwords, Ports
from hub.domain.desk import Patch, in_order_of, is_new, require_known
from hub.domain.errors import BadRequest
from hub.domain.identity import AgentCaller
from hub.domain.person import Agent, AgentFilter, clean_agent, require_admin

MAX_NEW_PASSWORDS = 20  # In one request: each takes tens of milliseconds to hash, on purpose.


async def list_agents(ports: Ports, agent: AgentCaller, wanted: AgentFilter) -> list[Agent]:
    """Those wanted of the tenant's agents, by name."""
    return await ports.desk.staff.list_agents(agent.tenant_id, wanted)


async def get_agent(ports: Ports, agent: AgentCaller, agent_id: int) -> Agent:
    """The agent with this id. Raises NotFound."""
    found = await ports.desk.staff.list_agents(agent.tenant_id, AgentFilter(ids=(agent_id,)))
    return in_order_of([agent_id], found)[0]


async def save_agents(
    ports: Ports, passwords: Passwords, admin: AgentCaller, patches: Sequence[Patch]
) -> list[Agent]:
    """The agents as they are now; all are saved or none. One who is disabled is off every live line within 5 s.

    A new one may bring a `password` to sign in with. Raises Forbidden, NotFound, BadRequest (naming the field, also for an
    e-mail that is taken).
    """
    require_admin(admin)
    cleaned = [_clean(patch, admin) for patch in patches]
    teams = await ports.desk.teams.list_teams(admin.tenant_id)
    for patch in cleaned:
        members = [{"team_ids": team_id} for team_id in patch.get("team_ids", ())]
        require_known(members, "team_ids", (team.id for team in teams), "team")
    if sum("password" in patch for patch in cleaned) > MAX_NEW_PASSWORDS:
        raise BadRequest(f"At most {MAX_NEW_PASSWORDS} passwords at a time.", field="password")
    ready = [await _with_hash(patch, passwords) for patch in cleaned]
    ids = await ports.desk.staff.save_agents(admin.tenant_id, ready)
    return in_order_of(ids, await ports.desk.staff.list_agents(admin.tenant_id, AgentFilter(ids=tuple(ids))))


def _clean(patch: Patch, admin: AgentCaller) -> Patch:
    patch = clean_agent(patch, admin)
    if is_new(patch) and "email" not in patch:
        raise BadRequest("An agent needs an e-mail address.", field="email")
    if not is_new(patch) and "password" in patch:
        raise BadRequest("A password is given when the agent is made.", field="password")
    if "email" in patch:
        patch = {**patch, "email": account_from_new_email(patch["email"])}
    return patch


async def _with_hash(patch: Patch, passwords: Passwords) -> Patch:
    if "password" not in patch:
        return patch
    kept = {name: value for name, value in patch.items() if name != "password"}
    return {**kept, "password_hash": await hash_new_password(passwords, patch["password"])}
