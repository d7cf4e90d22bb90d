"""What may answer a message that asks for something, and how it reads."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from hub.domain.errors import BadRequest, HubError, TextInvalid
from hub.domain.value import render_date, require_value, words_from_value


@pytest.mark.parametrize(
    ("given", "kept", "words"),
    [
        ({"int": 3}, {"int": 3}, "3"),
        ({"int": 0}, {"int": 0}, "0"),
        ({"bool": True}, {"bool": True}, "Yes"),
        ({"bool": False, "int": None}, {"bool": False}, "No"),
        ({"date": "2026-03-02"}, {"date": "2026-03-02T00:00:00+00:00"}, "2026-03-02"),
        ({"date": "2026-03-02T10:00:00Z"}, {"date": "2026-03-02T10:00:00+00:00"}, "2026-03-02"),
        ({"date": "2026-03-02T01:00:00+02:00"}, {"date": "2026-03-01T23:00:00+00:00"}, "2026-03-01"),
        ({"multi": "red,green"}, {"multi": "red,green"}, "red,green"),
    ],
    ids=repr,
)
def test_a_value_is_kept_in_one_form_and_has_words(
    given: dict[str, Any], kept: dict[str, Any], words: str
) -> None:
    assert require_value(given) == kept
    assert words_from_value(kept) == words


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({}, BadRequest, "value"),
        ({"colour": "red"}, BadRequest, "value"),
        ({"int": None}, BadRequest, "value"),
        ({"int": 1, "bool": True}, BadRequest, "value"),
        ({"date": "tomorrow"}, BadRequest, "value.date"),
        ({"date": ""}, BadRequest, "value.date"),
        ({"date": "0001-01-01T00:00:00+14:00"}, BadRequest, "value.date"),
        ({"multi": " "}, BadRequest, "value.multi"),
        ({"multi": "a\x00b"}, TextInvalid, "value.multi"),
    ],
    ids=repr,
)
def test_what_is_no_value_is_refused_by_name(
    given: dict[str, Any], refusal: type[HubError], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        require_value(given)
    assert refused.value.field == field


def test_a_date_is_told_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert render_date(datetime(2026, 3, 2, 1, tzinfo=east)) == "2026-03-01T23:00:00+00:00"
    assert render_date(datetime(2026, 3, 2, 1, tzinfo=UTC)) == render_date(datetime(2026, 3, 2, 1))  # noqa: DTZ001
    with pytest.raises(OverflowError):
        render_date(datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))))


def test_nothing_has_no_words() -> None:
    assert words_from_value({}) == ""
