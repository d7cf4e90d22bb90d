"""The checker finds every kind of broken promise, and nothing in a history that kept them."""

from dataclasses import replace

import pytest

from tests.faults.checker import find_violations
from tests.faults.history import Acked, Entry, Greeted, History, Paged, Received, Refused, Sent, Stored

VISITOR, AGENT = "visitor", "agent"


def sent(cid: str, *, line: int = 1, op: str = "post", stream: str = "1", client: str = VISITOR) -> Sent:
    return Sent(0.0, client, line, op, stream, cid, None if op == "accept" else f"text of {cid}")


def acked(cid: str, seq: int) -> Acked:
    return Acked(0.0, VISITOR, cid, seq)


def received(client: str, seq: int, cid: str, *, stream: str = "1") -> Received:
    return Received(0.0, client, stream, seq, 100 + seq, cid, f"text of {cid}")


def stored(seq: int, cid: str, *, kind: str = "message_posted") -> Stored:
    text = None if kind == "agent_joined" else f"text of {cid}"
    return Stored(seq, 100 + seq, 7, cid, kind, text)


def told_both(seq: int, cid: str) -> list[Entry]:
    return [received(VISITOR, seq, cid), received(AGENT, seq, cid)]


def make_clean() -> History:
    """Two messages, the second repeated over another line, both received by both; a note the visitor does not see."""
    return History(
        entries=[
            Greeted(0.0, VISITOR, 1, {}),
            Paged(VISITOR, "1", "ok", 1),
            sent("a"),
            acked("a", 1),
            *told_both(1, "a"),
            sent("b"),
            Greeted(0.0, VISITOR, 2, {"1": 1}),
            sent("b", line=2),
            *told_both(2, "b"),
            acked("b", 2),
            sent("n", stream="1/staff", client=AGENT),
            received(AGENT, 1, "n", stream="1/staff"),
        ],
        transcript={"1": [stored(1, "a"), stored(2, "b")], "1/staff": [stored(1, "n")]},
        may_see={VISITOR: {"1"}, AGENT: {"1", "1/staff"}},
    )


def kinds(history: History) -> set[str]:
    return {violation.kind for violation in find_violations(history)}


def drop(history: History, entry: Entry) -> None:
    history.entries.remove(entry)


def test_a_history_that_kept_every_promise_passes() -> None:
    assert find_violations(make_clean()) == []


def test_a_last_event_that_never_came_is_a_loss() -> None:
    history = make_clean()
    drop(history, received(AGENT, 2, "b"))
    assert kinds(history) == {"loss"}


def test_a_client_that_received_nothing_of_its_stream_lost_everything() -> None:
    history = make_clean()
    history.may_see["third"] = {"1"}
    assert [found.kind for found in find_violations(history)] == ["loss", "loss"]


def test_an_event_that_never_came_before_one_that_did_is_a_gap() -> None:
    history = make_clean()
    drop(history, received(AGENT, 1, "a"))
    assert kinds(history) == {"gap"}


def test_a_hole_in_the_numbering_is_a_gap() -> None:
    history = make_clean()
    history.transcript["1/staff"] = [replace(history.transcript["1/staff"][0], seq=2)]
    assert "gap" in kinds(history)


def test_an_event_received_twice_is_a_duplication() -> None:
    history = make_clean()
    history.entries.append(received(VISITOR, 2, "b"))
    assert kinds(history) == {"duplication"}


def test_a_retry_stored_twice_is_a_duplication() -> None:
    history = make_clean()
    history.transcript["1"].append(stored(3, "b"))
    history.entries += told_both(3, "b")
    assert "duplication" in kinds(history)


def test_an_event_received_after_a_later_one_is_a_reordering() -> None:
    history = make_clean()
    late = received(AGENT, 1, "a")
    drop(history, late)
    history.entries.append(late)
    assert kinds(history) == {"reordering"}


def test_a_message_numbered_before_what_was_acknowledged_before_it_was_sent_is_a_reordering() -> None:
    history = History(
        entries=[sent("a"), acked("a", 2), sent("b"), *told_both(1, "b"), *told_both(2, "a")],
        transcript={"1": [stored(1, "b"), stored(2, "a")]},
        may_see={VISITOR: {"1"}, AGENT: {"1"}},
    )
    assert kinds(history) == {"reordering"}


