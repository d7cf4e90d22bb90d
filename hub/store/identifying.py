"""From an unknown visitor to a user: the id token that may do it, whose it is, and the chat that goes with them."""

from typing import Any
from uuid import UUID

import asyncpg

from hub.actions.ports import ChatToTake, IdClaims, Identified, Identity
from hub.domain.errors import ChatEnded, ChatNotFound, IdentityRefused, OtherChatOpen
from hub.domain.event import Append, Event
from hub.domain.profile import Profile
from hub.store.pool import Connection

# Waits for another transaction that brings the same token: of two at once one is the first.
NOTE_USE = """
    INSERT INTO used_id_tokens (tenant_id, profile_id, jti, subject, presenter, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING RETURNING true
"""
FIND_USE = """
    SELECT u.subject, u.presenter, i.uuid AS user_uuid
    FROM used_id_tokens u LEFT JOIN identities i ON i.tenant_id = u.tenant_id AND i.subject = u.subject
    WHERE u.tenant_id = $1 AND u.profile_id = $2 AND u.jti = $3
"""
# Each that comes removes a few of those that are over, well behind every clock.
FORGET_USES = """
    DELETE FROM used_id_tokens
    WHERE tenant_id = $1 AND (profile_id, jti) IN (
        SELECT profile_id, jti FROM used_id_tokens WHERE tenant_id = $1 AND expires_at < now() - interval '1 hour'
        ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED)
"""

# Somebody the tenant's agents know by this address, whom no id token has named yet.
LINK_USER = """
    UPDATE identities SET subject = $2
    WHERE tenant_id = $1 AND subject IS NULL AND id = (
        SELECT id FROM identities
        WHERE tenant_id = $1 AND kind = 'user' AND lower(email) = lower($3) AND subject IS NULL
          AND deleted_at IS NULL AND disabled_at IS NULL
        ORDER BY id LIMIT 1)
      AND NOT EXISTS (SELECT FROM identities WHERE tenant_id = $1 AND subject = $2)
"""
ADD_USER = """
    INSERT INTO identities (tenant_id, kind, subject, name, email, unverified_email) VALUES ($1, 'user', $2, '', $3, $4)
    ON CONFLICT (tenant_id, subject) WHERE subject IS NOT NULL DO NOTHING
"""
# What the token does not say stays as it was; a new user without a name is called as a visitor is.
UPDATE_USER = """
    UPDATE identities i SET
        name = coalesce($3, nullif(i.name, ''), 'Visitor ' || upper(left(i.uuid::text, 4))),
        email = coalesce($4, i.email),
        unverified_email = coalesce($5, i.unverified_email)
    WHERE i.tenant_id = $1 AND i.subject = $2 AND i.disabled_at IS NULL AND i.deleted_at IS NULL
    RETURNING i.tenant_id, i.id, i.uuid, i.name, i.token_epoch, true AS is_proven
"""

# An agent is known by the address they sign in with; a `sub` is each site's own, and might be anybody's here.
FIND_AGENT = """
    SELECT id FROM identities
    WHERE tenant_id = $1 AND kind = 'agent' AND lower(email) = lower($2) AND disabled_at IS NULL AND deleted_at IS NULL
"""

LOCK_CHAT = """
    SELECT id, state FROM chats
    WHERE tenant_id = $1 AND profile_id = $2 AND visitor_id = $3 AND (id = $4 OR ($4::int IS NULL AND state <> 'ended'))
    FOR UPDATE
"""
# A command whose answer got lost on the way from the database is repeated.
IS_TAKEN = """
    SELECT EXISTS (
        SELECT FROM events e JOIN chats c ON c.tenant_id = e.tenant_id AND c.id = e.chat_id
        WHERE e.tenant_id = $1 AND e.chat_id = $2 AND e.actor_id = $3 AND e.cid = $4 AND e.kind = 'visitor_identified'
          AND c.visitor_id = $3)
"""
# The times of a chat never run back, and its newest event is the one that is added here.
MOVE_CHAT = """
    UPDATE chats SET visitor_id = $4, head = head + 1, last_id = nextval('event_ids'), changed_xid = pg_current_xact_id(),
        last_actor_id = CASE WHEN last_side = 'visitor' THEN $4 ELSE last_actor_id END,
        touched_at = greatest(date_trunc('milliseconds', clock_timestamp()), touched_at)
    WHERE tenant_id = $1 AND id = $2 AND visitor_id = $3
    RETURNING head, last_id, touched_at
"""
MOVE_PARTICIPANT = """
    UPDATE participants SET identity_id = $4, name = $5 WHERE tenant_id = $1 AND chat_id = $2 AND identity_id = $3
"""
MOVE_TICKETS = "UPDATE tickets SET user_id = $4 WHERE tenant_id = $1 AND chat_id = $2 AND user_id = $3"
# Files that are not used yet are their uploader's alone.
MOVE_FILES = (
    "UPDATE attachments SET uploader_id = $3 WHERE tenant_id = $1 AND uploader_id = $2 AND state <> 'used'"
)
ADD_EVENT = """
    INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, data)
    VALUES ($1, $2, 'public', $3, $4, $5, 'visitor', $6, $7, $8, $9, $10) RETURNING uuid
"""
RAISE_EPOCH = "UPDATE identities SET token_epoch = token_epoch + 1 WHERE tenant_id = $1 AND id = $2"


