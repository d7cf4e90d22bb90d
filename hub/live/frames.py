"""Frames: bytes to typed frames and back. The counterpart is PROTOCOL.md, and `frames.ts` with `commands.ts` of the widget."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from hub.actions.ports import ReadMark, TypingLease
from hub.domain.availability import Availability
from hub.domain.chat import Chat, Offer, Participant, Row
from hub.domain.colleagues import ColleagueRow
from hub.domain.errors import AnsweredMeanwhile, BadRequest, HubError
from hub.domain.event import Event
from hub.domain.finding import FoundRow, passage_from_text
from hub.domain.identity import SYSTEM_ID
from hub.domain.moment import ms_from_datetime
from hub.domain.position import Resume, stream_name
from hub.domain.readiness import Colleagues, Readiness
from hub.domain.text import MAX_VISITOR_TEXT_CHARS

VERSION = 1
MAX_FRAME_BYTES = 64 * 1024
MAX_POSITIONS = 200

MISSING = re.compile(r"missing required field `(\w+)`")  # The decoder names it in its sentence only.

Cid = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
ChatId = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
Seq = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Map = dict[str, Any]
T = TypeVar("T")

AddressOf = Callable[[int, int], str]  # Where a browser gets an attachment, by tenant and id.


class Hello(msgspec.Struct, tag_field="t", tag="hello", frozen=True):
    """The first frame of a line."""

    v: int
    token: str | None = None
    key: str | None = None
    id_token: str | None = None
    positions: dict[str, str] = {}
    wants: list[str] = []
    inbox: str | None = None
    client: str | None = None
    # Of beats only: by chat, how far everybody has read, added up, as it was told.
    reads: dict[str, Seq] = {}


class Command(msgspec.Struct, tag_field="t", tag="cmd", frozen=True):
    """Something to do, named by `cid`; answered by exactly one reply. `args` are decoded by the operation."""

    cid: Cid
    op: str
    args: msgspec.Raw = msgspec.Raw()


class Ephemeral(msgspec.Struct, tag_field="t", tag="eph", frozen=True):
    """A lease to take or give up; never answered."""

    kind: Literal["typing"]
    chat: ChatId
    on: bool = True
    # Of visitors: what stands in their field.
    draft: Annotated[str, msgspec.Meta(max_length=MAX_VISITOR_TEXT_CHARS)] | None = None


class Ping(msgspec.Struct, tag_field="t", tag="ping", frozen=True):
    """Are you there?"""


class Pong(msgspec.Struct, tag_field="t", tag="pong", frozen=True):
    """I am."""


ToHub = Hello | Command | Ephemeral | Ping | Pong


class BadFrame(Exception):
    """The bytes are no frame; the message says where, without repeating what was sent."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One sub-protocol: the same maps as JSON text or msgpack bytes."""

    subprotocol: str
    is_text: bool
    _encoder: Any
    _decoder: Any
    _decode: Any

    def parse(self, data: bytes | str) -> ToHub:
        """The frame; BadFrame when the bytes are none."""
        try:
            return self._decoder.decode(data)  # type: ignore[no-any-return]
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
            raise BadFrame(f"The frame could not be read: {error}") from error

    def parse_args(self, command: Command, form: type[T]) -> T:
        """The arguments of a command in the operation's form; BadRequest names the member."""
        return self.parse_as(bytes(command.args) or self.render({}), form)

    def parse_as(self, data: bytes, form: type[T]) -> T:
        """A value of this form; BadRequest names the member that is missing or wrong."""
        try:
            return self._decode(data, type=form)  # type: ignore[no-any-return]
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
            message, _, path = str(error).partition(" - at `")
            missing = MISSING.search(message)
            names = (path.strip("`$."), missing[1] if missing else "")
            raise BadRequest(f"{message}.", field=".".join(filter(None, names)) or None) from error

    def render(self, frame: Map) -> bytes:
        """The frame's bytes."""
        return self._encoder.encode(frame)  # type: ignore[no-any-return]


