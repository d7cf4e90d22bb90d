"""Custom fields of a chat: what a page tells about its visitor in names of its own, such as an order's number."""

from collections.abc import Mapping

from hub.domain.errors import BadRequest
from hub.domain.text import clean_line, require_lines

MAX_FIELDS, MAX_NAME_CHARS, MAX_VALUE_CHARS = 20, 60, 1_000

Fields = dict[str, str]
FieldChanges = Mapping[str, str | None]  # None takes the field away.


def clean_fields(given: Mapping[str, str]) -> Fields:
    """The fields as they are kept, without empty ones. Raises BadRequest, TextTooLong, TextInvalid (field `custom_fields`)."""
    changes = dict(clean_change(name, value) for name, value in given.items())
    return fields_after({}, changes)


def clean_change(name: str, value: str | None) -> tuple[str, str | None]:
    """The name and value of a field as they are kept; an empty value is none. Raises as `clean_fields` does."""
    cleaned = clean_line(name, MAX_NAME_CHARS)
    if not cleaned:
        raise BadRequest("A field has a name.", field="custom_fields")
    return cleaned, require_lines(value or "", "custom_fields", MAX_VALUE_CHARS).strip() or None


def fields_after(fields: Mapping[str, str], changes: FieldChanges) -> Fields:
    """The fields with what has changed. BadRequest (field `custom_fields`) for too many."""
    changed = {name: value for name, value in (dict(fields) | dict(changes)).items() if value is not None}
    if len(changed) > MAX_FIELDS:
        raise BadRequest(f"A chat has at most {MAX_FIELDS} fields.", field="custom_fields")
    return changed
