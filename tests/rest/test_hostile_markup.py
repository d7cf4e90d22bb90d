"""A collection of hostile markup: what the hub keeps of it is settled, made of what is allowed, and said to have been dangerous."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from hub.rest.markup import LINK_RELATION, SCHEMES, TAGS, clean_markup
from tests.rest.hostile_markup import HARMLESS, ODD_ADDRESSES, list_all, list_hostile

Attributes = list[tuple[str, str | None]]

EVERYTHING = list(list_all())


class Reader(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, Attributes]] = []
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.tags.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


def test_the_collection_is_large_and_repeats_nothing() -> None:
    assert len(EVERYTHING) > 300
    assert len(set(EVERYTHING)) == len(EVERYTHING)


def test_cleaning_twice_is_cleaning_once() -> None:
    for markup in EVERYTHING:
        once = clean_markup(markup)
        again = clean_markup(once.html or "")
        assert (again.html, again.was_active) == (once.html, False), markup


def test_nothing_is_left_but_allowed_tags_and_links_of_allowed_schemes() -> None:
    for markup in EVERYTHING:
        reader = read(clean_markup(markup).html or "")
        assert reader.others == [], markup
        for tag, attributes in reader.tags:
            assert tag in TAGS, markup
            assert is_link(dict(attributes)) if tag == "a" else attributes == [], markup


def test_who_sends_what_would_have_run_is_told_of() -> None:
    assert [markup for markup in list_hostile() if not clean_markup(markup).was_active] == []


def test_nobody_is_warned_of_what_is_harmless() -> None:
    assert [markup for markup in HARMLESS if clean_markup(markup).was_active] == []


@pytest.mark.parametrize("address", ODD_ADDRESSES, ids=ascii)
def test_an_address_of_no_website_and_no_letter_goes(address: str) -> None:
    [(_, attributes)] = read(clean_markup(f"<a href='{address}'>x</a>").html or "").tags
    assert attributes == [("rel", LINK_RELATION)]


def is_link(attributes: dict[str, str | None]) -> bool:
    """Whether a link has its relation, and leads to where it may, or nowhere."""
    scheme = urlsplit(attributes.get("href") or "https:").scheme
    return set(attributes) <= {"href", "rel"} and attributes["rel"] == LINK_RELATION and scheme in SCHEMES
