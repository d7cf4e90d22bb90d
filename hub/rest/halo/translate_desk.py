"""Our words to Halo's and back, for what is beside the chats."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from hub.domain.article import Article
from hub.domain.canned_text import CannedText
from hub.domain.desk import Patch, Status, Team, TicketType, is_new
from hub.domain.errors import BadRequest
from hub.domain.identity import AgentCaller
from hub.domain.person import Agent, User
from hub.domain.ticket import Ticket
from hub.rest.halo.moment import render_moment
from hub.rest.halo.resource import patch_from_item
from hub.rest.halo.wire_desk import (
    AgentIn,
    AgentOut,
    AgentTeamOut,
    ArticleOut,
    ArticleRow,
    ArticleVote,
    CannedTextOut,
    StatusOut,
    TeamMember,
    TeamOut,
    TicketIn,
    TicketOut,
    TicketTypeOut,
    UserIn,
    UserOut,
)

TEAM_NAMES = {
    "id": "id",
    "name": "name",
    "sequence": "sequence",
    "allowlivechat": "takes_chats",
    "inactive": "is_disabled",
}
CANNED_TEXT_NAMES = {"id": "id", "name": "name", "text": "text", "team_id": "team_id"}
STATUS_NAMES = {
    "id": "id",
    "name": "name",
    "shortname": "short_name",
    "colour": "colour",
    "sequence": "sequence",
    "is_closed": "is_closed",
}
TICKET_TYPE_NAMES = {"id": "id", "name": "name", "sequence": "sequence", "inactive": "is_disabled"}
AGENT_NAMES = {
    "id": "id",
    "name": "name",
    "email": "email",
    "is_admin": "is_admin",
    "isdisabled": "is_disabled",
    "is_accepting": "is_accepting",
    "capacity": "capacity",
    "role_ids": "role_ids",
    "languages": "languages",
    "team_ids": "team_ids",
    "password": "password",
}
USER_NAMES = {
    "id": "id",
    "name": "name",
    "emailaddress": "email",
    "phonenumber": "phone",
    "mobilenumber": "mobile",
    "client_name": "company",
    "title": "job_title",
    "notes": "notes",
    "inactive": "is_disabled",
}
TICKET_NAMES = {
    "id": "id",
    "summary": "summary",
    "details": "details",
    "status_id": "status_id",
    "tickettype_id": "type_id",
    "user_id": "user_id",
    "agent_id": "agent_id",
    "team_id": "team_id",
    "team": "team_name",
    "site_id": "clientsite_id",
    "dateoccurred": "occurred_at",
}
ARTICLE_NAMES = {
    "id": "id",
    "name": "name",
    "description": "description",
    "resolution": "body",
    "inactive": "is_disabled",
}

USER_ORDERS = {"id": "id", "name": "name", "emailaddress": "email", "client_name": "company"}
TICKET_ORDERS = {
    "id": "id",
    "summary": "summary",
    "status_id": "status",
    "user_name": "user",
    "agent_name": "agent",
    "dateoccurred": "occurred_at",
    "last_update": "changed_at",
}
ARTICLE_ORDERS = {
    "id": "id",
    "name": "name",
    "date_created": "created_at",
    "date_edited": "changed_at",
    "useful_count": "useful_count",
}


def parse_moment(text: str, field: str) -> datetime:
    """A date, or a date with a time and maybe a zone. BadRequest names the field."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest("That is not a date of ISO 8601.", field=field) from None


def team_out(team: Team) -> TeamOut:
    """A team as Halo's SectionDetail."""
    members = [TeamMember(agent_id, team.id) for agent_id in team.agent_ids]
    return TeamOut(team.id, team.name, team.sequence, team.takes_chats, team.is_disabled, members)


def canned_text_out(text: CannedText) -> CannedTextOut:
    """A canned text as Halo's CannedText."""
    return CannedTextOut(
        text.id,
        text.name,
        text.text,
        text.team_id,
        text.team_name,
        text.author_id,
        render_moment(text.changed_at),
    )


def status_out(status: Status) -> StatusOut:
    """A status as Halo's TStatus."""
    return StatusOut(
        status.id, status.name, status.short_name, status.colour, status.sequence, status.is_closed
    )


def ticket_type_out(kind: TicketType) -> TicketTypeOut:
    """A ticket type as Halo's RequestType."""
    return TicketTypeOut(kind.id, kind.name, kind.sequence, kind.is_disabled)


def agent_out(agent: Agent) -> AgentOut:
    """An agent as Halo's Uname."""
    first, surname = _names(agent.name)
    return AgentOut(
        id=agent.id,
        name=agent.name,
        firstname=first,
        surname=surname,
        initials=_initials(agent.name),
        email=agent.email,
        team=agent.team_names[0] if agent.team_names else "",
        teams=[
            AgentTeamOut(team_id, name)
            for team_id, name in zip(agent.team_ids, agent.team_names, strict=True)
        ],
        team_ids=list(agent.team_ids),
        role_ids=list(agent.role_ids),
        languages=list(agent.languages),
        is_agent=True,
        is_admin=agent.is_admin,
        isdisabled=agent.is_disabled,
        is_accepting=agent.is_accepting,
        capacity=agent.capacity,
        datecreated=render_moment(agent.created_at),
    )


