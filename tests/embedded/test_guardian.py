from hub.embedded.guardian import get_remaining


def test_processes_that_have_ended_are_forgotten() -> None:
    assert get_remaining(["+7 2\n", "+8 15\n", "-7\n", "+9 15\n", "-9\n"]) == {8: 15}
    # A number that is used again counts again; one that was never announced is no mistake.
    assert get_remaining(["-7\n", "+7 2\n", "-7\n", "+7 15\n"]) == {7: 15}
    assert get_remaining([]) == {}
