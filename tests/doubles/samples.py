"""The protocol's sample frames, and the chat, events and marks they tell of."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.domain.chat import Chat, Named, Offer, Participant, Row
from hub.domain.event import Event
from hub.domain.identity import SYSTEM_ID

SAMPLES = Path(__file__).parents[2] / "hub" / "live" / "samples"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Sample = dict[str, Any]


def list_samples(direction: str) -> list[str]:
    """The names of all sample frames, `to_hub` or `from_hub`; what carries frames by HTTP is none."""
    names = sorted(path.stem for path in (SAMPLES / direction).glob("*.json"))
    return [name for name in names if "t" in get_sample(direction, name)]


def get_sample(direction: str, name: str) -> Sample:
    """One sample frame."""
    sample: Sample = json.loads((SAMPLES / direction / f"{name}.json").read_text("utf-8"))
    return sample


def at(ms: int) -> datetime:
    """A time of the wire."""
    return EPOCH + timedelta(milliseconds=ms)


def members(value: Any) -> Any:
    """The shape of a frame: its members at every depth, without their values. Lists are as their first element."""
    if isinstance(value, dict):
        return {name: members(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return [members(value[0])] if value else []
    return None


def shape_of_sample(name: str) -> Any:
    """The shape of a frame from the hub."""
    return members(get_sample("from_hub", name))


def sample_address(tenant_id: int, attachment_id: int) -> str:
    """The address of an attachment in the samples."""
    return f"https://hub.example/api/Attachment/{attachment_id}?token=WzEsNjEsMTc5NTI1NDAxMF0.c2ln"


def event_from_sample(sample: Sample) -> Event:
    """The event a sample tells of."""
    return Event(
        tenant_id=1,
        chat_id=sample["chat"],
        stream="staff" if sample["stream"].endswith("/staff") else "public",
        seq=sample["seq"],
        id=sample["id"],
        uuid=UUID(int=sample["id"]),
        kind=sample["kind"],
        side=sample["who"]["side"],
        actor_id=sample["who"]["id"] or SYSTEM_ID,
        cid=sample["cid"],
        at=at(sample["at"]),
        text=sample.get("text"),
        data=_stored_data(sample.get("data")),
        after_seq=sample.get("after"),
    )


def _stored_data(told: Sample | None) -> Sample | None:
    """What is stored of an event's data: all but the addresses of files."""
    if told is None or "attachments" not in told:
        return told
    files = [{name: value for name, value in file.items() if name != "url"} for file in told["attachments"]]
    return {**told, "attachments": files}


SAMPLE_UUID = UUID("6f1f0a52-8f7e-4c3e-9d9a-0a5c2f6f4f10")

SAMPLE_CHAT = Chat(
    tenant_id=1,
    id=17,
    uuid=SAMPLE_UUID,
    profile_id=3,
    profile_name="Marlow Cycles",
    state="active",
    visitor_id=41,
    visitor_name="Visitor 7F2C",
    holder_id=5,
    head=4,
    staff_head=1,
    participants=(
        Participant(41, "visitor", "Visitor 7F2C", 2, at(1795250400000)),
        Participant(5, "agent", "Marta Lindqvist", 4, at(1795250460000)),
    ),
    started_at=at(1795250300000),
    queued_at=at(1795250300000),
    accepted_at=at(1795250390000),
    ended_at=None,
    page_url="https://shop.example/bikes/fernweh-3",
    page_title="Fernweh 3",
    language="en",
    time_zone="Europe/London",
    email="ada@shop.example",
    referrer="https://search.example/",
    user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    phone="+44 20 7946 0000",
    company="Analytical Engines",
)

SAMPLE_ROW = Row(
    tenant_id=1,
    id=17,
    uuid=SAMPLE_UUID,
    state="active",
    profile_id=3,
    profile_name="Marlow Cycles",
    visitor_id=41,
    visitor_name="Visitor 7F2C",
    holder_id=5,
    holder_name="Marta Lindqvist",
    last_text="Morning. Looking now.",
    last_side="agent",
    last_id=5,
    last_name="Marta Lindqvist",
    last_at=at(1795250400000),
    visitor_count=1,
    read_counts={5: 1},
    head=4,
    started_at=at(1795250300000),
    queued_at=at(1795250300000),
    accepted_at=at(1795250390000),
    ended_at=None,
    offer=Offer(
        2,
        "transfer",
        at(1795250520000),
        to=Named(6, "Jonas Okafor"),
        sender=Named(5, "Marta Lindqvist"),
        note="Frames are yours.",
    ),
    team_id=2,
    team_name="Repairs",
    ticket_id=1042,
    rating=4,
    tags=("refund",),
    mentioned_ids=(5,),
)
