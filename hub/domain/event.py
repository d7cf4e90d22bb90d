"""Events: the durable, numbered facts of a chat, and what an append demands and changes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from hub.domain.identity import Side

Stream = Literal["public", "staff"]

EventKind = Literal[
    "chat_started",
    "message_posted",
    "agent_joined",
    "agent_left",
    "chat_ended",
    "chat_renamed",
    "chat_changed",
    "chat_rated",
    "message_edited",
    "note_posted",
    "visitor_identified",
    "chat_offered",
    "offer_ended",
    "chat_reopened",
    "chat_put_off",
]

# Of these the data too is what the caller asked for; of the others the hub's own rules have put it together.
ASKED_WITH_DATA: frozenset[EventKind] = frozenset(
    {
        "message_posted",
        "message_edited",
        "note_posted",
        "chat_renamed",
        "chat_changed",
        "chat_rated",
        "chat_offered",
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of a chat. `seq` is dense in its stream; `id` grows with seq inside a chat and is unique in the hub.

    `after_seq` is set on staff events only: the public seq they stand behind.
    """

    tenant_id: int
    chat_id: int
    stream: Stream
    seq: int
    id: int
    uuid: UUID
    kind: EventKind
    side: Side
    actor_id: int
    cid: str
    at: datetime
    text: str | None = None
    data: dict[str, Any] | None = None
    after_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody becomes a participant under a name as the other side sees it."""

    identity_id: int
    side: Side
    name: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What must still be true under the chat's lock; None demands nothing.

    `states` is a bit set of chat.States; `participant_id` must take part; `holder_id` must hold the chat;
    `expect_seq`: no other agent has written after this public seq. `offer_seq`: this offer stands, 0: none does; and
    `not_holder_id` must not hold the chat. These two are for events that change something.
    """

    states: int | None = None
    participant_id: int | None = None
    holder_id: int | None = None
    expect_seq: int | None = None
    offer_seq: int | None = None
    not_holder_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What the event changes about its chat besides being added to it; None changes nothing.

    `edits` is the seq of the message whose text this event replaces. `details` holds new values of `name`, `team_id`,
    `ticket_id`, `icon`, `teams_conversation_id`. `ticket` (`summary`, maybe `type_id` and `clientsite_id`) is logged when
    the chat has none yet. `releases`: nobody holds the chat any more. `offer` is held out from now on, for `offer_for_s`;
    `ends_offer` takes back the one that stands. `passes_id` has let the chat pass by. `puts_off` makes it a message that was left.
    """

    state: str | None = None
    holder_id: int | None = None
    releases: bool | None = None
    offer: dict[str, Any] | None = None
    offer_for_s: float | None = None
    ends_offer: bool | None = None
    passes_id: int | None = None
    puts_off: bool | None = None
    join: Join | None = None
    leave_id: int | None = None
    edits: int | None = None
    details: dict[str, Any] | None = None
    ticket: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Append:
    """One event to be: numbered, guarded and stored by the next group commit."""

    tenant_id: int
    chat_id: int
    stream: Stream
    kind: EventKind
    side: Side
    actor_id: int
    cid: str
    text: str | None = None
    data: dict[str, Any] | None = None
    guard: Guard = field(default_factory=Guard)
    change: Change | None = None

    def body_hash(self) -> bytes:
        """A digest of what the caller asked for; a repeat of the cid must bring the same one."""
        data = self.data if self.kind in ASKED_WITH_DATA else None
        told = "" if data is None else json.dumps(data, sort_keys=True)
        asked = "\x00".join((self.stream, self.kind, self.text or "", told))
        return sha256(asked.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class Appended:
    """The stored event; `duplicate` when an earlier append with this cid had stored it already."""

    event: Event
    duplicate: bool


def without_deleted(events: Sequence[Event], edits: Iterable[Event]) -> list[Event]:
    """The events as visitors get them: of messages that one of the edits deletes nothing is left but their numbers."""
    gone = {(edit.data or {}).get("seq") for edit in edits if (edit.data or {}).get("deleted")}

    def is_gone(event: Event) -> bool:
        data = event.data or {}
        if event.kind == "message_edited":
            return data.get("seq") in gone and not data.get("deleted")
        return event.kind == "message_posted" and event.seq in gone

    def emptied(event: Event) -> Event:
        kept = {"seq": (event.data or {})["seq"]} if event.kind == "message_edited" else None
        return replace(event, text="", data=kept)

    return [emptied(event) if is_gone(event) else event for event in events]


RefusalReason = Literal[
    "missing", "kind", "state", "participant", "holder", "seq", "offer", "other_open", "reused"
]


class AppendRefused(Exception):
    """A guard failed under the lock; the action that asked turns this into its own refusal."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason: RefusalReason = reason
