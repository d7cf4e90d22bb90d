"""What Halo's clients send and get beside the chats, as types. A member that is not sent leaves things as they are."""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hub.domain.article import MAX_TITLE_CHARS
from hub.domain.desk import MAX_LABEL_CHARS
from hub.domain.ticket import MAX_SUMMARY_CHARS
from hub.rest.halo.answers import ListQuery

MAX_ASKED_COUNT = 1_000_000  # A client asks for "all" with this number; it gets what one answer holds.

Id = Annotated[int, Meta(ge=1, lt=2**31)]
Sequence = Annotated[int, Meta(ge=0, le=1_000_000)]
Label = Annotated[str, Meta(max_length=MAX_LABEL_CHARS)]
Line = Annotated[str, Meta(max_length=250)]
Search = Annotated[str, Meta(max_length=200, pattern="^[^\x00]*$")]  # Postgres cannot be asked for NUL.
Colour = Annotated[str, Meta(pattern="^#[0-9A-Fa-f]{6}$")]
IdList = Annotated[str, Meta(pattern="^[0-9]{1,10}(,[0-9]{1,10}){0,499}$")]


class LongListQuery(ListQuery):
    """Lists that clients ask for as a whole."""

    max_rows: ClassVar[int] = 1_000

    count: Annotated[int, Meta(ge=1, le=MAX_ASKED_COUNT)] | None = None

    @property
    def limit(self) -> int:
        """How many rows are wanted, and can be had at once."""
        return min(super().limit, self.max_rows)


class TeamQuery(ListQuery):
    """How teams are asked for."""

    includedisabled: bool = False
    includeenabled: bool = True
    chat_only: bool = False
    memberonly: bool = False


class TeamIn(msgspec.Struct):
    """A team, made or changed."""

    id: Id | UnsetType | None = UNSET
    name: Label | UnsetType = UNSET
    sequence: Sequence | UnsetType = UNSET
    allowlivechat: bool | UnsetType = UNSET
    inactive: bool | UnsetType = UNSET


class TeamMember(msgspec.Struct):
    """An agent of a team."""

    agent_id: int
    team_id: int


class TeamOut(msgspec.Struct):
    """A team; `agents` are its enabled members."""

    id: int
    name: str
    sequence: int
    allowlivechat: bool
    inactive: bool
    agents: list[TeamMember]


class TeamList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    teams: list[TeamOut]


class CannedTextQuery(ListQuery):
    """How canned texts are asked for."""

    team_id: Id | None = None
    search: Search | None = None


class CannedTextIn(msgspec.Struct):
    """A canned text, made or changed; without a team it is everybody's."""

    id: Id | UnsetType | None = UNSET
    name: Line | UnsetType = UNSET
    text: str | UnsetType = UNSET
    team_id: Id | UnsetType | None = UNSET


class CannedTextOut(msgspec.Struct):
    """A canned text, by the name that is typed behind the slash; `agent_id` wrote it last."""

    id: int
    name: str
    text: str
    team_id: int | None
    team_name: str | None
    agent_id: int
    datemodified: str


class CannedTextList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    cannedtexts: list[CannedTextOut]


class StatusQuery(ListQuery):
    """How statuses are asked for."""

    excludeclosed: bool = False


class StatusIn(msgspec.Struct):
    """A status of tickets, made or changed."""

    id: Id | UnsetType | None = UNSET
    name: Label | UnsetType = UNSET
    shortname: Label | UnsetType | None = UNSET
    colour: Colour | UnsetType | None = UNSET
    sequence: Sequence | UnsetType = UNSET
    is_closed: bool | UnsetType = UNSET


class StatusOut(msgspec.Struct):
    """A status of tickets; nothing remains to be done about a ticket of one that `is_closed`."""

    id: int
    name: str
    shortname: str | None
    colour: str | None
    sequence: int
    is_closed: bool


class StatusList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    statuses: list[StatusOut]


class TicketTypeQuery(ListQuery):
    """How ticket types are asked for."""

    showinactive: bool = False


class TicketTypeIn(msgspec.Struct):
    """A ticket type, made or changed."""

    id: Id | UnsetType | None = UNSET
    name: Label | UnsetType = UNSET
    sequence: Sequence | UnsetType = UNSET
    inactive: bool | UnsetType = UNSET


