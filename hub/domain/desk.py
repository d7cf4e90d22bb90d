"""The desk beside the chats: teams, ticket types and statuses, and what may be changed about them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hub.domain.errors import BadRequest, NotFound
from hub.domain.text import clean_line

# What is to be saved about one thing: new values by the names of our fields. With an `id` that thing is changed, without
# one it is made; what is not named stays as it is.
Patch = dict[str, Any]

MAX_LABEL_CHARS = 100


class Numbered(Protocol):
    """Anything that goes by an id."""

    @property
    def id(self) -> int: ...


Thing = TypeVar("Thing", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who belong together. `agent_ids` are its enabled members; lists go by `sequence`, then name."""

    id: int
    name: str
    sequence: int
    takes_chats: bool
    is_disabled: bool
    agent_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """How far a ticket has come; of a ticket whose status `is_closed` nothing remains to be done."""

    id: int
    name: str
    short_name: str | None
    colour: str | None
    sequence: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class TicketType:
    """What kind of thing a ticket is about. New tickets have none that is disabled."""

    id: int
    name: str
    sequence: int
    is_disabled: bool


def is_new(patch: Patch) -> bool:
    """Whether the patch makes something, rather than changing it."""
    return "id" not in patch


def with_clean_name(patch: Patch, what: str, field: str = "name", max_chars: int = MAX_LABEL_CHARS) -> Patch:
    """The patch with its name on one line. BadRequest when something new has none, or nothing of it can be seen."""
    if field not in patch and not is_new(patch):
        return patch
    shown = clean_line(patch.get(field) or "", max_chars)
    if not shown:
        raise BadRequest(f"{what} needs a {field}.", field=field)
    return {**patch, field: shown}


def ids_named(patches: Iterable[Mapping[str, Any]], field: str) -> list[int]:
    """What the patches name under `field`, each once."""
    return sorted({patch[field] for patch in patches if patch.get(field) is not None})


def require_known(patches: Iterable[Mapping[str, Any]], field: str, known: Iterable[int], what: str) -> None:
    """BadRequest when a patch names something under `field` that is not among the known."""
    allowed = set(known)
    for patch in patches:
        if patch.get(field) is not None and patch[field] not in allowed:
            raise BadRequest(f"There is no {what} {patch[field]}.", field=field)


def in_order_of(ids: Sequence[int], found: Iterable[Thing]) -> list[Thing]:
    """What was found, in the order of the ids. NotFound when one is missing."""
    by_id = {thing.id: thing for thing in found}
    if not by_id.keys() >= set(ids):
        raise NotFound
    return [by_id[one] for one in ids]
