"""Custom fields: how they are kept, and what changes make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.custom_field import (
    MAX_FIELDS,
    MAX_NAME_CHARS,
    MAX_VALUE_CHARS,
    clean_change,
    clean_fields,
    fields_after,
)
from hub.domain.errors import BadRequest, TextInvalid, TextTooLong

names = st.text("abc", min_size=1, max_size=4)
values = st.none() | st.text("xyz", min_size=1, max_size=4)


def test_names_are_one_line_values_are_trimmed_and_empty_ones_are_left_out() -> None:
    told = {" Order \n number ": " 4711 ", "Plan": " ", "n" * 200: "long name"}
    assert clean_fields(told) == {"Order number": "4711", "n" * MAX_NAME_CHARS: "long name"}


@pytest.mark.parametrize("name", ["", " ", "\u200b\u202e"])
def test_a_field_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadRequest) as refused:
        clean_change(name, "x")
    assert refused.value.field == "custom_fields"


def test_too_long_and_unfit_values_and_too_many_fields_are_refused() -> None:
    with pytest.raises(TextTooLong):
        clean_change("Order", "x" * (MAX_VALUE_CHARS + 1))
    with pytest.raises(TextInvalid):
        clean_change("Order", "a\x00b")
    many = {f"n{number}": "x" for number in range(MAX_FIELDS)}
    assert clean_fields(many) == many
    with pytest.raises(BadRequest):
        clean_fields({**many, "one more": "x"})


@given(st.lists(st.tuples(names, values), max_size=12))
def test_changes_one_by_one_and_all_at_once_come_to_the_same(changes: list[tuple[str, str | None]]) -> None:
    fields: dict[str, str] = {}
    for name, value in changes:
        fields = fields_after(fields, {name: value})
    assert fields == fields_after({}, dict(changes))
    assert None not in fields.values()