class TicketTypeOut(msgspec.Struct):
    """A ticket type."""

    id: int
    name: str
    sequence: int
    inactive: bool


class TicketTypeList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    tickettypes: list[TicketTypeOut]


class AgentQuery(ListQuery):
    """How agents are asked for."""

    includedisabled: bool = False
    includeenabled: bool = True
    search: Search | None = None
    team_id: Id | None = None
    role: Id | None = None


class AgentTeam(msgspec.Struct):
    """A team an agent belongs to."""

    team_id: Id


class AgentIn(msgspec.Struct):
    """An agent, made or changed. `team_ids` decides when `teams` is given too; `password` only makes an agent.

    `languages` are tags such as `de`, of which the first part counts: routing goes by them where the profile wants it.
    """

    id: Id | UnsetType | None = UNSET
    name: Label | UnsetType = UNSET
    email: str | UnsetType = UNSET
    is_admin: bool | UnsetType = UNSET
    isdisabled: bool | UnsetType = UNSET
    is_accepting: bool | UnsetType = UNSET
    capacity: Annotated[int, Meta(ge=1, le=1_000)] | UnsetType | None = UNSET
    role_ids: Annotated[list[Id], Meta(max_length=100)] | UnsetType = UNSET
    team_ids: Annotated[list[Id], Meta(max_length=100)] | UnsetType = UNSET
    teams: Annotated[list[AgentTeam], Meta(max_length=100)] | UnsetType = UNSET
    languages: Annotated[list[Label], Meta(max_length=100)] | UnsetType = UNSET
    password: str | UnsetType = UNSET


class AgentTeamOut(msgspec.Struct):
    """A team an agent belongs to."""

    team_id: int
    team_name: str


class AgentOut(msgspec.Struct):
    """An agent, without any of their secrets. No `capacity` is no limit."""

    id: int
    name: str
    firstname: str
    surname: str
    initials: str
    email: str
    team: str
    teams: list[AgentTeamOut]
    team_ids: list[int]
    role_ids: list[int]
    languages: list[str]
    is_agent: bool
    is_admin: bool
    isdisabled: bool
    is_accepting: bool
    capacity: int | None
    datecreated: str


class AgentList(msgspec.Struct):
    """One page, for who asks for pages."""

    page_no: int
    page_size: int
    record_count: int
    agents: list[AgentOut]


class UserQuery(LongListQuery):
    """How users are asked for."""

    max_rows: ClassVar[int] = 10_000

    search: Search | None = None
    includeinactive: bool = False
    includeactive: bool = True
    order: Literal["id", "name", "emailaddress", "client_name"] | None = None
    orderdesc: bool = False


class UserIn(msgspec.Struct):
    """A user, made or changed. Without `name` the first name and the surname make one."""

    id: Id | UnsetType | None = UNSET
    name: Label | UnsetType = UNSET
    firstname: Label | UnsetType | None = UNSET
    surname: Label | UnsetType | None = UNSET
    emailaddress: Line | UnsetType | None = UNSET
    phonenumber: Label | UnsetType | None = UNSET
    mobilenumber: Label | UnsetType | None = UNSET
    client_name: Line | UnsetType | None = UNSET
    title: Label | UnsetType | None = UNSET
    notes: Annotated[str, Meta(max_length=4_000)] | UnsetType | None = UNSET
    inactive: bool | UnsetType = UNSET


class UserOut(msgspec.Struct):
    """A user. `use` tells users from visitors, who are known from their chats only; `linked_agent_id` is an agent's own."""

    id: int
    name: str
    firstname: str
    surname: str
    initials: str
    emailaddress: str | None
    phonenumber: str | None
    mobilenumber: str | None
    client_name: str | None
    title: str | None
    notes: str | None
    inactive: bool
    linked_agent_id: int | None
    use: str
    datecreated: str


class UserList(msgspec.Struct, omit_defaults=True):
    """One part of the users."""

    record_count: int
    users: list[UserOut]
    page_no: int | None = None
    page_size: int | None = None


