"""Positions and how a line goes on from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.event import Stream
from hub.domain.position import (
    MAX_GAP_EVENTS,
    NEWEST_PAGE_EVENTS,
    Position,
    Resume,
    parse_position,
    parse_stream_name,
    resume_from,
    stream_name,
)

NOWHERE = Position("", 0)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("k3x9:12", Position("k3x9", 12)),
        ("k3x9:0", Position("k3x9", 0)),
        ("a:b:7", Position("a:b", 7)),
        ("", NOWHERE),
        (":", NOWHERE),
        (":12", NOWHERE),
        ("k3x9", NOWHERE),
        ("k3x9:", NOWHERE),
        ("k3x9:-1", NOWHERE),
        ("k3x9:1.5", NOWHERE),
        ("k3x9:1e3", NOWHERE),
        ("k3x9:٣", NOWHERE),
        ("k3x9:²", NOWHERE),
        ("k3x9: 1", NOWHERE),
        ("k3x9:" + "9" * 400, NOWHERE),
    ],
)
def test_a_position_is_read_or_is_nowhere(text: str, position: Position) -> None:
    assert parse_position(text) == position


@given(st.text())
def test_any_text_is_a_position(text: str) -> None:
    assert 0 <= parse_position(text).seq < 10**15


@pytest.mark.parametrize(
    ("position", "head", "resume", "after"),
    [
        (Position("now", 4), 4, "ok", 4),
        (Position("now", 0), 0, "ok", 0),
        (Position("now", 4), 4 + MAX_GAP_EVENTS, "ok", 4),
        (Position("now", 4), 5 + MAX_GAP_EVENTS, "partial", 5 + MAX_GAP_EVENTS - NEWEST_PAGE_EVENTS),
        (Position("now", 5), 4, "reset", 0),
        (Position("then", 4), 4, "reset", 0),
        (Position("then", 4), 1000, "reset", 1000 - NEWEST_PAGE_EVENTS),
        (NOWHERE, 4, "reset", 0),
        (None, 0, "ok", 0),
        (None, NEWEST_PAGE_EVENTS, "ok", 0),
        (None, NEWEST_PAGE_EVENTS + 1, "partial", 1),
    ],
)
def test_how_a_line_goes_on(position: Position | None, head: int, resume: Resume, after: int) -> None:
    assert resume_from(position, "now", head) == (resume, after)


@given(
    st.none() | st.builds(Position, st.sampled_from(["now", "then", ""]), st.integers(0, 2000)),
    st.integers(0, 2000),
)
def test_a_page_is_never_large_and_never_skips_silently(position: Position | None, head: int) -> None:
    resume, after = resume_from(position, "now", head)
    assert 0 <= after <= head
    assert head - after <= MAX_GAP_EVENTS
    if resume == "ok" and position is not None:
        assert after == position.seq
    if position is not None and (position.epoch != "now" or position.seq > head):
        assert resume == "reset"


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("17", (17, "public")),
        ("17/staff", (17, "staff")),
        ("2147483647", (2**31 - 1, "public")),
        ("2147483648", None),
        ("", None),
        ("17/", None),
        ("17/public", None),
        ("17/staff/", None),
        ("/staff", None),
        ("-1", None),
        ("1.0", None),
        ("٣", None),
        ("9" * 400, None),
    ],
)
def test_a_streams_name_is_read_or_is_none(name: str, parsed: tuple[int, Stream] | None) -> None:
    assert parse_stream_name(name) == parsed


@given(st.integers(1, 2**31 - 1), st.sampled_from(["public", "staff"]))
def test_a_streams_name_names_it(chat_id: int, stream: Stream) -> None:
    assert parse_stream_name(stream_name(chat_id, stream)) == (chat_id, stream)
