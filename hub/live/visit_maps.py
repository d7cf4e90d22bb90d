"""Visits and invitations as maps of the wire. The counterpart is PROTOCOL.md."""

from hub.domain.moment import ms_from_datetime
from hub.domain.visit import Invitation, VisitEntry, VisitList
from hub.live.frames import Map


def visits_map(found: VisitList) -> Map:
    """Who is on the site, as agents see it."""
    return {
        "shown": found.is_shown,
        "away": found.is_away,
        "visits": [_visit_map(entry) for entry in found.entries],
        "total": found.total,
    }


def invitation_map(invitation: Invitation) -> Map:
    """An invitation as agents see it."""
    return {
        "by": {"id": invitation.agent_id, "name": invitation.agent_name},
        "until": ms_from_datetime(invitation.until),
        "dismissed": invitation.state == "dismissed",
    }


def shown_invitation_map(invitation: Invitation) -> Map:
    """An invitation as the visitor's page shows it."""
    return {
        "key": invitation.key,
        "name": invitation.shown_name,
        "text": invitation.text,
        "until": ms_from_datetime(invitation.until),
    }


def _visit_map(entry: VisitEntry) -> Map:
    visit, invitation = entry.visit, entry.invitation
    return {
        "visit": visit.id,
        "profile": {"id": visit.profile_id, "name": entry.profile_name},
        "visitor": None if visit.visitor_id is None else {"id": visit.visitor_id, "name": visit.visitor_name},
        "is_proven": visit.is_proven,
        "page_url": visit.page_url,
        "page_title": visit.page_title,
        "referrer": visit.referrer,
        "language": visit.language,
        "user_agent": visit.user_agent,
        "since": ms_from_datetime(visit.since),
        "pages": visit.pages,
        "visible": visit.is_visible,
        "invitation": None if invitation is None else invitation_map(invitation),
    }