class TicketQuery(LongListQuery):
    """How tickets are asked for."""

    ticketids: IdList | None = None
    search: Search | None = None
    agent_id: Id | None = None
    user_id: Id | None = None
    team_id: Id | None = None
    status_id: Id | None = None
    tickettype_id: Id | None = None
    requesttype_id: Id | None = None
    chat_id: Id | None = None
    open_only: bool = False
    closed_only: bool = False
    order: (
        Literal["id", "summary", "status_id", "user_name", "agent_name", "dateoccurred", "last_update"] | None
    ) = None
    orderdesc: bool = False


class TicketIn(msgspec.Struct):
    """A ticket, made or changed. `team_id` decides when `team`, the name, is given too."""

    id: Id | UnsetType | None = UNSET
    summary: Annotated[str, Meta(max_length=MAX_SUMMARY_CHARS)] | UnsetType = UNSET
    details: Annotated[str, Meta(max_length=32_000)] | UnsetType = UNSET
    status_id: Id | UnsetType = UNSET
    tickettype_id: Id | UnsetType | None = UNSET
    user_id: Id | UnsetType | None = UNSET
    agent_id: Id | UnsetType | None = UNSET
    team_id: Id | UnsetType | None = UNSET
    team: Label | UnsetType | None = UNSET
    site_id: Id | UnsetType | None = UNSET
    dateoccurred: str | UnsetType | None = UNSET


class TicketOut(msgspec.Struct):
    """A ticket. `chat_id` is the chat that logged it, else the newest about it.

    `_foreign_id` and `_foreign_url` are what a webhook that was told of it has answered.
    """

    id: int
    summary: str
    details: str
    dateoccurred: str
    last_update: str
    dateclosed: str | None
    status_id: int
    status_name: str
    hasbeenclosed: bool
    tickettype_id: int | None
    tickettype_name: str | None
    user_id: int | None
    user_name: str | None
    user_email: str | None
    agent_id: int | None
    agent_name: str | None
    team_id: int | None
    team: str | None
    site_id: int | None
    chat_id: int | None
    chat_count: int
    open_chat_count: int
    foreign_id: str | UnsetType = msgspec.field(name="_foreign_id", default=UNSET)
    foreign_url: str | UnsetType = msgspec.field(name="_foreign_url", default=UNSET)


class TicketList(msgspec.Struct, omit_defaults=True):
    """One part of the tickets."""

    record_count: int
    tickets: list[TicketOut]
    page_no: int | None = None
    page_size: int | None = None


class ArticleQuery(LongListQuery):
    """How articles are asked for; a search lists the best first."""

    search: Search | None = None
    includeinactive: bool = False
    includeactive: bool = True
    order: Literal["id", "name", "date_created", "date_edited", "useful_count"] | None = None
    orderdesc: bool = False


class ArticleIn(msgspec.Struct):
    """An article, made or changed: what somebody asks, and what helps."""

    id: Id | UnsetType | None = UNSET
    name: Annotated[str, Meta(max_length=MAX_TITLE_CHARS)] | UnsetType = UNSET
    description: Annotated[str, Meta(max_length=4_000)] | UnsetType = UNSET
    resolution: Annotated[str, Meta(max_length=100_000)] | UnsetType = UNSET
    inactive: bool | UnsetType = UNSET


class ArticleRow(msgspec.Struct, kw_only=True):
    """An article in a list, without its resolution."""

    id: int
    name: str
    description: str
    useful_count: int
    notuseful_count: int
    date_created: str
    date_edited: str
    inactive: bool
    search_score: float


class ArticleOut(ArticleRow, kw_only=True):
    """An article. `your_vote` is 1 for useful, -1 for not useful, 0 for none."""

    resolution: str
    creator_id: int
    creator_name: str
    editor_id: int
    editor_name: str
    your_vote: int


class ArticleList(msgspec.Struct, omit_defaults=True):
    """One part of the articles."""

    record_count: int
    kbarticles: list[ArticleRow]
    page_no: int | None = None
    page_size: int | None = None


class ArticleVote(msgspec.Struct):
    """Whether an article was useful, as one client says it (`kb_id`, `helpful`) or another (`id`, `your_vote`: above 0 is yes)."""

    id: Id | None = None
    kb_id: Id | None = None
    helpful: bool | None = None
    your_vote: Literal[-1, 0, 1] | None = None
