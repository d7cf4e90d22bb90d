"""Whom a call is counted for, behind proxies or not."""

import pytest

from hub.auth.client_addresses import ClientAddresses

BEHIND_PROXY = ClientAddresses(["10.0.0.0/8", "fd00::1"])


def test_without_trusted_proxies_the_header_means_nothing() -> None:
    assert ClientAddresses([]).client_address("203.0.113.9", ["198.51.100.1"]) == "203.0.113.9"


def test_a_stranger_cannot_name_another_address() -> None:
    assert BEHIND_PROXY.client_address("203.0.113.9", ["198.51.100.1"]) == "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["6.6.6.6, garbage"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
    ],
)
def test_trusted_proxies_vouch_for_the_hop_before_them(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert BEHIND_PROXY.client_address(peer, forwarded) == expected


def test_the_addresses_of_one_ipv6_network_count_as_one() -> None:
    addresses = ClientAddresses([])
    assert addresses.client_address("2001:db8::1", []) == addresses.client_address("2001:db8::ffff", [])


def test_a_local_socket_counts_as_this_machine() -> None:
    assert ClientAddresses([]).client_address(None, []) == "local"


def test_a_wrong_proxy_is_named() -> None:
    with pytest.raises(ValueError, match=r"“proxy\.internal” is neither"):
        ClientAddresses(["proxy.internal"])
