"""The guard between the HTTP library and the network: it looks the name up once and connects to nothing it has not checked."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import httpcore2
from httpcore2 import SOCKET_OPTION, AsyncNetworkBackend, AsyncNetworkStream

from hub.domain.foreign_address import Address, parse_address
from hub.outbound.addresses import AddressPolicy, ForeignUrl
from hub.outbound.errors import Unreachable
from hub.outbound.resolver import Resolver

# One family may be broken on the way, and a machine may be down; a name with a hundred addresses makes no hundred connections.
MAX_ATTEMPTS = 4

# The library takes apart what came at once, and everybody waits meanwhile: of the worst, some 20 ms.
READ_BYTES = 8_192


@dataclass(slots=True)
class Allowance:
    """How much may still be read."""

    bytes_left: int


class GuardedNetwork(AsyncNetworkBackend):
    """The network as requests to one URL's host may use it, one after the other: one connection, to an address that was checked.

    All addresses of the name must be admitted, or none is called. Raises Unreachable for everything that does not come about.
    """

    def __init__(
        self,
        url: ForeignUrl,
        *,
        policy: AddressPolicy,
        resolver: Resolver,
        network: AsyncNetworkBackend,
        connect_s: float,
        max_read_bytes: int,
    ) -> None:
        """`connect_s` is for the look-up, the connection and the TLS handshake together; `max_read_bytes` for what comes of one request."""
        self._url = url
        self._policy = policy
        self._resolver = resolver
        self._network = network
        self._connect_s = connect_s
        self._max_read_bytes = max_read_bytes
        self._allowance = Allowance(max_read_bytes)
        self._stream: AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the URL's host, which is all the library may ask for."""
        assert (host, port) == (self._url.host, self._url.port)
        ends_at = asyncio.get_running_loop().time() + self._connect_s
        try:
            async with asyncio.timeout_at(ends_at):
                addresses = await self._list_checked_addresses()
                self._stream = await self._connect_to_first(addresses[:MAX_ATTEMPTS], ends_at)
        except TimeoutError as error:
            raise Unreachable("connect_timeout") from error
        return _GuardedStream(self._stream, self._allowance, ends_at)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Never: no URL names a socket of this machine."""
        raise Unreachable("address_refused")

    async def sleep(self, seconds: float) -> None:
        """Waits before another attempt, which is not made here."""
        await asyncio.sleep(seconds)

    def renew_allowance(self) -> None:
        """Before another request over the same connection."""
        self._allowance.bytes_left = self._max_read_bytes

    async def close(self) -> None:
        """Ends the connection, however far it came. The library leaves it open when its handshake is called off."""
        if self._stream is not None:
            await self._stream.aclose()

    async def _list_checked_addresses(self) -> Sequence[Address]:
        literal = parse_address(self._url.host)
        if literal is not None:
            found: Sequence[Address | None] = [literal]
        else:
            found = [parse_address(text) for text in await self._look_up()]
        checked = [address for address in found if address and self._policy.admits(self._url, address)]
        if len(checked) < len(found):
            raise Unreachable("address_refused")
        return _in_turns(checked)

    async def _look_up(self) -> Sequence[str]:
        try:
            found = await self._resolver(self._url.host, self._url.port)
        except OSError as error:
            raise Unreachable("name_unknown") from error
        if not found:
            raise Unreachable("name_unknown")
        return found

    async def _connect_to_first(self, addresses: Sequence[Address], ends_at: float) -> AsyncNetworkStream:
        """The first that answers; each has its share of the time that is left."""
        failure: Exception | None = None
        for tried, address in enumerate(addresses):
            share_s = (ends_at - asyncio.get_running_loop().time()) / (len(addresses) - tried)
            try:
                return await self._network.connect_tcp(
                    str(address), self._url.port, timeout=max(0.0, share_s)
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout, OSError) as error:
                failure = error
        is_slow = isinstance(failure, httpcore2.ConnectTimeout | TimeoutError)
        raise Unreachable("connect_timeout" if is_slow else "not_connected") from failure


class _GuardedStream(AsyncNetworkStream):
    """A connection that takes so many bytes and no more, whatever they are: an answer may also be all beginnings."""

    def __init__(self, stream: AsyncNetworkStream, allowance: Allowance, connect_ends_at: float) -> None:
        self._stream = stream
        self._allowance = allowance
        self._connect_ends_at = connect_ends_at

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._allowance.bytes_left <= 0:
            raise Unreachable("answer_too_long")
        read = await self._stream.read(min(max_bytes, READ_BYTES, self._allowance.bytes_left), timeout)
        self._allowance.bytes_left -= len(read)
        return read

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> AsyncNetworkStream:
        left_s = self._connect_ends_at - asyncio.get_running_loop().time()
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, max(0.0, left_s))
        except httpcore2.ConnectTimeout as error:
            raise Unreachable("connect_timeout") from error
        except httpcore2.ConnectError as error:
            is_certificate = isinstance(error.__cause__, ssl.SSLCertVerificationError)
            raise Unreachable("certificate_refused" if is_certificate else "tls_failed") from error
        return _GuardedStream(stream, self._allowance, self._connect_ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _in_turns(addresses: Sequence[Address]) -> Sequence[Address]:
    """Each once, the families in turns, beginning with the first one's."""
    once = list(dict.fromkeys(addresses))
    families = (
        [address for address in once if address.version == once[0].version],
        [address for address in once if address.version != once[0].version],
    )
    return [address for address in chain.from_iterable(zip_longest(*families)) if address is not None]
