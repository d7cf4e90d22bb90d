"""Hostile frames and requests without end, from a seed: what clients send, spoiled, and what no client would send."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote

import msgpack

from tests.doubles.samples import get_sample, list_samples
from tests.faults.rig import HubNode
from tests.operate.processes import ROOT

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    1.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    2**31,
    2**53,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    "",
    " ",
    "0",
    "1",
    "01",
    "1/staff",
    "1/nobody",
    "-1:2",
    "abc:99999999999999999999",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202etxet",
    "💥" * 300,
    "x" * 5_000,
    "' OR 1=1; --",
    "../../etc/passwd",
    "%00%ff",
    "<script>alert(1)</script>",
    "2026-02-30T25:61:61Z",
    "00000000-0000-0000-0000-000000000000",
    [],
    {},
    [[]],
    [None] * 300,
    {"": ""},
    {"__proto__": {"a": 1}},
    {"t": "hello"},
)
NAMES = ("t", "v", "cid", "op", "args", "chat", "text", "seq", "key", "token", "positions", "wants", "inbox", "kind", "on", "stream", "before", "limit", "wait_ms", "cmds", "eph", "name", "email")  # fmt: skip
WORDS = ("start", "post", "note", "read", "accept", "end", "follow", "unfollow", "page", "hello", "cmd", "eph", "ping", "pong", "typing", "nothing", "__init__")  # fmt: skip
METHODS = (*["GET", "POST"] * 6, "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "get", "FOO")
KINDS = ("application/json", "application/msgpack", "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "multipart/form-data", "", "*/*;;;")  # fmt: skip
HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Origin", ("null", "http://localhost:9999", "https://evil.example", "file://", "http://[::1", "x" * 300)),
    ("Cookie", ("hub_session=hs_x_y", "hub_session=", "a" * 3_000, "=;=;;", "hub_session=\xff")),
    ("Authorization", ("Bearer", "Bearer vc_x", "Bearer " + "A" * 2_000, "Basic OjpA", "Bearer \xe9", "bearer a b")),
    ("X-Forwarded-For", ("1.2.3.4", "::ffff:1.2.3.4, unknown", ",,,", "999.1.1.1")),
    ("X-XSRF-Token", ("", "a", "\xfc")),
    ("If-None-Match", ("*", '"', 'W/"x"')),
    ("Range", ("bytes=0-", "bytes=-1", "bytes=9-1,0-0", "lines=1")),
    ("Accept-Encoding", ("br;q=x", "gzip, br", "identity;q=0")),
    ("Expect", ("100-continue", "something")),
    ("Upgrade", ("websocket", "h2c")),
    ("Connection", ("Upgrade", "close, Upgrade")),
    ("Sec-WebSocket-Key", ("short", "dGhlIHNhbXBsZSBub25jZQ==")),
    ("Sec-WebSocket-Version", ("13", "8", "x")),
    ("Sec-WebSocket-Protocol", ("hub.v1.json", "hub.v1.json, hub.v1.msgpack", "none", ",,")),
)  # fmt: skip
NOT_HTTP = (b"\x00" * 40, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/1.1\r\nA\r\n b\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n")  # fmt: skip

ROUTE = re.compile(r'Route\(\s*"(/[^"]*)"')


class Hostile:
    """Everything follows from the seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._frames = [get_sample("to_hub", name) for name in list_samples("to_hub")]
        self._beat = get_sample("to_hub", "beat")
        self._paths = sorted({path for file in (ROOT / "hub").rglob("*.py") for path in ROUTE.findall(file.read_text())})  # fmt: skip

    def frames(self, *, binary: bool) -> Iterator[bytes | str]:
        """Frames for a line of this sub-protocol, without end."""
        while True:
            yield self._make_frame(binary)

    def requests(self, node: HubNode) -> Iterator[bytes]:
        """Requests for a node, as they go over the wire, without end."""
        while True:
            if self._random.random() < 0.05:
                yield self._random.choice(NOT_HTTP)
            else:
                yield self._make_request(node)

    def _make_frame(self, binary: bool) -> bytes | str:
        dice = self._random.random()
        if dice < 0.1:
            data = self._random.randbytes(self._random.randint(0, 300))
        else:
            value: Any = deepcopy(self._random.choice(self._frames)) if dice < 0.8 else self._make_value(3)
            # What is wrong deep inside gets further than what is wrong at the top.
            inner = isinstance(value, dict) and "args" in value and self._random.random() < 0.7
            for _ in range(self._random.randint(1, 3)):
                if inner:
                    value["args"] = self._spoil(value["args"])
                else:
                    value = self._spoil(value)
            data = _render(value, binary)
        if self._random.random() < 0.15:
            data = self._spoil_bytes(data)
        return data if binary else data.decode("utf-8", "replace")

    def _make_request(self, node: HubNode) -> bytes:
        random = self._random
        path = re.sub(r"\{[^}]*\}", lambda _: self._make_segment(), random.choice(self._paths))
        if random.random() < 0.2:
            path = self._spoil_path(path)
        query = "&".join(
            f"{quote(random.choice((*NAMES, 'profile', 'key', 'check_available')))}={self._make_segment()}"
            for _ in range(random.randint(0, 3))
        )
        body = self._make_body()
        lines = [
            f"{random.choice(METHODS)} {path}{'?' + query if query else ''} HTTP/1.{random.choice('0111')}"
        ]
        lines += [f"Host: {random.choice(('localhost', f'127.0.0.1:{node.port}', '', 'x' * 300, 'a b'))}"] * random.choice((1, 1, 1, 1, 0, 2))  # fmt: skip
        for name, values in random.sample(HEADERS, random.randint(0, 4)):
            lines.append(f"{name}: {random.choice(values)}")
        lines.append(f"Content-Type: {random.choice(KINDS)}")
        # What is promised and does not come is another test's matter: it takes its time.
        lines.append(f"Content-Length: {len(body)}")
        lines.append("Connection: close")
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body

    def _make_body(self) -> bytes:
        dice = self._random.random()
        if dice < 0.2:
            return b""
        if dice < 0.3:
            return self._random.randbytes(self._random.randint(1, 500))
        value: Any = deepcopy(self._beat) if dice < 0.7 else self._make_value(3)
        for _ in range(self._random.randint(1, 3)):
            value = self._spoil(value)
        data = _render(value, self._random.random() < 0.3)
        return self._spoil_bytes(data) if self._random.random() < 0.2 else data

    def _make_segment(self) -> str:
        value = self._random.choice((*ODD, *WORDS, 1, 2, 3))
        text = value if isinstance(value, str) else str(value)[:40]
        return quote(text[:200].encode("utf-8", "surrogatepass"), safe="")

    def _spoil_path(self, path: str) -> str:
        return self._random.choice((path.upper(), path + "/", "/" + path, path + "/../x", path + "%2f..", path + ";a=1", path[: len(path) // 2], "*", "http://evil.example" + path, path + "\xff"))  # fmt: skip

    def _make_value(self, depth: int) -> Any:
        dice = self._random.random()
        if depth == 0 or dice < 0.5:
            return deepcopy(self._random.choice((*ODD, *WORDS)))
        if dice < 0.75:
            return [self._make_value(depth - 1) for _ in range(self._random.randint(0, 4))]
        return {
            self._random.choice(NAMES): self._make_value(depth - 1) for _ in range(self._random.randint(0, 5))
        }

    def _spoil(self, value: Any) -> Any:
        """Something in it, at any depth, is changed, gone or more than it should be."""
        if isinstance(value, dict) and value and self._random.random() < 0.85:
            name = self._random.choice(list(value))
            match self._random.randint(0, 4):
                case 0:
                    del value[name]
                case 1:
                    value[self._random.choice(NAMES)] = self._make_value(2)
                case _:
                    value[name] = self._spoil(value[name])
            return value
        if isinstance(value, list) and value and self._random.random() < 0.7:
            number = self._random.randrange(len(value))
            if self._random.random() < 0.2:
                return value * self._random.randint(2, 60)
            value[number] = self._spoil(value[number])
            return value
        return self._make_value(2)

    def _spoil_bytes(self, data: bytes) -> bytes:
        spoiled = bytearray(data)
        for _ in range(self._random.randint(1, 4)):
            place = self._random.randrange(len(spoiled) + 1)
            match self._random.randint(0, 3):
                case 0 if place < len(spoiled):
                    spoiled[place] ^= 1 << self._random.randrange(8)
                case 1:
                    del spoiled[place : place + self._random.randint(1, 8)]
                case 2:
                    spoiled[place:place] = self._random.randbytes(self._random.randint(1, 8))
                case _:
                    spoiled[place:place] = spoiled[: self._random.randint(0, 40)]
        return bytes(spoiled)


def _render(value: Any, binary: bool) -> bytes:
    if not binary:
        return json.dumps(value, ensure_ascii=True).encode()
    try:
        return bytes(msgpack.packb(value, unicode_errors="surrogatepass"))
    except (OverflowError, ValueError):  # Numbers that msgpack has no room for.
        return bytes(msgpack.packb(str(value)[:1_000], unicode_errors="surrogatepass"))
