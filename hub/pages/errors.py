"""Refusals in the console's form: `{"error": {"code", "message"}}`."""

import functools
import math
from collections.abc import Awaitable, Callable

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
    "identity_refused": 401,
    "forbidden": 403,
    "identity_required": 403,
    "chat_not_found": 404,
    "not_found": 404,
    "profile_not_found": 404,
    "unknown_op": 404,
    "already_identified": 409,
    "already_taken": 409,
    "answered_meanwhile": 409,
    "chat_ended": 409,
    "conflict": 409,
    "not_available": 409,
    "other_chat_open": 409,
    "cid_reused": 409,
    "not_participant": 409,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "wrong_media_type": 415,
    "range_not_satisfiable": 416,
    "too_many": 429,
    "internal": 500,
    "storage_unavailable": 503,
    "storage_full": 507,
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
            log.exception("page_failed", operation=endpoint.__name__)
            return respond_with_error(InternalError())

    return answer


def respond_with_error(error: HubError) -> Response:
    """The answer to a refusal, with Retry-After when trying again makes sense."""
    response = _respond(STATUS[error.code], error.code, str(error))
    if error.retry == "after":
        response.headers["Retry-After"] = str(max(1, math.ceil((error.after_ms or 0) / 1000)))
    return response


def _respond(status: int, code: str, message: str) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)
