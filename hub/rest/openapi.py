"""OpenAPI 3.1 of the dialects, made from the tables of their operations and the types that validate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc, isroutine
from typing import Any

import msgspec

from hub.rest.openapi_answers import describe_answers, shared_answers
from hub.rest.openapi_schemas import Schemas, json_content
from hub.rest.operation import MAX_BODY_ITEMS, MAX_INT32, Operation

GENERAL = """\
The REST dialects of the chat hub.

Addresses match in any case, and so do the names of parameters and members. Members nobody knows are ignored.
Numbers and booleans may come as text, `"17"` and `"true"`. Dates are ISO 8601; those in answers are UTC with a `Z`.
"""

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own name for this request. Sent again with the same key it does nothing twice, and gets the first answer; "
    "with another body it is refused. In an array it counts for each element.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]*$"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedDialect:
    """What a description tells of a dialect.

    `name` begins the names of its schemas, so that those of two dialects never meet. `security` are its schemes by name:
    `agents_by` is that of agents, whose requirement names the scope, `visitors_by` that of visitors. A scheme that is a key in
    the query belongs to the open operations that read it. `tags` are the groups of operations with a sentence each.
    """

    name: str
    operations: Sequence[Operation]
    error: type[msgspec.Struct]
    security: Mapping[str, dict[str, Any]]
    agents_by: str
    visitors_by: str | None = None
    tags: Mapping[str, str]


def render_openapi(dialects: Iterable[DescribedDialect], base_url: str, version: str) -> dict[str, Any]:
    """The whole description."""
    described = list(dialects)
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, dict[str, Any]] = {"schemas": {}, "responses": {}, "securitySchemes": {}}
    for dialect in described:
        schemas = Schemas(dialect.name, _types_read(dialect), _types_answered(dialect))
        for operation in dialect.operations:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(
                operation, dialect, schemas
            )
        components["responses"] |= shared_answers(dialect.name, schemas.of(dialect.error))
        components["schemas"] |= schemas.components
        components["securitySchemes"] |= dialect.security
    return {
        "openapi": "3.1.0",
        "info": {"title": "hub", "version": version, "description": GENERAL},
        "servers": [{"url": base_url}],
        "tags": _tags(described),
        "paths": paths,
        "components": components,
    }


def _types_read(dialect: DescribedDialect) -> list[Any]:
    own = [kind for one in dialect.operations for kind in (one.query, one.items, one.form, one.parts)]
    return [kind for kind in own if kind is not None]


def _types_answered(dialect: DescribedDialect) -> list[Any]:
    own = [kind for one in dialect.operations for kind in (one.answer, one.refusal)]
    return [*(kind for kind in own if kind is not None), dialect.error]


def _tags(dialects: Sequence[DescribedDialect]) -> list[dict[str, str]]:
    """The groups in the order of their operations; dialects that name one alike share it."""
    told: dict[str, str | None] = {}
    for dialect in dialects:
        told = {one.tag: dialect.tags.get(one.tag) for one in dialect.operations} | told
    used = dict.fromkeys(one.tag for dialect in dialects for one in dialect.operations)
    return [{"name": tag, **({"description": words} if (words := told[tag]) else {})} for tag in used]


def _describe(operation: Operation, dialect: DescribedDialect, schemas: Schemas) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, dialect, schemas),
        "responses": describe_answers(operation, dialect.name, schemas),
        "security": _security(operation, dialect),
    }
    if description := description_from_handler(operation):
        entry["description"] = description
    if content := _body_content(operation, schemas):
        entry["requestBody"] = {"required": True, "content": content}
    return entry


def description_from_handler(operation: Operation) -> str:
    """What the handler's docstring says; empty when that is no more than the summary."""
    text = cleandoc(operation.run.__doc__ or "") if isroutine(operation.run) else ""
    return "" if text.rstrip(".").lower() == operation.summary.rstrip(".").lower() else text


def _security(operation: Operation, dialect: DescribedDialect) -> list[dict[str, list[str]]]:
    """Who is admitted, each by one of these; an open operation also admits nobody in particular."""
    if operation.is_anonymous:
        return []
    scopes = [operation.scope] if operation.scope else []
    ways: list[dict[str, list[str]]] = [{dialect.agents_by: scopes}]
    if dialect.visitors_by and (operation.admits_visitors or operation.is_open):
        ways.append({dialect.visitors_by: []})
    if operation.is_open:
        keys: list[dict[str, list[str]]] = [{name: []} for name in _keys_in_query(operation, dialect)]
        ways += [*keys, {}]
    return ways


def _keys_in_query(operation: Operation, dialect: DescribedDialect) -> list[str]:
    """The schemes whose key is a parameter of the operation, and lets in who has no token."""
    read = operation.query.__struct_encode_fields__ if operation.query and operation.is_open else ()
    return [
        name
        for name, scheme in dialect.security.items()
        if scheme.get("in") == "query" and scheme["name"] in read
    ]


def _body_content(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.items is not None:
        content |= json_content(_one_or_array(operation, schemas.of(operation.items)))
        if operation.example is not None:
            content["application/json"]["example"] = operation.example
    if operation.form is not None:
        content["application/x-www-form-urlencoded"] = {"schema": schemas.of(operation.form)}
    if operation.parts is not None:
        content["multipart/form-data"] = {"schema": schemas.of_parts(operation.parts)}
    return content


def _one_or_array(operation: Operation, schema: dict[str, Any]) -> dict[str, Any]:
    if operation.is_single:
        return schema
    return {"oneOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_BODY_ITEMS}]}


def _parameters(operation: Operation, dialect: DescribedDialect, schemas: Schemas) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in (part[1:-1] for part in operation.path.split("/") if part.startswith("{"))
    ]
    if operation.query is not None:
        keys = {dialect.security[name]["name"] for name in _keys_in_query(operation, dialect)}
        parameters += [one for one in schemas.parameters_of(operation.query) if one["name"] not in keys]
    if operation.takes_idempotency_key:
        parameters.append(IDEMPOTENCY_KEY)
    return parameters


def _path_schema(name: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": MAX_INT32 - 1} if name == "id" else {"type": "string"}
