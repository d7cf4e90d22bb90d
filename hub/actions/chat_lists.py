"""Lists of chats, as agents may see them."""

from collections.abc import Sequence
from dataclasses import replace

from hub.actions.ports import Ports
from hub.domain.chat import ChatFilter, ChatOrder, ChatPage, Summary, require_may_see
from hub.domain.errors import ChatNotFound
from hub.domain.identity import AgentCaller, Caller
from hub.domain.profile import may_see_profile


async def list_chats(
    ports: Ports,
    agent: AgentCaller,
    which: ChatFilter,
    order: Sequence[tuple[ChatOrder, bool]],
    after: Sequence[str] | None,
    limit: int,
    offset: int = 0,
) -> ChatPage:
    """A page of the chats the agent may see, newest first without an order. Behind a cursor (`after`) nothing is skipped or told twice."""
    enforced = await ports.profiles.list_enforced_access(agent.tenant_id)
    hidden = tuple(profile_id for profile_id, access in enforced if not may_see_profile(access, agent))
    chosen = replace(which, hidden_profile_ids=hidden)
    return await ports.chats.list_summaries(agent.tenant_id, chosen, order, after, limit, offset)


async def get_summary(ports: Ports, caller: Caller, chat_id: int) -> Summary:
    """The chat as a list shows it. ChatNotFound to whom it does not exist."""
    summary = await ports.chats.find_summary(caller.tenant_id, chat_id)
    if summary is None:
        raise ChatNotFound
    require_may_see(caller, summary.chat)
    return summary
