"""JSON Schema of the types of a dialect, under names of its own."""

from collections.abc import Iterable
from datetime import datetime
from inspect import cleandoc
from typing import Any, get_args

import msgspec

REF = "#/components/schemas/"


def json_content(schema: dict[str, Any]) -> dict[str, Any]:
    """A body of JSON."""
    return {"application/json": {"schema": schema}}


class Schemas:
    """The schemas of some types. `components` are those that are referred to, by name.

    A name is that of the dialect and the class. When two classes of a dialect have one name, theirs become long and ugly
    (with their modules) rather than meet.
    """

    def __init__(self, dialect: str, read: Iterable[Any], answered: Iterable[Any]) -> None:
        read, answered = list(read), list(answered)
        structs = _list_structs([*read, *answered])
        listed = [*read, *answered, *structs]
        schemas, components = msgspec.json.schema_components(listed, ref_template=f"{REF}{dialect}{{name}}")
        self._components = {f"{dialect}{name}": _tidy(schema) for name, schema in components.items()}
        self._by_type = {id(kind): schema for kind, schema in zip(listed, schemas, strict=True)}
        for struct in structs:
            _note_dates(struct, self._described(struct))
        for struct in set(_list_structs(answered)).difference(_list_structs(read)):
            _require_what_is_always_there(struct, self._described(struct))
        self._referred: set[str] = set()

    @property
    def components(self) -> dict[str, Any]:
        """What has been asked for, and all it refers to. Queries are told as parameters and not here."""
        found: dict[str, Any] = {}
        waiting = sorted(self._referred)
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = self._components[name]
                waiting += _names_referred_to(found[name])
        return dict(sorted(found.items()))

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type: for structs a reference."""
        schema = self._by_type[id(kind)]
        self._referred.update(_names_referred_to(schema))
        return schema

    def parameters_of(self, query: type[msgspec.Struct]) -> list[dict[str, Any]]:
        """The members of a query as parameters. What is absent there is left out, so null is no value of theirs."""
        described = self._described(query)
        required = described.get("required", ())
        return [
            {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}
            for name, schema in described.get("properties", {}).items()
        ]

    def of_parts(self, fields: type[msgspec.Struct]) -> dict[str, Any]:
        """A form with files and these fields beside them, as multipart/form-data has them."""
        described = self._described(fields)
        properties = {name: _without_null(schema) for name, schema in described.get("properties", {}).items()}
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        return {
            "type": "object",
            "description": described.get("description", ""),
            "properties": {"file": {"type": "array", "items": file, "minItems": 1}, **properties},
            "required": ["file", *described.get("required", ())],
        }

    def _described(self, kind: type[msgspec.Struct]) -> dict[str, Any]:
        [name] = _names_referred_to(self._by_type[id(kind)])
        described: dict[str, Any] = self._components[name]
        return described


def _names_referred_to(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].removeprefix(REF)] if isinstance(schema.get("$ref"), str) else []
        return own + [name for part in schema.values() for name in _names_referred_to(part)]
    if isinstance(schema, list):
        return [name for part in schema for name in _names_referred_to(part)]
    return []


def _list_structs(types: Iterable[Any]) -> list[type[msgspec.Struct]]:
    """All structs among the types and in them, each once, in a stable order."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting = list(msgspec.inspect.multi_type_info(types))
    while waiting:
        match waiting.pop(0):
            case msgspec.inspect.StructType(cls=struct, fields=fields) if struct not in found:
                found[struct] = None
                waiting += [field.type for field in fields]
            case msgspec.inspect.UnionType(types=parts):
                waiting += parts
            case msgspec.inspect.ListType(item_type=part) | msgspec.inspect.Metadata(type=part):
                waiting.append(part)
            case msgspec.inspect.DictType(value_type=part):
                waiting.append(part)
    return list(found)


def _note_dates(struct: type[msgspec.Struct], described: dict[str, Any]) -> None:
    """Says of dates that they are dates; msgspec does so only where a zone must be told."""
    for field in msgspec.structs.fields(struct):
        if datetime not in (field.type, *get_args(field.type)):
            continue
        schema = described["properties"][field.encode_name]
        for part in (schema, *schema.get("anyOf", ())):
            if part.get("type") == "string":
                part["format"] = "date-time"


def _require_what_is_always_there(struct: type[msgspec.Struct], described: dict[str, Any]) -> None:
    """What only the hub writes is there whether it has a default or not, unless defaults are left out."""
    if struct.__struct_config__.omit_defaults:
        return
    described["required"] = [
        field.encode_name
        for field in msgspec.structs.fields(struct)
        if msgspec.UnsetType not in get_args(field.type)
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without null among what it admits, and without the default that says so."""
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return {**kinds[0], **rest} if len(kinds) == 1 else {**rest, **({"anyOf": kinds} if kinds else {})}


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without titles (its name says that) and with its sentences unindented."""
    tidied = {name: value for name, value in schema.items() if name != "title"}
    if not tidied.get("required", True):
        del tidied["required"]
    if "description" in tidied:
        tidied["description"] = cleandoc(tidied["description"])
    return tidied
