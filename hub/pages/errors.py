"""Refusals in the console's form: `{"error": {"code", "message"}}`."""

import functools
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.domain.errors import HubError, InternalError
from hub.refusals import STATUS, retry_after

log = structlog.get_logger(__name__)

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
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **retry_after(error)}
    return JSONResponse({"error": {"code": error.code, "message": str(error)}}, STATUS[error.code], headers)
