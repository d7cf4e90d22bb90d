"""A profile: the configuration of one entrance, and what it demands of the chats that come in through it."""

from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any, Literal
from uuid import UUID

from hub.domain.errors import BadRequest, Forbidden, IdentityRequired, ProfileNotFound
from hub.domain.identity import AgentCaller
from hub.domain.text import is_email

Theme = Literal["light", "dark"]
LiveMode = Literal["websocket", "heartbeat"]
Audience = Literal["proven", "anyone", "agents"]
NameVisibility = Literal["full", "first", "fixed", "hidden"]
TicketMoment = Literal["never", "start", "join", "end", "ask"]
RoutingMode = Literal["manual", "round_robin", "least_busy"]
LanguageRule = Literal["off", "prefer", "demand"]
IdentityFamily = Literal["HS256"]
Introduction = Literal["none", "asked", "required"]
RuleKind = Literal["agent", "team", "role"]
RuleLevel = Literal["none", "read", "edit"]


@dataclass(frozen=True, slots=True)
class Look:
    """How the entrance presents itself. `colour` is `#RGB` or `#RRGGBB`; `icon` an https address or None.

    Greeting and names are text: what looks like markup in them is shown as it stands.
    """

    colour: str = "#096C5C"
    theme: Theme = "light"
    greeting: str = "Hello. What can we do for you?"
    bot_name: str | None = None
    icon: str | None = None
    bubble_type: int = 0
    message_box_size: int = 0
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One agent, team or role, and what they may: see nothing, see the profile and its chats, or also change the profile."""

    kind: RuleKind
    id: int
    level: RuleLevel


@dataclass(frozen=True, slots=True)
class Access:
    """Who may. With `is_enforced` only the agents a rule names see the profile and its chats; without it every agent.

    `role_ids` are the roles whose agents take chats; empty: every agent does.
    """

    audience: Audience = "anyone"
    is_enforced: bool = False
    rules: tuple[AccessRule, ...] = ()
    role_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """What visitors learn of an agent's name; `fixed` is the text for `fixed`."""

    visibility: NameVisibility = "full"
    fixed: str | None = None


@dataclass(frozen=True, slots=True)
class Ticketing:
    """When a chat logs a ticket, and of what type and for whom."""

    moment: TicketMoment = "never"
    type_id: int | None = None
    clientsite_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What an entrance demands of its chats, as far as every chat has to know it."""

    access: Access = field(default_factory=Access)
    naming: Naming = field(default_factory=Naming)
    ticketing: Ticketing = field(default_factory=Ticketing)


@dataclass(frozen=True, slots=True)
class Hours:
    """When chats can be begun: within a workday (None: always), maybe only while an agent is there who would take one, and
    while fewer than `max_queue` chats wait (None: however many).
    """

    workday_id: int | None = None
    needs_agent: bool = False
    max_queue: int | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Whether visitors are asked for a rating after the chat, and in which words before and after."""

    is_enabled: bool = False
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Reception:
    """How new visitors are received. `introduction`: whether they say name and e-mail before the chat; `asked` may leave them empty.

    `takes_messages`: whether they may leave a message while nobody can answer. `consent` is what they agree to first; None: nothing.
    """

    introduction: Introduction = "none"
    takes_messages: bool = True
    consent: str | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What agents see of visitors beyond what these say. `visits`: who is on the pages; `drafts`: what a visitor is writing,
    before it is sent.
    """

    visits: bool = False
    drafts: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How long agents wait for a visitor who does not answer: after `ask_after_s` (0: never) they are asked whether they are still
    there, and `close_after_s` later the chat ends.
    """

    ask_after_s: int = 0
    close_after_s: int = 120


@dataclass(frozen=True, slots=True)
class Routing:
    """How waiting chats come to agents. `manual`: agents pick them; else each is offered to one agent at a time, for `offer_for_s`.

    `team_ids` are the teams who answer the entrance (empty: everybody who may). A chat goes back to the queue `release_after_s`
    after its holder was last here (0: never). One that waits for `max_wait_s` is put off: it becomes a message that was left
    (0: never). One whose visitor has been gone for `abandon_after_s` while it waited ends (0: never).
    `language`: whether agents who speak the visitor's language come first, or alone until it has waited for `any_language_after_s`.
    """

    mode: RoutingMode = "manual"
    team_ids: tuple[int, ...] = ()
    offer_for_s: int = 30
    release_after_s: int = 60
    max_wait_s: int = 0
    abandon_after_s: int = 0
    language: LanguageRule = "off"
    any_language_after_s: int = 120


@dataclass(frozen=True, slots=True)
class Alerts:
    """How long visitors may wait before agents are alerted: for the first answer, and for each later one (0: for ever)."""

    first_answer_s: int = 0
    next_answer_s: int = 0


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """How id tokens of the entrance's visitors are proved. `family` is the one way of signing that is accepted.

    `issuer` and `audience` are what `iss` must be and `aud` must name; None asks for nothing.
    """

    family: IdentityFamily = "HS256"
    issuer: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class Popup:
    """A teaser for pages whose address fits `page`."""

    page: str
    text: str


