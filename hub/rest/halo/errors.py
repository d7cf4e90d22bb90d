"""Refusals in Halo's form, one body that every known Halo client can print."""

import functools
import math
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.domain.errors import HubError, InternalError

log = structlog.get_logger(__name__)

STATUS = {
    "bad_request": 400,
    "text_empty": 400,
    "text_invalid": 400,
    "text_too_long": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_participant": 403,
    "chat_not_found": 404,
    "profile_not_found": 404,
    "unknown_op": 404,
    "already_taken": 409,
    "answered_meanwhile": 409,
    "chat_ended": 409,
    "cid_reused": 409,
    "too_many": 429,
    "internal": 500,
    "storage_unavailable": 503,
}

Endpoint = Callable[[Request], Awaitable[Response]]


def answering(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its refusals turned into answers; what nobody foresaw is logged and answered by a 500."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HubError as error:
            return respond_with_error(error)
        except Exception:
            log.exception("halo_failed", operation=endpoint.__name__)
            return respond_with_error(InternalError())

    return answer


def render_error(error: HubError) -> dict[str, Any]:
    """The body. Clients look for ClassName + Message, then Message, then error; validation tools for title + status."""
    text, status = str(error), STATUS[error.code]
    return {
        "ClassName": error.code,
        "Message": text,
        "error": error.code,
        "error_description": text,
        "title": text,
        "status": status,
    }


def respond_with_error(error: HubError) -> Response:
    """The answer to a refusal. No page may read it across origins, and no cache may keep it."""
    headers = {"Cache-Control": "no-store", "Vary": "Origin", "X-Content-Type-Options": "nosniff"}
    if error.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry == "after":
        headers["Retry-After"] = str(max(1, math.ceil((error.after_ms or 0) / 1000)))
    return JSONResponse(render_error(error), STATUS[error.code], headers)
