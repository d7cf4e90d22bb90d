"""Frames against the protocol's sample files, against another msgpack, and against nonsense."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgpack
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.actions.ports import ReadMark, TypingLease
from hub.domain.availability import Availability
from hub.domain.chat import Chat, Named, Participant
from hub.domain.colleagues import ColleagueRow
from hub.domain.errors import AlreadyTaken, AnsweredMeanwhile, BadRequest, StorageUnavailable, TextTooLong
from hub.domain.position import Resume
from hub.domain.readiness import Colleague, Colleagues, PresentTeam, Readiness
from hub.domain.visit import Invitation, Visit, VisitEntry, VisitList
from hub.live.arguments import FollowArgs, PageArgs, PostArgs, ReadArgs, StartArgs
from hub.live.frames import (
    CODECS,
    JSON,
    MSGPACK,
    BadFrame,
    Codec,
    Command,
    Outgoing,
    accepting_frame,
    availability_frame,
    bye_frame,
    chat_map,
    colleague_map,
    colleagues_map,
    event_frame,
    page_frame,
    queue_frame,
    read_frame,
    refusal_frame,
    row_map,
    still_there_frame,
    typing_frame,
)
from hub.live.operations import OPERATIONS
from hub.live.visit_maps import invitation_map, shown_invitation_map, visits_map
from hub.live.visiting import Beat as VisitBeat
from tests.doubles.samples import (
    SAMPLE_CHAT,
    SAMPLE_ROW,
    at,
    event_from_sample,
    get_sample,
    list_samples,
    members,
    sample_address,
)

Frame = dict[str, Any]


def encode(codec: Codec, frame: object) -> bytes:
    """The frame as a foreign program would encode it."""
    return json.dumps(frame).encode() if codec.is_text else msgpack.packb(frame)


def decode(codec: Codec, data: bytes) -> Any:
    return json.loads(data) if codec.is_text else msgpack.unpackb(data)


@pytest.fixture(params=sorted(CODECS))
def codec(request: pytest.FixtureRequest) -> Codec:
    return CODECS[request.param]


# What comes in.


@pytest.mark.parametrize("name", list_samples("to_hub"))
def test_every_sample_to_the_hub_is_understood_as_it_is_written(codec: Codec, name: str) -> None:
    sample = get_sample("to_hub", name)

    frame = codec.parse(encode(codec, sample))

    if isinstance(frame, Command):
        form = OPERATIONS[frame.op].form
        args = msgspec.to_builtins(codec.parse_args(frame, form))
        assert {member: args[member] for member in sample["args"]} == sample["args"]
        assert (frame.cid, frame.op) == (sample["cid"], sample["op"])
    else:
        told = msgspec.to_builtins(frame)
        assert {member: told[member] for member in sample} == sample


def test_json_comes_as_text_or_bytes() -> None:
    assert JSON.parse('{"t":"ping"}') == JSON.parse(b'{"t":"ping"}')


def test_unknown_members_are_ignored(codec: Codec) -> None:
    sample = get_sample("to_hub", "cmd_post") | {"later": [1, {"version": 2}]}
    sample["args"] |= {"colour": "green"}

    frame = codec.parse(encode(codec, sample))

    assert isinstance(frame, Command)
    assert codec.parse_args(frame, PostArgs).text == "Where is my order?"


def test_a_command_may_come_without_arguments(codec: Codec) -> None:
    frame = codec.parse(encode(codec, {"t": "cmd", "cid": "1", "op": "start"}))
    assert isinstance(frame, Command)
    assert codec.parse_args(frame, StartArgs) == StartArgs()


@pytest.mark.parametrize(
    "frame",
    [
        {},
        [],
        None,
        "ping",
        {"t": "cancel"},
        {"t": 1},
        {"t": "hello"},
        {"t": "hello", "v": "1"},
        {"t": "hello", "v": 1, "positions": {"17": 4}},
        {"t": "hello", "v": 1, "wants": "inbox"},
        {"t": "cmd", "op": "post"},
        {"t": "cmd", "cid": "1"},
        {"t": "cmd", "cid": 1, "op": "post"},
        {"t": "cmd", "cid": "", "op": "post"},
        {"t": "cmd", "cid": "a" * 65, "op": "post"},
        {"t": "cmd", "cid": "a b", "op": "post"},
        {"t": "cmd", "cid": "a\n", "op": "post"},
        {"t": "cmd", "cid": "é", "op": "post"},
        {"t": "eph", "kind": "dancing", "chat": 17},
        {"t": "eph", "kind": "typing", "chat": 0},
        {"t": "eph", "kind": "typing", "chat": 2**31},
        {"t": "eph", "kind": "typing", "chat": 17, "on": 1},
        {"t": "eph", "kind": "typing", "chat": 17, "draft": 1},
        {"t": "eph", "kind": "typing", "chat": 17, "draft": "x" * 4_001},
    ],
    ids=str,
)
def test_what_is_no_frame_is_refused(codec: Codec, frame: object) -> None:
    with pytest.raises(BadFrame):
        codec.parse(encode(codec, frame))


@pytest.mark.parametrize(
    ("form", "args", "field"),
    [
        (PostArgs, {"text": "Hello"}, "chat"),
        (PostArgs, {"chat": 17}, "text"),
        (PostArgs, {"chat": "17", "text": "Hello"}, "chat"),
        (PostArgs, {"chat": 17, "text": None}, "text"),
        (PostArgs, {"chat": 17, "text": "Hello", "expect_seq": -1}, "expect_seq"),
        (PostArgs, {"chat": 17, "text": "Hello", "expect_seq": 2**53}, "expect_seq"),
        (ReadArgs, {"chat": 17, "seq": 1.5}, "seq"),
        (FollowArgs, {"chat": -1}, "chat"),
        (PageArgs, {"stream": "17", "before": 0}, "before"),
        (PageArgs, {"stream": "17", "before": 9, "limit": 201}, "limit"),
        (StartArgs, {"page_url": ["https://shop.example"]}, "page_url"),
    ],
)
def test_a_wrong_argument_is_named(codec: Codec, form: type[Any], args: Frame, field: str) -> None:
    frame = codec.parse(encode(codec, {"t": "cmd", "cid": "1", "op": "any", "args": args}))
    assert isinstance(frame, Command)

    with pytest.raises(BadRequest) as refused:
        codec.parse_args(frame, form)

    assert refused.value.field == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("args", [None, [], 17, "17"])
def test_arguments_that_are_no_map_are_refused(codec: Codec, args: object) -> None:
    frame = codec.parse(encode(codec, {"t": "cmd", "cid": "1", "op": "any", "args": args}))
    assert isinstance(frame, Command)
    with pytest.raises(BadRequest):
        codec.parse_args(frame, PostArgs)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'{"t":"ping"} {"t":"ping"}',
        b'{"t":"\xff"}',
        b'{"t":"hello","v":NaN}',
        b'{"t":"hello","v":1e999}',
        b'{"t":"hello","v":1,"client":"\\ud800"}',
        b'{"t":"cmd","cid":"1","op":"post","args":' + b"[" * 60_000,
        b"[" * 60_000 + b"]" * 60_000,
    ],
    ids=range(9),
)
def test_broken_json_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        JSON.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x81\xa1t",
        b"\x82\xa1t\xa4ping",
        b"\x81\xa1t\xa4\xff\xff\xff\xff",
        b"\x91" * 60_000,
        b"\xdf\xff\xff\xff\xff",
    ],
    ids=range(7),
)
def test_broken_msgpack_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        MSGPACK.parse(data)


def take_in(codec: Codec, data: bytes) -> None:
    """Reads a frame as a session does; only the two refusals may come of it."""
    with suppress(BadFrame):
        frame = codec.parse(data)
        if isinstance(frame, Command):
            for operation in OPERATIONS.values():
                with suppress(BadRequest):
                    codec.parse_args(frame, operation.form)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["t", "v", "cid", "op", "args", "chat", "text", "seq", "positions", "wants", "kind", "on"]
)
KINDS = st.sampled_from(["hello", "cmd", "eph", "ping", "pong"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.binary())
def test_random_bytes_are_never_more_than_a_bad_frame(data: bytes) -> None:
    for codec in CODECS.values():
        take_in(codec, data)


# How fast examples are made says something about the machine only.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(kind=KINDS, rest=st.dictionaries(NAMES, VALUES), args=st.dictionaries(NAMES, VALUES))
def test_random_members_are_never_more_than_a_bad_request(kind: str, rest: Frame, args: Frame) -> None:
    frame = {"cid": "1", "op": "post", "args": args, **rest, "t": kind}
    take_in(JSON, json.dumps(frame).encode())
    take_in(MSGPACK, msgpack.packb(frame, unicode_errors="surrogatepass"))


# What goes out.

EVENT_SAMPLES = [name for name in list_samples("from_hub") if name.startswith("event_")]


@pytest.mark.parametrize("name", EVENT_SAMPLES)
def test_an_event_is_rendered_as_its_sample(name: str) -> None:
    sample = get_sample("from_hub", name)
    assert event_frame(event_from_sample(sample), sample_address) == sample


@pytest.mark.parametrize("resume", ["ok", "partial", "reset"])
def test_a_page_is_rendered_as_its_sample(resume: Resume) -> None:
    sample = get_sample("from_hub", f"page_{resume}")
    events = [event_from_sample(event) for event in sample["events"]]
    assert page_frame("17", resume, events, 4, more=sample["more"], address_of=sample_address) == sample


def test_without_files_nothing_is_signed_and_with_them_what_is_stored_stays_as_it_is() -> None:
    plain, with_files = (
        event_from_sample(get_sample("from_hub", name)) for name in ("event_answer", "event_files")
    )
    asked: list[tuple[int, int]] = []

    def address_of(tenant_id: int, attachment_id: int) -> str:
        asked.append((tenant_id, attachment_id))
        return "https://hub.example"

    assert event_frame(plain, address_of)["data"] is plain.data
    assert asked == []
    event_frame(with_files, address_of)
    assert asked == [(1, 61), (1, 62)]
    assert "url" not in str(with_files.data)


def test_a_chat_is_rendered_as_its_samples() -> None:
    [for_visitor] = get_sample("from_hub", "welcome_visitor")["chats"]
    [for_agent] = get_sample("from_hub", "welcome_agent")["chats"]
    assert chat_map(SAMPLE_CHAT, for_agent=False) == for_visitor
    assert chat_map(SAMPLE_CHAT, for_agent=True) == for_agent


def test_a_row_is_rendered_as_its_sample() -> None:
    assert [row_map(SAMPLE_ROW, 5)] == get_sample("from_hub", "rows")["rows"]


def test_a_chat_among_agents_is_rendered_as_its_samples() -> None:
    told = get_sample("from_hub", "reply_talk")["result"]["chat"]
    people = tuple(
        Participant(person["id"], "agent", person["name"], person["read"]) for person in told["participants"]
    )
    uuid, began = UUID(told["uuid"]), at(told["started_at"])
    nothing: dict[str, Any] = dict.fromkeys(
        ("profile_id", "visitor_id", "holder_id", "queued_at", "accepted_at", "ended_at")
    )
    chat = Chat(
        tenant_id=1, id=23, uuid=uuid, profile_name="", visitor_name="", state="active", head=1, staff_head=0,
        participants=people, started_at=began, kind="agents", starter_id=5, name="Late shift", **nothing,
    )  # fmt: skip
    assert chat_map(chat, for_agent=True) == told

    rows = get_sample("from_hub", "rows_colleagues")
    row = ColleagueRow(
        1, 23, uuid, "active", "Late shift", False, 5, (Named(5, "Marta Lindqvist"), Named(6, "Jonas Okafor")), (8,),
        {5: 1, 6: 0}, "I can, on Friday.", 6, "Jonas Okafor", at(1795250460000), 4, began, None,
    )  # fmt: skip
    assert [colleague_map(row, 5)] == rows["colleagues"]


def test_a_read_mark_is_rendered_as_its_sample() -> None:
    mark = ReadMark(1, 17, 5, "agent", 4, at(1795250460000))
    assert read_frame(mark) == get_sample("from_hub", "read")


def test_a_typing_lease_is_rendered_as_its_sample() -> None:
    lease = TypingLease(1, 17, 5, "agent", "Marta Lindqvist", True, at(1795250411000))
    assert typing_frame(lease, for_agent=True) == get_sample("from_hub", "eph_typing")


def test_what_a_visitor_is_writing_is_told_to_agents_alone() -> None:
    lease = TypingLease(
        1, 17, 41, "visitor", "Visitor 7F2C", True, at(1795250411000), "Is the 54 still in sto"
    )
    assert typing_frame(lease, for_agent=True) == get_sample("from_hub", "eph_draft")
    assert "draft" not in typing_frame(lease, for_agent=False)


def test_whether_a_chat_can_be_begun_is_told_as_the_sample_says() -> None:
    away = Availability(is_available=False, next_open_at=at(1795334400000))
    assert availability_frame(away) == get_sample("from_hub", "eph_availability")
    here = Availability(is_available=True, next_open_at=at(1795334400000))
    assert availability_frame(here) == {**availability_frame(away), "available": True, "opens_at": None}


def test_whether_an_agent_takes_chats_is_told_as_the_sample_says() -> None:
    assert accepting_frame(Readiness("away", "Lunch")) == get_sample("from_hub", "eph_accepting")
    assert accepting_frame(Readiness())["accepting"] is True


def test_colleagues_are_told_as_the_sample_says() -> None:
    found = Colleagues(
        agents=[Colleague(6, "Jonas Okafor", Readiness("away", "Lunch"), (4,), 2, 5)],
        teams=[PresentTeam(4, "Workshop", 1)],
    )
    assert colleagues_map(found) == get_sample("from_hub", "reply_colleagues")["result"]


def test_a_visitor_is_asked_whether_they_are_still_there_as_the_sample_says() -> None:
    sample = get_sample("from_hub", "eph_still_there")
    assert still_there_frame(17, at(1795250520000)) == sample
    assert still_there_frame(17, None) == {**sample, "until": 0}


def test_a_place_in_the_queue_is_told_as_the_sample_says() -> None:
    sample = get_sample("from_hub", "eph_queue")
    assert queue_frame(17, 3, (60, 300)) == sample
    assert queue_frame(17, 3, None) == {**sample, "wait_s": None}


def test_a_bye_is_rendered_as_its_sample() -> None:
    assert bye_frame("restart", "after", 1200) == get_sample("from_hub", "bye")


def test_a_refusal_is_rendered_as_its_sample() -> None:
    sample = get_sample("from_hub", "reply_refused")
    assert refusal_frame(sample["cid"], AlreadyTaken(), SAMPLE_CHAT, sample_address, for_agent=True) == sample


def test_an_unavailable_store_is_rendered_as_its_sample() -> None:
    sample = get_sample("from_hub", "reply_storage_unavailable")
    reply = refusal_frame(
        sample["cid"], StorageUnavailable(after_ms=1000), None, sample_address, for_agent=False
    )
    assert members(reply) == members(sample)
    assert reply["error"] | {"message": ""} == sample["error"] | {"message": ""}


def test_a_refusal_names_the_field_and_shows_what_was_written_meanwhile() -> None:
    written = event_from_sample(get_sample("from_hub", "event_message"))

    long = refusal_frame("1", TextTooLong(field="text"), None, sample_address, for_agent=False)
    late = refusal_frame("1", AnsweredMeanwhile([written]), SAMPLE_CHAT, sample_address, for_agent=True)

    assert long["error"]["field"] == "text"
    assert "after_ms" not in long["error"]
    assert late["error"]["data"]["events"] == [get_sample("from_hub", "event_message")]


@pytest.mark.parametrize("name", list_samples("from_hub"))
def test_every_frame_is_read_by_other_programs_as_it_was_meant(codec: Codec, name: str) -> None:
    sample = get_sample("from_hub", name)
    assert decode(codec, codec.render(sample)) == sample


def test_a_frame_for_many_lines_is_encoded_once_for_each_codec() -> None:
    frame = Outgoing({"t": "event", "text": "Grüße"})
    assert frame.render(JSON) is frame.render(JSON)
    assert msgpack.unpackb(frame.render(MSGPACK)) == json.loads(frame.render(JSON))


def sample_invitation() -> Invitation:
    return Invitation(
        "0199f2c4-7b1e-7c3a-9d52-6f0a1b2c3d4e",
        "3.rYb0n2Qk4vZ8tL1xW6c9Ag",
        5,
        "Marta Lindqvist",
        "Marta Lindqvist",
        "Can I help you choose a size?",
        at(1795250400000),
        at(1795250520000),
    )


def test_visits_and_invitations_are_told_as_the_samples_say() -> None:
    [told] = get_sample("from_hub", "reply_visits")["result"]["visits"]
    visit = Visit(
        told["visit"],
        3,
        at(1795250310000),
        3,
        page_url=told["page_url"],
        page_title=told["page_title"],
        referrer=told["referrer"],
        language=told["language"],
        user_agent=told["user_agent"],
        visitor_id=41,
        visitor_name="Ada Byron",
    )
    invitation = sample_invitation()
    found = VisitList(True, entries=(VisitEntry(visit, "Marlow Cycles", invitation),), total=1)
    assert visits_map(found) == get_sample("from_hub", "reply_visits")["result"]
    assert invitation_map(invitation) == get_sample("from_hub", "reply_invite_visitor")["result"]
    assert shown_invitation_map(invitation) == get_sample("from_hub", "visit_answer")["invitation"]


def test_a_visits_beat_is_understood_as_it_is_written() -> None:
    sample = get_sample("to_hub", "visit")
    told = msgspec.to_builtins(JSON.parse_as(encode(JSON, sample), VisitBeat))
    assert {member: told[member] for member in sample} == sample
