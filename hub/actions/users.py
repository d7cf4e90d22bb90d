"""What can be done with users, those for whom agents work."""

from collections.abc import Sequence

from hub.actions.ports import Ports, Window
from hub.domain.desk import Patch, in_order_of
from hub.domain.errors import NotFound
from hub.domain.identity import AgentCaller
from hub.domain.person import User, UserFilter, clean_user


async def list_users(
    ports: Ports, agent: AgentCaller, wanted: UserFilter, window: Window
) -> tuple[list[User], int]:
    """One part of those wanted, and how many there are in all."""
    return await ports.desk.users.list_users(agent.tenant_id, wanted, window)


async def get_user(ports: Ports, agent: AgentCaller, user_id: int) -> User:
    """The user, or the visitor whose ticket or chat names them. Raises NotFound."""
    user = await ports.desk.users.find_user(agent.tenant_id, user_id)
    if user is None:
        raise NotFound
    return user


async def save_users(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[User]:
    """The users as they are now; all are saved or none. Raises NotFound (also for a visitor), BadRequest naming the field."""
    ids = await ports.desk.users.save_users(agent.tenant_id, [clean_user(patch) for patch in patches])
    found, _ = await ports.desk.users.list_users(
        agent.tenant_id, UserFilter(ids=tuple(ids)), Window(len(ids))
    )
    return in_order_of(ids, found)


async def delete_user(ports: Ports, agent: AgentCaller, user_id: int) -> None:
    """The user is in no list any more; their tickets and chats stay. Raises NotFound."""
    if not await ports.desk.users.delete_user(agent.tenant_id, user_id):
        raise NotFound
