"""The table of addresses that are called, and the forms in which hosts are written."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.foreign_address import (
    OwnHost,
    canonical_host,
    is_foreign,
    parse_address,
    parse_own_host,
    parse_port,
)
from tests.doubles.foreign_addresses import FOREIGN, NOT_FOREIGN


@pytest.mark.parametrize("text", FOREIGN)
def test_addresses_of_the_public_internet_are_foreign(text: str) -> None:
    assert is_foreign(ip_address(text))


@pytest.mark.parametrize("text", NOT_FOREIGN)
def test_addresses_of_this_machine_of_private_networks_and_of_special_purposes_are_not(text: str) -> None:
    assert not is_foreign(ip_address(text))


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_within_an_ipv6_one_is_judged_as_what_it_is(number: int) -> None:
    address = IPv4Address(number)

    assert is_foreign(IPv6Address(f"::ffff:{address}")) == is_foreign(address)
    assert parse_address(f"::ffff:{address}") == address


@given(st.integers(0, 2**32 - 1), st.sampled_from(["::", "64:ff9b::", "64:ff9b:1::", "fe80::5efe:"]))
def test_an_ipv4_address_in_any_other_wrapping_is_never_foreign(number: int, wrapping: str) -> None:
    assert not is_foreign(IPv6Address(f"{wrapping}{IPv4Address(number)}"))


@given(st.integers(0, 2**128 - 1))
def test_foreign_ipv6_addresses_are_those_that_are_given_out(number: int) -> None:
    address = IPv6Address(number)

    assert not is_foreign(address) or number >> 125 == 0b001 or address.ipv4_mapped is not None


@pytest.mark.parametrize(
    "text", ["", "localhost", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.1", "2130706433", "①②⑦.0.0.1", "1.2.3.4 ", "fe80::1%eth0"]
)  # fmt: skip
def test_nothing_but_the_usual_form_is_an_address(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Shop.Example", "shop.example"),
        ("receiver", "receiver"),
        ("a_b.example", "a_b.example"),
        ("8.8.8.8", "8.8.8.8"),
        ("[2606:4700:0:0::1111]", "2606:4700::1111"),
        ("[::FFFF:127.0.0.1]", "127.0.0.1"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_a_host_has_one_form(text: str, host: str) -> None:
    assert canonical_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "a..b", "shop.example.", "localhost.", ".example", "-a.example", "a b", "a%2eb", "a/b", "a@b", "a\nb", "x" * 64,
        "x." * 126 + "xy", "1", "127.1", "0x7f.1", "0x7f000001", "0X7F.1", "2130706433", "0177.0.0.1", "127.0.0.01", "1.2.3.4.5",
        "256.1.1.1", "shop.0x", "shop.example.9", "::1", "[::1", "[]", "[1.2.3.4]", "[::1%lo]", "[fe80::1%25eth0]", "[v1.a]",
    ],
)  # fmt: skip
def test_what_some_programs_take_for_a_host_is_none_here(text: str) -> None:
    assert canonical_host(text) is None


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("receiver", OwnHost("receiver")),
        ("Receiver.Internal:8080", OwnHost("receiver.internal", 8080)),
        ("127.0.0.1:9", OwnHost("127.0.0.1", 9)),
        ("10.0.0.7", OwnHost("10.0.0.7")),
        ("[fd00::7]", OwnHost("fd00::7")),
        ("[fd00:0::7]:8080", OwnHost("fd00::7", 8080)),
    ],
)
def test_an_operator_names_a_host_with_or_without_a_port(entry: str, host: OwnHost) -> None:
    assert parse_own_host(entry) == host


@pytest.mark.parametrize(
    "entry", ["", "*", "http://receiver", "receiver:", "receiver:0", "receiver:65536", "receiver:http", "::1", "a b", "10.0.0.0/8"]
)  # fmt: skip
def test_anything_else_is_refused_by_a_sentence_that_repeats_it(entry: str) -> None:
    with pytest.raises(ValueError, match=r"is not a host such as receiver\.internal") as refusal:
        parse_own_host(entry)

    assert f"“{entry}”" in str(refusal.value)


@pytest.mark.parametrize("text", ["", "0", "080", "65536", "-1", "+1", "4 4", "４４３", "1e2", "443\n"])
def test_a_port_is_written_in_plain_digits(text: str) -> None:
    assert parse_port(text) is None
    assert parse_port("443") == 443
