"""OAuth2 as Halo's clients do it: where to sign in, and tokens for client credentials, passwords and refreshing (RFC 6749)."""

import math
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.actions.applications import (
    Application,
    ScopeRefused,
    get_application,
    sign_in_as_agent,
    sign_in_client,
)
from hub.actions.ports import Ports, Secrets
from hub.auth.access_tokens import LIVES, AccessTokens, Grant
from hub.domain.errors import HubError, NotSignedIn, TooMany, WrongMediaType
from hub.refusals import retry_after
from hub.rest.bodies import read_bytes
from hub.rest.halo.dialect import HaloDialect
from hub.rest.halo.wire import AuthInfo, TokenAnswer, TokenForm, TokenRefusal
from hub.rest.operation import Call, Operation

MAX_FORM_BYTES = 16 * 1024
MAX_FORM_FIELDS = 20
FAILURES_PER_MINUTE = 10  # For an address and for a client: enough for a wrong setting, too few for guessing.


class TokenRefused(Exception):
    """A refusal in OAuth2's own words (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


class TokenEndpoint:
    """Issues tokens."""

    def __init__(
        self, ports: Ports, secrets: Secrets, tokens: AccessTokens, dialect: HaloDialect, base_url: str
    ) -> None:
        self._ports = ports
        self._secrets = secrets
        self._tokens = tokens
        self._dialect = dialect
        self._base_url = base_url

    async def tell_auth_info(self, call: Call) -> Response:
        """Where clients sign in; they append `/token`."""
        return JSONResponse({"auth_url": f"{self._base_url}/auth", "tenant_id": None})

    async def issue_token(self, call: Call) -> Response:
        """An access token, and one to refresh it."""
        try:
            application = await self._sign_in(call.request)
        except TokenRefused as refused:
            return _respond_with_refusal(refused.error, str(refused), refused.status)
        except TooMany as error:
            response = _respond_with_refusal("temporarily_unavailable", str(error), 429)
            response.headers.update(retry_after(error))
            return response
        now = self._ports.clock.now()
        grant = Grant(
            application.agent.tenant_id, application.credential_id, tuple(sorted(application.scopes))
        )
        body = {
            "access_token": self._tokens.issue_token("access", grant, now),
            "token_type": "Bearer",
            "expires_in": int(LIVES["access"].total_seconds()),
            "refresh_token": self._tokens.issue_token("refresh", grant, now),
            "scope": " ".join(grant.scopes),
        }
        return JSONResponse(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    async def _sign_in(self, request: Request) -> Application:
        form = await _read_form(request)
        scopes = form.get("scope", "").split()
        grant_type = form.get("grant_type")
        address = self._dialect.client_address(request)
        try:
            match grant_type:
                case "client_credentials":
                    client = _required(form, "client_id")
                    await self._require_turn(address, client)
                    found = await sign_in_client(
                        self._ports, self._secrets, client, _required(form, "client_secret"), scopes
                    )
                case "password":
                    name, password = _required(form, "username"), _required(form, "password")
                    found = await sign_in_as_agent(
                        self._ports, self._secrets, name, password, address, scopes
                    )
                case "refresh_token":
                    token = _required(form, "refresh_token")
                    known = self._tokens.read_token("refresh", token, self._ports.clock.now())
                    found = await get_application(self._ports, known)
                case None:
                    raise TokenRefused("invalid_request", "grant_type is missing.")
                case _:
                    raise TokenRefused(
                        "unsupported_grant_type",
                        "The grants are client_credentials, password and refresh_token.",
                    )
        except NotSignedIn:
            if grant_type == "client_credentials":
                raise TokenRefused(
                    "invalid_client", "The client id or the secret is not right.", 401
                ) from None
            raise TokenRefused("invalid_grant", "The name, password or token is not right.", 400) from None
        except ScopeRefused as refused:
            raise TokenRefused("invalid_scope", str(refused)) from None
        return found

    async def _require_turn(self, address: str, client_id: str) -> None:
        """Counts every try of a client from an address: a program needs a token once an hour."""
        wait_s = await self._ports.limits.take(
            f"client:{address}:{client_id[:64]}", FAILURES_PER_MINUTE, FAILURES_PER_MINUTE
        )
        if wait_s > 0:
            raise TooMany(
                "Too many tokens are being asked for; wait a moment.", after_ms=math.ceil(wait_s * 1000)
            )

    def operations(self) -> list[Operation]:
        """The addresses of signing in."""
        return [
            Operation(
                name="getAuthInfo",
                method="GET",
                path="/api/authinfo",
                run=self.tell_auth_info,
                summary="Where clients sign in",
                tag="Signing in",
                is_anonymous=True,
                answer=AuthInfo,
            ),
            Operation(
                name="issueToken",
                method="POST",
                path="/auth/token",
                run=self.issue_token,
                summary="A token for client credentials, a password or a refresh token",
                tag="Signing in",
                is_anonymous=True,
                form=TokenForm,
                answer=TokenAnswer,
                refusal=TokenRefusal,
            ),
        ]


async def _read_form(request: Request) -> dict[str, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise WrongMediaType("The body must be application/x-www-form-urlencoded.")
    try:
        text = (await read_bytes(request, MAX_FORM_BYTES)).decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS, errors="strict")
    except (ValueError, HubError) as error:
        raise TokenRefused("invalid_request", "The body is not a form that is read here.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise TokenRefused("invalid_request", "A field comes twice.")
    return form


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value or "\x00" in value:
        raise TokenRefused("invalid_request", f"{name} is missing.")
    return value


def _respond_with_refusal(error: str, description: str, status: int) -> Response:
    """Clients index `error` and `error_description` of a refusal whatever its status."""
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": error, "error_description": description}, status, headers)
