"""The console's table of refusals against the tree of errors."""

from collections.abc import Iterator

from hub.domain.errors import HubError
from hub.pages.errors import STATUS


def walk(error: type[HubError]) -> Iterator[type[HubError]]:
    yield error
    for child in error.__subclasses__():
        yield from walk(child)


def test_every_refusal_of_the_hub_has_a_status_and_no_status_is_left_over() -> None:
    assert {error.code for error in walk(HubError)} == set(STATUS)
    assert all(400 <= status < 600 for status in STATUS.values())
