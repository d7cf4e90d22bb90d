"""How a visitor becomes known: by the token of an earlier visit, or as somebody new with the profile's key."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Protocol
from uuid import UUID, uuid4

from hub.actions.ports import Ports
from hub.domain.errors import NotSignedIn, ProfileNotFound
from hub.domain.identity import VisitorCaller, visitor_name
from hub.domain.profile import Profile


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

    def is_due_for_renewal(self, now: datetime) -> bool: ...


class Tokens(Protocol):
    """Issues and reads visitor tokens."""

    def issue_token(
        self, tenant_id: int, profile_id: int, uuid: UUID, token_epoch: int, now: datetime
    ) -> str: ...

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
        if key is None or not compare_digest(key.encode("utf-8", "surrogatepass"), profile.key.encode()):
            raise ProfileNotFound
        uuid = uuid4()
        fresh = tokens.issue_token(profile.tenant_id, profile.id, uuid, 0, now)
        return Greeting(VisitorCaller(profile.tenant_id, profile.id, uuid, None, visitor_name(uuid)), fresh)
    claims = tokens.read_token(token, now)
    if (claims.tenant_id, claims.profile_id) != (profile.tenant_id, profile.id):
        raise NotSignedIn
    known = await ports.identities.find_visitor(profile.tenant_id, claims.uuid)
    if claims.token_epoch != (0 if known is None else known.token_epoch):
        raise NotSignedIn
    caller = VisitorCaller(
        profile.tenant_id,
        profile.id,
        claims.uuid,
        None if known is None else known.id,
        visitor_name(claims.uuid) if known is None else known.name,
    )
    if not claims.is_due_for_renewal(now):
        return Greeting(caller, None)
    return Greeting(
        caller, tokens.issue_token(profile.tenant_id, profile.id, claims.uuid, claims.token_epoch, now)
    )
