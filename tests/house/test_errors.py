"""The tree of refusals: every one has a code of its own and a sentence for people."""

import re
from collections import Counter

import pytest

from hub.domain import errors
from hub.domain.errors import HubError


def list_errors(error: type[HubError] = HubError) -> list[type[HubError]]:
    """The error and everything below it."""
    return [error, *(below for child in error.__subclasses__() for below in list_errors(child))]


def test_the_tree_lives_in_one_place() -> None:
    assert {error.__module__ for error in list_errors()} == {errors.__name__}


def test_no_two_errors_share_a_code() -> None:
    counted = Counter(error.code for error in list_errors() if error is not HubError)

    assert [code for code, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("error", [error for error in list_errors() if error is not HubError])
def test_every_error_has_a_code_for_programs_and_a_sentence_for_people(error: type[HubError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", error.__dict__["code"])
    sentence = str(error())
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("error", list_errors())
def test_an_error_that_may_be_repeated_later_says_so(error: type[HubError]) -> None:
    assert error.retry in {"never", "now", "after"}