JSON = Codec("hub.v1.json", True, msgspec.json.Encoder(), msgspec.json.Decoder(ToHub), msgspec.json.decode)
MSGPACK = Codec(
    "hub.v1.msgpack", False, msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(ToHub), msgspec.msgpack.decode
)
CODECS = {codec.subprotocol: codec for codec in (MSGPACK, JSON)}


class Outgoing:
    """A frame for many lines: encoded once per codec, whatever their number."""

    __slots__ = ("_encoded", "frame")

    def __init__(self, frame: Map) -> None:
        self.frame = frame
        self._encoded: dict[str, bytes] = {}

    def render(self, codec: Codec) -> bytes:
        """The frame's bytes in this codec."""
        data = self._encoded.get(codec.subprotocol)
        if data is None:
            data = self._encoded[codec.subprotocol] = codec.render(self.frame)
        return data


def event_frame(event: Event, address_of: AddressOf) -> Map:
    """An `event` frame, which is also how an event stands in a page.

    Attachments are given their addresses here: those end, and what is stored does not.
    """
    frame: Map = {
        "t": "event",
        "stream": stream_name(event.chat_id, event.stream),
        "chat": event.chat_id,
        "seq": event.seq,
        "id": event.id,
        "kind": event.kind,
        "at": ms_from_datetime(event.at),
        "who": _who(event),
        "cid": event.cid,
    }
    if event.text is not None:
        frame["text"] = event.text
    if event.data is not None:
        has_files = "attachments" in event.data
        frame["data"] = _data_with_addresses(event, event.data, address_of) if has_files else event.data
    if event.after_seq is not None:
        frame["after"] = event.after_seq
    return frame


def page_frame(
    stream: str, resume: Resume, events: list[Event], head: int, more: bool, address_of: AddressOf
) -> Map:
    """A `page` frame: what a line needs before it goes live on a stream."""
    return {
        "t": "page",
        "stream": stream,
        "resume": resume,
        "events": [event_frame(event, address_of) for event in events],
        "head": head,
        "more": more,
    }


def chat_map(chat: Chat, *, for_agent: bool) -> Map:
    """The header of a chat as this side may see it."""
    told: Map = {
        "id": chat.id,
        "uuid": str(chat.uuid),
        "profile": _named(chat.profile_id, chat.profile_name),
        "name": chat.name,
        "state": chat.state,
        "head": chat.head,
        "visitor": _named(chat.visitor_id, chat.visitor_name),
        "holder": chat.holder_id,
        "participants": [_participant_map(person) for person in chat.participants],
        "started_at": ms_from_datetime(chat.started_at),
        "queued_at": _ms(chat.queued_at),
        "accepted_at": _ms(chat.accepted_at),
        "ended_at": _ms(chat.ended_at),
    }
    if for_agent:
        told |= {
            "staff_head": chat.staff_head,
            "page_url": chat.page_url,
            "page_title": chat.page_title,
            "language": chat.language,
            "time_zone": chat.time_zone,
            "email": chat.email,
            "referrer": chat.referrer,
            "user_agent": chat.user_agent,
            "phone": chat.phone,
            "company": chat.company,
            "is_proven": chat.visitor_kind == "user",
            "team": _named(chat.team_id, chat.team_name),
            "ticket": chat.ticket_id,
            "icon": chat.icon,
            "tags": list(chat.tags),
            "custom_fields": dict(chat.custom_fields),
            "consent": chat.consent,
        }
    if chat.kind == "agents":
        told |= {"kind": chat.kind, "starter": chat.starter_id, "pair": chat.is_pair}
    return told


