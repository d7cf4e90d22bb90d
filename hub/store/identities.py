"""Tenants and identities in Postgres."""

from uuid import UUID

import asyncpg

from hub.actions.ports import ChatToTake, IdClaims, Identified, Identity, Seat
from hub.domain.errors import BadRequest
from hub.domain.profile import Profile
from hub.domain.readiness import Readiness
from hub.store.identifying import find_agent_in, identify_in
from hub.store.look_ups import LookUps
from hub.store.pool import Database

NEXT_TENANT = "SELECT nextval(pg_get_serial_sequence('tenants', 'id'))::int"
CREATE_TENANT = "INSERT INTO tenants (id, name, epoch) VALUES ($1, $2, $3)"
FIND_VISITORS = """
    SELECT i.tenant_id, i.id, i.uuid, i.name, i.token_epoch, i.subject IS NOT NULL AS is_proven
    FROM unnest($1::int[], $2::uuid[]) asked(tenant_id, uuid),
         LATERAL (SELECT * FROM identities WHERE tenant_id = asked.tenant_id AND uuid = asked.uuid LIMIT 1) i
"""
CREATE_AGENT = "INSERT INTO identities (tenant_id, kind, name, email, is_admin) VALUES ($1, 'agent', $2, $3, $4) RETURNING id"
RAISE_EPOCH = "UPDATE identities SET token_epoch = token_epoch + 1 WHERE tenant_id = $1 AND id = $2"
SEATS = """
    SELECT asked.number, t.epoch, coalesce(i.is_accepting, false) AS is_accepting,
           coalesce(i.is_invisible, false) AS is_invisible, i.away_reason
    FROM unnest($1::int[], $2::int[]) WITH ORDINALITY asked(tenant_id, id, number),
         LATERAL (SELECT epoch FROM tenants WHERE id = asked.tenant_id LIMIT 1) t
         LEFT JOIN LATERAL (SELECT is_accepting, is_invisible, away_reason FROM identities
                            WHERE tenant_id = asked.tenant_id AND id = asked.id AND kind = 'agent' LIMIT 1) i ON true
"""


class Identities:
    """Reads and makes tenants and identities."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._visitors = LookUps(self._read_visitors)
        self._seats = LookUps(self._read_seats)

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

    async def find_seat(self, tenant_id: int, agent_id: int) -> Seat | None:
        """The tenant's history and whether the agent takes new chats; None when there is no such tenant."""
        return await self._seats.find((tenant_id, agent_id))

    async def find_visitor(self, tenant_id: int, uuid: UUID) -> Identity | None:
        """The visitor once they have started a chat; None before."""
        return await self._visitors.find((tenant_id, uuid))

    async def identify_visitor(
        self, profile: Profile, claims: IdClaims, presenter: UUID | None, chat: ChatToTake | None
    ) -> Identified:
        """The tenant's user whom the claims name, made or found, with the chat in their hands; or nothing is changed.

        Raises IdentityRefused, ChatNotFound, ChatEnded, OtherChatOpen.
        """
        try:
            async with self._database.tenants([profile.tenant_id]) as connection:
                return await identify_in(connection, profile, claims, presenter, chat)
        except asyncpg.UniqueViolationError:
            # Another line made this very user just now, between our looking and our writing: they are there to be found.
            async with self._database.tenants([profile.tenant_id]) as connection:
                return await identify_in(connection, profile, claims, presenter, chat)

    async def identify_agent(self, profile: Profile, claims: IdClaims) -> int:
        """The id of the tenant's agent whom the claims name by a verified e-mail. Raises IdentityRefused."""
        async with self._database.tenants([profile.tenant_id]) as connection:
            return await find_agent_in(connection, profile, claims)

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

    async def _read_visitors(self, asked: list[tuple[int, UUID]]) -> dict[tuple[int, UUID], Identity]:
        tenants = [tenant_id for tenant_id, _ in asked]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(FIND_VISITORS, tenants, [uuid for _, uuid in asked])
        return {(row["tenant_id"], row["uuid"]): Identity(**row) for row in rows}

    async def _read_seats(self, asked: list[tuple[int, int]]) -> dict[tuple[int, int], Seat]:
        tenants = [tenant_id for tenant_id, _ in asked]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(SEATS, tenants, [agent_id for _, agent_id in asked])
        return {asked[row["number"] - 1]: Seat(row["epoch"], _readiness_from_row(row)) for row in rows}


def _readiness_from_row(row: asyncpg.Record) -> Readiness:
    if row["is_accepting"]:
        return Readiness()
    return Readiness("invisible") if row["is_invisible"] else Readiness("away", row["away_reason"])
