"""The knowledge base in Postgres, with its full-text search."""

from collections.abc import Sequence

from hub.actions.ports import Window
from hub.domain.article import Article, ArticleFilter
from hub.domain.desk import Patch
from hub.domain.errors import NotFound
from hub.store.pool import Database
from hub.store.saving import save_patches

# A search is what people would type into a search engine; none is an error. Either reading of the words will do.
WANTED = """
    FROM articles t
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL
      AND ($2::int[] IS NULL OR t.id = ANY ($2))
      AND ($3::boolean IS NULL OR t.is_disabled = $3)
      AND ($4::text IS NULL OR t.words @@ (websearch_to_tsquery('simple', $4) || websearch_to_tsquery('english', $4)))
"""
COUNT = "SELECT count(*)" + WANTED
HEAD = """
    SELECT p.*, a.name AS author_name, e.name AS editor_name, v.useful_count, v.not_useful_count, o.is_useful AS vote
    FROM (SELECT t.id, t.name, t.description, t.body, t.is_disabled, t.author_id, t.editor_id, t.created_at, t.changed_at,
                 CASE WHEN $4::text IS NULL THEN 0 ELSE ts_rank(t.words, (websearch_to_tsquery('simple', $4) || websearch_to_tsquery('english', $4))) END AS score
"""
TAIL = """
    ) p
    JOIN identities a ON a.tenant_id = $1 AND a.id = p.author_id
    JOIN identities e ON e.tenant_id = $1 AND e.id = p.editor_id
    CROSS JOIN LATERAL (
        SELECT (count(*) FILTER (WHERE w.is_useful))::int AS useful_count, (count(*) FILTER (WHERE NOT w.is_useful))::int AS not_useful_count
        FROM article_votes w WHERE w.tenant_id = $1 AND w.article_id = p.id) v
    LEFT JOIN article_votes o ON o.tenant_id = $1 AND o.article_id = p.id AND o.identity_id = $5
    ORDER BY {order} LIMIT $6 OFFSET $7
"""
PAGE = HEAD + WANTED + TAIL
ORDERS = {
    "id": "p.id",
    "name": "lower(p.name)",
    "created_at": "p.created_at",
    "changed_at": "p.changed_at",
    "useful_count": "v.useful_count",
}
PAGES = {
    (order, descends): PAGE.format(
        order=f"{text} {'DESC' if descends else 'ASC'}, p.id {'DESC' if descends else 'ASC'}"
    )
    for order, text in ORDERS.items()
    for descends in (False, True)
}
BEST_FIRST = PAGE.format(order="p.score DESC, p.id DESC")

ADD = """
    INSERT INTO articles (tenant_id, name, description, body, is_disabled, author_id, editor_id)
    SELECT $1, r.name, coalesce(r.description, ''), coalesce(r.body, ''), coalesce(r.is_disabled, false), $3, $3
    FROM jsonb_array_elements($2) WITH ORDINALITY p(patch, n), jsonb_populate_record(NULL::articles, p.patch) r
    ORDER BY p.n RETURNING id
"""
CHANGE = """
    UPDATE articles t SET (name, description, body, is_disabled, editor_id, changed_at) =
        (SELECT r.name, r.description, r.body, r.is_disabled, $3::int, now() FROM jsonb_populate_record(t, p.patch) r)
    FROM jsonb_array_elements($2) p(patch)
    WHERE t.tenant_id = $1 AND t.id = (p.patch->>'id')::int AND t.deleted_at IS NULL RETURNING t.id
"""
DELETE = "UPDATE articles SET deleted_at = now() WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id"
# In one order, as the patches are.
VOTE = """
    INSERT INTO article_votes AS v (tenant_id, article_id, identity_id, is_useful)
    SELECT t.tenant_id, t.id, $2, u.is_useful
    FROM unnest($3::int[], $4::boolean[]) u(id, is_useful)
    JOIN articles t ON t.tenant_id = $1 AND t.id = u.id AND t.deleted_at IS NULL
    ORDER BY t.id
    ON CONFLICT (tenant_id, article_id, identity_id) DO UPDATE SET is_useful = excluded.is_useful, at = now()
    RETURNING v.article_id
"""


class Articles:
    """Reads, saves and searches articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_articles(
        self, tenant_id: int, reader_id: int, wanted: ArticleFilter, window: Window
    ) -> tuple[list[Article], int]:
        """One part of those wanted, and how many there are in all; the best found first, else the newest, unless the window says otherwise."""
        page = BEST_FIRST if window.order is None else PAGES[window.order, window.descends]
        arguments = (tenant_id, wanted.ids, wanted.is_disabled, wanted.text)
        async with self._database.tenants([tenant_id]) as connection:
            total = await connection.fetchval(COUNT, *arguments)
            rows = await connection.fetch(page, *arguments, reader_id, window.limit, window.offset)
        return [Article(**row) for row in rows], total

    async def save_articles(self, tenant_id: int, editor_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""
        return await save_patches(self._database, tenant_id, patches, ADD, CHANGE, arguments=(editor_id,))

    async def delete_article(self, tenant_id: int, article_id: int) -> bool:
        """Whether there was one."""
        async with self._database.tenants([tenant_id]) as connection:
            return await connection.fetchval(DELETE, tenant_id, article_id) is not None

    async def vote(self, tenant_id: int, reader_id: int, votes: Sequence[tuple[int, bool]]) -> None:
        """Notes (article, is useful), each article once. NotFound when one is missing, and then none counts."""
        articles, opinions = [article_id for article_id, _ in votes], [opinion for _, opinion in votes]
        async with self._database.tenants([tenant_id]) as connection:
            if len(await connection.fetch(VOTE, tenant_id, reader_id, articles, opinions)) != len(votes):
                raise NotFound
