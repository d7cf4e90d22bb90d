"""Chat profiles as Halo's clients send and get them."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hub.domain.profile import LiveMode, Theme
from hub.rest.halo.answers import ListQuery
from hub.rest.halo.wire_flows import Steps

ProfileId = Annotated[int, Meta(ge=1, lt=2**31)]
Ref = Annotated[int, Meta(ge=0, lt=2**31)]  # 0 is how Halo's forms say "none".
Id = Annotated[int, Meta(ge=1, lt=2**31)]
Choice = Annotated[int, Meta(ge=0, le=4)]
Pixels = Annotated[int, Meta(ge=0, le=10_000)]
MAX_PATIENCE_S = 24 * 3600


class ProfileQuery(msgspec.Struct):
    """How one profile is asked for: `key` admits those who have no token; `includedetails` adds steps and drawing."""

    key: str | None = None
    check_available: bool = False
    includedetails: bool = False


class ProfileListQuery(ListQuery):
    """How profiles are listed: those of a type, or all."""

    type: Ref | None = None


class Pair(msgspec.Struct):
    """A host that may show the widget, without its scheme: `shop.example`, `shop.example:8443`, `*.shop.example`."""

    value: str
    label: str | None = None


class AccessControl(msgspec.Struct, omit_defaults=True):
    """A rule for an agent, a team or a role. `level`: 0 sees nothing, 1 sees profile and chats, 2 also changes the profile.

    `type` is 0 for an agent, 1 for a team, 2 for a role, and follows from the id that is named.
    """

    level: Annotated[int, Meta(ge=0, le=2)]
    agent_id: Id | None = None
    team_id: Id | None = None
    role_id: Id | None = None
    type: Annotated[int, Meta(ge=0, le=2)] | None = None


class RoleRef(msgspec.Struct):
    """A role."""

    id: Id


class PopupMessage(msgspec.Struct):
    """A teaser for pages whose address fits `url`."""

    url: str
    message: str


class BannerMessage(msgspec.Struct, omit_defaults=True):
    """A line in every window of the widget, from `startdate` on and before `enddate`; without one from ever, for ever."""

    message: str
    startdate: datetime | None = None
    enddate: datetime | None = None


class ProfileMembers(msgspec.Struct, kw_only=True):
    """What may be said of a profile; members that are left out stay as they are.

    `access_type`: 0 proven visitors, 1 anyone, 2 agents. `technamevisibility`: 0 full, 1 first name, 2 the text, 3 hidden.
    `logticket`: 0 never, 1 at the start, 2 when an agent joins, 3 at the end, 4 when asked. `access_control_level`: 0 the
    rules are not enforced, 1 they are. Texts are plain text. `_prechat`: 0 nothing is asked before the chat, 1 name and e-mail
    are asked and may be left empty, 2 they must be given (by visitors who are not proven). `_consent`: a text to which
    visitors who are not proven agree before a chat. `_offline_form`: whether a message may
    be left while nobody can answer. `_visits`: whether agents see who is on the pages now, and may invite them; `_draft_preview`:
    whether they see what a visitor is writing before it is sent, which the widget says where it is written.
    `_still_there_seconds`: after how long without an answer a visitor is asked whether they are
    still there, 0 never; `_still_there_close_seconds`: how much later the chat ends. `_routing`: 0 agents pick chats themselves,
    1 each is offered to one agent at a time, in turn, 2 to the one with the fewest chats; `_routing_teams`: the teams who answer,
    none: all; `_routing_language`: 0 languages do not matter, 1 agents who speak the visitor's come first, 2 nobody else is offered the
    chat until it has waited for `_routing_language_seconds`; `_offer_seconds`: how long an agent may think. `_release_seconds`: how long after its holder was last here a chat goes
    back to the queue; `_max_wait_seconds`: after how long a waiting chat becomes a message that was left; `_abandon_seconds`: how
    long after its visitor has gone a waiting chat ends; 0 never, each of them. `_first_answer_seconds` and `_next_answer_seconds`:
    after how long a wait for the first answer, or for a later one, agents are alerted; 0 never.
    """

    name: str | UnsetType = UNSET
    type: Ref | UnsetType = UNSET
    intent: str | UnsetType | None = UNSET
    access_type: Annotated[int, Meta(ge=0, le=2)] | UnsetType = UNSET
    chatnameoverride: str | UnsetType | None = UNSET
    greeting: str | UnsetType = UNSET
    bot_name: str | UnsetType | None = UNSET
    technamevisibility: Annotated[int, Meta(ge=0, le=3)] | UnsetType = UNSET
    technamevisibilitytext: str | UnsetType | None = UNSET
    techmustonline: bool | UnsetType = UNSET
    workdays_id: Ref | UnsetType | None = UNSET
    logticket: Choice | UnsetType = UNSET
    tickettype_id: Ref | UnsetType | None = UNSET
    default_ticket_clientsite: Ref | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    icon_size: Pixels | UnsetType = UNSET
    colour_type: Annotated[int, Meta(ge=0, le=9)] | UnsetType = UNSET
    colour: str | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    enable_feedback: bool | UnsetType = UNSET
    feedback_message_before: str | UnsetType | None = UNSET
    feedback_message_after: str | UnsetType | None = UNSET
    cors_whitelist_list: list[Pair] | UnsetType = UNSET
    access_control: list[AccessControl] | UnsetType = UNSET
    access_control_level: Annotated[int, Meta(ge=0, le=1)] | UnsetType = UNSET
    agent_roles: list[Id | RoleRef] | UnsetType = UNSET
    bubble_type: Annotated[int, Meta(ge=0, le=2)] | UnsetType = UNSET
    message_box_size: Pixels | UnsetType = UNSET
    use_bubble_popup_message_mappings: bool | UnsetType = UNSET
    popup_message_mappings: list[PopupMessage] | UnsetType = UNSET
    email_storage_key: str | UnsetType | None = UNSET
    name_storage_key: str | UnsetType | None = UNSET
    fullscreen_threshold_override: Pixels | UnsetType = UNSET
    bot_height_override: Pixels | UnsetType = UNSET
    banners: list[BannerMessage] | UnsetType = msgspec.field(name="_banners", default=UNSET)
    chat_mode: LiveMode | UnsetType = msgspec.field(name="_chat_mode", default=UNSET)
    prechat: Annotated[int, Meta(ge=0, le=2)] | UnsetType = msgspec.field(name="_prechat", default=UNSET)
    consent: str | UnsetType | None = msgspec.field(name="_consent", default=UNSET)
    offline_form: bool | UnsetType = msgspec.field(name="_offline_form", default=UNSET)
    visits: bool | UnsetType = msgspec.field(name="_visits", default=UNSET)
    draft_preview: bool | UnsetType = msgspec.field(name="_draft_preview", default=UNSET)
    still_there_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_still_there_seconds", default=UNSET
    )
    still_there_close_seconds: Annotated[int, Meta(ge=1, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_still_there_close_seconds", default=UNSET
    )
    routing: Annotated[int, Meta(ge=0, le=2)] | UnsetType = msgspec.field(name="_routing", default=UNSET)
    routing_teams: list[Id] | UnsetType = msgspec.field(name="_routing_teams", default=UNSET)
    routing_language: Annotated[int, Meta(ge=0, le=2)] | UnsetType = msgspec.field(
        name="_routing_language", default=UNSET
    )
    routing_language_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_routing_language_seconds", default=UNSET
    )
    offer_seconds: Annotated[int, Meta(ge=5, le=3_600)] | UnsetType = msgspec.field(
        name="_offer_seconds", default=UNSET
    )
    release_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_release_seconds", default=UNSET
    )
    max_wait_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_max_wait_seconds", default=UNSET
    )
    abandon_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_abandon_seconds", default=UNSET
    )
    first_answer_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_first_answer_seconds", default=UNSET
    )
    next_answer_seconds: Annotated[int, Meta(ge=0, le=MAX_PATIENCE_S)] | UnsetType = msgspec.field(
        name="_next_answer_seconds", default=UNSET
    )
    steps: Steps | UnsetType = UNSET
    flow_chart_json: str | UnsetType | None = UNSET


class ProfileBody(ProfileMembers, kw_only=True):
    """A profile to be made (without `id`) or changed (with it). `key` and `_chat_available` are the hub's to say."""

    id: ProfileId | None = None


class ChatProfile(ProfileMembers, kw_only=True):
    """A profile as agents get it; whoever has only the key gets what a page needs to draw the widget."""

    id: str
    key: str | UnsetType = UNSET
    chat_available: bool | UnsetType = msgspec.field(name="_chat_available", default=UNSET)


class ChatProfileList(msgspec.Struct, omit_defaults=True):
    """Profiles, by their ids, without their steps."""

    record_count: int
    chatprofiles: list[ChatProfile]
    page_no: int | None = None
    page_size: int | None = None
