"""People as the desk keeps them: agents who work here, users for whom they work."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.desk import Patch, with_clean_name
from hub.domain.errors import BadRequest, Forbidden
from hub.domain.identity import AgentCaller
from hub.domain.language import clean_languages


@dataclass(frozen=True, slots=True)
class Agent:
    """One who answers. `capacity` is how many chats they take on at a time, None: without limit; `languages` as routing goes by them."""

    id: int
    name: str
    email: str
    is_admin: bool
    role_ids: tuple[int, ...]
    team_ids: tuple[int, ...]
    team_names: tuple[str, ...]
    is_accepting: bool
    capacity: int | None
    is_disabled: bool
    created_at: datetime
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """Which agents are wanted; None asks for nothing. `text` is looked for in name and e-mail."""

    ids: tuple[int, ...] | None = None
    team_id: int | None = None
    role_id: int | None = None
    is_disabled: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class User:
    """One for whom agents work, known by more than a chat."""

    id: int
    name: str
    email: str | None
    phone: str | None
    mobile: str | None
    company: str | None
    job_title: str | None
    notes: str | None
    is_disabled: bool
    is_visitor: bool  # Known from chats only: can be read, and is changed by nobody but themselves.
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users are wanted; None asks for nothing. `text` is looked for in name, e-mail, telephone numbers and company."""

    ids: tuple[int, ...] | None = None
    is_disabled: bool | None = None
    text: str | None = None


def clean_user(patch: Patch) -> Patch:
    """The patch as it may be stored. BadRequest names the field."""
    return with_clean_name(patch, "A user")


def clean_agent(patch: Patch, admin: AgentCaller) -> Patch:
    """The patch as it may be stored, when this administrator may make it. BadRequest names the field.

    Nobody takes their own administration or account away: whoever does so by mistake could not take it back.
    """
    if patch.get("id") == admin.id and (patch.get("is_disabled") or patch.get("is_admin") is False):
        raise Forbidden("Another administrator has to do this to you.")
    patch = with_clean_name(patch, "An agent")
    for field in ("role_ids", "team_ids"):
        if field in patch and len(set(patch[field])) != len(patch[field]):
            raise BadRequest("The list names one of them twice.", field=field)
    if "languages" in patch:
        patch = {**patch, "languages": clean_languages(patch["languages"])}
    return patch


def require_admin(agent: AgentCaller) -> None:
    """Returns for administrators; Forbidden for everybody else."""
    if not agent.is_admin:
        raise Forbidden("Administrators do this.")


def require_supervisor(agent: AgentCaller) -> None:
    """Returns for those who may step into the chats of others: administrators. Forbidden for everybody else."""
    if not agent.is_admin:
        raise Forbidden("Supervisors do this: agents who are administrators.")
