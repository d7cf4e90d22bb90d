"""What refusals are over HTTP, against the tree of errors; the same from both edges that answer with them."""

import pytest
from starlette.responses import Response

from hub.domain.errors import HubError, TooMany
from hub.pages.errors import respond_with_error as answer_page
from hub.refusals import STATUS, retry_after
from hub.rest.halo.errors import respond_with_error as answer_halo
from tests.doubles.refusals import list_refusals


def test_every_refusal_of_the_hub_has_a_status_and_no_status_is_left_over() -> None:
    assert {error.code for error in list_refusals()} == set(STATUS)
    assert all(400 <= status < 600 for status in STATUS.values())


@pytest.mark.parametrize(
    ("after_ms", "seconds"), [(None, "1"), (1, "1"), (1000, "1"), (1001, "2"), (59_999, "60")]
)
def test_retry_after_is_a_whole_number_of_seconds_and_never_too_early(
    after_ms: int | None, seconds: str
) -> None:
    assert retry_after(TooMany(after_ms=after_ms)) == {"Retry-After": seconds}


@pytest.mark.parametrize("error", list(list_refusals()))
def test_console_and_dialect_answer_alike(error: type[HubError]) -> None:
    def outline(answer: Response) -> tuple[int, str | None]:
        return answer.status_code, answer.headers.get("retry-after")

    assert (
        outline(answer_page(error()))
        == outline(answer_halo(error()))
        == (
            STATUS[error.code],
            retry_after(error()).get("Retry-After"),
        )
    )
