"""Which addresses of the internet the hub may call, and which hosts of its own network the operator lets it call besides."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from hub.domain.origin import HOST_NAME, MAX_HOST_CHARS

Address = IPv4Address | IPv6Address

# IANA's special-purpose registries say more than `is_global` does, which also differs between Python's versions.
NOT_FOREIGN_4 = (
    IPv4Network("192.0.0.0/24"),  # Protocol assignments, RFC 6890.
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, RFC 7526.
    IPv4Network("224.0.0.0/4"),  # Multicast, RFC 5771: some of it counts as global.
)
UNICAST_6 = IPv6Network(
    "2000::/3"
)  # All that is given out, RFC 4291: nothing mapped, translated (NAT64), local, multicast or for routing (5f00::/16).
NOT_FOREIGN_6 = (
    IPv6Network("2001::/23"),  # Protocol assignments, RFC 2928; Teredo among them.
    IPv6Network("2001:db8::/32"),  # Documentation, RFC 3849.
    IPv6Network("2002::/16"),  # 6to4, RFC 3056: an IPv4 address of any kind inside.
    IPv6Network("3fff::/20"),  # Documentation, RFC 9637.
)

# What resolvers of the C library take for an IPv4 address: 127.1, 0x7f.1 and 2130706433 all are 127.0.0.1.
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")


def parse_address(text: str) -> Address | None:
    """An address in its usual form; an IPv4 address inside an IPv6 one as what it is. None for anything else, zones too."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv4Address):
        return address
    return None if address.scope_id else address.ipv4_mapped or address


def is_foreign(address: Address) -> bool:
    """Whether the address is somebody's on the public internet: not of this machine, a private network or a special purpose."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in NOT_FOREIGN_4)
    if address.ipv4_mapped:
        return is_foreign(address.ipv4_mapped)
    return address in UNICAST_6 and not any(address in network for network in NOT_FOREIGN_6)


def canonical_host(text: str) -> str | None:
    """A name (ASCII) or an address in the one form in which hosts are compared: lower case, IPv6 shortened and without brackets.

    None when it is neither, and for numbers in any but the usual form.
    """
    if text.startswith("[") and text.endswith("]"):
        address = parse_address(text[1:-1]) if ":" in text else None
        return None if address is None else str(address)
    host = text.lower()
    if NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return host if parse_address(host) else None
    return host if len(host) <= MAX_HOST_CHARS and HOST_NAME.fullmatch(host) else None


@dataclass(frozen=True, slots=True)
class OwnHost:
    """A host of the operator's own network that may be called: by plain http too, and wherever its name leads.

    Without a port it is called at port 80 by http, and by https at the ports that are called anywhere; with `has_any_port` at all of them.
    """

    host: str
    port: int | None = None
    has_any_port: bool = False


def parse_own_host(entry: str) -> OwnHost:
    """`receiver`, `receiver.internal:8080`, `receiver.internal:*`, `10.0.0.7` or `[fd00::7]:8080` as a host; ValueError with a sentence when it is none."""
    if entry.endswith(":*"):
        own = parse_own_host(entry.removesuffix(":*"))
        return OwnHost(own.host, has_any_port=True)
    name, colon, digits = entry.rpartition(":") if re.search(r":[0-9]+$", entry) else (entry, "", "")
    host, port = canonical_host(name), parse_port(digits) if colon else None
    if host is None or (colon and port is None):
        raise ValueError(f"“{entry}” is not a host such as receiver.internal or receiver.internal:8080.")
    return OwnHost(host, port)


def parse_port(text: str) -> int | None:
    """A port from 1 to 65535, in digits without a leading zero; None when it is none."""
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > 65_535:
        return None
    return int(text)
