"""JSON bodies of the console's requests: small, strictly typed, and out of reach for forms."""

from typing import TypeVar

import msgspec
from starlette.requests import Request

from hub.domain.errors import BadRequest, BodyTooLarge, WrongMediaType

MAX_BODY_BYTES = 16 * 1024

T = TypeVar("T")


async def read_json(request: Request, shape: type[T]) -> T:
    """The body as this shape. Raises WrongMediaType, BodyTooLarge and BadRequest.

    The content type must be JSON's own: a form of a foreign page cannot send that without the hub's consent.
    """
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if media_type.strip() != "application/json" or parameters.strip() not in ("", "charset=utf-8"):
        raise WrongMediaType("The body must be application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"The body is larger than {MAX_BODY_BYTES // 1024} KiB.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise BadRequest(f"The body does not fit: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest("The body is not JSON.") from None
