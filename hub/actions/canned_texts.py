"""What can be done with canned texts. Every agent keeps those of everybody and of their own teams, administrators keep all."""

from collections.abc import Sequence
from dataclasses import replace

from hub.actions.ports import Ports
from hub.domain.canned_text import CannedText, CannedTextFilter, clean_canned_text, may_use
from hub.domain.desk import Patch, ids_named, in_order_of, require_known
from hub.domain.errors import BadRequest, NotFound
from hub.domain.identity import AgentCaller


async def list_canned_texts(ports: Ports, agent: AgentCaller, wanted: CannedTextFilter) -> list[CannedText]:
    """Those wanted of the texts the agent may use, by name."""
    if not agent.is_admin:
        wanted = replace(wanted, reader_team_ids=agent.team_ids)
    return await ports.desk.canned_texts.list_canned_texts(agent.tenant_id, wanted)


async def get_canned_text(ports: Ports, agent: AgentCaller, text_id: int) -> CannedText:
    """The text. Raises NotFound."""
    return (await _get_canned_texts(ports, agent, [text_id]))[0]


async def save_canned_texts(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[CannedText]:
    """The texts as they are now; all are saved or none. Raises NotFound, BadRequest naming the field."""
    cleaned = [clean_canned_text(patch) for patch in patches]
    await _get_canned_texts(ports, agent, [patch["id"] for patch in cleaned if "id" in patch])
    if named := ids_named(cleaned, "team_id"):
        known = await ports.desk.teams.list_teams(agent.tenant_id, named)
        require_known(cleaned, "team_id", (team.id for team in known), "team")
        if not agent.is_admin and not set(named) <= set(agent.team_ids):
            raise BadRequest("You do not belong to this team.", field="team_id")
    ids = await ports.desk.canned_texts.save_canned_texts(agent.tenant_id, agent.id, cleaned)
    return await _get_canned_texts(ports, agent, ids)


async def delete_canned_text(ports: Ports, agent: AgentCaller, text_id: int) -> CannedText:
    """The text as it was. Raises NotFound."""
    text = await get_canned_text(ports, agent, text_id)
    if not await ports.desk.canned_texts.delete_canned_text(agent.tenant_id, text_id):
        raise NotFound
    return text


async def _get_canned_texts(ports: Ports, agent: AgentCaller, ids: Sequence[int]) -> list[CannedText]:
    found = await ports.desk.canned_texts.list_canned_texts(agent.tenant_id, CannedTextFilter(ids=tuple(ids)))
    return in_order_of(ids, [text for text in found if may_use(text, agent)])
