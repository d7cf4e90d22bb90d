"""Id tokens: what a visitor's own site says about who they are, as a JWT signed with the profile's secret (HS256).

Nothing in a token chooses how it is checked: the profile's settings do. A family with public keys would be another branch of
`IdTokens.read_id_token`, by `IdentityRules.family`; a profile has one family only. Every failure is the same refusal to whoever
sent the token; the log has the reason, never a part of the token.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import structlog
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from hub.actions.ports import Credential, IdClaims, Seals
from hub.auth.sealing import SealBroken
from hub.domain.errors import IdentityRefused
from hub.domain.profile import Profile
from hub.domain.text import MAX_NAME_CHARS, clean_name

log = structlog.get_logger()

MAX_TOKEN_BYTES: Final = 8 * 1024
MIN_SECRET_BYTES: Final = 32  # RFC 7518 section 3.2: a key at least as long as the digest.
LEEWAY_S: Final = 60  # The clocks of the hub and of the site may differ by so much.
MAX_LIFE_S: Final = 3600
MAX_ID_CHARS: Final = 255  # Of `sub` and `jti`.
MAX_EMAIL_CHARS: Final = 254  # RFC 5321.
MAX_MOMENT: Final = 2**53  # Larger numbers are not exact in JSON.

# Three parts of base64url without padding, none of them empty; five parts would be an encrypted token.
FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
# Where there is one secret, a key id chooses nothing. One that looks like a path or a query is somebody trying.
KEY_ID = re.compile(r"[A-Za-z0-9._~=+-]{1,128}")
EMAIL = re.compile(r"[^\s@\x00]+@[^\s@\x00]+")


class _Refused(Exception):
    """The token is not good; the message is the reason in a word."""


class IdTokens:
    """Reads id tokens."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._signatures = PyJWS(algorithms=["HS256"])

    def read_id_token(
        self, text: str, profile: Profile, secrets: Sequence[Credential], now: datetime
    ) -> IdClaims:
        """What the token says, signed with the profile's secret, which is among `secrets`. Raises IdentityRefused."""
        try:
            return _claims_from_payload(self._read_payload(text, profile, secrets), profile, now)
        except _Refused as refused:
            log.info("id_token_refused", tenant=profile.tenant_id, profile=profile.id, reason=str(refused))
            raise IdentityRefused from None

    def _read_payload(self, text: str, profile: Profile, secrets: Sequence[Credential]) -> dict[str, Any]:
        if len(text) > MAX_TOKEN_BYTES:
            raise _Refused("size")
        parts = FORM.fullmatch(text)
        if parts is None:
            raise _Refused("form")
        _require_plain_header(_parse_part(parts[1], "header"))
        secret = self._open_secret(profile, secrets)
        try:
            self._signatures.decode(text, secret, algorithms=["HS256"])
        except PyJWTError:
            raise _Refused("signature") from None
        return _parse_part(parts[2], "payload")

    def _open_secret(self, profile: Profile, secrets: Sequence[Credential]) -> bytes:
        """The profile's own secret, whatever else was found."""
        for found in secrets:
            if (found.tenant_id, found.profile_id) == (profile.tenant_id, profile.id) and found.sealed:
                try:
                    secret = self._seals.unseal(
                        found.sealed, profile.tenant_id, "identity_secret", str(profile.id)
                    )
                except SealBroken:
                    log.error("identity_secret_unreadable", tenant=profile.tenant_id, profile=profile.id)  # noqa: TRY400
                    raise _Refused("secret") from None
                if len(secret) >= MIN_SECRET_BYTES:
                    return secret
        raise _Refused("secret")


def _parse_part(part: str, name: str) -> dict[str, Any]:
    """A part of a token as a map without repeated names. Raises _Refused."""
    try:
        value = json.loads(
            urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8"),
            object_pairs_hook=_map_from_pairs,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError):
        raise _Refused(name) from None
    if not isinstance(value, dict):
        raise _Refused(name)
    return value


def _map_from_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("repeated_name")
    return found


def _refuse_constant(_name: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON.")


def _require_plain_header(header: dict[str, Any]) -> None:
    """Returns when the header names the one algorithm and asks for nothing. Addresses and keys in it (`jku`, `jwk` …) are not read."""
    if header.get("alg") != "HS256":
        raise _Refused("algorithm")
    if "crit" in header or "b64" in header:
        raise _Refused("extension")
    if "kid" in header and not (isinstance(header["kid"], str) and KEY_ID.fullmatch(header["kid"])):
        raise _Refused("key_id")


def _claims_from_payload(payload: dict[str, Any], profile: Profile, now: datetime) -> IdClaims:
    now_s = now.timestamp()
    expires_s = _find_moment(payload, "exp")
    issued_s = _find_moment(payload, "iat")
    begins_s = _find_moment(payload, "nbf")
    if expires_s is None or expires_s <= now_s - LEEWAY_S:
        raise _Refused("exp")
    if expires_s > (now_s + LEEWAY_S if issued_s is None else issued_s) + MAX_LIFE_S:
        raise _Refused("life")
    if issued_s is not None and issued_s > now_s + LEEWAY_S:
        raise _Refused("iat")
    if begins_s is not None and begins_s > now_s + LEEWAY_S:
        raise _Refused("nbf")
    if profile.identity.issuer is not None and payload.get("iss") != profile.identity.issuer:
        raise _Refused("iss")
    if profile.identity.audience is not None and not _names(payload.get("aud"), profile.identity.audience):
        raise _Refused("aud")
    email = payload.get("email")
    is_email = isinstance(email, str) and len(email) <= MAX_EMAIL_CHARS and EMAIL.fullmatch(email) is not None
    name = payload.get("name")
    return IdClaims(
        subject=_get_id(payload, "sub"),
        # A token is good for a while after its `exp`, and remembered as long.
        expires_at=datetime.fromtimestamp(expires_s + LEEWAY_S, UTC),
        name=(clean_name(name[: 10 * MAX_NAME_CHARS]) or None) if isinstance(name, str) else None,
        email=clean_name(email) if is_email and isinstance(email, str) else None,
        is_email_verified=is_email and payload.get("email_verified") is True,
        jti=_get_id(payload, "jti") if "jti" in payload else None,
    )


def _find_moment(payload: dict[str, Any], name: str) -> float | None:
    """Seconds since 1970; None when absent. A number only: no text, no true, none that is not exact."""
    if name not in payload:
        return None
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MAX_MOMENT:
        raise _Refused(name)
    return float(value)


def _get_id(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID_CHARS or not value.isprintable():
        raise _Refused(name)
    return value


def _names(audience: object, expected: str) -> bool:
    return audience == expected or (isinstance(audience, list) and expected in audience)
