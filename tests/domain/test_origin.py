"""Which pages may use a profile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.origin import (
    Origin,
    admits,
    host_from_origin_entry,
    origin_entry_from_host,
    parse_origin,
    require_origin_entry,
    same_origin,
)

GOOD = ("https://good.example",)


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("https://good.example", True),
        ("https://GOOD.example.", True),
        ("HTTPS://Good.Example", True),
        ("https://good.example:443", True),
        (None, False),
        ("", False),
        ("null", False),
        ("https://other.example", False),
        ("https://good.example.evil.test", False),
        ("https://evil-good.example", False),
        ("https://evilgood.example", False),
        ("https://sub.good.example", False),
        ("https://good.example:444", False),
        ("https://good.example:99999", False),
        ("https://good.example:x", False),
        ("http://good.example", False),
        ("http://good.example:443", False),
        ("ws://good.example", False),
        ("file://good.example", False),
        ("https://good.example@evil.test", False),
        ("https://evil.test\\@good.example", False),
        ("https://evil.test#good.example", False),
        ("https://evil.test?good.example", False),
        ("https://evil.test/good.example", False),
        ("https://good.example/path", False),
        ("https://good.example, https://evil.test", False),
        ("https://good.example https://evil.test", False),
        ("https://good.example\n", False),
        ("\x00https://good.example", False),
        ("https://good.example%00.evil.test", False),
        ("https://g\u043eod.example", False),
        ("https://good.example\u3002", False),
        ("good.example", False),
        ("//good.example", False),
        ("https://", False),
        ("https:good.example", False),
    ],
)
def test_a_page_is_admitted_by_scheme_host_and_port(origin: str | None, admitted: bool) -> None:
    assert admits(GOOD, origin) is admitted


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("https://www.shop.example", True),
        ("https://a.b.shop.example", True),
        ("https://WWW.SHOP.example.:443", True),
        ("https://shop.example", False),
        ("https://evilshop.example", False),
        ("https://www.shop.example.evil.test", False),
        ("http://www.shop.example", False),
        ("https://www.shop.example:8443", False),
        ("null", False),
    ],
)
def test_a_wildcard_stands_for_left_labels_and_not_for_the_apex(origin: str, admitted: bool) -> None:
    assert admits(("https://*.shop.example",), origin) is admitted


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("http://localhost", True),
        ("http://localhost:3000", True),
        ("https://localhost:8443", True),
        ("http://127.0.0.1:5173", True),
        ("http://[::1]:8080", True),
        ("http://LOCALHOST.", True),
        ("http://localhost.evil.test", False),
        ("http://127.0.0.1.evil.test", False),
        ("http://0.0.0.0", False),
        ("http://127.0.0.2", False),
        ("http://10.0.0.1", False),
        ("null", False),
    ],
)
def test_loopback_stands_for_this_machine_on_any_port(origin: str, admitted: bool) -> None:
    assert admits(("loopback",), origin) is admitted


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [("https://any.example", True), ("http://x:1", True), ("null", False), (None, False)],
)
def test_a_star_admits_every_page_that_says_where_it_is(origin: str | None, admitted: bool) -> None:
    assert admits(("*",), origin) is admitted


def test_an_empty_list_admits_nothing() -> None:
    assert not admits((), "https://good.example")


def test_one_of_several_entries_is_enough() -> None:
    assert admits(("https://other.example", "https://*.shop.example"), "https://www.shop.example")


# Entries.


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("*", "*"),
        ("loopback", "loopback"),
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example.:443/", "https://shop.example"),
        ("http://shop.example:8080", "http://shop.example:8080"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("https://[2001:DB8::1]:444", "https://[2001:db8::1]:444"),
    ],
)
def test_an_entry_is_kept_in_one_form(entry: str, kept: str) -> None:
    assert require_origin_entry(entry) == kept
    assert require_origin_entry(kept) == kept


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "null",
        "shop.example",
        "https://",
        "https://shop.example/path",
        "https://*",
        "https://*.example",
        "https://*.*.shop.example",
        "https://www.*.example",
        "https://*shop.example",
        "ftp://shop.example",
        "https://user@shop.example",
        "https://shop.example:port",
    ],
)
def test_what_is_no_origin_is_refused_with_a_sentence(entry: str) -> None:
    with pytest.raises(ValueError, match=r"“.*” (is not an origin|would admit).*\."):
        require_origin_entry(entry)


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("https://chat.example", True),
        ("https://CHAT.example:443", True),
        ("http://chat.example", False),
        ("https://chat.example:8443", False),
        ("https://www.chat.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_the_hubs_own_page_is_known_by_its_whole_origin(origin: str | None, same: bool) -> None:
    assert same_origin(origin, "https://chat.example/console/") is same


@given(st.text())
def test_any_text_is_an_origin_or_none(text: str) -> None:
    parsed = parse_origin(text)
    assert parsed is None or isinstance(parsed, Origin)
    assert admits(GOOD, text) is (parsed == Origin("https", "good.example", 443))


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


@given(st.sampled_from(["http", "https"]), st.lists(LABEL, min_size=2, max_size=4), st.integers(1, 65535))
def test_a_kept_entry_admits_exactly_its_own_page(scheme: str, labels: list[str], port: int) -> None:
    page = f"{scheme}://{'.'.join(labels)}:{port}"
    entry = require_origin_entry(page)
    assert admits((entry,), page)
    assert not admits((entry,), f"{scheme}://x{'.'.join(labels)}:{port}")
    assert not admits((entry,), f"{scheme}://{'.'.join(labels)}:{port % 65535 + 1}")


@pytest.mark.parametrize(
    ("host", "entry"),
    [
        ("shop.example", "https://shop.example"),
        ("SHOP.Example.", "https://shop.example"),
        ("shop.example:443", "https://shop.example"),
        ("shop.example:8443", "https://shop.example:8443"),
        ("*.shop.example", "https://*.shop.example"),
        ("*.shop.example:8443", "https://*.shop.example:8443"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("192.0.2.7", "https://192.0.2.7"),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("localhost", "loopback"),
        ("localhost:5173", "http://localhost:5173"),
        ("127.0.0.1:5173", "http://127.0.0.1:5173"),
        ("[::1]:5173", "http://[::1]:5173"),
    ],
)
def test_a_host_stands_for_its_pages(host: str, entry: str) -> None:
    assert origin_entry_from_host(host) == entry
    assert origin_entry_from_host(host_from_origin_entry(entry)) == entry


@pytest.mark.parametrize("entry", ["*", "http://shop.example", "http://*.shop.example", "https://localhost"])
def test_an_entry_that_no_host_stands_for_is_shown_as_it_stands(entry: str) -> None:
    assert host_from_origin_entry(entry) == entry


@pytest.mark.parametrize(
    "host",
    [
        "",
        "*",
        "null",
        "https://shop.example",
        "http://shop.example",
        "//shop.example",
        "shop.example/",
        "shop.example/path",
        "shop.example?x",
        "shop.example#x",
        "user@shop.example",
        "user:word@shop.example",
        "shop.example:0x50",
        "shop.example:99999",
        "shop example",
        " shop.example",
        "shop.example\n",
        "shop..example",
        ".shop.example",
        "-shop.example",
        "shop.example;evil",
        "shop.example,evil.example",
        "b\u00fccher.example",
        "*.com",
        "*.localhost",
        "*.192.0.2.7",
        "*.*.shop.example",
        "a.*.shop.example",
        "*shop.example",
        "shop.*",
        "a" * 64 + ".example",
        ".".join(["shop"] * 60),
        "[::1",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_host_stands_for_nothing(host: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        origin_entry_from_host(host)
