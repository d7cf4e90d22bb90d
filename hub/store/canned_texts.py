"""Canned texts in Postgres."""

from collections.abc import Sequence

from hub.domain.canned_text import CannedText, CannedTextFilter
from hub.domain.desk import Patch
from hub.store.pool import Database
from hub.store.saving import save_patches

WANTED = """
    SELECT c.id, c.name, c.text, c.team_id, t.name AS team_name, c.author_id, c.changed_at
    FROM canned_texts c LEFT JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id
    WHERE c.tenant_id = $1
      AND ($2::int[] IS NULL OR c.id = ANY ($2))
      AND ($3::int IS NULL OR c.team_id = $3)
      AND ($4::text IS NULL OR strpos(lower(c.name || E'\\n' || c.text), lower($4)) > 0)
      AND ($5::int[] IS NULL OR c.team_id IS NULL OR c.team_id = ANY ($5))
    ORDER BY lower(c.name), c.id
"""
ADD = """
    INSERT INTO canned_texts (tenant_id, name, text, team_id, author_id)
    SELECT $1, r.name, r.text, r.team_id, $3
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::canned_texts, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE = """
    UPDATE canned_texts t SET (name, text, team_id, author_id, changed_at) =
        (SELECT r.name, r.text, r.team_id, $3::int, now() FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch) WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int RETURNING t.id
"""
DELETE = "DELETE FROM canned_texts WHERE tenant_id = $1 AND id = $2 RETURNING id"


class CannedTexts:
    """Reads and saves canned texts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_canned_texts(self, tenant_id: int, wanted: CannedTextFilter) -> list[CannedText]:
        """Those wanted, by name."""
        async with self._database.tenants([tenant_id]) as connection:
            rows = await connection.fetch(
                WANTED, tenant_id, wanted.ids, wanted.team_id, wanted.text, wanted.reader_team_ids
            )
        return [CannedText(**row) for row in rows]

    async def save_canned_texts(self, tenant_id: int, author_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id, BadRequest for a name that is taken."""
        return await save_patches(
            self._database, tenant_id, patches, ADD, CHANGE, unique="name", arguments=(author_id,)
        )

    async def delete_canned_text(self, tenant_id: int, text_id: int) -> bool:
        """Whether there was one."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE, tenant_id, text_id) is not None
