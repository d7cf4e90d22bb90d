"""Finding chats: the views of the agents' inbox beyond what it is told by itself, and the search."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.actions.finding_ports import Place
from hub.actions.ports import Ports
from hub.domain.errors import BadRequest
from hub.domain.finding import MAX_SEARCH_CHARS, FoundPage, FoundRow, RowFilter
from hub.domain.identity import AgentCaller
from hub.domain.moment import ms_from_datetime
from hub.domain.profile import may_see_profile
from hub.domain.text import require_storable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_NUMBER_CHARS = 19


async def find_rows(
    ports: Ports, agent: AgentCaller, wanted: RowFilter, after: str | None, limit: int
) -> FoundPage:
    """Part of a view, of the chats the agent may see. BadRequest (field `after`) for what was not handed out as such."""
    place = None if after is None else _place_from_text(after)
    chosen = replace(wanted, hidden_profile_ids=await _hidden_profiles(ports, agent))
    rows, end = await ports.finding.list_rows(agent.tenant_id, chosen, place, limit)
    return FoundPage(
        [FoundRow(row) for row in rows], None if end is None else f"{ms_from_datetime(end[0])}.{end[1]}"
    )


async def search_rows(
    ports: Ports, agent: AgentCaller, text: str, after: str | None, limit: int
) -> FoundPage:
    """Part of the chats in which the words stand, of those the agent may see, with colleagues as well; who was active last first.

    Raises BadRequest (fields `text`, `after`), TextInvalid.
    """
    if len(text) > MAX_SEARCH_CHARS:
        raise BadRequest(f"At most {MAX_SEARCH_CHARS} characters are looked for.", field="text")
    before = None if after is None else _number_from_text(after)
    hidden = await _hidden_profiles(ports, agent)
    found, end = await ports.finding.search_rows(
        agent.tenant_id, require_storable(text, "text"), agent.id, hidden, before, limit
    )
    return FoundPage(found, None if end is None else str(end))


async def list_tags(ports: Ports, agent: AgentCaller) -> list[str]:
    """The tags in use, the commonest first."""
    return await ports.finding.list_tags(agent.tenant_id)


async def see_mentions(ports: Ports, agent: AgentCaller, chat_id: int) -> bool:
    """Notes that the agent has seen where they were named in a chat; whether that was news. Safe at any time."""
    return await ports.finding.see_mentions(agent.tenant_id, chat_id, agent.id)


async def _hidden_profiles(ports: Ports, agent: AgentCaller) -> tuple[int, ...]:
    enforced = await ports.profiles.list_enforced_access(agent.tenant_id)
    return tuple(profile_id for profile_id, access in enforced if not may_see_profile(access, agent))


def _place_from_text(after: str) -> Place:
    at, _, chat_id = after.partition(".")
    try:
        return EPOCH + timedelta(milliseconds=_number_from_text(at)), _number_from_text(chat_id)
    except OverflowError:
        raise _wrong_place() from None


def _number_from_text(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) >= MAX_NUMBER_CHARS:
        raise _wrong_place()
    return int(text)


def _wrong_place() -> BadRequest:
    return BadRequest("“after” is not a place in this list.", field="after")
