"""Id tokens as a site's own server makes them, good ones and forged ones; nothing here knows the hub's reader."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

HEADER = {"alg": "HS256", "typ": "JWT"}


def encode(part: bytes | str) -> str:
    """Base64url without padding."""
    raw = part.encode() if isinstance(part, str) else part
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(secret: str, payload: object, header: object = HEADER) -> str:
    """A compact JWT; text stands as it is, anything else becomes JSON."""
    told = ".".join(
        encode(part if isinstance(part, bytes | str) else json.dumps(part)) for part in (header, payload)
    )
    return f"{told}.{encode(hmac.new(secret.encode(), told.encode(), sha256).digest())}"


def claims_of(subject: str, *, now: datetime | None = None, **others: Any) -> dict[str, Any]:
    """Good claims, for ten minutes; None leaves one out."""
    now_s = int((now or datetime.now(UTC)).timestamp())
    claims = {"sub": subject, "iat": now_s, "exp": now_s + 600} | others
    return {name: value for name, value in claims.items() if value is not None}
