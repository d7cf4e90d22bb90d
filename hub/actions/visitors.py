"""How a visitor becomes known: by the token of an earlier visit, or as somebody new with the profile's key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from hub.actions.ports import ChatToTake, Credential, IdClaims, Identity, Ports
from hub.domain.errors import AlreadyIdentified, NotSignedIn, OtherChatOpen, ProfileNotFound
from hub.domain.identity import Proof, VisitorCaller, visitor_name
from hub.domain.profile import Profile, admits_key, admits_visitors


class Claims(Protocol):
    """What a visitor token says."""

    @property
    def tenant_id(self) -> int: ...

    @property
    def profile_id(self) -> int: ...

    @property
    def uuid(self) -> UUID: ...

    @property
    def token_epoch(self) -> int: ...

    @property
    def expires_at(self) -> datetime: ...

    def is_due_for_renewal(self, now: datetime) -> bool: ...


class Tokens(Protocol):
    """Issues and reads visitor tokens."""

    def issue_token(
        self, tenant_id: int, profile_id: int, uuid: UUID, token_epoch: int, now: datetime
    ) -> str: ...

    def expiry_of_new(self, now: datetime) -> datetime: ...

    def read_token(self, text: str, now: datetime) -> Claims: ...


class IdTokens(Protocol):
    """Reads id tokens."""

    def read_id_token(
        self, text: str, profile: Profile, secrets: Sequence[Credential], now: datetime
    ) -> IdClaims: ...


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who the visitor is, and the token to keep from now on when it is a fresh one."""

    caller: VisitorCaller
    fresh_token: str | None


@dataclass(frozen=True, slots=True)
class Identification:
    """Whom the visitor turned out to be, with the token to keep from now on, and the chat that became theirs (None: they were in none)."""

    caller: VisitorCaller
    fresh_token: str
    chat_id: int | None


async def greet_visitor(
    ports: Ports, tokens: Tokens, profile: Profile, token: str | None, key: str | None
) -> Greeting:
    """The visitor a token names; without a token, somebody new, of whom nothing is stored until they start a chat.

    Raises NotSignedIn (token changed, expired, revoked, or of another profile), ProfileNotFound (no token and not the profile's key).
    """
    now = ports.clock.now()
    if token is None:
        if not admits_key(profile, key):
            raise ProfileNotFound
        uuid = uuid4()
        stranger = VisitorCaller(profile.tenant_id, profile.id, uuid, None, visitor_name(uuid))
        return renew_token(tokens, stranger, now)
    claims = tokens.read_token(token, now)
    if (claims.tenant_id, claims.profile_id) != (profile.tenant_id, profile.id):
        raise NotSignedIn
    caller = await _visitor_from_claims(ports, claims)
    return renew_token(tokens, caller, now) if claims.is_due_for_renewal(now) else Greeting(caller, None)


async def greet_user(
    ports: Ports, tokens: Tokens, id_tokens: IdTokens, profile: Profile, id_token: str, token: str | None
) -> Greeting:
    """The user an id token names, always with a fresh token.

    `token` is the one the page has, if it has one: the open chat of the unknown visitor it names becomes the user's, unless
    they have another one open. An old, revoked or foreign token is as good as none.
    Raises IdentityRefused, ProfileNotFound, StorageUnavailable.
    """
    stranger = None if token is None else await _find_presenter(ports, tokens, profile, token)
    try:
        found = await _identify(ports, tokens, id_tokens, profile, id_token, stranger, None, str(uuid4()))
    except OtherChatOpen:
        without = None if stranger is None else replace(stranger, id=None)
        found = await _identify(ports, tokens, id_tokens, profile, id_token, without, None, str(uuid4()))
    return Greeting(found.caller, found.fresh_token)


async def identify_visitor(
    ports: Ports,
    tokens: Tokens,
    id_tokens: IdTokens,
    visitor: VisitorCaller,
    profile: Profile,
    id_token: str,
    chat_id: int | None,
    cid: str,
) -> Identification:
    """The unknown visitor as the user an id token names. The chat `chat_id`, else the open one, becomes the user's; old tokens end.

    Raises AlreadyIdentified, IdentityRefused, ChatNotFound (also one that is not the visitor's), ChatEnded, OtherChatOpen (the
    user has one here), ProfileNotFound, StorageUnavailable. What is refused changes nothing.
    """
    if visitor.is_proven:
        raise AlreadyIdentified
    return await _identify(ports, tokens, id_tokens, profile, id_token, visitor, chat_id, cid)


