"""Tenants and identities in Postgres."""

from uuid import UUID

import asyncpg

from hub.actions.ports import Desk, Identity
from hub.domain.errors import BadRequest
from hub.store.pool import Database

NEXT_TENANT = "SELECT nextval(pg_get_serial_sequence('tenants', 'id'))::int"
CREATE_TENANT = "INSERT INTO tenants (id, name, epoch) VALUES ($1, $2, $3)"
FIND_VISITOR = """
    SELECT tenant_id, id, uuid, name, token_epoch FROM identities
    WHERE tenant_id = $1 AND uuid = $2
"""
CREATE_AGENT = "INSERT INTO identities (tenant_id, kind, name, email, is_admin) VALUES ($1, 'agent', $2, $3, $4) RETURNING id"
RAISE_EPOCH = "UPDATE identities SET token_epoch = token_epoch + 1 WHERE tenant_id = $1 AND id = $2"
DESK = """
    SELECT t.epoch, coalesce(i.is_accepting, false) AS is_accepting
    FROM tenants t LEFT JOIN identities i ON i.tenant_id = t.id AND i.id = $2 AND i.kind = 'agent'
    WHERE t.id = $1
"""


class Identities:
    """Reads and makes tenants and identities."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_tenants(self) -> int:
        """How many tenants there are; 0 on an empty database."""
        async with self._database.nobody() as connection:
            return int(await connection.fetchval("SELECT count_tenants()"))

    async def create_tenant(self, name: str, epoch: str) -> int:
        """The new tenant's id."""
        async with self._database.nobody() as connection:
            tenant_id = int(await connection.fetchval(NEXT_TENANT))
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(CREATE_TENANT, tenant_id, name, epoch)
        return tenant_id

    async def find_desk(self, tenant_id: int, agent_id: int) -> Desk | None:
        """The tenant's history and whether the agent takes new chats; None when there is no such tenant."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(DESK, tenant_id, agent_id)
        return None if row is None else Desk(**row)

    async def find_visitor(self, tenant_id: int, uuid: UUID) -> Identity | None:
        """The visitor once they have started a chat; None before."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(FIND_VISITOR, tenant_id, uuid)
        return None if row is None else Identity(**row)

    async def raise_token_epoch(self, tenant_id: int, identity_id: int) -> None:
        """Revokes every token of the identity."""
        async with self._database.tenants([tenant_id]) as connection:
            await connection.execute(RAISE_EPOCH, tenant_id, identity_id)

    async def create_agent(self, tenant_id: int, name: str, email: str, *, is_admin: bool = False) -> int:
        """The new agent's id. BadRequest when the tenant has an agent with that e-mail, or there is no such tenant."""
        try:
            async with self._database.tenants([tenant_id]) as connection:
                return int(await connection.fetchval(CREATE_AGENT, tenant_id, name, email, is_admin))
        except asyncpg.UniqueViolationError as error:
            raise BadRequest(f"There is an agent with the e-mail {email} already.", field="email") from error
        except asyncpg.ForeignKeyViolationError as error:
            raise BadRequest(f"There is no tenant {tenant_id}.", field="tenant") from error
