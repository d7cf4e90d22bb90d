"""Tickets: what remains to be done after a chat, or beside it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hub.domain.desk import Patch, with_clean_name
from hub.domain.errors import BadRequest

MAX_SUMMARY_CHARS = 250
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `user_id` is whose it is, a user or a chat's visitor; `chat_id` the chat that logged it, else the newest about it.

    `foreign_id` and `foreign_url` are its number and address in the system that was told of it.
    """

    id: int
    summary: str
    details: str
    status_id: int
    status_name: str
    is_closed: bool
    type_id: int | None
    type_name: str | None
    user_id: int | None
    user_name: str | None
    user_email: str | None
    agent_id: int | None
    agent_name: str | None
    team_id: int | None
    team_name: str | None
    clientsite_id: int | None
    occurred_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    chat_id: int | None
    chat_count: int
    open_chat_count: int
    foreign_id: str | None
    foreign_url: str | None


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted; None asks for nothing. `text` is looked for in summary and details, or is the ticket's number."""

    ids: tuple[int, ...] | None = None
    status_id: int | None = None
    type_id: int | None = None
    user_id: int | None = None
    agent_id: int | None = None
    team_id: int | None = None
    chat_id: int | None = None
    is_closed: bool | None = None
    text: str | None = None


def clean_ticket(patch: Patch) -> Patch:
    """The patch as it may be stored. BadRequest names the field."""
    patch = with_clean_name(patch, "A ticket", "summary", MAX_SUMMARY_CHARS)
    if patch.get("occurred_at") is not None:
        patch = {**patch, "occurred_at": _moment(patch["occurred_at"])}
    return patch


def _moment(told: datetime) -> datetime:
    """The moment in UTC; one without a zone is UTC."""
    moment = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    if not EARLIEST <= moment < LATEST:
        raise BadRequest("That date is too far away.", field="occurred_at")
    return moment.astimezone(UTC)
