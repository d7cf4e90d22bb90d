"""Users, those for whom agents work."""

from starlette.responses import Response

from hub.actions import staff, users
from hub.actions.ports import Ports, Window
from hub.domain.person import UserFilter
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.resource import disabled_wanted, items_from_call, naming_fields, resource_operations
from hub.rest.halo.translate_desk import USER_NAMES, USER_ORDERS, own_user_out, user_out, user_patch
from hub.rest.halo.wire_desk import UserIn, UserList, UserOut, UserQuery
from hub.rest.operation import Call, Operation


class Users:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_users(self, call: Call) -> Response:
        """The active users by name, unless others are asked for."""
        query: UserQuery = call.query
        wanted = UserFilter(
            is_disabled=disabled_wanted(query.includeinactive, query.includeactive), text=query.search
        )
        order = None if query.order is None else USER_ORDERS[query.order]
        window = Window(query.limit, query.offset, order, query.orderdesc)
        found, total = await users.list_users(self._ports, call.require_agent(), wanted, window)
        return respond_with_list("users", [user_out(user) for user in found], total, query)

    async def get_user(self, call: Call) -> Response:
        """One user, or the visitor a ticket or chat names."""
        return respond(user_out(await users.get_user(self._ports, call.require_agent(), call.id)))

    async def get_own(self, call: Call) -> Response:
        """The agent the program acts for, as one of the users."""
        agent = call.require_agent()
        return respond(own_user_out(agent, await staff.get_agent(self._ports, agent, agent.id)))

    async def save_users(self, call: Call) -> Response:
        """Users made and changed, all or none."""
        with naming_fields(USER_NAMES):
            patches = [user_patch(item) for item in items_from_call(call)]
            require_single_use([patch["id"] for patch in patches if "id" in patch], "id")
            saved = await users.save_users(self._ports, call.require_agent(), patches)
        return respond_with_saved([user_out(user) for user in saved])

    async def delete_user(self, call: Call) -> Response:
        """One user less; they come back as they were."""
        agent = call.require_agent()
        gone = await users.get_user(self._ports, agent, call.id)
        await users.delete_user(self._ports, agent, call.id)
        return respond(user_out(gone))

    def operations(self) -> list[Operation]:
        """The addresses of users."""
        return [
            Operation(
                name="getOwnUser",
                method="GET",
                path="/api/Users/me",
                run=self.get_own,
                summary="The agent the program acts for, as one of the users",
                tag="Users",
                answer=UserOut,
            ),
            *resource_operations(
                "User",
                "/api/Users",
                "Users",
                list_all=self.list_users,
                get=self.get_user,
                save=self.save_users,
                delete=self.delete_user,
                query=UserQuery,
                items=UserIn,
                answer=UserOut,
                listing=UserList,
                read_scope="read:customers",
                edit_scope="edit:customers",
            ),
        ]