async def identify_in(
    connection: Connection,
    profile: Profile,
    claims: IdClaims,
    presenter: UUID | None,
    chat: ChatToTake | None,
) -> Identified:
    """The user whom the claims name and what became of the chat, within the connection's transaction, which a refusal undoes.

    Raises IdentityRefused, ChatNotFound, ChatEnded, OtherChatOpen.
    """
    if claims.jti is not None:
        await _use_token(connection, profile, claims, claims.jti, presenter)
    user = await _get_user(connection, profile.tenant_id, claims)
    event = None if chat is None else await _take_chat(connection, profile, chat, user)
    return Identified(user, event)


async def find_agent_in(connection: Connection, profile: Profile, claims: IdClaims) -> int:
    """The id of the agent whom the claims name by a verified e-mail, within the connection's transaction. Raises IdentityRefused."""
    agent_id = None
    if claims.email is not None and claims.is_email_verified:
        agent_id = await connection.fetchval(FIND_AGENT, profile.tenant_id, claims.email)
    if agent_id is None:
        raise IdentityRefused
    if claims.jti is not None:
        await _use_token(connection, profile, claims, claims.jti, None)
    return int(agent_id)


async def _use_token(
    connection: Connection, profile: Profile, claims: IdClaims, jti: str, presenter: UUID | None
) -> None:
    """The first use is noted; a repeat is for the same subject, and comes with the same visitor's token or the user's own."""
    key = (profile.tenant_id, profile.id, jti)
    if await connection.fetchval(NOTE_USE, *key, claims.subject, presenter, claims.expires_at):
        await connection.execute(FORGET_USES, profile.tenant_id)
        return
    used = await connection.fetchrow(FIND_USE, *key)
    if (
        used is None
        or used["subject"] != claims.subject
        or presenter is None
        or presenter not in (used["presenter"], used["user_uuid"])
    ):
        raise IdentityRefused


async def _get_user(connection: Connection, tenant_id: int, claims: IdClaims) -> Identity:
    """IdentityRefused for a user who was disabled or removed."""
    verified = claims.email if claims.is_email_verified else None
    unverified = None if claims.is_email_verified else claims.email
    if verified is not None:
        await connection.execute(LINK_USER, tenant_id, claims.subject, verified)
    await connection.execute(ADD_USER, tenant_id, claims.subject, verified, unverified)
    row = await connection.fetchrow(UPDATE_USER, tenant_id, claims.subject, claims.name, verified, unverified)
    if row is None:
        raise IdentityRefused
    return Identity(**row)


async def _take_chat(
    connection: Connection, profile: Profile, chat: ChatToTake, user: Identity
) -> Event | None:
    """The event by which the chat becomes the user's; None when it is theirs already, or none was named and none is open."""
    tenant_id, old_id = profile.tenant_id, chat.visitor_id
    found = await connection.fetchrow(LOCK_CHAT, tenant_id, profile.id, old_id, chat.chat_id)
    if found is None:
        if chat.chat_id is None or await connection.fetchval(
            IS_TAKEN, tenant_id, chat.chat_id, user.id, chat.cid
        ):
            return None
        raise ChatNotFound
    if found["state"] == "ended":
        raise ChatEnded
    place = (tenant_id, found["id"], old_id, user.id)
    try:
        moved = await connection.fetchrow(MOVE_CHAT, *place)
    except asyncpg.UniqueViolationError as error:  # The one open chat of a visitor and profile.
        raise OtherChatOpen from error
    assert moved is not None  # It is locked.
    await connection.execute(MOVE_PARTICIPANT, *place, user.name)
    await connection.execute(MOVE_TICKETS, *place)
    await connection.execute(MOVE_FILES, tenant_id, old_id, user.id)
    await connection.execute(RAISE_EPOCH, tenant_id, old_id)
    data: dict[str, Any] = {"name": user.name, "was": old_id}
    item = Append(
        tenant_id, found["id"], "public", "visitor_identified", "visitor", user.id, chat.cid, data=data
    )
    values = (item.kind, item.actor_id, item.cid, item.body_hash(), moved["touched_at"], data)
    uuid = await connection.fetchval(
        ADD_EVENT, tenant_id, item.chat_id, moved["head"], moved["last_id"], *values
    )
    return Event(
        tenant_id,
        item.chat_id,
        "public",
        moved["head"],
        moved["last_id"],
        uuid,
        item.kind,
        item.side,
        item.actor_id,
        item.cid,
        moved["touched_at"],
        data=data,
    )