def row_map(row: Row, agent_id: int) -> Map:
    """One inbox row as this agent sees it."""
    return {
        "chat": row.id,
        "uuid": str(row.uuid),
        "state": row.state,
        "profile": {"id": row.profile_id, "name": row.profile_name},
        "visitor": {"id": row.visitor_id, "name": row.visitor_name},
        "holder": None if row.holder_id is None else {"id": row.holder_id, "name": row.holder_name},
        "last": None if row.last_at is None else _last_map(row),
        "unread": row.count_unread(agent_id),
        "head": row.head,
        "started_at": ms_from_datetime(row.started_at),
        "queued_at": _ms(row.queued_at),
        "accepted_at": _ms(row.accepted_at),
        "ended_at": _ms(row.ended_at),
        "offer": None if row.offer is None else _offer_map(row.offer),
        "name": row.name,
        "icon": row.icon,
        "team": _named(row.team_id, row.team_name),
        "ticket": row.ticket_id,
        "offline": row.is_offline,
        "rating": row.rating,
        "tags": list(row.tags),
        "mentioned": agent_id in row.mentioned_ids,
        "wait": None
        if row.wait is None
        else {"since": ms_from_datetime(row.wait.since), "limit_s": row.wait.limit_s},
    }


def colleague_map(row: ColleagueRow, agent_id: int) -> Map:
    """One chat among agents as this one, who takes part, sees it in the inbox."""
    return {
        "chat": row.id,
        "uuid": str(row.uuid),
        "state": row.state,
        "name": row.name,
        "pair": row.is_pair,
        "starter": row.starter_id,
        "people": [{"id": person.id, "name": person.name} for person in row.people],
        "last": None
        if row.last_at is None
        else {
            "text": row.last_text,
            "who": {"id": row.last_id, "side": "agent", "name": row.last_name},
            "at": ms_from_datetime(row.last_at),
        },
        "unread": row.unread.get(agent_id, 0),
        "head": row.head,
        "started_at": ms_from_datetime(row.started_at),
        "ended_at": _ms(row.ended_at),
    }


def tells_rows(frame: Map) -> bool:
    """Whether a `rows` frame tells more than that the cursor moved."""
    return bool(frame["whole"] or frame["rows"] or frame.get("colleagues") or frame.get("gone"))


def _offer_map(offer: Offer) -> Map:
    """An offer that stands, as agents see it."""
    told: Map = {"kind": offer.kind, "until": ms_from_datetime(offer.until)}
    for role, named in (("to", offer.to), ("team", offer.team), ("sender", offer.sender)):
        told[role] = None if named is None else {"id": named.id, "name": named.name}
    return told | {"note": offer.note}


def found_map(found: FoundRow, agent_id: int, wanted: str) -> Map:
    """One inbox row that was looked for, with the passage in which the words stand."""
    row = found.row
    if isinstance(row, ColleagueRow):
        told = colleague_map(row, agent_id) | {"kind": "agents"}
    else:
        told = row_map(row, agent_id)
    event = found.event
    if event is not None:
        told["found"] = {
            "stream": stream_name(event.chat_id, event.stream),
            "seq": (event.data or {}).get("seq", event.seq) if event.kind == "message_edited" else event.seq,
            "at": ms_from_datetime(event.at),
            "who": _who(event),
            "passage": passage_from_text(_shown_text(event), wanted),
        }
    return told


def _shown_text(event: Event) -> str:
    data = event.data or {}
    files = [file["name"] for file in data.get("attachments", ())]
    return " ".join(filter(None, (event.text or data.get("name"), *files)))


def _who(event: Event) -> Map:
    return {"id": None if event.actor_id == SYSTEM_ID else event.actor_id, "side": event.side}


def _named(thing_id: int | None, name: str | None) -> Map | None:
    return None if thing_id is None else {"id": thing_id, "name": name}


def _last_map(row: Row) -> Map:
    who = {"id": row.last_id, "side": row.last_side, "name": row.last_name}
    return {"text": row.last_text, "who": who, "at": _ms(row.last_at)}


def read_frame(mark: ReadMark) -> Map:
    """A `read` frame."""
    return {
        "t": "read",
        "chat": mark.chat_id,
        "id": mark.identity_id,
        "seq": mark.seq,
        "at": ms_from_datetime(mark.at),
    }


