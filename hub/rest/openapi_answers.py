"""Which answers an operation can give, as OpenAPI tells them."""

from typing import Any

import msgspec

from hub.rest.openapi_schemas import Schemas, json_content
from hub.rest.operation import Operation

RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}
CHALLENGE = {"WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}}}

# The name of each refusal among the shared ones, and what it means.
REFUSALS: dict[int, tuple[str, str]] = {
    400: (
        "BadRequest",
        "Something in the request does not fit; `errors` names the field. Nothing was changed.",
    ),
    401: ("NotSignedIn", "There is no token, or it is not in force."),
    403: ("Forbidden", "The caller may not do this."),
    404: ("NotFound", "There is no such thing, or it is not the caller's to see."),
    409: ("Conflict", "This does not fit what is there already. Nothing was changed."),
    413: ("TooLarge", "The body is too large."),
    415: ("WrongMediaType", "The body is of another type than is read here."),
    416: ("RangeNotSatisfiable", "The range lies outside of the file."),
    429: ("TooMany", "Too many requests."),
    503: ("Unavailable", "This could not be read or stored just now; nothing was acknowledged."),
}
HEADERS: dict[int, dict[str, Any]] = {401: CHALLENGE, 429: RETRY_AFTER, 503: RETRY_AFTER}


def shared_answers(dialect: str, error: dict[str, Any]) -> dict[str, Any]:
    """The refusals of a dialect, by their names among the components."""
    return {
        f"{dialect}{name}": {
            "description": words,
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
            "content": json_content(error),
        }
        for status, (name, words) in REFUSALS.items()
    }


def describe_answers(operation: Operation, dialect: str, schemas: Schemas) -> dict[str, Any]:
    """All answers by status."""
    answers: dict[str, Any] = {str(operation.status): _describe_success(operation, schemas)}
    if operation.is_download:
        answers["206"] = {"description": "The part that was asked for.", "content": {"*/*": {}}}
        answers["304"] = {"description": "Unchanged."}
    for status in list_refusals(operation):
        name, words = REFUSALS[status]
        if operation.refusal is None:
            answers[str(status)] = {"$ref": f"#/components/responses/{dialect}{name}"}
        else:
            headers = {"headers": HEADERS[status]} if status in HEADERS else {}
            content = json_content(schemas.of(operation.refusal))
            answers[str(status)] = {"description": words, **headers, "content": content}
    return answers


def list_refusals(operation: Operation) -> list[int]:
    """The statuses of the refusals that an operation of this kind can meet with, ascending."""
    has_body = operation.items is not None or operation.parts is not None
    names_something = has_body or "{" in operation.path or _requires_a_parameter(operation)
    # The token that comes along may be a visitor's whose profile is gone.
    takes_visitors = (operation.is_open or operation.admits_visitors) and not operation.is_anonymous
    refusals = {503}
    refusals |= set() if operation.is_anonymous else {401, 403, 429}
    refusals |= {400} if has_body or operation.query is not None else set()
    refusals |= {404} if names_something or takes_visitors else set()
    refusals |= {409} if operation.method != "GET" and operation.form is None else set()
    refusals |= {413, 415} if has_body else set()
    refusals |= {400, 401, 415, 429} if operation.form is not None else set()
    refusals |= {416} if operation.is_download else set()
    return sorted(refusals)


def _requires_a_parameter(operation: Operation) -> bool:
    fields = () if operation.query is None else msgspec.structs.fields(operation.query)
    return any(field.required for field in fields)


def _describe_success(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    words = "What was saved." if operation.status == 201 else "Done."
    content = json_content(_answer_schema(operation, schemas)) if operation.answer is not None else {}
    if operation.is_download:
        content = {"*/*": {}, **content}
    return {"description": words, **({"content": content} if content else {})}


def _answer_schema(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """The answer's; for a body that may name several things, the one or an array of them."""
    schema = schemas.of(operation.answer)
    is_one = isinstance(operation.answer, type) and issubclass(operation.answer, msgspec.Struct)
    if operation.items is None or operation.is_single or not is_one or "{" in operation.path:
        return schema
    return {"oneOf": [schema, {"type": "array", "items": schema, "minItems": 2}]}
