"""Which URLs may be saved as ones to call, and how they are read."""

import socket
from contextlib import suppress
from ipaddress import IPv4Address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import AddressRefused
from hub.domain.foreign_address import OwnHost, is_foreign, parse_address
from hub.outbound.addresses import AddressPolicy
from hub.settings import Settings, SettingsError, read_settings
from tests.doubles.foreign_addresses import FOREIGN, NOT_FOREIGN

POLICY = AddressPolicy()
OWN = AddressPolicy(
    own_hosts=[OwnHost("receiver"), OwnHost("localhost", 9000), OwnHost("fd00::7", 9000)], ports=[443, 8443]
)


def in_url(address: str) -> str:
    """A URL whose host is the address."""
    return f"https://[{address}]/" if ":" in address else f"https://{address}/"


@pytest.mark.parametrize(
    ("text", "host", "target"),
    [
        ("https://shop.example", "shop.example", "/"),
        ("HTTPS://Shop.Example:443/In/../Out?q=%2F&r=[1]", "shop.example", "/In/../Out?q=%2F&r=[1]"),
        ("https://shop.example?x=1", "shop.example", "/?x=1"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
        ("https://ＢÜＣＨＥＲ。example/", "xn--bcher-kva.example", "/"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("https://例え.jp/", "xn--r8jz45g.jp", "/"),
        ("https://93.184.216.34/", "93.184.216.34", "/"),
        ("https://[2606:4700::1111]:443/", "2606:4700::1111", "/"),
        ("https://shop.example/" + "x" * 2_027, "shop.example", "/" + "x" * 2_027),
    ],
)
def test_a_url_is_taken_apart_once(text: str, host: str, target: str) -> None:
    url = POLICY.parse_url(text)

    assert (url.scheme, url.host, url.port, url.target) == ("https", host, 443, target)
    assert POLICY.parse_url(str(url)) == url


@pytest.mark.parametrize(
    "text",
    [
        "", "shop.example", "//shop.example/", "https:shop.example", "https:/shop.example", "https:///x", "https://", "https://?x",
        "http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example/", "wss://shop.example/", "javascript:1",
        "https://user@shop.example/", "https://user:word@shop.example/", "https://shop.example@127.0.0.1/", "https://@shop.example/",
        "https://127.0.0.1\\@shop.example/", "https://shop.example\\.evil.example/", "https://shop.example/\\evil",
        "https://shop.example:22/", "https://shop.example:25/", "https://shop.example:80/", "https://shop.example:6379/",
        "https://shop.example:8443/", "https://shop.example:/", "https://shop.example:0/", "https://shop.example:0443/",
        "https://shop.example:65979/", "https://shop.example:４４３/", "https://shop.example:443:443/",
        "https://shop.example/#part", "https://shop.example#@127.0.0.1/", "https://shop.example/" + "x" * 2_028,
        "https://" + "x." * 126 + "xy/", "https://" + "x" * 64 + ".example/", "https://shop..example/", "https://shop.example./",
        " https://shop.example/", "https://shop.example/ ", "https://shop.example/\n", "https://shop.exa\tmple/", "https://shop.example/a b",
        "https://shop.example/\x00", "https://shop.example\r\nHost: evil/", "https://shop.example/ü", "https://shop%2eexample/",
        "https://localhost/", "https://localhost./", "https://LOCALHOST/", "https://ⓛocalhost/", "https://hub.localhost/", "https://redis/",
        "https://127.1/", "https://0x7f.1/", "https://0x7f000001/", "https://0177.0.0.1/", "https://2130706433/", "https://017700000001/",
        "https://①②⑦.0.0.1/", "https://１２７.0.0.1/", "https://⑧.8.8.8/", "https://127。0。0。1/", "https://127.0.0.1./", "https://0/", "https://1/",
        "https://[::1%25lo]/", "https://[::1]x/", "https://[::1/", "https://::1/", "https://[127.0.0.1]/", "https://[]/",
        "https://a\u00adb\u200b.127.0.0.1/", "https://\ud800.example/", "https://xn--.example\u202e/", "https://ü_b.example/",
    ],
)  # fmt: skip
def test_a_url_that_is_not_called_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        POLICY.require_allowed_url(text, field="callback_url")

    assert (refusal.value.code, refusal.value.field) == ("address_refused", "callback_url")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shop.example", "must look like https://example.com/path"),
        ("https://user:word@shop.example/", "must not hold a user name or a password"),
        ("http://shop.example/", "must begin with https://"),
        ("https://shop.example:25/", "names a port that is not called from here"),
        ("https://10.0.0.1/", "names no host that is called from here"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(AddressRefused, match=said):
        POLICY.require_allowed_url(text)


@pytest.mark.parametrize("address", NOT_FOREIGN)
def test_an_address_that_is_not_foreign_is_refused_as_it_is_saved(address: str) -> None:
    with pytest.raises(AddressRefused):
        POLICY.require_allowed_url(in_url(address))


@pytest.mark.parametrize("address", FOREIGN)
def test_a_foreign_address_may_be_saved(address: str) -> None:
    POLICY.require_allowed_url(in_url(address))


@pytest.mark.parametrize(
    ("text", "authority"),
    [
        ("http://receiver/in", "receiver"),
        ("http://receiver:80/in", "receiver"),
        ("https://receiver/in", "receiver"),
        ("https://receiver:8443/in", "receiver:8443"),
        ("http://localhost:9000/in", "localhost:9000"),
        ("https://localhost:9000/in", "localhost:9000"),
        ("http://[fd00::7]:9000/in", "[fd00::7]:9000"),
    ],
)
def test_the_operators_own_hosts_are_called_by_http_and_https(text: str, authority: str) -> None:
    url = OWN.parse_url(text)

    assert (url.authority, url.is_own) == (authority, True)
    assert OWN.admits(url, IPv4Address("127.0.0.1"))


@pytest.mark.parametrize(
    "text",
    [
        "http://receiver:8080/", "https://receiver:80/", "http://receiver:443/", "http://receiver.example/", "http://localhost/",
        "https://localhost/", "http://localhost:9001/", "http://127.0.0.1:9000/", "http://shop.example/", "http://[fd00::8]:9000/",
    ],
)  # fmt: skip
def test_their_other_ports_and_other_hosts_are_not(text: str) -> None:
    with pytest.raises(AddressRefused):
        OWN.require_allowed_url(text)


def test_ports_that_the_settings_name_are_called_everywhere() -> None:
    assert OWN.parse_url("https://shop.example:8443/").authority == "shop.example:8443"
    assert not OWN.parse_url("https://shop.example:8443/").is_own


URL_PIECES = st.one_of(
    st.sampled_from(
        [
            "/", "//", "\\", "@", ":", "#", "?", ".", "[", "]", "%", "443", ":443", "0x7f", "127.0.0.1", "::1", "[::1]", "localhost", ".example",
            "shop", "a.b", "①②⑦", "。", "ß", "例", "xn--", "-", "\t", "\n", "\u200d", "\ud800", " ", "8.8.8.8", "[2606::1]", "https://",
        ]
    ),
    st.text(max_size=4),
)  # fmt: skip


URLS = st.builds(
    lambda pieces, end: "https://" + "".join(pieces) + end,
    st.lists(URL_PIECES, max_size=6),
    st.sampled_from(["", ".example", ".example:443/x?y=1", "shop.example/", ".0.0.1/"]),
)


@given(URLS)
def test_whatever_is_written_a_url_is_refused_or_means_one_public_host_to_everybody(text: str) -> None:
    with suppress(AddressRefused):
        url = POLICY.parse_url(text)
        address = parse_address(url.host)
        parts = urlsplit(str(url))

        assert (parts.scheme, parts.hostname, parts.port, parts.username) == ("https", url.host, None, None)
        assert str(url).isascii()
        assert len(url.host) <= 253
        assert POLICY.parse_url(str(url)) == url
        assert is_foreign(address) if address else not is_a_number_to_resolvers(url.host)


@given(st.lists(st.sampled_from(["0", "1", "127", "0x7f", "0x", "0177", "a", "255"]), min_size=1, max_size=5))
def test_no_number_that_resolvers_understand_passes_as_a_name(labels: list[str]) -> None:
    host = ".".join(labels)
    with suppress(AddressRefused):
        url = POLICY.parse_url(f"https://{host}/")

        assert parse_address(url.host) is not None or not is_a_number_to_resolvers(url.host)


def is_a_number_to_resolvers(host: str) -> bool:
    """Whether the C library takes the host for an IPv4 address without looking it up."""
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def test_settings_say_what_else_is_called() -> None:
    environment = {"HUB_OUTBOUND_PORTS": "443, 8443", "HUB_OUTBOUND_HTTP_HOSTS": "receiver,localhost:9000"}

    settings = read_settings(environment)

    assert settings.outbound_ports == (443, 8443)
    assert settings.outbound_http_hosts == (OwnHost("receiver"), OwnHost("localhost", 9000))
    assert (Settings().outbound_ports, Settings().outbound_http_hosts) == ((443,), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_OUTBOUND_PORTS", "https"),
        ("HUB_OUTBOUND_PORTS", "443,0"),
        ("HUB_OUTBOUND_PORTS", ","),
        ("HUB_OUTBOUND_HTTP_HOSTS", "http://receiver"),
        ("HUB_OUTBOUND_HTTP_HOSTS", "receiver,10.0.0.0/8"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})
