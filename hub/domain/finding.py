"""Finding chats: what is wanted of them, and the passage of a text in which the words stand that were looked for."""

import re
from dataclasses import dataclass
from typing import Literal

from hub.domain.chat import Row
from hub.domain.colleagues import ColleagueRow
from hub.domain.event import Event

View = Literal["all", "open", "waiting", "mine", "team", "ended"]  # Of visitors' chats.

MAX_SEARCH_CHARS = 200
CHARS_BEFORE, CHARS_IN_ALL = 40, 160  # Of a passage: what fits into two lines of a list.
# Scripts without spaces between words: every character begins one, as the store's index has it.
UNSPACED = "぀-ヿ㐀-鿿가-힯"
WORD = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which chats are wanted; None does not choose. Each view has its order: who waits longest, else who came or ended last.

    `agent_id` and `team_ids` are those who ask, for `mine` and `team`; `hidden_profile_ids` those they may not see.
    """

    view: View
    agent_id: int
    team_ids: tuple[int, ...] = ()
    profile_id: int | None = None
    holder_id: int | None = None
    visitor_id: int | None = None
    tag: str | None = None
    is_offline: bool | None = None
    is_rated: bool | None = None
    is_overdue: bool | None = None
    hidden_profile_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A chat that was found. `event` is the newest in which the words stand; None when it goes by its number or its visitor."""

    row: Row | ColleagueRow
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Part of what was found; `after` is where the next part begins, None at the end."""

    rows: list[FoundRow]
    after: str | None


def passage_from_text(text: str, wanted: str) -> list[str]:
    """The part of the text around the first of the wanted words, cut where these begin and end: every second piece is one."""
    line = " ".join(text.split())
    words = sorted({word.lower() for word in WORD.findall(wanted)}, key=len, reverse=True)
    if not words:
        return [line[:CHARS_IN_ALL]]
    pattern = re.compile(f"({'|'.join(map(_beginning, words))})", re.IGNORECASE)
    first = pattern.search(line)
    start = 0 if first is None else max(0, first.start() - CHARS_BEFORE)
    if start:  # At the beginning of a word, unless that is far.
        space = line.find(" ", start, start + CHARS_BEFORE)
        start = start if space < 0 else space + 1
    passage = line[start : start + CHARS_IN_ALL]
    pieces = pattern.split(passage)
    if start:
        pieces[0] = f"… {pieces[0]}"
    if start + CHARS_IN_ALL < len(line):
        pieces[-1] = f"{pieces[-1]}…"
    return pieces


def _beginning(word: str) -> str:
    """The pattern of a word, or of the beginning of one."""
    is_unspaced = re.match(f"[{UNSPACED}]", word) is not None
    return re.escape(word) if is_unspaced else rf"(?<![^\W_]){re.escape(word)}"
