"""What can be done with articles of the knowledge base."""

from collections.abc import Sequence

from hub.actions.ports import Ports, Window
from hub.domain.article import Article, ArticleFilter, clean_article
from hub.domain.desk import Patch, in_order_of
from hub.domain.errors import NotFound
from hub.domain.identity import AgentCaller


async def list_articles(
    ports: Ports, agent: AgentCaller, wanted: ArticleFilter, window: Window
) -> tuple[list[Article], int]:
    """One part of those wanted, and how many there are in all."""
    return await ports.desk.articles.list_articles(agent.tenant_id, agent.id, wanted, window)


async def get_article(ports: Ports, agent: AgentCaller, article_id: int) -> Article:
    """The article. Raises NotFound."""
    return (await _get_articles(ports, agent, [article_id]))[0]


async def save_articles(ports: Ports, agent: AgentCaller, patches: Sequence[Patch]) -> list[Article]:
    """The articles as they are now; all are saved or none. Raises NotFound, BadRequest naming the field."""
    cleaned = [clean_article(patch) for patch in patches]
    ids = await ports.desk.articles.save_articles(agent.tenant_id, agent.id, cleaned)
    return await _get_articles(ports, agent, ids)


async def delete_article(ports: Ports, agent: AgentCaller, article_id: int) -> None:
    """The article is found no more. Raises NotFound."""
    if not await ports.desk.articles.delete_article(agent.tenant_id, article_id):
        raise NotFound


async def vote_on_articles(
    ports: Ports, agent: AgentCaller, votes: Sequence[tuple[int, bool]]
) -> list[Article]:
    """The articles with (article, is useful) counted: one vote a person, the last one. Raises NotFound, and then none counts."""
    await ports.desk.articles.vote(agent.tenant_id, agent.id, votes)
    return await _get_articles(ports, agent, [article_id for article_id, _ in votes])


async def _get_articles(ports: Ports, agent: AgentCaller, ids: Sequence[int]) -> list[Article]:
    found, _ = await ports.desk.articles.list_articles(
        agent.tenant_id, agent.id, ArticleFilter(ids=tuple(ids)), Window(len(ids))
    )
    return in_order_of(ids, found)
