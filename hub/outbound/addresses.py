"""Which URLs the hub calls: their form when they are saved, and the addresses their hosts have when they are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import idna

from hub.domain.errors import AddressRefused
from hub.domain.foreign_address import (
    Address,
    OwnHost,
    canonical_host,
    is_foreign,
    parse_address,
    parse_port,
)

MAX_URL_CHARS = 2_048
DEFAULT_PORTS = {"http": 80, "https": 443}
# Stricter than RFC 3986 where programs read it differently: no backslash, no space, path and query in ASCII, nothing stripped.
URL = re.compile(r"(https?)://([^/?#\\]+)((?:[/?][!$-\[\]-~]*)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ForeignUrl:
    """A URL that may be called, taken apart once and for all."""

    scheme: str
    host: str  # As `canonical_host` gives it: ASCII, an IPv6 address without brackets.
    port: int
    target: str  # Path and query.
    is_own: bool  # Of the operator's own network, by setting: its addresses are not looked at.

    @property
    def authority(self) -> str:
        """The host as the Host header says it, the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


class AddressPolicy:
    """What may be called: https at these ports of the public internet, and the operator's own hosts."""

    def __init__(self, *, own_hosts: Sequence[OwnHost] = (), ports: Sequence[int] = (443,)) -> None:
        self._own_hosts = frozenset(own_hosts)
        self._ports = frozenset(ports)

    def require_allowed_url(self, text: str, *, field: str | None = None) -> None:
        """Raises AddressRefused, naming the field, when the URL can never be called. Looks nothing up."""
        self.parse_url(text, field=field)

    def parse_url(self, text: str, *, field: str | None = None) -> ForeignUrl:
        """The URL taken apart. Raises AddressRefused when its form, scheme, port or host is not called from here."""
        found = URL.fullmatch(text) if len(text) <= MAX_URL_CHARS else None
        if found is None:
            raise AddressRefused(WRONG_FORM, field=field)
        scheme, authority, target = found[1].lower(), found[2], found[3]
        if "@" in authority:
            raise AddressRefused("The address must not hold a user name or a password.", field=field)
        name, port = _split_authority(authority, DEFAULT_PORTS[scheme])
        host = _ascii_host(name)
        if host is None or port is None:
            raise AddressRefused(WRONG_HOST, field=field)
        is_own = self._is_own(scheme, host, port)
        self._require_callable(scheme, host, port, is_own=is_own, field=field)
        return ForeignUrl(scheme, host, port, target if target.startswith("/") else f"/{target}", is_own)

    def admits(self, url: ForeignUrl, address: Address) -> bool:
        """Whether the URL may be called at this address, one of those its host has at the moment."""
        return url.is_own or is_foreign(address)

    def _require_callable(
        self, scheme: str, host: str, port: int, *, is_own: bool, field: str | None
    ) -> None:
        if is_own:
            return
        if scheme != "https":
            raise AddressRefused("The address must begin with https://.", field=field)
        if port not in self._ports:
            raise AddressRefused("The address names a port that is not called from here.", field=field)
        address = parse_address(host)
        if not (_is_public_name(host) if address is None else is_foreign(address)):
            raise AddressRefused(WRONG_HOST, field=field)

    def _is_own(self, scheme: str, host: str, port: int) -> bool:
        if not self._own_hosts.isdisjoint((OwnHost(host, port), OwnHost(host, has_any_port=True))):
            return True
        usual = {DEFAULT_PORTS["http"]} if scheme == "http" else self._ports
        return port in usual and OwnHost(host) in self._own_hosts


WRONG_FORM = (
    "The address must look like https://example.com/path, in at most 2,048 characters and without a fragment."
)
WRONG_HOST = "The address names no host that is called from here."


def _split_authority(authority: str, default_port: int) -> tuple[str, int | None]:
    if authority.endswith("]") or ":" not in authority:
        return authority, default_port
    name, _, port = authority.rpartition(":")
    return name, parse_port(port)


def _ascii_host(name: str) -> str | None:
    if name.isascii():
        return canonical_host(name)
    try:
        host = idna.encode(name, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:  # The library's own errors are among them.
        return None
    # Digits of other scripts become ASCII digits: an address in disguise.
    return canonical_host(host) if parse_address(host) is None else None


def _is_public_name(host: str) -> bool:
    """Whether the name can be one of the internet: not of one label, which is found in the own network only, not this machine's."""
    return "." in host and not host.endswith(".localhost")