def agent_patch(item: AgentIn) -> Patch:
    """What an element says of an agent."""
    patch = patch_from_item(item, AGENT_NAMES)
    if item.teams is not msgspec.UNSET and "team_ids" not in patch:
        patch["team_ids"] = [team.team_id for team in item.teams]
    return patch


def user_out(user: User) -> UserOut:
    """A user as one of Halo's Users."""
    first, surname = _names(user.name)
    return UserOut(
        id=user.id,
        name=user.name,
        firstname=first,
        surname=surname,
        initials=_initials(user.name),
        emailaddress=user.email,
        phonenumber=user.phone,
        mobilenumber=user.mobile,
        client_name=user.company,
        title=user.job_title,
        notes=user.notes,
        inactive=user.is_disabled,
        linked_agent_id=None,
        use="visitor" if user.is_visitor else "user",
        datecreated=render_moment(user.created_at),
    )


def own_user_out(caller: AgentCaller, agent: Agent) -> UserOut:
    """The calling agent as clients find themselves among Halo's Users."""
    first, surname = _names(agent.name)
    return UserOut(
        id=caller.id,
        name=agent.name,
        firstname=first,
        surname=surname,
        initials=_initials(agent.name),
        emailaddress=agent.email,
        phonenumber=None,
        mobilenumber=None,
        client_name=None,
        title=None,
        notes=None,
        inactive=False,
        linked_agent_id=caller.id,
        use="agent",
        datecreated=render_moment(agent.created_at),
    )


def user_patch(item: UserIn) -> Patch:
    """What an element says of a user; first name and surname make a name where there is none. BadRequest for half a change."""
    patch = patch_from_item(item, USER_NAMES)
    halves = [half for half in (item.firstname, item.surname) if isinstance(half, str)]
    if not halves or "name" in patch:
        return patch
    if len(halves) == 1 and not is_new(patch):
        raise BadRequest("A name is changed as a whole.", field="name")
    return {**patch, "name": " ".join(halves)}


def ticket_out(ticket: Ticket) -> TicketOut:
    """A ticket as one of Halo's Faults."""
    return TicketOut(
        id=ticket.id,
        summary=ticket.summary,
        details=ticket.details,
        dateoccurred=render_moment(ticket.occurred_at),
        last_update=render_moment(ticket.changed_at),
        dateclosed=None if ticket.closed_at is None else render_moment(ticket.closed_at),
        status_id=ticket.status_id,
        status_name=ticket.status_name,
        hasbeenclosed=ticket.is_closed,
        tickettype_id=ticket.type_id,
        tickettype_name=ticket.type_name,
        user_id=ticket.user_id,
        user_name=ticket.user_name,
        user_email=ticket.user_email,
        agent_id=ticket.agent_id,
        agent_name=ticket.agent_name,
        team_id=ticket.team_id,
        team=ticket.team_name,
        site_id=ticket.clientsite_id,
        chat_id=ticket.chat_id,
        chat_count=ticket.chat_count,
        open_chat_count=ticket.open_chat_count,
        foreign_id=ticket.foreign_id or UNSET,
        foreign_url=ticket.foreign_url or UNSET,
    )


def ticket_patch(item: TicketIn) -> Patch:
    """What an element says of a ticket. BadRequest names a date that is none."""
    patch = patch_from_item(item, TICKET_NAMES)
    if patch.get("occurred_at") is not None:
        patch["occurred_at"] = parse_moment(patch["occurred_at"], "dateoccurred")
    return patch


def article_row(article: Article) -> ArticleRow:
    """An article as Halo's KBEntry_List."""
    return ArticleRow(**_article_members(article))


def article_out(article: Article) -> ArticleOut:
    """An article as Halo's KBEntry."""
    return ArticleOut(
        **_article_members(article),
        resolution=article.body,
        creator_id=article.author_id,
        creator_name=article.author_name,
        editor_id=article.editor_id,
        editor_name=article.editor_name,
        your_vote={None: 0, True: 1, False: -1}[article.vote],
    )


def vote_from_item(item: ArticleVote) -> tuple[int, bool]:
    """The article and whether it was useful. BadRequest names what is missing."""
    article_id = item.kb_id if item.id is None else item.id
    if article_id is None:
        raise BadRequest("A vote names its article.", field="kb_id")
    if item.helpful is not None:
        return article_id, item.helpful
    if not item.your_vote:
        raise BadRequest("A vote says whether the article was helpful.", field="helpful")
    return article_id, item.your_vote > 0


def _article_members(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "name": article.name,
        "description": article.description,
        "useful_count": article.useful_count,
        "notuseful_count": article.not_useful_count,
        "date_created": render_moment(article.created_at),
        "date_edited": render_moment(article.changed_at),
        "inactive": article.is_disabled,
        "search_score": round(article.score, 6),
    }


def _names(name: str) -> tuple[str, str]:
    first, _, surname = name.partition(" ")
    return first, surname


def _initials(name: str) -> str:
    return "".join(word[0].upper() for word in name.split()[:2])
