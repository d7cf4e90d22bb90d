"""The other processes as the doorbell hears them: losses, silence and farewells."""

from hub.bus.neighbours import FORGOTTEN_AFTER_S, QUIET_AFTER_S, Neighbours


def test_a_newcomer_may_have_rung_before_it_was_heard() -> None:
    assert Neighbours().hear_pulse("a", 0, 0.0)


def test_pulse_after_pulse_nothing_is_missing() -> None:
    neighbours = Neighbours()
    neighbours.hear_pulse("a", 3, 0.0)
    assert not neighbours.hear_pulse("a", 3, 1.0)
    assert not neighbours.is_one_quiet(1.0 + QUIET_AFTER_S / 2)


def test_a_neighbour_that_has_lost_rings_says_so_once() -> None:
    neighbours = Neighbours()
    neighbours.hear_pulse("a", 0, 0.0)
    assert [neighbours.hear_pulse("a", lost, 1.0) for lost in (1, 1, 4, 4)] == [True, False, True, False]


def test_one_silent_neighbour_among_many_is_noticed_and_its_return_too() -> None:
    neighbours = Neighbours()
    for node in ("a", "b"):
        neighbours.hear_pulse(node, 0, 0.0)
    neighbours.hear_pulse("b", 0, QUIET_AFTER_S)
    assert neighbours.is_one_quiet(QUIET_AFTER_S + 0.1)
    neighbours.hear_pulse("a", 0, QUIET_AFTER_S + 0.2)
    assert not neighbours.is_one_quiet(QUIET_AFTER_S + 0.3)


def test_the_silence_of_a_neighbour_that_said_farewell_means_nothing() -> None:
    neighbours = Neighbours()
    neighbours.hear_pulse("a", 0, 0.0)
    neighbours.hear_farewell("a")
    assert not neighbours.is_one_quiet(QUIET_AFTER_S * 2)


def test_a_neighbour_that_never_comes_back_is_forgotten() -> None:
    neighbours = Neighbours()
    neighbours.hear_pulse("a", 0, 0.0)
    assert neighbours.is_one_quiet(FORGOTTEN_AFTER_S - 1)
    assert not neighbours.is_one_quiet(FORGOTTEN_AFTER_S + 1)
    assert not neighbours.is_one_quiet(FORGOTTEN_AFTER_S + 2)
