"""Refusals in Halo's form, one body that every known Halo client can print."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from hub.domain.errors import HubError, NotFound
from hub.refusals import STATUS, retry_after


class ErrorBody(msgspec.Struct, omit_defaults=True):
    """What went wrong. Clients look for ClassName + Message, then Message, then error; validation tools for title + status + errors."""

    ClassName: str
    Message: str
    message: str
    error: str
    error_description: str
    title: str
    status: int
    errors: dict[str, list[str]] = {}


def render_error(error: HubError) -> dict[str, Any]:
    """The body; `errors` names the field when one is to blame."""
    text = str(error)
    body = ErrorBody(
        ClassName=error.code,
        Message=text,
        message=text,
        error=error.code,
        error_description=text,
        title=text,
        status=STATUS[error.code],
        errors={error.field: [text]} if error.field else {},
    )
    return msgspec.to_builtins(body)  # type: ignore[no-any-return]


def respond_with_error(error: HubError) -> Response:
    """The answer to a refusal. No page may read it across origins, and no cache may keep it."""
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Origin",
        "X-Content-Type-Options": "nosniff",
        **retry_after(error),
    }
    if error.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(render_error(error), STATUS[error.code], headers)


async def respond_to_unknown_address(request: Request, _: Exception) -> Response:
    """The answer where nothing is: below `/api` one that Halo's clients can read, as they ask for much that is not here."""
    if request.url.path.lower().startswith("/api/"):
        return respond_with_error(NotFound("There is no such resource."))
    return PlainTextResponse("There is nothing here.", 404)
