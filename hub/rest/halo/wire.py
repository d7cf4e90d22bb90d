"""What Halo's clients send and get, as types: they validate what comes in and describe it in OpenAPI."""

from typing import Annotated, Literal

import msgspec

Secret = Annotated[str, msgspec.Meta(extra_json_schema={"format": "password"})]


class AuthInfo(msgspec.Struct):
    """Where to sign in; clients append `/token`."""

    auth_url: str
    tenant_id: str | None = None


class TokenForm(msgspec.Struct):
    """What is asked for, and with what: client credentials, an agent's name and password, or a refresh token.

    `scope` names the rights the token shall have, separated by blanks; without it, it has all that the client holds.
    """

    grant_type: Literal["client_credentials", "password", "refresh_token"]
    client_id: str = ""
    client_secret: Secret = ""
    username: str = ""
    password: Secret = ""
    refresh_token: Secret = ""
    scope: str = ""


class TokenRefusal(msgspec.Struct):
    """Why there is no token, in OAuth2's words."""

    error: str
    error_description: str


class TokenAnswer(msgspec.Struct):
    """A token, and how long it holds, in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str
