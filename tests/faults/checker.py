"""Judges a history: every way in which the promises about messages can be broken, found without a clock or a network.

Its counterpart is `people`, whose clients write the history down.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.faults.history import Acked, History, Paged, Received, Refused, Sent, Stored

Kind = Literal[
    "loss",
    "duplication",
    "reordering",
    "gap",
    "phantom",
    "corruption",
    "ack_without_durability",
    "false_refusal",
    "leak",
    "double_claim",
]


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise."""

    kind: Kind
    what: str


def find_violations(history: History) -> list[Violation]:
    """Everything that is wrong with the history; empty when every promise was kept."""
    received: dict[str, list[Paged | Received]] = {client: [] for client in history.may_see}
    for entry in history.entries:
        if isinstance(entry, Paged | Received) and entry.client in received:
            received[entry.client].append(entry)
    stored = {(stream, event.seq): event for stream, events in history.transcript.items() for event in events}
    return [
        *_judge_transcript(history),
        *_judge_answers(history),
        *_judge_sent_order(history),
        *_judge_claims(history),
        *(
            found
            for client, entries in received.items()
            for found in _judge_receiver(history, client, entries, stored)
        ),
    ]


def _judge_transcript(history: History) -> Iterator[Violation]:
    """The store's own numbering, and that everything in it was sent, once."""
    sent = {(entry.stream, entry.cid): entry for entry in history.iterate(Sent)}
    for stream, events in history.transcript.items():
        if [event.seq for event in events] != list(range(1, len(events) + 1)):
            yield Violation("gap", f"{stream} is numbered {[event.seq for event in events]}")
        seen: set[tuple[int, str]] = set()
        for event in events:
            if (event.actor_id, event.cid) in seen:
                yield Violation("duplication", f"{stream} holds the cid {event.cid} twice")
            seen.add((event.actor_id, event.cid))
            command = sent.get((stream, event.cid))
            if command is None:
                yield Violation("phantom", f"{stream}:{event.seq} was sent by nobody")
            elif command.text != event.text:
                yield Violation(
                    "corruption", f"{stream}:{event.seq} is {event.text!r}, but {command.text!r} was sent"
                )


def _judge_answers(history: History) -> Iterator[Violation]:
    """Acknowledged is stored under that number; refused for good is not stored."""
    streams = {entry.cid: entry.stream for entry in history.iterate(Sent)}
    stored = _stored_by_cid(history)
    for entry in history.entries:
        if isinstance(entry, Acked):
            event = stored.get((streams.get(entry.cid, ""), entry.cid))
            if event is None:
                yield Violation(
                    "ack_without_durability", f"{entry.client} was told {entry.cid} is stored; it is not"
                )
            elif event.seq != entry.seq:
                yield Violation(
                    "corruption", f"{entry.cid} is number {event.seq}; {entry.client} was told {entry.seq}"
                )
        elif isinstance(entry, Refused) and (streams.get(entry.cid, ""), entry.cid) in stored:
            yield Violation(
                "false_refusal", f"{entry.client} was told {entry.code} for {entry.cid}, which is stored"
            )


def _judge_sent_order(history: History) -> Iterator[Violation]:
    """What was sent after an acknowledgement stands behind it; what went once over one line stands in its order."""
    stored = _stored_by_cid(history)
    streams = {command.cid: command.stream for command in history.iterate(Sent)}
    times_sent = Counter(command.cid for command in history.iterate(Sent))
    acked_up_to: dict[str, int] = defaultdict(int)
    last_on_line: dict[tuple[str, int, str], int] = defaultdict(int)
    begun: set[str] = set()
    for entry in history.entries:
        if isinstance(entry, Acked):
            stream = streams.get(entry.cid, "")
            acked_up_to[stream] = max(acked_up_to[stream], entry.seq)
        if not isinstance(entry, Sent) or entry.cid in begun or (entry.stream, entry.cid) not in stored:
            continue
        begun.add(entry.cid)
        seq, acked = stored[entry.stream, entry.cid].seq, acked_up_to[entry.stream]
        if seq <= acked:
            yield Violation("reordering", f"{entry.stream}:{seq} was sent after {acked} was acknowledged")
        if times_sent[entry.cid] == 1:
            line = (entry.client, entry.line, entry.stream)
            if seq < last_on_line[line]:
                yield Violation(
                    "reordering", f"{entry.client} sent {entry.stream}:{seq} after {last_on_line[line]}"
                )
            last_on_line[line] = seq


def _judge_claims(history: History) -> Iterator[Violation]:
    """A chat is accepted once."""
    claims = {entry.cid: entry.stream for entry in history.iterate(Sent) if entry.op == "accept"}
    winners: dict[str, set[str]] = defaultdict(set)
    for entry in history.iterate(Acked):
        if entry.cid in claims:
            winners[claims[entry.cid]].add(entry.cid)
    for stream, events in history.transcript.items():
        winners[stream] |= {event.cid for event in events if event.kind == "agent_joined"}
    for stream, cids in winners.items():
        if len(cids) > 1:
            yield Violation("double_claim", f"{stream} was accepted by {sorted(cids)}")


def _judge_receiver(
    history: History, client: str, entries: list[Paged | Received], stored: dict[tuple[str, int], Stored]
) -> Iterator[Violation]:
    """One client's events: those of its streams and no others, each once, in order, without a hole, as they are stored."""
    seen: dict[str, set[int]] = defaultdict(set)
    last_seen: dict[str, int] = defaultdict(int)
    for entry in entries:
        known = seen[entry.stream]
        if entry.stream not in history.may_see[client]:
            yield Violation("leak", f"{client} was sent {entry.stream}")
            continue
        if isinstance(entry, Paged):
            if entry.resume == "reset":
                known.clear()
                last_seen[entry.stream] = 0
            if entry.resume != "ok":  # Said aloud: what is before the page is there to be asked for.
                known.update(range(1, entry.first))
                last_seen[entry.stream] = max(last_seen[entry.stream], entry.first - 1)
            continue
        place = f"{entry.stream}:{entry.seq}"
        if entry.seq in known:
            yield Violation("duplication", f"{client} received {place} twice")
        elif entry.seq < last_seen[entry.stream]:
            yield Violation("reordering", f"{client} received {place} after {last_seen[entry.stream]}")
        known.add(entry.seq)
        last_seen[entry.stream] = max(last_seen[entry.stream], entry.seq)
        yield from _judge_event(client, place, entry, stored.get((entry.stream, entry.seq)))
    for stream in history.may_see[client]:
        last = max(seen[stream], default=0)
        for event in history.transcript.get(stream, ()):
            if event.seq not in seen[stream]:
                kind: Kind = "gap" if event.seq < last else "loss"
                yield Violation(kind, f"{client} never received {stream}:{event.seq}")


def _judge_event(client: str, place: str, entry: Received, event: Stored | None) -> Iterator[Violation]:
    if event is None:
        yield Violation("phantom", f"{client} received {place}, which is not stored")
    elif (event.id, event.cid, event.text) != (entry.id, entry.cid, entry.text):
        yield Violation(
            "corruption", f"{client} received {place} as {entry.text!r}; stored is {event.text!r}"
        )


def _stored_by_cid(history: History) -> dict[tuple[str, str], Stored]:
    return {(stream, event.cid): event for stream, events in history.transcript.items() for event in events}
