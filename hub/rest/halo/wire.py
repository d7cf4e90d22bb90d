"""What Halo's clients send and get, as types: they validate what comes in and describe it in OpenAPI."""

import msgspec


class AuthInfo(msgspec.Struct):
    """Where to sign in; clients append `/token`."""

    auth_url: str
    tenant_id: str | None = None


class TokenAnswer(msgspec.Struct):
    """A token, and how long it holds, in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str
