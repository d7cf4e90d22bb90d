"""Halo's table of refusals against the tree of errors, and the body its clients read."""

from collections.abc import Iterator

import pytest

from hub.domain.errors import HubError, NotSignedIn, TooMany
from hub.rest.halo.errors import render_error, respond_with_error
from hub.rest.status import STATUS


def walk(error: type[HubError]) -> Iterator[type[HubError]]:
    yield error
    for child in error.__subclasses__():
        yield from walk(child)


def test_every_refusal_of_the_hub_has_a_status_and_no_status_is_left_over() -> None:
    assert {error.code for error in walk(HubError)} == set(STATUS)


@pytest.mark.parametrize("error", list(walk(HubError)))
def test_every_known_client_finds_words_in_the_body(error: type[HubError]) -> None:
    body = render_error(error())
    assert body["ClassName"] == body["error"] == error.code
    assert body["Message"] == body["error_description"] == body["title"] == str(error())
    assert body["status"] == STATUS[error.code]
    assert body["Message"].endswith(".")


def test_a_missing_sign_in_names_the_scheme() -> None:
    assert respond_with_error(NotSignedIn()).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("after_ms", "seconds"), [(None, "1"), (1, "1"), (1000, "1"), (1001, "2"), (59_999, "60")]
)
def test_retry_after_is_a_whole_number_of_seconds_and_never_too_early(
    after_ms: int | None, seconds: str
) -> None:
    assert respond_with_error(TooMany(after_ms=after_ms)).headers["retry-after"] == seconds
