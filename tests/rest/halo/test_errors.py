"""Every refusal of the hub in the body that Halo's clients read."""

import pytest

from hub.domain.errors import HubError, NotSignedIn
from hub.refusals import STATUS
from hub.rest.halo.errors import render_error, respond_with_error
from tests.doubles.refusals import list_refusals


@pytest.mark.parametrize("error", list(list_refusals()))
def test_every_known_client_finds_words_in_the_body(error: type[HubError]) -> None:
    body = render_error(error())
    assert body["ClassName"] == body["error"] == error.code
    assert body["Message"] == body["error_description"] == body["title"] == str(error())
    assert body["status"] == STATUS[error.code]
    assert body["Message"].endswith(".")


def test_a_missing_sign_in_names_the_scheme() -> None:
    assert respond_with_error(NotSignedIn()).headers["www-authenticate"] == "Bearer"
