"""Attachments: how they are named, and for whom they exist."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from hub.domain.attachment import (
    MAX_FILE_NAME_CHARS,
    Attachment,
    clean_file_name,
    data_from_attachment,
    may_see_attachment,
)
from hub.domain.chat import Chat
from hub.domain.identity import AgentCaller, VisitorCaller
from hub.domain.profile import Access, AccessRule, Rules

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FILE = Attachment(1, 5, UUID(int=5), "k", 20, "a.png", "image/png", 70, 3, 2, "uploaded", NOW)
CHAT = Chat(
    1, 9, UUID(int=9), 3, "Shop", "active", 20, "Ann", None, 4, 0, (), NOW, NOW, None, None
)  # fmt: skip
USED = replace(FILE, state="used", chat_id=9, stream="public")
NOTED = replace(USED, uploader_id=31, stream="staff")
TICKETED = replace(FILE, state="used", uploader_id=31, ticket_id=2)

ANN = VisitorCaller(1, 3, UUID(int=1), 20, "Ann")
BEN = VisitorCaller(1, 3, UUID(int=2), 21, "Ben")
STRANGER = VisitorCaller(1, 3, UUID(int=3), None, "Visitor")
MARTA = AgentCaller(1, 30, "Marta", "marta@x.example")
ELSEWHERE = AgentCaller(2, 20, "Eve", "eve@x.example", is_admin=True)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("photo.png", "photo.png"),
        ("Grüße 世界 👋.pdf", "Grüße 世界 👋.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\a.png", "a.png"),
        ("a/b\\..", "file"),
        ("..", "file"),
        ("", "file"),
        ("   ", "file"),
        (".htaccess", "htaccess"),
        ("con.txt", "con.txt"),
        ("a.txt. . ", "a.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("a\x00.png", "a.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2066b\u2069\u200fc.txt", "abc.txt"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("\ud800lone.txt", "lone.txt"),
        ('quo"te.txt', 'quo"te.txt'),
        ("x" * 1_000, "x" * MAX_FILE_NAME_CHARS),
        ("x" * 1_000 + ".tar.gz", "x" * 252 + ".gz"),
        ("x." + "y" * 1_000, "x." + "y" * 253),
    ],
)
def test_a_name_is_for_showing_only(given: str, shown: str) -> None:
    assert clean_file_name(given) == shown


@pytest.mark.parametrize(
    ("attachment", "who"),
    [
        (FILE, {ANN}),
        (replace(FILE, state="claimed", chat_id=9), {ANN}),
        (USED, {ANN, MARTA}),
        (replace(USED, uploader_id=30), {ANN, MARTA}),
        (NOTED, {MARTA}),
        (replace(NOTED, uploader_id=20), {ANN, MARTA}),
        (TICKETED, {MARTA}),
    ],
)
def test_a_file_exists_for_whom_it_was_meant(
    attachment: Attachment, who: set[VisitorCaller | AgentCaller]
) -> None:
    everybody = (ANN, BEN, STRANGER, MARTA, ELSEWHERE)
    chat = CHAT if attachment.chat_id else None
    assert {caller for caller in everybody if may_see_attachment(caller, attachment, chat)} == who


def test_an_agent_sees_no_file_of_a_chat_they_do_not_see() -> None:
    rule = AccessRule("agent", 99, "read")
    closed = replace(CHAT, rules=Rules(access=Access(is_enforced=True, rules=(rule,))))
    assert may_see_attachment(MARTA, USED, CHAT)
    assert not may_see_attachment(MARTA, USED, closed)
    assert not may_see_attachment(MARTA, USED, None)


def test_a_message_holds_what_is_needed_to_show_the_file_and_no_key() -> None:
    assert data_from_attachment(FILE) == {
        "id": 5, "name": "a.png", "type": "image/png", "size": 70, "width": 3, "height": 2,
    }  # fmt: skip
    text = replace(FILE, type="text/plain", width=None, height=None)
    assert set(data_from_attachment(text)) == {"id", "name", "type", "size"}