def typing_frame(lease: TypingLease, *, for_agent: bool) -> Map:
    """An `eph` frame of kind typing. What is being written is for agents alone."""
    told: Map = {
        "t": "eph",
        "kind": "typing",
        "chat": lease.chat_id,
        "who": {"id": lease.identity_id, "side": lease.side, "name": lease.name},
        "on": lease.on,
        "until": ms_from_datetime(lease.until),
    }
    if for_agent and lease.draft is not None:
        told["draft"] = lease.draft
    return told


def still_there_frame(chat_id: int, until: datetime | None) -> Map:
    """An `eph` frame of kind still_there: until when the visitor may answer; None: they need not any more."""
    return {"t": "eph", "kind": "still_there", "chat": chat_id, "until": _ms(until) or 0}


def queue_frame(chat_id: int, position: int, wait_s: tuple[int, int] | None) -> Map:
    """An `eph` frame of kind queue: the chat's place among those that wait, and between what and what others waited (None: unknown)."""
    return {
        "t": "eph",
        "kind": "queue",
        "chat": chat_id,
        "position": position,
        "wait_s": None if wait_s is None else list(wait_s),
    }


def availability_frame(found: Availability) -> Map:
    """An `eph` frame of kind availability: whether a visitor can begin a chat, and when the hours let them again."""
    return {
        "t": "eph",
        "kind": "availability",
        "available": found.is_available,
        "opens_at": None if found.is_available else _ms(found.next_open_at),
    }


def accepting_frame(readiness: Readiness) -> Map:
    """An `eph` frame of kind accepting: whether the agent of this line takes new chats."""
    return {"t": "eph", "kind": "accepting", **readiness_map(readiness)}


def readiness_map(readiness: Readiness) -> Map:
    """What an agent says of themselves."""
    return {"accepting": readiness.is_accepting, "status": readiness.status, "reason": readiness.reason}


def colleagues_map(found: Colleagues) -> Map:
    """Who is here to hand a chat to."""
    return {
        "agents": [
            {
                "id": one.id,
                "name": one.name,
                "status": one.readiness.status,
                "reason": one.readiness.reason,
                "teams": list(one.team_ids),
                "active": one.active_chats,
                "capacity": one.capacity,
            }
            for one in found.agents
        ],
        "teams": [{"id": team.id, "name": team.name, "present": team.agents} for team in found.teams],
    }


def refusal_frame(
    cid: str, error: HubError, chat: Chat | None, address_of: AddressOf, *, for_agent: bool
) -> Map:
    """The `reply` to a command that was refused, with the chat's header when that heals a stale client."""
    told: Map = {"code": error.code, "message": str(error), "retry": error.retry}
    if error.retry == "after":
        told["after_ms"] = error.after_ms if error.after_ms is not None else 1_000
    if error.field is not None:
        told["field"] = error.field
    if isinstance(error, AnsweredMeanwhile):
        told["data"] = {"events": [event_frame(event, address_of) for event in error.events]}
    reply: Map = {"t": "reply", "cid": cid, "ok": False, "error": told}
    if chat is not None:
        reply["chat"] = chat_map(chat, for_agent=for_agent)
    return reply


def bye_frame(reason: str, retry: Literal["now", "after", "never"], after_ms: int = 0) -> Map:
    """The `bye` frame, which precedes every close the hub chooses."""
    return {"t": "bye", "reason": reason, "retry": retry, "after_ms": after_ms}


def _data_with_addresses(event: Event, data: Map, address_of: AddressOf) -> Map:
    files = [{**file, "url": address_of(event.tenant_id, file["id"])} for file in data["attachments"]]
    return {**data, "attachments": files}


def _participant_map(person: Participant) -> Map:
    return {
        "id": person.id,
        "side": person.side,
        "name": person.name,
        "read": person.read_seq,
        "read_at": _ms(person.read_at),
        "left": person.left,
    }


def _ms(at: datetime | None) -> int | None:
    return None if at is None else ms_from_datetime(at)
