"""Chat profiles in Halo's words and in ours: one table, read in both directions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args
from unicodedata import category

import msgspec
from msgspec import UNSET

from hub.domain.errors import BadRequest, HubError
from hub.domain.origin import host_from_origin_entry, origin_entry_from_host
from hub.domain.profile import (
    AccessRule,
    Audience,
    Banner,
    Flow,
    Introduction,
    LanguageRule,
    NameVisibility,
    Popup,
    Profile,
    RoutingMode,
    RuleKind,
    RuleLevel,
    TicketMoment,
)
from hub.rest.bodies import parse_json
from hub.rest.halo.wire_flows import FlowDetail, step_as_given
from hub.rest.halo.wire_profiles import AccessControl, BannerMessage, Pair, PopupMessage, ProfileBody, RoleRef

# In the order of Halo's numbers.
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
VISIBILITIES: tuple[NameVisibility, ...] = get_args(NameVisibility)
MOMENTS: tuple[TicketMoment, ...] = get_args(TicketMoment)
ROUTING_MODES: tuple[RoutingMode, ...] = get_args(RoutingMode)
LANGUAGE_RULES: tuple[LanguageRule, ...] = get_args(LanguageRule)
INTRODUCTIONS: tuple[Introduction, ...] = get_args(Introduction)
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
RULE_LEVELS: tuple[RuleLevel, ...] = get_args(RuleLevel)

MAX_DRAWING_BYTES = 256 * 1024
STEP_REFERENCES = frozenset({"step_id", "start_step", "end_step"})

T = TypeVar("T")


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a Halo profile: its place in ours, and its value either way.

    `parse` raises ValueError for what cannot be; `parse_beside` stands for it where what is there now counts too.
    `is_public` members are what a page needs to draw the widget, `is_detail` ones are given on demand.
    """

    name: str
    place: str
    render: Callable[[Any], Any] = _same
    parse: Callable[[Any], Any] = _same
    parse_beside: Callable[[Any, Any], Any] | None = None
    is_public: bool = False
    is_detail: bool = False


def _numbered(name: str, place: str, words: Sequence[Any], *, is_public: bool = False) -> Member:
    return Member(name, place, words.index, lambda given: words[given], is_public=is_public)


def _reference(name: str, place: str) -> Member:
    return Member(name, place, parse=lambda given: given or None)


def _parse_hosts(given: list[Pair], present: tuple[str, ...]) -> tuple[str, ...]:
    # What an operator has set by other means is shown as it stands, and may come back so.
    kept = {host_from_origin_entry(entry): entry for entry in present}
    return tuple(kept.get(pair.value) or origin_entry_from_host(pair.value) for pair in given)


def _render_hosts(entries: Sequence[str]) -> list[Pair]:
    hosts = [host_from_origin_entry(entry) for entry in entries]
    return [Pair(host, host) for host in hosts]


def _parse_rules(given: list[AccessControl]) -> tuple[AccessRule, ...]:
    return tuple(_parse_rule(rule) for rule in given)


def _parse_rule(rule: AccessControl) -> AccessRule:
    named = [
        (number, rule_id)
        for number, rule_id in enumerate((rule.agent_id, rule.team_id, rule.role_id))
        if rule_id is not None
    ]
    if len(named) != 1:
        raise ValueError("A rule names one agent, one team or one role.")
    [(number, rule_id)] = named
    if rule.type not in (None, number):
        raise ValueError("The type of a rule is that of what it names: 0 agent, 1 team, 2 role.")
    return AccessRule(RULE_KINDS[number], rule_id, RULE_LEVELS[rule.level])


def _render_rules(rules: Sequence[AccessRule]) -> list[AccessControl]:
    return [
        AccessControl(
            level=RULE_LEVELS.index(rule.level),
            type=RULE_KINDS.index(rule.kind),
            **{f"{rule.kind}_id": rule.id},
        )
        for rule in rules
    ]


def _parse_roles(given: list[int | RoleRef]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(role.id if isinstance(role, RoleRef) else role for role in given))


def _parse_popups(given: list[PopupMessage]) -> tuple[Popup, ...]:
    return tuple(Popup(popup.url, popup.message) for popup in given)


def _render_popups(popups: Sequence[Popup]) -> list[PopupMessage]:
    return [PopupMessage(popup.page, popup.text) for popup in popups]


