"""Texts that agents have ready."""

import re
from dataclasses import dataclass
from datetime import datetime

from hub.domain.desk import Patch, is_new, with_clean_name
from hub.domain.errors import BadRequest
from hub.domain.identity import AgentCaller
from hub.domain.text import MAX_LINE_TEXT_CHARS, require_lines

MAX_CANNED_NAME_CHARS = 40
# It is typed behind a slash, in one go.
NAME = re.compile(r"[^\s/{}]+")


@dataclass(frozen=True, slots=True)
class CannedText:
    """One text, by the name that is typed behind the slash. Without a `team_id` it is everybody's.

    Variables in it, such as `{{visitor.name}}`, are filled in by the console; the hub leaves them as they are.
    """

    id: int
    name: str
    text: str
    team_id: int | None
    team_name: str | None
    author_id: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CannedTextFilter:
    """Which texts are wanted; None asks for nothing. `text` is looked for in name and text, `reader_team_ids` leaves those of other teams out."""

    ids: tuple[int, ...] | None = None
    team_id: int | None = None
    text: str | None = None
    reader_team_ids: tuple[int, ...] | None = None


def clean_canned_text(patch: Patch) -> Patch:
    """The patch as it may be stored. BadRequest, TextTooLong and TextInvalid name the field."""
    patch = with_clean_name(patch, "A canned text", max_chars=MAX_CANNED_NAME_CHARS)
    if "name" in patch:
        name = patch["name"].lstrip("/")
        if NAME.fullmatch(name) is None:
            raise BadRequest("The name is one word without slashes and braces.", field="name")
        patch = {**patch, "name": name}
    if "text" in patch or is_new(patch):
        text = require_lines(patch.get("text") or "", "text", MAX_LINE_TEXT_CHARS)
        if not text.strip():
            raise BadRequest("A canned text needs a text.", field="text")
        patch = {**patch, "text": text}
    return patch


def may_use(text: CannedText, agent: AgentCaller) -> bool:
    """Whether the agent is one of those it is for; administrators keep all of them."""
    return agent.is_admin or text.team_id is None or text.team_id in agent.team_ids
