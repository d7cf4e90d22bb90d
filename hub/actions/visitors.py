"""How a visitor becomes known: by the token of an earlier visit, or as somebody new with the profile's key."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from hub.actions.ports import Ports
from hub.domain.errors import NotSignedIn, ProfileNotFound
from hub.domain.identity import Proof, VisitorCaller, visitor_name
from hub.domain.profile import Profile, admits_key


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


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who the visitor is, and the token to keep from now on when it is a fresh one."""

    caller: VisitorCaller
    fresh_token: str | None


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
    )


def renew_token(tokens: Tokens, caller: VisitorCaller, now: datetime) -> Greeting:
    """The same visitor with a fresh token, to be used instead of an older one."""
    epoch = caller.proof.token_epoch
    fresh = tokens.issue_token(caller.tenant_id, caller.profile_id, caller.uuid, epoch, now)
    return Greeting(replace(caller, proof=Proof(tokens.expiry_of_new(now), token_epoch=epoch)), fresh)


async def revoke_tokens(ports: Ports, tenant_id: int, visitor_id: int) -> None:
    """Ends every token of a visitor, everywhere within 5 s, with Redis or without."""
    await ports.identities.raise_token_epoch(tenant_id, visitor_id)
