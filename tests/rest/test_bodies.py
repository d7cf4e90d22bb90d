"""Bodies: read strictly, fitted leniently."""

from typing import Any

import msgspec
import pytest

from hub.domain.errors import BadRequest
from hub.rest.bodies import MAX_DEPTH, fit, parse_json


class Inner(msgspec.Struct):
    size: int


class Shape(msgspec.Struct):
    id: int
    is_on: bool = False
    inner: Inner | None = None
    several: list[Inner] = []
    hidden: str | None = msgspec.field(name="_hidden", default=None)


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"[1,]", b"{'a':1}", b"// x\n1", b"1 2", b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b"NaN", b"[Infinity]", b"-Infinity",
        b"1e400", b"9" * 5_000, b'"\\u0000"', b'["\\ud800"]', b'{"\\u0000":1}', b"\xff\xfe", b"\xef\xbb\xbf1", b"[" * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), '{"a":1}'.encode("utf-16"), b'"\xe9"',
    ],
)  # fmt: skip
def test_what_two_readers_could_take_differently_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, 2.5, "\xc3\xa9", null, true]}', {"a": [1, 2.5, "é", None, True]}),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
        (b'"\\ud83d\\udeb2"', "🚲"),
        (b"9007199254740993", 9007199254740993),
    ],
)
def test_plain_json_is_read(body: bytes, value: Any) -> None:
    read = parse_json(body)
    assert value is None or read == value


def test_names_come_in_any_case_and_types_as_their_kin() -> None:
    fitted = fit(
        {
            "ID": "7",
            "Is_On": "True",
            "INNER": {"Size": 1.0},
            "several": [{"SIZE": "2"}],
            "_HIDDEN": "x",
            "new": 1,
        },
        Shape,
    )
    assert fitted == Shape(7, True, Inner(1), [Inner(2)], "x")


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "id"),
        ({"id": "x"}, "id"),
        ({"id": None}, "id"),
        ({"id": 1.5}, "id"),
        ({"id": 1, "inner": {}}, "inner.size"),
        ({"id": 1, "several": [{"size": 1}, {"size": []}]}, "several[1].size"),
        ({"id": 1, "is_on": "maybe"}, "is_on"),
        ({"id": 1, "ID": 2}, "id"),
        ([], None),
        (7, None),
    ],
)
def test_what_does_not_fit_is_named(value: Any, field: str | None) -> None:
    with pytest.raises(BadRequest) as refused:
        fit(value, Shape)
    assert refused.value.field == field
    assert "`" in str(refused.value) or "twice" in str(refused.value)


def test_what_was_sent_is_not_repeated() -> None:
    with pytest.raises(BadRequest) as refused:
        fit({"id": "a password by mistake"}, Shape)
    assert "password" not in str(refused.value)
