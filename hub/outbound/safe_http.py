"""The one way the hub calls foreign addresses: HTTP that cannot be led into the operator's network, held up or flooded."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import httpcore2

from hub.domain.errors import AddressRefused
from hub.outbound.addresses import AddressPolicy, ForeignUrl
from hub.outbound.connecting import GuardedNetwork
from hub.outbound.errors import Unreachable
from hub.outbound.lines import KeptLines, Line
from hub.outbound.resolver import Resolver, SystemResolver

# Beyond the body: the answer's headers (the library takes 100 KiB) and the frame around each piece of the body.
MAX_OVERHEAD_BYTES = 128 * 1024

# Shorter than the 5 s after which common servers hang up, so that no request meets a connection that is just being closed.
IDLE_S = 3.0

# Ours, because they decide where a request ends and what comes back.
OWN_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignAnswer:
    """What a foreign address answered, redirects too: nobody follows them."""

    status: int
    headers: Mapping[str, str]  # Names in lower case; what came several times is joined by ", ".
    body: bytes  # As it came, not unpacked; cut at the limit.
    took_ms: int  # From the look-up of the name to the end of the body.


class SafeHttp:
    """Calls foreign addresses within a time and a size.

    Asks no proxy, follows no redirect, keeps no cookie and unpacks nothing. A connection is kept for a few seconds for the next request to the same
    host. Safe for many requests at once.
    """

    def __init__(
        self,
        *,
        policy: AddressPolicy,
        resolver: Resolver | None = None,
        connect_s: float = 5.0,
        total_s: float = 10.0,
        idle_s: float = IDLE_S,
        max_answer_bytes: int = 65_536,
        ssl_context: ssl.SSLContext | None = None,
        network: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        """`idle_s`: how long a connection is kept for another request. `ssl_context`: the authorities to trust, by default the system's. `network`: what connects, below the guard."""
        self._policy = policy
        self._resolver = SystemResolver() if resolver is None else resolver
        self._connect_s = connect_s
        self._total_s = total_s
        self._max_answer_bytes = max_answer_bytes
        self._ssl_context = httpcore2.default_ssl_context() if ssl_context is None else ssl_context
        self._network = httpcore2.AnyIOBackend() if network is None else network
        self._kept = KeptLines(idle_s)
        self._deadlines: set[asyncio.Timeout] = set()
        self._closing = asyncio.Event()

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> ForeignAnswer:
        """Like `request`, by GET."""
        return await self.request("GET", url, headers=headers)

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> ForeignAnswer:
        """Like `request`, by POST."""
        return await self.request("POST", url, body=body, headers=headers)

    async def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> ForeignAnswer:
        """Whatever the address answers. Raises Unreachable when it may not be called or no whole answer came in time.

        After Unreachable it is not known whether the request arrived. Raises ValueError for a header that is not the caller's to set.
        """
        lines = list(headers.items()) if headers else []
        own = sorted(name for name, _ in lines if name.lower() in OWN_HEADERS)
        if own:
            raise ValueError(f"These headers are not set by callers: {', '.join(own)}.")
        try:
            parsed = self._policy.parse_url(url)
        except AddressRefused as error:
            raise Unreachable("address_refused") from error
        async with self._failures_as_one():
            return await self._exchange(method, parsed, lines, body)

    async def close(self) -> None:
        """Ends what is under way, by Unreachable; later requests fail likewise."""
        self._closing.set()
        for deadline in self._deadlines:
            if not deadline.expired():
                deadline.reschedule(asyncio.get_running_loop().time())
        await self._kept.close()

    @asynccontextmanager
    async def _failures_as_one(self) -> AsyncIterator[None]:
        """The time that a request has, and one error for all that may go wrong in it."""
        if self._closing.is_set():
            raise Unreachable("closing")
        deadline = asyncio.timeout(self._total_s)
        self._deadlines.add(deadline)
        try:
            async with deadline:
                yield
        except (TimeoutError, httpcore2.TimeoutException) as error:
            raise Unreachable("closing" if self._closing.is_set() else "timeout") from error
        except (httpcore2.LocalProtocolError, UnicodeEncodeError) as error:
            raise Unreachable("request_invalid") from error
        except httpcore2.RemoteProtocolError as error:
            raise Unreachable("answer_invalid") from error
        except (httpcore2.NetworkError, OSError) as error:
            raise Unreachable("connection_lost") from error
        finally:
            self._deadlines.discard(deadline)

    async def _exchange(
        self, method: str, url: ForeignUrl, lines: Sequence[tuple[str, str]], body: bytes | None
    ) -> ForeignAnswer:
        begun_at = asyncio.get_running_loop().time()
        request = _request(method, url, lines, body)
        line = self._kept.take(url) or self._open_line(url)
        try:
            response = await line.connection.handle_async_request(request)
            answer_body = await _read_up_to(response, self._max_answer_bytes)
            await response.aclose()
        except BaseException:
            await line.close()
            raise
        await self._kept.keep(url, line)
        took_s = asyncio.get_running_loop().time() - begun_at
        return ForeignAnswer(response.status, _join_headers(response), answer_body, round(took_s * 1000))

    def _open_line(self, url: ForeignUrl) -> Line:
        network = GuardedNetwork(
            url,
            policy=self._policy,
            resolver=self._resolver,
            network=self._network,
            connect_s=self._connect_s,
            max_read_bytes=self._max_answer_bytes + MAX_OVERHEAD_BYTES,
        )
        origin = httpcore2.Origin(url.scheme.encode(), url.host.encode(), url.port)
        connection = httpcore2.AsyncHTTPConnection(
            origin, ssl_context=self._ssl_context, network_backend=network
        )
        return Line(network, connection, asyncio.get_running_loop().time())


def _request(
    method: str, url: ForeignUrl, lines: Sequence[tuple[str, str]], body: bytes | None
) -> httpcore2.Request:
    named = {name.lower() for name, _ in lines}
    headers = [
        ("Host", url.authority),
        *([] if "user-agent" in named else [("User-Agent", "hub")]),
        *lines,
        ("Accept-Encoding", "identity"),
        *([] if body is None else [("Content-Length", str(len(body)))]),
    ]
    return httpcore2.Request(
        method,
        httpcore2.URL(
            scheme=url.scheme.encode(), host=url.host.encode(), port=url.port, target=url.target.encode()
        ),
        headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in headers],
        content=body,
    )


async def _read_up_to(response: httpcore2.Response, max_bytes: int) -> bytes:
    body = bytearray()
    async with aclosing(response.aiter_stream()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) >= max_bytes:
                break
    return bytes(body[:max_bytes])


def _join_headers(response: httpcore2.Response) -> Mapping[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
