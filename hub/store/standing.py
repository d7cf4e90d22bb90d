"""Who has fallen from grace while on a live line: revoked tokens and credentials, disabled identities."""

from collections.abc import Sequence

from hub.domain.identity import Caller, VisitorCaller
from hub.store.pool import Database

# One row a caller, numbered as given. A visitor without a row has done nothing that could be revoked.
FALLEN = """
    SELECT u.number
    FROM unnest($1::int[], $2::int[], $3::int[], $4::int[]) WITH ORDINALITY u(tenant_id, identity_id, token_epoch, credential_id, number)
    JOIN identities i ON i.tenant_id = u.tenant_id AND i.id = u.identity_id
    LEFT JOIN credentials c ON c.tenant_id = u.tenant_id AND c.id = u.credential_id
    WHERE i.disabled_at IS NOT NULL OR i.token_epoch <> u.token_epoch
       OR (u.credential_id IS NOT NULL AND (c.id IS NULL OR c.revoked_at IS NOT NULL))
"""


class Standing:
    """Looks callers up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_fallen(self, callers: Sequence[Caller]) -> list[Caller]:
        """Those whose token or credential was revoked, or who were disabled; in one query, whatever their number."""
        known = [caller for caller in callers if caller.id is not None]
        if not known:
            return []
        tenants = [caller.tenant_id for caller in known]
        async with self._database.tenants(set(tenants)) as connection:
            rows = await connection.fetch(
                FALLEN,
                tenants,
                [caller.id for caller in known],
                # An agent's identity has a token epoch of 0 for ever: agents hold credentials, not tokens.
                [caller.proof.token_epoch if isinstance(caller, VisitorCaller) else 0 for caller in known],
                [caller.proof.credential_id for caller in known],
            )
        return [known[row["number"] - 1] for row in rows]
