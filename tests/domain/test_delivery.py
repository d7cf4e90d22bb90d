"""When a delivery is tried again, when it is given up, and when its target is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.domain.delivery import (
    GIVE_UP_AFTER,
    JITTER,
    MAX_ASKED_WAIT_S,
    PAUSE_AFTER,
    PUBLIC_TOPICS,
    TEST,
    TOPICS,
    WAITS,
    Answer,
    Errand,
    clean_target,
    foreign_ticket,
    judge_attempt,
    wait_s,
)
from hub.domain.desk import Patch
from hub.domain.errors import BadRequest

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REFUSED, UNREACHED = Answer(5, 500), Answer(10_000, error="timeout")

ERRAND = Errand(
    tenant_id=1,
    id=1,
    uuid=UUID(int=1),
    target_id=1,
    target_uuid=UUID(int=2),
    target_name="Shop",
    url="https://shop.example/told",
    form="hub",
    failures=0,
    failing_since=None,
    topic="message_posted",
    attempts=1,
    tries=1,
    due_since=NOON,
    created_at=NOON,
    body={},
    event=None,
    secrets=(),
)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_success_is_the_end(status: int) -> None:
    assert judge_attempt(ERRAND, Answer(5, status), NOON).state == "done"


@pytest.mark.parametrize(
    "answer", [REFUSED, UNREACHED, Answer(5, 301), Answer(5, 404), Answer(5, 199), Answer(5, 300)]
)
def test_everything_else_is_tried_again(answer: Answer) -> None:
    verdict = judge_attempt(ERRAND, answer, NOON, chance=0.5)
    assert (verdict.state, verdict.again_at, verdict.target_at) == (
        "due",
        NOON + timedelta(seconds=WAITS[0]),
        None,
    )


def test_each_wait_is_longer_until_the_longest() -> None:
    waits_s = [wait_s(failures) for failures in range(1, 10)]
    assert waits_s == sorted(waits_s)
    assert waits_s[: len(WAITS)] == list(WAITS)
    assert waits_s[-1] == WAITS[-1]
    assert wait_s(0) == WAITS[0]


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_what_failed_together_does_not_come_back_together(chance: float) -> None:
    verdict = judge_attempt(replace(ERRAND, tries=3), REFUSED, NOON, chance)
    assert verdict.again_at is not None
    spread = (verdict.again_at - NOON).total_seconds() / WAITS[2]
    assert spread == pytest.approx(1 - JITTER + 2 * JITTER * chance)


def test_a_target_that_fails_again_and_again_is_left_alone_as_a_whole() -> None:
    first, second, third = (
        judge_attempt(replace(ERRAND, failures=failures), REFUSED, NOON, 0.5) for failures in (0, 1, 2)
    )
    assert (first.target_at, second.target_at) == (None, None)
    assert third.target_at == NOON + timedelta(seconds=WAITS[0])


def test_a_target_may_ask_for_patience_within_reason() -> None:
    asked = judge_attempt(ERRAND, Answer(5, 429, retry_after_s=60), NOON, 0.5)
    assert asked.again_at == asked.target_at == NOON + timedelta(seconds=60)
    greedy = judge_attempt(ERRAND, Answer(5, 503, retry_after_s=10**6), NOON, 0.5)
    assert greedy.target_at == NOON + timedelta(seconds=MAX_ASKED_WAIT_S)
    hasty = judge_attempt(replace(ERRAND, tries=4), Answer(5, 429, retry_after_s=0), NOON, 0.5)
    assert hasty.again_at == NOON + timedelta(seconds=WAITS[3])


def test_after_a_day_it_is_given_up_and_not_a_moment_before() -> None:
    late = NOON + GIVE_UP_AFTER
    assert judge_attempt(ERRAND, REFUSED, late - timedelta(seconds=1)).state == "due"
    assert judge_attempt(ERRAND, REFUSED, late).state == "dead"


def test_a_target_that_takes_nothing_for_a_day_is_paused_and_keeps_what_waits() -> None:
    verdict = judge_attempt(replace(ERRAND, failures=9, failing_since=NOON), UNREACHED, NOON + PAUSE_AFTER)
    assert (verdict.state, verdict.pauses) == ("due", "failing")


def test_who_says_gone_is_paused_at_once() -> None:
    verdict = judge_attempt(ERRAND, Answer(5, 410), NOON)
    assert (verdict.state, verdict.pauses) == ("due", "gone")


def test_a_test_is_tried_once() -> None:
    assert judge_attempt(replace(ERRAND, topic=TEST), UNREACHED, NOON).state == "dead"


@pytest.mark.parametrize(
    ("answer", "ticket"),
    [
        ({"id": 17}, ("17", None)),
        ({"id": " T-17 ", "url": "https://desk.example/17"}, ("T-17", "https://desk.example/17")),
        ({"id": "17", "url": "javascript:alert(1)"}, ("17", None)),
        ({"id": "17", "url": 5}, ("17", None)),
        ({"id": True}, None),
        ({"id": ""}, None),
        ({"id": "x" * 101}, None),
        ({"id": "a\nb"}, None),
        ({"number": 17}, None),
        (["id"], None),
        ("17", None),
        (None, None),
    ],
)
def test_a_ticket_has_elsewhere_the_number_its_target_answers(answer: Any, ticket: Any) -> None:
    assert foreign_ticket(answer) == ticket


def test_a_webhook_has_a_name_and_is_told_of_what_there_is() -> None:
    cleaned = clean_target({"name": " Shop ", "topics": ["chat_ended", "chat_ended"]})
    assert cleaned == {"name": "Shop", "topics": ["chat_ended"]}
    wrong: list[tuple[Patch, str]] = [
        ({"topics": ["chat_ended"]}, "name"),
        ({"name": "Shop", "topics": []}, "topics"),
        ({"id": 1, "topics": ["nothing"]}, "topics"),
    ]
    for patch, field in wrong:
        with pytest.raises(BadRequest) as refused:
            clean_target(patch)
        assert refused.value.field == field


def test_what_only_agents_may_see_is_told_when_asked_for_only() -> None:
    assert set(TOPICS) - set(PUBLIC_TOPICS) == {"note_posted", "chat_changed", "chat_offered", "offer_ended"}
