"""Which profiles are sound: what operators may write into one. A refusal names the place in the profile."""

import re
from collections.abc import Collection, Mapping
from typing import Literal
from urllib.parse import urlsplit

from hub.domain.errors import BadRequest
from hub.domain.profile import Profile
from hub.domain.text import MAX_NAME_CHARS, require_line, require_lines

MAX_WORDS_CHARS = 4_000
MAX_SHORT_CHARS = 200
MAX_ADDRESS_CHARS = 2_000
MAX_ORIGINS = 500
MAX_RULES = 500
MAX_POPUPS = 100
MAX_BANNERS = 20

Referent = Literal["workday", "ticket type", "agent", "team"]

COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def require_sound(profile: Profile) -> Profile:
    """The profile, when all of it may be stored.

    Raises BadRequest, TextTooLong, TextInvalid; their `field` is the place: `name`, `look.colour`.
    """
    if not require_line(profile.name, "name", MAX_NAME_CHARS).strip():
        raise BadRequest("A profile has a name.", field="name")
    _require_look(profile)
    _require_texts(profile)
    for place, count, limit in (
        ("origins", len(profile.origins), MAX_ORIGINS),
        ("rules.access.rules", len(profile.rules.access.rules), MAX_RULES),
        ("rules.access.role_ids", len(profile.rules.access.role_ids), MAX_RULES),
        ("extras.popups", len(profile.extras.popups), MAX_POPUPS),
        ("extras.banners", len(profile.extras.banners), MAX_BANNERS),
    ):
        if count > limit:
            raise BadRequest(f"There are more than {limit} of these.", field=place)
    for banner in profile.extras.banners:
        if not banner.text.strip():
            raise BadRequest("A banner says something.", field="extras.banners")
        if banner.starts_at and banner.ends_at and banner.starts_at >= banner.ends_at:
            raise BadRequest("A banner ends after its start.", field="extras.banners")
    return profile


def require_known_references(
    profile: Profile, before: Profile, known: Mapping[Referent, Collection[int]]
) -> Profile:
    """The profile, when what it newly refers to is among the ids the tenant has; what it referred to before may be gone.

    Raises BadRequest; its `field` is the place.
    """
    for place, referent, number in sorted(_references(profile) - _references(before)):
        if number not in known[referent]:
            raise BadRequest(f"There is no {referent} {number}.", field=place)
    return profile


def _references(profile: Profile) -> set[tuple[str, Referent, int]]:
    """What the profile refers to, and where. Roles are numbers of the tenant's own making."""
    named: set[tuple[str, Referent, int]] = {
        ("rules.access.rules", rule.kind, rule.id)
        for rule in profile.rules.access.rules
        if rule.kind != "role"
    }
    if profile.hours.workday_id is not None:
        named.add(("hours.workday_id", "workday", profile.hours.workday_id))
    if profile.rules.ticketing.type_id is not None:
        named.add(("rules.ticketing.type_id", "ticket type", profile.rules.ticketing.type_id))
    named |= {("routing.team_ids", "team", team_id) for team_id in profile.routing.team_ids}
    return named


def _require_look(profile: Profile) -> None:
    if not COLOUR.fullmatch(profile.look.colour):
        raise BadRequest("A colour is written #RGB or #RRGGBB.", field="look.colour")
    if profile.look.icon is not None and not _is_https_address(profile.look.icon):
        raise BadRequest("An icon is an https address.", field="look.icon")


def _require_texts(profile: Profile) -> None:
    look, feedback, extras = profile.look, profile.feedback, profile.extras
    lines: tuple[tuple[str, str | None, int], ...] = (
        ("look.bot_name", look.bot_name, MAX_NAME_CHARS),
        ("look.intent", look.intent, MAX_SHORT_CHARS),
        ("rules.naming.fixed", profile.rules.naming.fixed, MAX_NAME_CHARS),
        ("extras.chat_name", extras.chat_name, MAX_NAME_CHARS),
        ("extras.email_storage_key", extras.email_storage_key, MAX_SHORT_CHARS),
        ("extras.name_storage_key", extras.name_storage_key, MAX_SHORT_CHARS),
        *(("extras.popups", popup.page, MAX_ADDRESS_CHARS) for popup in extras.popups),
        *(("extras.banners", banner.text, MAX_SHORT_CHARS) for banner in extras.banners),
    )
    for place, text, max_chars in lines:
        require_line(text or "", place, max_chars)
    words: tuple[tuple[str, str | None], ...] = (
        ("look.greeting", look.greeting),
        ("feedback.before", feedback.before),
        ("feedback.after", feedback.after),
        ("reception.consent", profile.reception.consent),
        *(("extras.popups", popup.text) for popup in extras.popups),
    )
    for place, text in words:
        require_lines(text or "", place, MAX_WORDS_CHARS)


def _is_https_address(text: str) -> bool:
    """Plain characters only: what a browser would read differently from us is no address here."""
    if (
        len(text) > MAX_ADDRESS_CHARS
        or not text.isascii()
        or not text.isprintable()
        or set(text) & set(" \"'<>\\^`{|}")
    ):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        return False
