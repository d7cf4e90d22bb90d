"""Languages: what a tag comes to, and who speaks it."""

import pytest

from hub.domain.errors import BadRequest
from hub.domain.language import clean_languages, primary_language, speaks


@pytest.mark.parametrize(
    ("tag", "primary"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        (" PT_br ", "pt"),
        ("gsw-CH", "gsw"),
        ("", None),
        (None, None),
        ("deutsch", None),
        ("d", None),
        ("日本", None),
    ],
)
def test_the_first_part_of_a_tag_counts(tag: str | None, primary: str | None) -> None:
    assert primary_language(tag) == primary


def test_languages_are_kept_once_each_and_what_is_none_is_refused() -> None:
    assert clean_languages(["de-AT", "en", "DE"]) == ["de", "en"]
    with pytest.raises(BadRequest) as refused:
        clean_languages(["de", "german"])
    assert refused.value.field == "languages"


def test_an_unknown_language_is_spoken_by_everybody() -> None:
    assert speaks(("de",), "de-CH")
    assert not speaks(("de",), "fr")
    assert not speaks((), "fr")
    assert speaks((), None)
    assert speaks((), "klingonish")
