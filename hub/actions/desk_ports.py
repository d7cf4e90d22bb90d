"""What actions on the desk beside the chats need from outside; `hub.store` fulfils them. The rest is in `ports`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.domain.article import Article, ArticleFilter
from hub.domain.canned_text import CannedText, CannedTextFilter
from hub.domain.desk import Patch, Status, Team, TicketType
from hub.domain.person import Agent, AgentFilter, User, UserFilter
from hub.domain.ticket import Ticket, TicketFilter


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted, and in what order: `order` names one of the list's own orders."""

    limit: int
    offset: int = 0
    order: str | None = None
    descends: bool = False


class TeamStore(Protocol):
    """Teams, statuses and ticket types. What is saved is saved as a whole or not at all: NotFound for a missing id, BadRequest for a name that is taken."""

    async def list_teams(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Team]: ...

    async def save_teams(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""

    async def list_statuses(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Status]: ...

    async def save_statuses(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""

    async def list_types(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[TicketType]: ...

    async def save_types(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given."""

    async def delete_type(self, tenant_id: int, type_id: int) -> bool:
        """Whether there was one."""


class TicketStore(Protocol):
    """Tickets. Lists come with how many there are in all; what is saved is saved as a whole or not at all."""

    async def list_tickets(
        self, tenant_id: int, wanted: TicketFilter, window: Window
    ) -> tuple[list[Ticket], int]: ...

    async def save_tickets(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""

    async def delete_ticket(self, tenant_id: int, ticket_id: int) -> bool:
        """Whether there was one."""


class UserStore(Protocol):
    """Users. Lists come with how many there are in all; what is saved is saved as a whole or not at all."""

    async def list_users(
        self, tenant_id: int, wanted: UserFilter, window: Window
    ) -> tuple[list[User], int]: ...

    async def find_user(self, tenant_id: int, user_id: int) -> User | None:
        """The user, or the visitor, with this id."""

    async def list_known(self, tenant_id: int, ids: Sequence[int]) -> set[int]:
        """Those of the ids that are a user's or a visitor's."""

    async def save_users(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""

    async def delete_user(self, tenant_id: int, user_id: int) -> bool:
        """Whether there was one."""


class ArticleStore(Protocol):
    """The knowledge base, as one of its readers sees it."""

    async def list_articles(
        self, tenant_id: int, reader_id: int, wanted: ArticleFilter, window: Window
    ) -> tuple[list[Article], int]: ...

    async def save_articles(self, tenant_id: int, editor_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id."""

    async def delete_article(self, tenant_id: int, article_id: int) -> bool:
        """Whether there was one."""

    async def vote(self, tenant_id: int, reader_id: int, votes: Sequence[tuple[int, bool]]) -> None:
        """Notes (article, is useful); another vote of the same reader replaces the first. NotFound, and then none counts."""


class CannedTextStore(Protocol):
    """Texts that agents have ready."""

    async def list_canned_texts(self, tenant_id: int, wanted: CannedTextFilter) -> list[CannedText]: ...

    async def save_canned_texts(self, tenant_id: int, author_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given. NotFound for a missing id, BadRequest for a name that is taken."""

    async def delete_canned_text(self, tenant_id: int, text_id: int) -> bool:
        """Whether there was one."""


class StaffStore(Protocol):
    """The tenant's agents."""

    async def list_agents(self, tenant_id: int, wanted: AgentFilter) -> list[Agent]: ...

    async def save_agents(self, tenant_id: int, patches: Sequence[Patch]) -> list[int]:
        """Their ids, in the order given; `password_hash` of a new one lets them sign in. NotFound for a missing id, BadRequest for an e-mail that is taken."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The stores beside the chats."""

    teams: TeamStore
    tickets: TicketStore
    users: UserStore
    articles: ArticleStore
    staff: StaffStore
    canned_texts: CannedTextStore
