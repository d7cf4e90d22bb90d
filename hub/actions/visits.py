"""Visitors on the site: what their pages tell, who of the agents sees them, and how an invitation becomes a chat."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

from hub.actions.chats import ChatStart, clean_facts, find_open_chat, start_chat
from hub.actions.joining import accept_append
from hub.actions.ports import Ports
from hub.actions.visitors import Tokens, greet_visitor
from hub.domain.chat import Chat, StartFacts, States
from hub.domain.errors import (
    ChatNotFound,
    Forbidden,
    InChat,
    InvitationGone,
    NotSignedIn,
    ProfileNotFound,
    TooMany,
    VisitGone,
    VisitsUnavailable,
)
from hub.domain.event import Append, Appended, AppendRefused, Guard
from hub.domain.identity import AgentCaller, VisitorCaller
from hub.domain.profile import (
    Profile,
    admits_key,
    may_answer,
    may_see_profile,
    require_may_answer,
    require_may_start,
    shown_name,
)
from hub.domain.visit import (
    Invitation,
    Visit,
    VisitEntry,
    VisitList,
    profile_id_from_visit,
    require_invitation_text,
    require_own_invitation,
    split_invitation_key,
    visit_id_from_word,
)

# Pages tell every 30 s: two may be lost. Who has turned away comes back soon, or is gone.
VISIBLE_LEASE_S, HIDDEN_LEASE_S = 75.0, 25.0
INVITATION_S = 120  # Long enough to notice it and to think; whoever has not answered by then will not.
DISMISSED_S = 1_800  # So long nobody asks again.
MAX_SHOWN = 200  # More than anybody looks through.
MAX_PAGES, MAX_VISIT_S = 10_000, 86_400

# A minute. An address may be an office; a profile may be on a page that is on television.
BEATS_OF_ADDRESS = 240
VISITS_OF_ADDRESS = 20
VISITS_OF_PROFILE = 600


@dataclass(frozen=True, slots=True)
class VisitBeat:
    """What a page tells of itself. `word` is its own name for the visit, `for_s` how long it lasts already.

    `dismisses` is the key of an invitation the visitor has put away.
    """

    word: str
    key: str
    token: str | None
    facts: StartFacts
    for_s: float = 0
    pages: int = 1
    is_visible: bool = True
    dismisses: str | None = None


async def note_visit(
    ports: Ports, tokens: Tokens, profile: Profile, beat: VisitBeat, address: str | None
) -> str:
    """The id of the visit, which is kept for a while from now on.

    `address` is where the page calls from, as limits count it. Raises ProfileNotFound (not the profile's key), Forbidden (the
    profile does not tell of visits), TooMany, TextInvalid, VisitsUnavailable, StorageUnavailable.
    """
    if not admits_key(profile, beat.key):
        raise ProfileNotFound
    if not profile.sight.visits:
        raise Forbidden("This profile does not tell of visits.")
    if address is not None:
        await _require_turn(ports, f"visit:{address}", BEATS_OF_ADDRESS)
    visit = await _visit_from_beat(ports, tokens, profile, beat)
    lease_s = VISIBLE_LEASE_S if visit.is_visible else HIDDEN_LEASE_S
    if not await ports.visits.renew_visit(profile.tenant_id, visit, lease_s):
        if address is not None:
            await _require_turn(ports, f"visits:{profile.id}:{address}", VISITS_OF_ADDRESS)
            await _require_turn(ports, f"visits:{profile.id}", VISITS_OF_PROFILE)
        if not await ports.visits.add_visit(profile.tenant_id, visit, lease_s):
            raise TooMany("More visitors are here than are kept.", after_ms=60_000)
    if beat.dismisses is not None:
        await _dismiss(ports, profile, visit.id, beat.dismisses)
    return visit.id


async def list_visits(ports: Ports, agent: AgentCaller) -> VisitList:
    """Who is on the pages of the profiles that the agent may see; says so when nobody can tell. StorageUnavailable."""
    profiles = {
        profile.id: profile
        for profile in await ports.profiles.list_profiles(agent.tenant_id)
        if profile.sight.visits and may_see_profile(profile.rules.access, agent)
    }
    if not profiles:
        return VisitList(is_shown=False)
    try:
        found, total = await ports.visits.list_visits(agent.tenant_id, MAX_SHOWN)
    except VisitsUnavailable:
        return VisitList(is_shown=True, is_away=True)
    entries = tuple(
        VisitEntry(visit, profiles[visit.profile_id].name, invitation)
        for visit, invitation in found
        if visit.profile_id in profiles
    )
    return VisitList(is_shown=True, entries=entries, total=total - len(found) + len(entries))


async def invite_visitor(ports: Ports, agent: AgentCaller, visit_id: str, text: str, cid: str) -> Invitation:
    """The invitation, which the visitor is shown from now on. Safe to repeat with the same cid.

    Raises the text errors, VisitGone, InChat, AlreadyInvited (saying who was first), Forbidden (the agent's role may not),
    IdentityRequired, VisitsUnavailable, StorageUnavailable.
    """
    words = require_invitation_text(text)
    profile = await ports.profiles.find_profile(profile_id_from_visit(visit_id))
    if (
        profile is None
        or profile.tenant_id != agent.tenant_id
        or not may_see_profile(profile.rules.access, agent)
    ):
        raise VisitGone
    require_may_answer(profile.rules.access, agent)
    visit = await ports.visits.find_visit(agent.tenant_id, visit_id)
    if visit is None or not profile.sight.visits:
        raise VisitGone
    require_may_start(profile, is_proven=visit.is_proven)
    if visit.visitor_id is not None and await ports.chats.list_visitor_chats(
        profile.tenant_id, profile.id, visit.visitor_id, ()
    ):
        raise InChat
    now = ports.clock.now()
    asked = Invitation(
        id=cid,
        visit_id=visit_id,
        agent_id=agent.id,
        agent_name=agent.name,
        shown_name=shown_name(profile.rules.naming, agent.name, profile.name),
        text=words,
        at=now,
        until=now + timedelta(seconds=INVITATION_S),
    )
    standing = await ports.visits.add_invitation(agent.tenant_id, asked, INVITATION_S)
    require_own_invitation(standing, asked)
    return standing


async def take_invitation(
    ports: Ports,
    visitor: VisitorCaller,
    profile: Profile,
    key: str,
    cid: str,
    facts: StartFacts,
    address: str | None = None,
) -> ChatStart:
    """The chat that an invitation begins: the agent's who invited, with the invitation's text as the first message.

    Safe to repeat, also from a second tab. When that agent is gone, the chat waits like any other, with the text in it.
    Raises InvitationGone when it stands no more and the visitor has no open chat, and what `start_chat` raises.
    """
    invitation = await _find_invitation(ports, profile, key)
    if invitation is None:
        return await find_open_chat(ports, visitor, profile, InvitationGone())
    agent = await _find_present(ports, profile, invitation.agent_id)
    start = await start_chat(
        ports,
        visitor,
        profile,
        cid,
        facts,
        address,
        # An agent has begun it; but nobody can agree in the visitor's place.
        by_agent=profile.reception.consent is None,
        is_expected=agent is not None,
    )
    # An older chat is not what the invitation has begun.
    if start.created or start.chat.started_at >= invitation.at:
        await _say_invitation(ports, start.chat, invitation, agent)
    with suppress(VisitsUnavailable):  # It ends by itself.
        await ports.visits.forget_invitation(profile.tenant_id, invitation)
    chat = await ports.chats.find_chat(profile.tenant_id, start.chat.id)
    if chat is None:
        raise ChatNotFound
    return replace(start, chat=chat)


async def _say_invitation(
    ports: Ports, chat: Chat, invitation: Invitation, agent: AgentCaller | None
) -> None:
    """The agent comes in, and what they wrote stands there; each of it once, however often this is asked for."""
    said = Append(
        chat.tenant_id,
        chat.id,
        "public",
        "message_posted",
        "agent",
        invitation.agent_id,
        f"{invitation.id}.say",
        text=invitation.text,
        guard=Guard(states=States.OPEN),
    )
    items = [said]
    if agent is not None and chat.state == "queued":
        joined = accept_append(agent, chat, f"{invitation.id}.join")
        # Whomever the hub may have offered it to meanwhile, it is for who invited.
        items.insert(0, replace(joined, guard=replace(joined.guard, offer_seq=None)))
    appended: list[Appended] = []
    try:
        appended = await ports.events.append_all(items)
    except AppendRefused:
        # Somebody else has accepted it meanwhile: then it is theirs, with what it began with. Or it has ended.
        with suppress(AppendRefused):
            appended = await ports.events.append_all([said])
    for one in appended:
        if not one.duplicate:
            ports.bell.ring_event(one.event)


async def _visit_from_beat(ports: Ports, tokens: Tokens, profile: Profile, beat: VisitBeat) -> Visit:
    facts = clean_facts(beat.facts)
    visitor = await _find_known(ports, tokens, profile, beat.token)
    return Visit(
        id=visit_id_from_word(profile.id, beat.word),
        profile_id=profile.id,
        since=ports.clock.now() - timedelta(seconds=min(beat.for_s, MAX_VISIT_S)),
        pages=min(beat.pages, MAX_PAGES),
        is_visible=beat.is_visible,
        page_url=facts.page_url,
        page_title=facts.page_title,
        referrer=facts.referrer,
        language=facts.language,
        user_agent=facts.user_agent,
        visitor_id=None if visitor is None else visitor.id,
        visitor_name=None if visitor is None else visitor.name,
        is_proven=visitor is not None and visitor.is_proven,
    )


async def _find_known(
    ports: Ports, tokens: Tokens, profile: Profile, token: str | None
) -> VisitorCaller | None:
    """Whom the token names, once they have begun a chat; nobody for a token that is not good any more."""
    if token is None:
        return None
    try:
        visitor = (await greet_visitor(ports, tokens, profile, token, None)).caller
    except NotSignedIn:
        return None
    return None if visitor.id is None else visitor


async def _find_invitation(ports: Ports, profile: Profile, key: str) -> Invitation | None:
    """The invitation that this key names, while it stands."""
    visit_id, invitation_id = split_invitation_key(key)
    if profile_id_from_visit(visit_id) != profile.id:
        return None
    try:
        [standing] = await ports.visits.find_invitations([(profile.tenant_id, visit_id)])
    except VisitsUnavailable:
        return None
    is_meant = standing is not None and standing.id == invitation_id and standing.state == "open"
    return standing if is_meant else None


async def _find_present(ports: Ports, profile: Profile, agent_id: int) -> AgentCaller | None:
    """The agent, when they are here and may answer the profile."""
    facts = await ports.availability.find_facts(profile.tenant_id)
    access = profile.rules.access
    for one in facts.agents:
        if one.caller.id == agent_id and may_see_profile(access, one.caller):
            return one.caller if may_answer(access, one.caller) else None
    return None


async def _dismiss(ports: Ports, profile: Profile, visit_id: str, key: str) -> None:
    standing = await _find_invitation(ports, profile, key)
    if standing is not None and standing.visit_id == visit_id:
        await ports.visits.replace_invitation(
            profile.tenant_id, replace(standing, state="dismissed"), DISMISSED_S
        )


async def _require_turn(ports: Ports, key: str, per_minute: int) -> None:
    wait_s = await ports.limits.take(key, per_minute, per_minute)
    if wait_s > 0:
        raise TooMany(after_ms=ceil(wait_s * 1000))