@dataclass(frozen=True, slots=True)
class Banner:
    """A line in every window from `starts_at` on and before `ends_at`; None: from ever, for ever."""

    text: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What operators set for widgets that can do more than ours does now; kept and given back."""

    chat_name: str | None = None
    icon_size: int = 0
    colour_type: int = 0
    email_storage_key: str | None = None
    name_storage_key: str | None = None
    fullscreen_below_px: int = 0
    height_px: int = 0
    shows_popups: bool = False
    popups: tuple[Popup, ...] = ()
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """The steps a bot goes through before people, as they were given, with the drawing they were made in."""

    steps: tuple[dict[str, Any], ...] = ()
    chart: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One entrance of a tenant. `key` is public knowledge: it admits starting an anonymous chat and nothing else.

    `flow` is None where it was not read: it may be large, and visitors' lines do not need it. A profile that `is_deleted`
    lets nobody new in; the chats that came in through it go on.
    """

    tenant_id: int
    id: int
    uuid: UUID
    key: str
    name: str
    origins: tuple[str, ...]
    epoch: str  # The tenant's history epoch, carried along because every live line needs it.
    look: Look = field(default_factory=Look)
    rules: Rules = field(default_factory=Rules)
    hours: Hours = field(default_factory=Hours)
    feedback: Feedback = field(default_factory=Feedback)
    reception: Reception = field(default_factory=Reception)
    sight: Sight = field(default_factory=Sight)
    patience: Patience = field(default_factory=Patience)
    routing: Routing = field(default_factory=Routing)
    alerts: Alerts = field(default_factory=Alerts)
    identity: IdentityRules = field(default_factory=IdentityRules)
    flow: Flow | None = None
    extras: Extras = field(default_factory=Extras)
    kind: int = 0  # A number operators sort their entrances by; the hub goes by none.
    mode: LiveMode = "websocket"
    is_open: bool = True  # An operator can close an entrance; chats under way go on.
    is_deleted: bool = False


def is_key_of(profile: Profile, key: str | None) -> bool:
    """Whether this is the profile's key; takes the same time wherever they differ. A profile without a key has none."""
    presented = (key or "").encode("utf-8", "surrogatepass")
    return compare_digest(presented, profile.key.encode()) and bool(presented)


def admits_key(profile: Profile, key: str | None) -> bool:
    """Whether somebody who only has this key may come in: it is the profile's, and the entrance is not for agents alone."""
    return is_key_of(profile, key) and admits_visitors(profile)


def admits_visitors(profile: Profile) -> bool:
    """Whether the entrance lets anybody new in who is not an agent."""
    return profile.rules.access.audience != "agents" and not profile.is_deleted


def admits_agents(profile: Profile) -> bool:
    """Whether agents may come in through pages of this entrance: it is for them alone."""
    return profile.rules.access.audience == "agents" and not profile.is_deleted


def require_may_start(profile: Profile, *, is_proven: bool) -> None:
    """Returns when a visitor may begin a chat here; `is_proven` when their page has proved who they are.

    Raises ProfileNotFound (deleted), IdentityRequired, Forbidden (for agents only).
    """
    if profile.is_deleted:
        raise ProfileNotFound
    audience = profile.rules.access.audience
    if audience == "agents":
        raise Forbidden("This chat is for agents.")
    if audience == "proven" and not is_proven:
        raise IdentityRequired


def require_introduction(name: str | None, email: str | None) -> None:
    """Returns when somebody has said who they are: a name, and an e-mail that can be one. BadRequest names the field."""
    if not name:
        raise BadRequest("Say your name first.", field="name")
    if not is_email(email or ""):
        raise BadRequest("Say an e-mail address first, such as name@shop.example.", field="email")


def require_consent(reception: Reception, agreed: str | None) -> None:
    """Returns when a visitor has agreed to what the entrance wants them to, in its words as they are now. BadRequest (field `consent`)."""
    if reception.consent is not None and agreed != reception.consent:
        raise BadRequest("Agree first to the text of this entrance, as it is now.", field="consent")


def level_for(access: Access, agent: AgentCaller) -> RuleLevel:
    """What an agent may with the profile: the most that a rule naming them, their team or their role allows; a rule for the agent alone decides.

    Administrators may everything. Where rules are not enforced, the others see the profile and its chats.
    """
    if agent.is_admin:
        return "edit"
    if not access.is_enforced:
        return "read"
    own = [rule.level for rule in access.rules if (rule.kind, rule.id) == ("agent", agent.id)]
    shared = [
        rule.level
        for rule in access.rules
        if (rule.kind == "team" and rule.id in agent.team_ids)
        or (rule.kind == "role" and rule.id in agent.role_ids)
    ]
    levels = own or shared
    return max(levels, key=("none", "read", "edit").index, default="none")


def may_see_profile(access: Access, agent: AgentCaller) -> bool:
    """Whether the profile and its chats exist for this agent."""
    return level_for(access, agent) != "none"


def require_may_edit(access: Access, agent: AgentCaller) -> None:
    """Returns when the agent may change the profile; else ProfileNotFound for what they may not see, Forbidden for the rest."""
    level = level_for(access, agent)
    if level == "none":
        raise ProfileNotFound
    if level != "edit":
        raise Forbidden(
            "Profiles are changed by administrators, and by agents whom an access rule lets do it."
        )


def may_answer(access: Access, agent: AgentCaller) -> bool:
    """Whether agents of this one's roles take chats of the profile."""
    return not access.role_ids or bool(set(access.role_ids) & set(agent.role_ids))


def require_may_answer(access: Access, agent: AgentCaller) -> None:
    """Returns when the agent may take chats of this profile; else Forbidden."""
    if not may_answer(access, agent):
        raise Forbidden("Chats of this profile are taken by agents of certain roles only.")


def shown_name(naming: Naming, agent_name: str, profile_name: str) -> str:
    """What visitors see instead of an agent's name; the profile's name where they shall not see any of it."""
    match naming.visibility:
        case "full":
            return agent_name
        case "first":
            return agent_name.partition(" ")[0]
        case "fixed":
            return naming.fixed or profile_name
        case "hidden":
            return profile_name