async def _identify(
    ports: Ports,
    tokens: Tokens,
    id_tokens: IdTokens,
    profile: Profile,
    id_token: str,
    visitor: VisitorCaller | None,
    chat_id: int | None,
    cid: str,
) -> Identification:
    if not admits_visitors(profile):
        raise ProfileNotFound
    now = ports.clock.now()
    secrets = await ports.credentials.find_credentials("identity_secret", str(profile.id))
    claims = id_tokens.read_id_token(id_token, profile, secrets, now)
    chat = None
    if visitor is not None and not visitor.is_proven:
        # Nobody has the id 0: a chat that is named by somebody without any is not theirs.
        chat = ChatToTake(visitor.id or 0, chat_id, cid) if visitor.id or chat_id else None
    found = await ports.identities.identify_visitor(
        profile, claims, None if visitor is None else visitor.uuid, chat
    )
    if found.event is not None:
        ports.bell.ring_event(found.event)
    greeting = renew_token(tokens, _user_from_identity(profile, found.identity), now)
    assert greeting.fresh_token is not None
    taken = None if found.event is None else found.event.chat_id
    return Identification(greeting.caller, greeting.fresh_token, taken)


async def _find_presenter(ports: Ports, tokens: Tokens, profile: Profile, token: str) -> VisitorCaller | None:
    """Whom the token names. One that was revoked still tells with whom the id token came before, but has no chat any more."""
    try:
        claims = tokens.read_token(token, ports.clock.now())
    except NotSignedIn:
        return None
    if (claims.tenant_id, claims.profile_id) != (profile.tenant_id, profile.id):
        return None
    try:
        return await _visitor_from_claims(ports, claims)
    except NotSignedIn:
        return VisitorCaller(claims.tenant_id, claims.profile_id, claims.uuid, None, "")


def _user_from_identity(profile: Profile, identity: Identity) -> VisitorCaller:
    return VisitorCaller(
        profile.tenant_id,
        profile.id,
        identity.uuid,
        identity.id,
        identity.name,
        Proof(token_epoch=identity.token_epoch),
        is_proven=True,
    )


async def get_visitor(ports: Ports, tokens: Tokens, token: str) -> tuple[VisitorCaller, Profile]:
    """The visitor a token names, and the profile it is for, which may be a deleted one whose chats go on. Raises NotSignedIn."""
    claims = tokens.read_token(token, ports.clock.now())
    profile = await find_entrance(ports, claims.profile_id)
    if profile is None or profile.tenant_id != claims.tenant_id:
        raise NotSignedIn
    return await _visitor_from_claims(ports, claims), profile


async def find_entrance(ports: Ports, profile_id: int) -> Profile | None:
    """The profile as those see it who may have been here before: a deleted one too, as long as a chat goes on there."""
    return await ports.profiles.find_profile(profile_id) or await ports.profiles.find_deleted_profile(
        profile_id
    )


async def _visitor_from_claims(ports: Ports, claims: Claims) -> VisitorCaller:
    known = await ports.identities.find_visitor(claims.tenant_id, claims.uuid)
    if claims.token_epoch != (0 if known is None else known.token_epoch):
        raise NotSignedIn
    return VisitorCaller(
        claims.tenant_id,
        claims.profile_id,
        claims.uuid,
        None if known is None else known.id,
        visitor_name(claims.uuid) if known is None else known.name,
        Proof(claims.expires_at, token_epoch=claims.token_epoch),
        is_proven=known is not None and known.is_proven,
    )


def renew_token(tokens: Tokens, caller: VisitorCaller, now: datetime) -> Greeting:
    """The same visitor with a fresh token, to be used instead of an older one."""
    epoch = caller.proof.token_epoch
    fresh = tokens.issue_token(caller.tenant_id, caller.profile_id, caller.uuid, epoch, now)
    return Greeting(replace(caller, proof=Proof(tokens.expiry_of_new(now), token_epoch=epoch)), fresh)


async def revoke_tokens(ports: Ports, tenant_id: int, visitor_id: int) -> None:
    """Ends every token of a visitor, everywhere within 5 s, with Redis or without."""
    await ports.identities.raise_token_epoch(tenant_id, visitor_id)
