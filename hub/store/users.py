"""Users and agents in Postgres, as the desk keeps them: rows of the one table of identities."""

from collections.abc import Sequence

from hub.actions.desk_ports import Window
from hub.domain.desk import Patch
from hub.domain.person import Agent, AgentFilter, User, UserFilter
from hub.store.pool import Connection, Database
from hub.store.saving import in_transaction, save_in, save_patches

USER = """
    SELECT id, name, email, phone, mobile, company, job_title, notes, disabled_at IS NOT NULL AS is_disabled,
           kind = 'visitor' AS is_visitor, created_at
"""
ONE_USER = (
    USER
    + "FROM identities WHERE tenant_id = $1 AND id = $2 AND kind IN ('user', 'visitor') AND deleted_at IS NULL"
)
KNOWN = """
    SELECT id FROM identities
    WHERE tenant_id = $1 AND id = ANY ($2) AND kind IN ('user', 'visitor') AND deleted_at IS NULL
"""
WANTED = """
    FROM identities
    WHERE tenant_id = $1 AND kind = 'user' AND deleted_at IS NULL
      AND ($2::int[] IS NULL OR id = ANY ($2))
      AND ($3::boolean IS NULL OR (disabled_at IS NOT NULL) = $3)
      AND ($4::text IS NULL OR strpos(lower(concat_ws(E'\\n', name, email, phone, mobile, company)), lower($4)) > 0)
"""
COUNT = "SELECT count(*)" + WANTED
ORDERS = {"id": "id", "name": "lower(name)", "email": "lower(email)", "company": "lower(company)"}
PAGE = USER + WANTED + "ORDER BY {order} LIMIT $5 OFFSET $6"
PAGES = {
    (order, descends): PAGE.format(
        order=f"{text} {'DESC' if descends else 'ASC'} NULLS LAST, id {'DESC' if descends else 'ASC'}"
    )
    for order, text in ORDERS.items()
    for descends in (False, True)
}
ADD_USERS = """
    INSERT INTO identities (tenant_id, kind, name, email, phone, mobile, company, job_title, notes, disabled_at)
    SELECT $1, 'user', r.name, r.email, r.phone, r.mobile, r.company, r.job_title, r.notes,
           CASE WHEN (p.patch->>'is_disabled')::boolean THEN now() END
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::identities, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE_USERS = """
    UPDATE identities t SET (name, email, phone, mobile, company, job_title, notes, disabled_at) =
        (SELECT r.name, r.email, r.phone, r.mobile, r.company, r.job_title, r.notes,
                CASE WHEN coalesce((p.patch->>'is_disabled')::boolean, t.disabled_at IS NOT NULL) THEN coalesce(t.disabled_at, now()) END
         FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.kind = 'user' AND t.deleted_at IS NULL RETURNING t.id
"""
DELETE_USER = """
    UPDATE identities SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND kind = 'user' AND deleted_at IS NULL RETURNING id
"""

AGENTS = """
    SELECT i.id, i.name, i.email, i.is_admin, i.role_ids, i.team_ids, i.is_accepting, i.capacity, i.languages, i.disabled_at IS NOT NULL AS is_disabled,
           i.created_at,
           ARRAY(SELECT coalesce(t.name, '') FROM unnest(i.team_ids) WITH ORDINALITY m(id, n)
                 LEFT JOIN teams t ON t.tenant_id = i.tenant_id AND t.id = m.id ORDER BY m.n) AS team_names
    FROM identities i
    WHERE i.tenant_id = $1 AND i.kind = 'agent'
      AND ($2::int[] IS NULL OR i.id = ANY ($2))
      AND ($3::int IS NULL OR $3 = ANY (i.team_ids))
      AND ($4::int IS NULL OR $4 = ANY (i.role_ids))
      AND ($5::boolean IS NULL OR (i.disabled_at IS NOT NULL) = $5)
      AND ($6::text IS NULL OR strpos(lower(i.name || E'\\n' || i.email), lower($6)) > 0)
    ORDER BY lower(i.name), i.id
"""
ADD_AGENTS = """
    INSERT INTO identities (tenant_id, kind, name, email, is_admin, role_ids, team_ids, is_accepting, capacity, languages, disabled_at)
    SELECT $1, 'agent', r.name, r.email, coalesce(r.is_admin, false), coalesce(r.role_ids, '{}'), coalesce(r.team_ids, '{}'),
           coalesce(r.is_accepting, true), r.capacity, coalesce(r.languages, '{}'), CASE WHEN (p.patch->>'is_disabled')::boolean THEN now() END
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::identities, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE_AGENTS = """
    UPDATE identities t SET (name, email, is_admin, role_ids, team_ids, is_accepting, capacity, languages, disabled_at) =
        (SELECT r.name, r.email, r.is_admin, r.role_ids, r.team_ids, r.is_accepting, r.capacity, r.languages,
                CASE WHEN coalesce((p.patch->>'is_disabled')::boolean, t.disabled_at IS NOT NULL) THEN coalesce(t.disabled_at, now()) END
         FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.kind = 'agent' RETURNING t.id
"""
ADD_PASSWORDS = """
    INSERT INTO credentials (tenant_id, kind, public_id, hash, principal_id)
    SELECT $1, 'password', i.email, u.hash, i.id
    FROM unnest($2::int[], $3::text[]) u(id, hash) JOIN identities i ON i.tenant_id = $1 AND i.id = u.id
"""
# Agents sign in by their e-mail, so their password goes by it too.
MOVE_PASSWORDS = """
    UPDATE credentials c SET public_id = i.email FROM identities i
    WHERE c.tenant_id = $1 AND c.kind = 'password' AND i.tenant_id = $1 AND i.id = c.principal_id AND i.id = ANY ($2)
      AND c.public_id <> i.email
"""


class Users:
    """Reads and saves users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_users(self, tenant_id: int, wanted: UserFilter, window: Window) -> tuple[list[User], int]:
        """One part of those wanted, by name unless the window says otherwise, and how many there are in all."""
        page = PAGES[window.order or "name", window.descends]
        arguments = (tenant_id, wanted.ids, wanted.is_disabled, wanted.text)
        async with self._database.tenants([tenant_id]) as connection:
            total = await connection.fetchval(COUNT, *arguments)
            rows = await connection.fetch(page, *arguments, window.limit, window.offset)
        return [User(**row) for row in rows], total

    async def find_user(self, tenant_id: int, user_id: int) -> User | None:
        """The user, or the visitor, with this id."""
        async with self._database.tenants([tenant_id]) as connection:
            row = await connection.fetchrow(ONE_USER, tenant_id, user_id)
        return None if row is None else User(**row)

    async def list_known(self, tenant_id: int, ids: Sequence[int]) -> set[int]:
        """Those of the ids that are a user's or a visitor's."""
        async with self._database.tenants([tenant_id]) as connection:
            return {row["id"] for row in await connection.fetch(KNOWN, tenant_id, list(ids))}

    async def save_users(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""
        return await save_patches(self._database, tenant_id, patches, ADD_USERS, CHANGE_USERS)

    async def delete_user(self, tenant_id: int, user_id: int) -> bool:
        """Whether there was one. Their tickets stay."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE_USER, tenant_id, user_id) is not None


class Staff:
    """Reads and saves agents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_agents(self, tenant_id: int, wanted: AgentFilter) -> list[Agent]:
        """All those wanted, by name."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(
                AGENTS,
                tenant_id,
                wanted.ids,
                wanted.team_id,
                wanted.role_id,
                wanted.is_disabled,
                wanted.text,
            )
        lists = ("role_ids", "team_ids", "team_names", "languages")
        return [Agent(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in rows]

    async def save_agents(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given; a new one with a `password_hash` can sign in from now on."""

        async def save(connection: Connection) -> list[int]:
            ids = await save_in(connection, tenant_id, patches, ADD_AGENTS, CHANGE_AGENTS)
            hashes = {
                agent_id: patch["password_hash"]
                for agent_id, patch in zip(ids, patches, strict=True)
                if "password_hash" in patch
            }
            await connection.execute(ADD_PASSWORDS, tenant_id, list(hashes), list(hashes.values()))
            await connection.execute(MOVE_PASSWORDS, tenant_id, ids)
            return ids

        return await in_transaction(self._database, tenant_id, save, "email")
