"""Handing out files: ranges, names and the headers that make them harmless."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from hub.domain.errors import RangeNotSatisfiable
from hub.rest.downloads import Download, headers_from_file, parse_range, render_disposition

FILE = Download("a.png", "image/png", 70, "tag", is_inline=True)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=2-4", (2, 5)),
        ("BYTES = 2-4", (2, 5)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        # What RFC 9110 (14.2) has a server pass over.
        ("lines=1-2", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=4-2", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=+1-2", None),
        ("bytes=٣-٤", None),
        ("bytes=" + "9" * 400 + "-", None),
    ],
)
def test_one_range_is_answered_and_what_is_none_is_passed_over(
    text: str, span: tuple[int, int] | None
) -> None:
    assert parse_range(text, 100) == span


@pytest.mark.parametrize(
    "text",
    [
        "bytes=100-",
        "bytes=100-200",
        "bytes=-0",
        "bytes=0-1,2-3",
        "bytes=" + ",".join(["0-0"] * 1_000),
        "bytes=,",
    ],
)
def test_ranges_beyond_the_file_and_several_ranges_are_refused(text: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        parse_range(text, 100)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.png", 'attachment; filename="a.png"'),
        ("a b.png", 'attachment; filename="a b.png"'),
        ('a"b.png', "attachment; filename=\"a_b.png\"; filename*=UTF-8''a%22b.png"),
        ("100%.png", "attachment; filename=\"100_.png\"; filename*=UTF-8''100%25.png"),
        ("a;b=c.png", 'attachment; filename="a;b=c.png"'),
        ("é.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png"),
        ("a\\b.png", "attachment; filename=\"a_b.png\"; filename*=UTF-8''a%5Cb.png"),
    ],
)
def test_the_name_of_a_download_is_what_rfc_6266_has_it_be(name: str, header: str) -> None:
    assert render_disposition(name, is_inline=False) == header


@pytest.mark.parametrize("name", ["é\r\nX: y", "a\x00b", "\u202e", '"; filename=evil.exe', "世界'*.png"])
def test_no_name_breaks_out_of_the_header(name: str) -> None:
    header = render_disposition(name, is_inline=True)
    assert re.fullmatch(r'inline; filename="[ -~]*"(; filename\*=UTF-8\'\'[!-~]*)?', header)
    assert header.count('"') == 2
    if "filename*=" in header:
        assert unquote(header.partition("''")[2]) == name


def test_whatever_the_file_is_the_browser_neither_guesses_nor_runs_it() -> None:
    headers = headers_from_file(FILE)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_file_with_an_address_of_its_own_is_kept_as_long_as_that_holds() -> None:
    kept = Download("a.png", "image/png", 70, "tag", is_embeddable=True, kept_for=timedelta(minutes=7))
    headers = headers_from_file(kept)
    assert headers["Cache-Control"] == "private, max-age=420, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_texts_name_their_encoding() -> None:
    assert headers_from_file(Download("a", "text/csv", 1, "t"))["Content-Type"] == "text/csv; charset=utf-8"
