"""JSON bodies of the dialects: read strictly, then fitted to a type as leniently as each dialect's clients need.

Strict is what two readers could take differently: repeated names, NaN, lone surrogates, NUL, depth, other encodings than
UTF-8. Lenient are types ("1" for 1, "True" for true) and the case of names.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from starlette.requests import ClientDisconnect, Request

from hub.domain.errors import BadRequest, BodyTooLarge, WrongMediaType

MAX_BODY_BYTES = 256 * 1024
MAX_DEPTH = 32
JSON_TYPES = frozenset({"application/json", "text/json", "application/json-patch+json"})
JSON_SUFFIX = "+json"

PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
MISSING = re.compile(r"required field `(\w+)`")
TROUBLE = re.compile("[\x00\ud800-\udfff]")

T = TypeVar("T")


async def read_json(request: Request, max_bytes: int = MAX_BODY_BYTES) -> Any:
    """The body as Python values. Raises WrongMediaType, BodyTooLarge, BadRequest."""
    require_json(request)
    return parse_json(await read_bytes(request, max_bytes))


def require_json(request: Request) -> None:
    """WrongMediaType unless the body says that it is JSON in UTF-8, as it is: what a form of a foreign page cannot say."""
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    media_type = media_type.strip()
    is_json = media_type in JSON_TYPES or (
        media_type.startswith("application/") and media_type.endswith(JSON_SUFFIX)
    )
    charset = parameters.replace('"', "").replace(" ", "")
    if not is_json or charset not in ("", "charset=utf-8", "charset=utf8"):
        raise WrongMediaType("The body must be application/json in UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise WrongMediaType("The body must not be compressed.")


async def read_bytes(request: Request, max_bytes: int) -> bytes:
    """The whole body. Raises BodyTooLarge before more than that is held, BadRequest when the caller leaves in the middle."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise BodyTooLarge(f"The body is larger than {max_bytes // 1024} KiB.")
    except ClientDisconnect:
        raise BadRequest("The body is incomplete.") from None
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """Bytes as Python values. Raises BadRequest for everything that is not plainly one JSON text in UTF-8."""
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise BadRequest("The body begins with a byte order mark.")
        value = json.loads(
            text, object_pairs_hook=_object_once, parse_constant=_refuse_constant, parse_float=_finite
        )
    except RecursionError:
        raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels.") from None
    except ValueError:  # Also of the decoding, and numbers of thousands of digits.
        raise BadRequest("The body is not JSON.") from None
    _require_sound(value, MAX_DEPTH)
    return value


def fit(value: Any, shape: type[T], what: str = "body") -> T:
    """The value as this type, names in any case, types as lenient as JSON's kin allow. BadRequest names the field."""
    try:
        return msgspec.convert(_with_names_of(value, shape), shape, strict=False)
    except msgspec.ValidationError as error:
        raise refusal_from_misfit(error, what) from None
    except OverflowError:
        raise BadRequest(f"The {what} holds a number that is too large.") from None


def refusal_from_misfit(error: msgspec.ValidationError, what: str) -> BadRequest:
    """What did not fit, and where, without repeating what was sent."""
    sentence = str(error)
    place = PLACE.search(sentence)
    reason = sentence[: place.start()] if place else sentence
    path = place[1].lstrip(".") if place else ""
    if missing := MISSING.search(reason):
        path = ".".join(part for part in (path, missing[1]) if part)
    if not path:
        return BadRequest(f"The {what} does not fit: {reason}.")
    return BadRequest(f"The {what} does not fit at “{path}”: {reason}.", field=path)


def _object_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadRequest("An object of the body names a member twice.")
    return members


def _refuse_constant(name: str) -> float:
    raise BadRequest(f"{name} is no number of JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadRequest("A number of the body is too large.")
    return number


def _require_sound(value: Any, depth: int) -> None:
    """No NUL, no lone surrogate (Postgres holds neither), no more than `depth` levels."""
    match value:
        case str():
            # A file in base64 is long and ASCII, in which only NUL can be wrong: a tenth of a second for 25 MiB.
            if "\x00" in value if value.isascii() else TROUBLE.search(value):
                raise BadRequest("The body holds characters that cannot be stored.")
        case list() | dict() if depth == 0:
            raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels.")
        case list():
            for item in value:
                _require_sound(item, depth - 1)
        case dict():
            for name, item in value.items():
                _require_sound(name, 0)
                _require_sound(item, depth - 1)


def _with_names_of(value: Any, shape: Any) -> Any:
    """The value with the members of structs under the names their types know."""
    if get_origin(shape) in (Union, UnionType):
        candidates = [part for part in get_args(shape) if _holds_struct(part)]
        return _with_names_of(value, candidates[0]) if candidates else value
    if isinstance(value, list) and get_origin(shape) in (list, tuple):
        return [_with_names_of(item, get_args(shape)[0]) for item in value]
    if isinstance(value, dict) and isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return _renamed(value, shape)
    return value


def _holds_struct(shape: Any) -> bool:
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return True
    return any(_holds_struct(part) for part in get_args(shape))


def _renamed(members: Mapping[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    fields, renamed = _fields_by_folded_name(shape), dict[str, Any]()
    for name, value in members.items():
        known = fields.get(name.lower())
        if known is None:
            continue  # Members nobody knows are ignored.
        encoded_name, inner = known
        if encoded_name in renamed:
            raise BadRequest("An object of the body names a member twice.", field=encoded_name)
        renamed[encoded_name] = _with_names_of(value, inner)
    return renamed


@cache
def _fields_by_folded_name(shape: type[msgspec.Struct]) -> dict[str, tuple[str, Any]]:
    return {
        field.encode_name.lower(): (field.encode_name, field.type) for field in msgspec.structs.fields(shape)
    }