def _parse_banners(given: list[BannerMessage]) -> tuple[Banner, ...]:
    return tuple(
        Banner(banner.message, _in_utc(banner.startdate), _in_utc(banner.enddate)) for banner in given
    )


def _render_banners(banners: Sequence[Banner]) -> list[BannerMessage]:
    return [BannerMessage(banner.text, banner.starts_at, banner.ends_at) for banner in banners]


def _in_utc(at: datetime | None) -> datetime | None:
    """Dates without a zone are taken as UTC, as everywhere in this dialect."""
    if at is None:
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        raise BadRequest("That date is too far away.", field="_banners") from None


def _parse_steps(given: list[FlowDetail]) -> tuple[dict[str, Any], ...]:
    return tuple(step_as_given(step) for step in given)


MEMBERS: tuple[Member, ...] = (
    Member("name", "name", is_public=True),
    Member("type", "kind"),
    Member("intent", "look.intent"),
    _numbered("access_type", "rules.access.audience", AUDIENCES, is_public=True),
    Member("chatnameoverride", "extras.chat_name"),
    Member("greeting", "look.greeting", is_public=True),
    Member("bot_name", "look.bot_name", is_public=True),
    _numbered("technamevisibility", "rules.naming.visibility", VISIBILITIES),
    Member("technamevisibilitytext", "rules.naming.fixed"),
    Member("techmustonline", "hours.needs_agent"),
    _reference("workdays_id", "hours.workday_id"),
    _numbered("logticket", "rules.ticketing.moment", MOMENTS),
    _reference("tickettype_id", "rules.ticketing.type_id"),
    _reference("default_ticket_clientsite", "rules.ticketing.clientsite_id"),
    Member("icon", "look.icon", parse=lambda given: given or None, is_public=True),
    Member("icon_size", "extras.icon_size"),
    Member("colour_type", "extras.colour_type"),
    Member("colour", "look.colour", is_public=True),
    Member("theme", "look.theme", is_public=True),
    Member("enable_feedback", "feedback.is_enabled", is_public=True),
    Member("feedback_message_before", "feedback.before", is_public=True),
    Member("feedback_message_after", "feedback.after", is_public=True),
    Member("cors_whitelist_list", "origins", _render_hosts, parse_beside=_parse_hosts),
    Member("access_control", "rules.access.rules", _render_rules, _parse_rules),
    Member("access_control_level", "rules.access.is_enforced", int, lambda given: given == 1),
    Member("agent_roles", "rules.access.role_ids", list, _parse_roles),
    Member("bubble_type", "look.bubble_type", is_public=True),
    Member("message_box_size", "look.message_box_size", is_public=True),
    Member("use_bubble_popup_message_mappings", "extras.shows_popups", is_public=True),
    Member("popup_message_mappings", "extras.popups", _render_popups, _parse_popups, is_public=True),
    Member("_banners", "extras.banners", _render_banners, _parse_banners, is_public=True),
    Member("email_storage_key", "extras.email_storage_key"),
    Member("name_storage_key", "extras.name_storage_key"),
    Member("fullscreen_threshold_override", "extras.fullscreen_below_px"),
    Member("bot_height_override", "extras.height_px"),
    Member("_chat_mode", "mode", is_public=True),
    _numbered("_prechat", "reception.introduction", INTRODUCTIONS, is_public=True),
    Member(
        "_consent", "reception.consent", parse=lambda given: (given or "").strip() or None, is_public=True
    ),
    Member("_offline_form", "reception.takes_messages", is_public=True),
    Member("_visits", "sight.visits", is_public=True),
    Member("_draft_preview", "sight.drafts", is_public=True),
    Member("_still_there_seconds", "patience.ask_after_s"),
    Member("_still_there_close_seconds", "patience.close_after_s"),
    _numbered("_routing", "routing.mode", ROUTING_MODES),
    Member("_routing_teams", "routing.team_ids", list, lambda given: tuple(dict.fromkeys(given))),
    _numbered("_routing_language", "routing.language", LANGUAGE_RULES),
    Member("_routing_language_seconds", "routing.any_language_after_s"),
    Member("_offer_seconds", "routing.offer_for_s"),
    Member("_release_seconds", "routing.release_after_s"),
    Member("_max_wait_seconds", "routing.max_wait_s"),
    Member("_abandon_seconds", "routing.abandon_after_s"),
    Member("_first_answer_seconds", "alerts.first_answer_s"),
    Member("_next_answer_seconds", "alerts.next_answer_s"),
    Member("steps", "flow.steps", list, _parse_steps, is_detail=True),
    Member("flow_chart_json", "flow.chart", parse=lambda given: given or None, is_detail=True),
)

