"""Deliveries: durable errands to the outside, where they go, and when one is tried again or given up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from hub.domain.desk import Patch, with_clean_name
from hub.domain.errors import BadRequest
from hub.domain.event import EventKind

# What a target can be told of.
TICKET_LOGGED = "ticket_logged"
TEST = "test"  # Asked for by a person, of one target.
TOPICS: tuple[str, ...] = (*get_args(EventKind), TICKET_LOGGED)
STAFF_TOPICS = frozenset(
    {"note_posted", "chat_changed", "chat_offered", "offer_ended"}
)  # What only agents may see is told to who asks for it.
PUBLIC_TOPICS = tuple(topic for topic in TOPICS if topic not in STAFF_TOPICS)

Form = Literal["hub", "superoffice"]
TargetState = Literal["on", "paused"]
PauseReason = Literal["asked", "failing", "gone"]
DeliveryState = Literal["due", "done", "dead"]

# Before each further attempt; the last holds for all later ones. Half a minute at first, because most faults are deploys.
WAITS = (5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0)
JITTER = 0.2  # So that what failed together does not come back together.
GIVE_UP_AFTER = timedelta(days=1)
PAUSE_AFTER = timedelta(days=1)
ALONE_AFTER_FAILURES = 3  # From then on one attempt at a time, for the whole target.
MAX_ASKED_WAIT_S = 3_600.0  # Of a target that says `Retry-After`.

# As Standard Webhooks has secrets: base64 behind a prefix.
SECRET_PREFIX = "whsec_"  # noqa: S105 (it says that what follows is one)

GONE = 410  # RFC 9110: the address is not there any more, and will not be.
MAX_NAME_CHARS = 100
MAX_FOREIGN_ID_CHARS = 100


@dataclass(frozen=True, slots=True)
class Target:
    """Where deliveries go: the address of somebody who wants to be told. `failures` are those in a row."""

    id: int
    uuid: UUID
    name: str
    url: str
    form: Form
    topics: tuple[str, ...]
    profile_ids: tuple[int, ...] | None
    state: TargetState
    paused_at: datetime | None
    pause_reason: PauseReason | None
    failures: int
    failing_since: datetime | None
    created_at: datetime
    changed_at: datetime
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Errand:
    """A delivery somebody has taken on: `body` and `event` are what was written with it, `attempts` which attempt this is.
    `failing_since`: nothing has succeeded at the target since then; None when the last one did.

    `secrets` pairs each name with what is sealed under it, the newest first.
    """

    tenant_id: int
    id: int
    uuid: UUID
    target_id: int
    target_uuid: UUID
    target_name: str
    url: str
    form: Form
    failures: int
    failing_since: datetime | None
    topic: str
    attempts: int
    tries: int
    due_since: datetime
    created_at: datetime
    body: dict[str, Any]
    event: dict[str, Any] | None
    secrets: tuple[tuple[str, bytes], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status and how the answer begins, or in one word why there is none."""

    took_ms: int
    status: int | None = None
    error: str | None = None
    text: str = ""
    retry_after_s: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the target has taken it: any 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the log."""

    number: int
    at: datetime
    took_ms: int
    status: int | None
    error: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as the log shows it, without what it says; `position` is the id of the event it tells of, or its place among them."""

    id: int
    uuid: UUID
    target_id: int
    topic: str
    chat_id: int | None
    position: int
    state: DeliveryState
    attempts: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class TargetHealth:
    """How it stands with one target: how much waits for it, and since when the oldest does."""

    tenant_id: int
    target_id: int
    name: str
    state: TargetState
    pause_reason: PauseReason | None
    failing_since: datetime | None
    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an attempt.

    `again_at` when the delivery is tried again, None when it is over. `target_at`: before that nothing else goes to the target
    either. `pauses` says why the target gets nothing more until somebody resumes it.
    """

    state: DeliveryState
    again_at: datetime | None = None
    target_at: datetime | None = None
    pauses: PauseReason | None = None


def judge_attempt(errand: Errand, answer: Answer, now: datetime, chance: float = 0.5) -> Verdict:
    """What to do after an attempt. `chance` from 0 to 1 spreads the next one around its time."""
    if answer.is_success:
        return Verdict("done")
    if errand.topic == TEST:
        return Verdict("dead")  # Who asked for it looks at the answer.
    if answer.status == GONE:
        return Verdict("due", now, pauses="gone")
    spread = 1 + JITTER * (2 * chance - 1)
    again_at = now + timedelta(seconds=wait_s(errand.tries, answer.retry_after_s) * spread)
    failures = errand.failures + 1
    target_at = None
    if failures >= ALONE_AFTER_FAILURES or answer.retry_after_s is not None:
        waits_s = wait_s(failures - ALONE_AFTER_FAILURES + 1, answer.retry_after_s) * spread
        target_at = now + timedelta(seconds=waits_s)
    if errand.failing_since is not None and now - errand.failing_since >= PAUSE_AFTER:
        return Verdict("due", now, pauses="failing")
    if now - errand.due_since >= GIVE_UP_AFTER:
        return Verdict("dead", target_at=target_at)
    return Verdict("due", again_at, target_at)


def wait_s(failures: int, asked_s: float | None = None) -> float:
    """How long to wait after so many failures in a row, in seconds; longer when the target asked for it, within reason."""
    waits_s = WAITS[min(max(failures, 1), len(WAITS)) - 1]
    return waits_s if asked_s is None else max(waits_s, min(asked_s, MAX_ASKED_WAIT_S))


def clean_target(patch: Patch) -> Patch:
    """The patch as it may be stored. BadRequest names the field."""
    patch = with_clean_name(patch, "A webhook", max_chars=MAX_NAME_CHARS)
    topics = patch.get("topics")
    if topics is None:
        return patch
    for topic in topics:
        if topic not in TOPICS:
            raise BadRequest(
                f"There is no event “{topic[:40]}”; there are {', '.join(TOPICS)}.", field="topics"
            )
    if not topics:
        raise BadRequest("A webhook is told of something.", field="topics")
    return {**patch, "topics": list(dict.fromkeys(topics))}


def foreign_ticket(answer: Any) -> tuple[str, str | None] | None:
    """The number and maybe the address a ticket has in the other system, from the JSON object it answers with; else None."""
    if not isinstance(answer, dict):
        return None
    number = answer.get("id")
    if isinstance(number, bool) or not isinstance(number, str | int) or not str(number).strip():
        return None
    shown = str(number).strip()
    url = answer.get("url")
    is_url = (
        isinstance(url, str)
        and url.startswith(("https://", "http://"))
        and len(url) <= 2_000
        and url.isprintable()
    )
    if len(shown) > MAX_FOREIGN_ID_CHARS or not shown.isprintable():
        return None
    return shown, url if is_url else None
