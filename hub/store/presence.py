"""Who of the agents is here, in Postgres: one lease for each agent and process."""

from collections.abc import Sequence

from hub.store.pool import Database

# Leases of processes that are gone are cleared away by those that are not; one that another clears is left to it. They are kept for a
# day: by them it is known when an agent who holds chats was last here.
RENEW = """
    WITH leases AS (
        SELECT l.tenant_id, l.agent_id, l.lasts_s FROM unnest($1::int[], $2::int[], $3::float8[]) l(tenant_id, agent_id, lasts_s)),
    old AS (
        SELECT p.tenant_id, p.agent_id, p.node FROM presence p
        WHERE p.tenant_id = ANY ($1) AND p.node <> $4 AND p.until < now() - interval '1 day'
        FOR UPDATE SKIP LOCKED),
    cleared AS (
        DELETE FROM presence p USING old
        WHERE p.tenant_id = old.tenant_id AND p.agent_id = old.agent_id AND p.node = old.node)
    INSERT INTO presence AS p (tenant_id, agent_id, node, until)
    SELECT l.tenant_id, l.agent_id, $4, now() + make_interval(secs => l.lasts_s)
    FROM leases l JOIN identities i ON i.tenant_id = l.tenant_id AND i.id = l.agent_id
    ON CONFLICT (tenant_id, agent_id, node) DO UPDATE SET until = excluded.until
"""


class Presence:
    """Writes the leases of one process."""

    def __init__(self, database: Database, node: str) -> None:
        self._database = database
        self._node = node

    async def renew_presence(self, leases: Sequence[tuple[int, int, float]]) -> None:
        """Each (tenant, agent) is here for so many seconds from now on, by the database's clock; one statement."""
        tenants = [tenant_id for tenant_id, _, _ in leases]
        async with self._database.tenants(set(tenants)) as connection:
            await connection.execute(
                RENEW,
                tenants,
                [agent_id for _, agent_id, _ in leases],
                [lasts_s for _, _, lasts_s in leases],
                self._node,
            )
