"""Where a call comes from, as rate limits count it: through trusted proxies, and no further."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

NETWORK_BITS = 64  # One IPv6 customer has at least a /64, so single addresses in it would count for nothing.


class ClientAddresses:
    """Finds the caller's address behind the proxies of HUB_TRUSTED_PROXIES (addresses or networks)."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        """Raises ValueError with a sentence when an entry is neither an address nor a network."""
        self._trusted = [_parse_proxy(entry) for entry in trusted_proxies]

    def client_address(self, peer: str | None, forwarded_for: Sequence[str]) -> str:
        """The caller's IPv4 address or IPv6 network.

        `peer` is the other end of the connection (None: a local socket), `forwarded_for` the values of the X-Forwarded-For
        headers in their order. Read from the right: every trusted hop vouches for the one before it.
        """
        if peer is None:
            return "local"
        hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
        nearest = _parse_address(peer)
        while nearest is not None and hops and self._is_trusted(nearest):
            before = _parse_address(hops.pop())
            if before is None:  # Nobody can say who that was; the last known hop answers for it.
                break
            nearest = before
        return peer if nearest is None else _render_counted(nearest)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _parse_proxy(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        raise ValueError(f"“{entry}” is neither an address nor a network such as 10.0.0.0/8.") from None


def _parse_address(text: str) -> Address | None:
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:  # Some proxies add the port to an IPv4 address.
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _render_counted(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, NETWORK_BITS), strict=False))
