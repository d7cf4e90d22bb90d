"""OpenAPI 3.1 of the dialects, made from the tables of their operations and the types that validate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from hub.rest.operation import MAX_BODY_ITEMS, Operation

REF = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class DescribedDialect:
    """A dialect's operations, the type of its error body, and its security schemes by name."""

    operations: Sequence[Operation]
    error: type[msgspec.Struct]
    security: dict[str, dict[str, Any]]


def render_openapi(dialects: Iterable[DescribedDialect], base_url: str, version: str) -> dict[str, Any]:
    """The whole description."""
    described = list(dialects)
    types = [kind for dialect in described for kind in _types(dialect)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    schema_of = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for dialect in described:
        for operation in dialect.operations:
            entry = _describe(operation, dialect, schema_of, components)
            paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": "hub", "version": version, "description": "The REST dialects of the chat hub."},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                name: scheme for dialect in described for name, scheme in dialect.security.items()
            },
        },
    }


def _types(dialect: DescribedDialect) -> list[Any]:
    own = [kind for one in dialect.operations for kind in (one.query, one.items, one.answer)]
    return [*(kind for kind in own if kind is not None), dialect.error]


def _describe(
    operation: Operation,
    dialect: DescribedDialect,
    schema_of: dict[int, dict[str, Any]],
    components: dict[str, Any],
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, components),
        "responses": {
            str(operation.status): {"description": "Done", **_content(_answer_schema(operation, schema_of))},
            "default": {"description": "Refused", **_content(schema_of[id(dialect.error)])},
        },
        "security": [{}] if operation.is_open else [{name: []} for name in dialect.security],
    }
    if operation.items is not None:
        entry["requestBody"] = {"required": True, **_content(_body_schema(operation, schema_of))}
    return entry


def _answer_schema(operation: Operation, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    return None if operation.answer is None else schema_of[id(operation.answer)]


def _body_schema(operation: Operation, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    schema = schema_of[id(operation.items)]
    if operation.is_single:
        return schema
    return {"oneOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_BODY_ITEMS}]}


def _content(schema: dict[str, Any] | None) -> dict[str, Any]:
    return {} if schema is None else {"content": {"application/json": {"schema": schema}}}


def _parameters(operation: Operation, components: dict[str, Any]) -> list[dict[str, Any]]:
    named = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    in_path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if name == "id" else "string"},
        }
        for name in named
    ]
    if operation.query is None:
        return in_path
    described = components[operation.query.__name__]
    required = described.get("required", ())
    in_query = [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described.get("properties", {}).items()
    ]
    return [*in_path, *in_query]
