"""Access and refresh tokens of OAuth2 clients: signed, and nothing without the credential they were issued for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer

from hub.domain.errors import NotSignedIn

TokenUse = Literal["access", "refresh"]

PREFIXES: dict[TokenUse, str] = {
    "access": "ha_",
    "refresh": "hr_",
}  # Lets secret scanners recognise a leaked one.
LIVES: dict[TokenUse, timedelta] = {"access": timedelta(hours=1), "refresh": timedelta(days=30)}
MAX_TOKEN_CHARS = 2_048  # Ours have about 150, and those of clients with many scopes a few hundred.
CLOCK_SKEW = timedelta(minutes=1)  # Nodes' clocks may differ by so much.


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for: a credential of a tenant, and what of its rights the client asked for."""

    tenant_id: int
    credential_id: int
    scopes: tuple[str, ...]


class AccessTokens:
    """Issues and reads tokens under a list of secret keys, newest first: the first signs, all verify."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        if not secret_keys:
            raise ValueError("Access tokens need at least one secret key.")
        self._serializers = {use: _serializer(secret_keys, use) for use in PREFIXES}

    def issue_token(self, use: TokenUse, grant: Grant, now: datetime) -> str:
        """A token for an hour (access) or 30 days (refresh) from now."""
        payload = [grant.tenant_id, grant.credential_id, " ".join(grant.scopes), int(now.timestamp())]
        return f"{PREFIXES[use]}{self._serializers[use].dumps(payload)}"

    def read_token(self, use: TokenUse, text: str, now: datetime) -> Grant:
        """What a token stands for. Raises NotSignedIn when it is not ours, not of this use, changed, or too old.

        Whether its credential is still in force is the reader's to check.
        """
        if not text.startswith(PREFIXES[use]) or len(text) > MAX_TOKEN_CHARS or not text.isascii():
            raise NotSignedIn
        try:
            payload: Any = self._serializers[use].loads(text.removeprefix(PREFIXES[use]))
            tenant_id, credential_id, scopes, issued_at_s = payload
            issued_at = datetime.fromtimestamp(issued_at_s, UTC)
            grant = Grant(int(tenant_id), int(credential_id), tuple(scopes.split()))
        except (BadData, ValueError, TypeError, OverflowError, AttributeError):
            raise NotSignedIn from None
        if not -CLOCK_SKEW <= now - issued_at < LIVES[use]:
            raise NotSignedIn
        return grant


def _serializer(secret_keys: Sequence[str], use: TokenUse) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(reversed(secret_keys)),  # The serializer signs with the last.
        salt=f"hub {use} token",
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )
