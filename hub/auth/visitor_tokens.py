"""Visitor tokens: signed, short, and the only thing that names a visitor; `hub.live` hands them out and reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from hub.domain.errors import NotSignedIn

PREFIX = "vc_"  # Lets secret scanners recognise a leaked one.
LIFE = timedelta(days=30)
RENEW_AFTER = timedelta(
    days=1
)  # A visitor who comes back within a month stays known, and few answers carry a token.
MAX_TOKEN_CHARS = 512  # Ours have about 120; longer ones are not worth the work.
CLOCK_SKEW = timedelta(minutes=1)  # Nodes' clocks may differ by so much.


@dataclass(frozen=True, slots=True)
class VisitorClaims:
    """What a visitor token says. Whether its `token_epoch` is still the identity's own is the reader's to check."""

    tenant_id: int
    profile_id: int
    uuid: UUID
    token_epoch: int
    issued_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When the token ends."""
        return self.issued_at + LIFE

    def is_due_for_renewal(self, now: datetime) -> bool:
        """Whether the token is old enough to be replaced by a fresh one."""
        return now - self.issued_at >= RENEW_AFTER


class VisitorTokens:
    """Issues and reads visitor tokens under a list of secret keys, newest first: the first signs, all verify."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        if not secret_keys:
            raise ValueError("Visitor tokens need at least one secret key.")
        self._serializer = URLSafeSerializer(
            list(reversed(secret_keys)),  # The serializer signs with the last.
            salt="hub visitor token",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def issue_token(
        self, tenant_id: int, profile_id: int, uuid: UUID, token_epoch: int, now: datetime
    ) -> str:
        """A token for 30 days from now."""
        signed = self._serializer.dumps([tenant_id, profile_id, uuid.hex, token_epoch, int(now.timestamp())])
        return f"{PREFIX}{signed}"

    def expiry_of_new(self, now: datetime) -> datetime:
        """When a token issued now will end."""
        return now + LIFE

    def read_token(self, text: str, now: datetime) -> VisitorClaims:
        """The claims of a token. Raises NotSignedIn when it is not ours, was changed, is too old or from the future."""
        if not text.startswith(PREFIX) or len(text) > MAX_TOKEN_CHARS or not text.isascii():
            raise NotSignedIn
        try:
            claims = _claims_from_payload(self._serializer.loads(text.removeprefix(PREFIX)))
        except (BadData, ValueError, TypeError, OverflowError):
            raise NotSignedIn from None
        if not -CLOCK_SKEW <= now - claims.issued_at < LIFE:
            raise NotSignedIn
        return claims


def _claims_from_payload(payload: Any) -> VisitorClaims:
    tenant_id, profile_id, uuid, token_epoch, issued_at_s = payload
    return VisitorClaims(
        int(tenant_id),
        int(profile_id),
        UUID(uuid),
        int(token_epoch),
        datetime.fromtimestamp(issued_at_s, UTC),
    )