def test_messages_of_one_line_stored_in_another_order_are_a_reordering() -> None:
    history = History(
        entries=[sent("a"), sent("b"), *told_both(1, "b"), *told_both(2, "a")],
        transcript={"1": [stored(1, "b"), stored(2, "a")]},
        may_see={VISITOR: {"1"}},
    )
    assert kinds(history) == {"reordering"}


def test_the_order_of_what_was_sent_again_is_free() -> None:
    history = History(
        entries=[sent("a"), sent("b"), sent("a", line=2), *told_both(1, "b"), *told_both(2, "a")],
        transcript={"1": [stored(1, "b"), stored(2, "a")]},
        may_see={VISITOR: {"1"}},
    )
    assert find_violations(history) == []


def test_an_event_that_is_not_stored_is_a_phantom() -> None:
    history = make_clean()
    history.entries.append(received(VISITOR, 3, "c"))
    assert kinds(history) == {"phantom"}


def test_a_stored_message_that_nobody_sent_is_a_phantom() -> None:
    history = make_clean()
    history.transcript["1"].append(stored(3, "c"))
    history.entries += told_both(3, "c")
    assert kinds(history) == {"phantom"}


@pytest.mark.parametrize("change", [{"text": "other"}, {"id": 999}, {"cid": "z"}])
def test_an_event_received_as_another_than_is_stored_is_a_corruption(change: dict[str, str | int]) -> None:
    history = make_clean()
    place = history.entries.index(received(AGENT, 2, "b"))
    history.entries[place] = replace(received(AGENT, 2, "b"), **change)  # type: ignore[arg-type]
    assert kinds(history) == {"corruption"}


def test_a_text_stored_other_than_it_was_sent_is_a_corruption() -> None:
    history = make_clean()
    history.transcript["1/staff"] = [replace(history.transcript["1/staff"][0], text="other")]
    assert kinds(history) == {"corruption"}


def test_a_repeat_answered_with_another_number_is_a_corruption() -> None:
    history = make_clean()
    history.entries.append(acked("b", 3))
    assert kinds(history) == {"corruption"}


def test_an_acknowledged_message_that_is_not_stored_is_found() -> None:
    history = make_clean()
    history.entries += [sent("c"), acked("c", 3)]
    assert kinds(history) == {"ack_without_durability"}


def test_a_message_that_was_refused_for_good_and_is_stored_is_found() -> None:
    history = make_clean()
    history.entries.append(Refused(VISITOR, "b", "chat_ended"))
    assert kinds(history) == {"false_refusal"}


def test_a_refused_message_that_is_not_stored_is_in_order() -> None:
    history = make_clean()
    history.entries += [sent("c"), Refused(VISITOR, "c", "chat_ended")]
    assert find_violations(history) == []


def test_a_note_that_reached_the_visitor_is_a_leak() -> None:
    history = make_clean()
    history.entries.append(received(VISITOR, 1, "n", stream="1/staff"))
    assert kinds(history) == {"leak"}


def test_an_empty_page_of_somebody_elses_chat_is_a_leak() -> None:
    history = make_clean()
    history.entries.append(Paged(VISITOR, "2", "ok", 1))
    assert kinds(history) == {"leak"}


def test_two_accepts_of_one_chat_that_were_both_acknowledged_are_a_double_claim() -> None:
    history = make_clean()
    history.transcript["1"] += [stored(3, "j", kind="agent_joined"), stored(4, "k", kind="agent_joined")]
    for seq, cid in ((3, "j"), (4, "k")):
        history.entries += [sent(cid, op="accept"), acked(cid, seq)]
        history.entries += [
            replace(entry, text=None) for entry in told_both(seq, cid) if isinstance(entry, Received)
        ]
    assert kinds(history) == {"double_claim"}


def test_a_partial_page_says_what_it_leaves_out() -> None:
    history = make_clean()
    history.may_see["late"] = {"1"}
    history.entries += [Paged("late", "1", "partial", 2), received("late", 2, "b")]
    assert find_violations(history) == []


def test_after_a_reset_events_may_come_again() -> None:
    history = make_clean()
    history.entries += [
        Paged(AGENT, "1", "reset", 1),
        *(received(AGENT, seq, cid) for seq, cid in ((1, "a"), (2, "b"))),
    ]
    assert find_violations(history) == []
