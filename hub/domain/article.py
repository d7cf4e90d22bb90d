"""Articles of the knowledge base."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.desk import Patch, with_clean_name

MAX_TITLE_CHARS = 250


@dataclass(frozen=True, slots=True)
class Article:
    """One article: what somebody asks, and what helps. `vote` is the reader's own, `score` how well a search found it."""

    id: int
    name: str
    description: str
    body: str
    is_disabled: bool
    author_id: int
    author_name: str
    editor_id: int
    editor_name: str
    created_at: datetime
    changed_at: datetime
    useful_count: int
    not_useful_count: int
    vote: bool | None
    score: float


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles are wanted; None asks for nothing. `text` is searched for by its words."""

    ids: tuple[int, ...] | None = None
    is_disabled: bool | None = None
    text: str | None = None


def clean_article(patch: Patch) -> Patch:
    """The patch as it may be stored. BadRequest names the field."""
    return with_clean_name(patch, "An article", max_chars=MAX_TITLE_CHARS)
