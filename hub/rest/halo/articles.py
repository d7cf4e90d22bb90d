"""Articles of the knowledge base."""

from starlette.responses import Response

from hub.actions import articles
from hub.actions.ports import Ports, Window
from hub.domain.article import ArticleFilter
from hub.rest.halo.answers import require_single_use, respond, respond_with_list, respond_with_saved
from hub.rest.halo.resource import disabled_wanted, naming_fields, patches_from_call, resource_operations
from hub.rest.halo.translate_desk import (
    ARTICLE_NAMES,
    ARTICLE_ORDERS,
    article_out,
    article_row,
    vote_from_item,
)
from hub.rest.halo.wire_desk import ArticleIn, ArticleList, ArticleOut, ArticleQuery, ArticleVote
from hub.rest.operation import Call, Operation


class Articles:
    """The resource."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def list_articles(self, call: Call) -> Response:
        """The active articles: the best found first, else the newest, unless another order is asked for."""
        query: ArticleQuery = call.query
        wanted = ArticleFilter(
            is_disabled=disabled_wanted(query.includeinactive, query.includeactive), text=query.search
        )
        order = None if query.order is None else ARTICLE_ORDERS[query.order]
        window = Window(query.limit, query.offset, order, query.orderdesc)
        found, total = await articles.list_articles(self._ports, call.require_agent(), wanted, window)
        return respond_with_list("kbarticles", [article_row(article) for article in found], total, query)

    async def get_article(self, call: Call) -> Response:
        """One article."""
        return respond(article_out(await articles.get_article(self._ports, call.require_agent(), call.id)))

    async def save_articles(self, call: Call) -> Response:
        """Articles made and changed, all or none."""
        with naming_fields(ARTICLE_NAMES):
            patches = patches_from_call(call, ARTICLE_NAMES)
            saved = await articles.save_articles(self._ports, call.require_agent(), patches)
        return respond_with_saved([article_out(article) for article in saved])

    async def delete_article(self, call: Call) -> Response:
        """One article less; it comes back as it was."""
        agent = call.require_agent()
        gone = await articles.get_article(self._ports, agent, call.id)
        await articles.delete_article(self._ports, agent, call.id)
        return respond(article_out(gone))

    async def vote(self, call: Call) -> Response:
        """The articles with the caller's votes, of which the last one counts."""
        votes = [vote_from_item(item) for item in call.items]
        require_single_use([article_id for article_id, _ in votes], "id")
        voted = await articles.vote_on_articles(self._ports, call.require_agent(), votes)
        return respond_with_saved([article_out(article) for article in voted])

    def operations(self) -> list[Operation]:
        """The addresses of articles."""
        return [
            Operation(
                name="voteOnArticle",
                method="POST",
                path="/api/KBArticle/vote",
                run=self.vote,
                summary="Says whether an article was useful; the caller's last vote counts",
                tag="Knowledge base",
                scope="read:kb",
                items=ArticleVote,
                answer=ArticleOut | list[ArticleOut],
                status=201,
            ),
            *resource_operations(
                "KBArticle",
                "/api/KBArticle",
                "Knowledge base",
                list_all=self.list_articles,
                get=self.get_article,
                save=self.save_articles,
                delete=self.delete_article,
                query=ArticleQuery,
                items=ArticleIn,
                answer=ArticleOut,
                listing=ArticleList,
                read_scope="read:kb",
                edit_scope="edit:kb",
            ),
        ]
