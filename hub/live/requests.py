"""What calls of the live room by HTTP have in common: bodies, bearers, and answers that the pages of a profile may read."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hub.live.frames import JSON
from hub.live.party import Entrance, PageEntrance

PREFLIGHT_S: Final = 600

REFUSAL_CODES: Final = {
    401: "unauthenticated",
    403: "forbidden",
    404: "profile_not_found",
    429: "too_many",
    503: "storage_unavailable",
}


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body. HTTPException: 413 when it is longer, 400 when it did not come whole."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise HTTPException(413, f"A beat has at most {max_bytes:,} bytes.")
    except ClientDisconnect:
        raise HTTPException(400, "The body did not come whole.") from None
    return bytes(body)


def find_bearer(request: Request) -> str | None:
    """The token that came as a header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def answer_headers(request: Request, entrance: Entrance | None) -> dict[str, str]:
    """Headers of every answer: kept nowhere, and read by the page that asked when it is admitted."""
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Origin",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
    }
    origin = request.headers.get("origin")
    if origin is not None and isinstance(entrance, PageEntrance):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = "Retry-After"
    return headers


def allow_post(request: Request, entrance: Entrance) -> Response:
    """The answer to a browser that asks before it asks (CORS preflight)."""
    headers = answer_headers(request, entrance) | {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Max-Age": str(PREFLIGHT_S),
    }
    return Response(status_code=204, headers=headers)


def answer_refusal(request: Request, refusal: HTTPException, entrance: Entrance | None) -> Response:
    """A refusal in the form of the live room."""
    body = {
        "error": {"code": REFUSAL_CODES.get(refusal.status_code, "bad_request"), "message": refusal.detail}
    }
    headers = answer_headers(request, entrance) | dict(refusal.headers or {})
    return Response(JSON.render(body), refusal.status_code, headers, media_type="application/json")