NAMES = {member.place: member.name for member in MEMBERS}
ATTRIBUTES = {field.encode_name: field.name for field in msgspec.structs.fields(ProfileBody)}


def chat_profile_from_profile(profile: Profile, *, with_details: bool) -> dict[str, Any]:
    """A ChatProfile as agents get it; `with_details` needs a profile that was read with its flow."""
    told = {
        member.name: member.render(_look_up(profile, member.place))
        for member in MEMBERS
        if with_details or not member.is_detail
    }
    return {"id": str(profile.id), "key": profile.key, **told}


def widget_profile_from_profile(profile: Profile) -> dict[str, Any]:
    """A ChatProfile with what a page needs to draw the widget, and nothing an operator would not publish."""
    told = {
        member.name: member.render(_look_up(profile, member.place)) for member in MEMBERS if member.is_public
    }
    return {"id": str(profile.id), **told}


def profile_from_body(body: ProfileBody, profile: Profile) -> Profile:
    """The profile with what the body says of it. Raises BadRequest naming the member."""
    for member in MEMBERS:
        given = getattr(body, ATTRIBUTES[member.name])
        if given is UNSET:
            continue
        try:
            value = (
                member.parse_beside(given, _look_up(profile, member.place))
                if member.parse_beside
                else member.parse(given)
            )
        except ValueError as error:
            raise BadRequest(str(error), field=member.name) from None
        profile = _with(profile, member.place.split("."), value)
    if profile.flow is not None and (body.steps is not UNSET or body.flow_chart_json is not UNSET):
        _require_sound_flow(profile.flow)
    return profile


def refusal_in_halo_words(error: HubError) -> HubError:
    """The same refusal, naming the member instead of the place in our profile."""
    error.field = NAMES.get(error.field or "", error.field)
    return error


def _look_up(value: Any, place: str) -> Any:
    for part in place.split("."):
        value = getattr(value, part)
    return value


def _with(value: T, path: Sequence[str], new: Any) -> T:
    """A dataclass with another value at a place inside it."""
    name, *rest = path
    changed = _with(getattr(value, name), rest, new) if rest else new
    return replace(value, **{name: changed})  # type: ignore[type-var]


def _require_sound_flow(flow: Flow) -> None:
    """Steps are numbered once each and lead to steps that are there, one of them is the start, and so does the drawing."""
    ids = [step["step_id"] for step in flow.steps]
    known = frozenset(ids)
    if len(known) != len(ids):
        raise BadRequest("Two steps have the same step_id.", field="steps")
    if sum(bool(step.get("isstart")) for step in flow.steps) > 1:
        raise BadRequest("More than one step is the start.", field="steps")
    for number in _references(list(flow.steps)):
        if number not in known:
            raise BadRequest(f"There is no step {number}, to which an edge leads.", field="steps")
    if any(_is_control(text) for text in _texts(list(flow.steps))):
        raise BadRequest("A text of a step holds control characters.", field="steps")
    if flow.chart is not None:
        _require_sound_drawing(flow.chart, known)


def _require_sound_drawing(chart: str, known: frozenset[int]) -> None:
    if len(chart.encode()) > MAX_DRAWING_BYTES:
        raise BadRequest(f"A drawing has at most {MAX_DRAWING_BYTES // 1024} KiB.", field="flow_chart_json")
    try:
        drawing = parse_json(chart.encode())
    except BadRequest as error:
        raise BadRequest(str(error).replace("The body", "The drawing"), field="flow_chart_json") from None
    for number in _references(drawing):
        if number not in known:
            raise BadRequest(f"There is no step {number}, which the drawing shows.", field="flow_chart_json")


def _references(value: Any) -> Iterator[int]:
    """The numbers of steps that are named anywhere inside."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in STEP_REFERENCES and type(item) is int:
                yield item
            else:
                yield from _references(item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _is_control(text: str) -> bool:
    return any(category(character) == "Cc" and character not in "\t\n\r" for character in text)
