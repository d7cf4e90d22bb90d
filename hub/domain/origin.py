"""Which pages may use a profile: the Origin rule."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
MAX_HOST_CHARS = 253  # RFC 1035 section 2.3.4, as text.


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a page: lower case, one trailing dot dropped, default port filled in."""

    scheme: str
    host: str
    port: int


def parse_origin(text: str) -> Origin | None:
    """An Origin header or an entry of a profile's list as an Origin.

    None for anything that is not exactly a scheme, a host and maybe a port: `null`, paths, user info, odd characters.
    """
    if not text.isascii() or not text.isprintable() or any(character in " @\\%#?," for character in text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").removesuffix(".")
    if (
        scheme not in DEFAULT_PORTS
        or not host
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        return None
    return Origin(scheme, host, DEFAULT_PORTS[scheme] if port is None else port)


def require_origin_entry(text: str) -> str:
    """An entry for a profile's list in its canonical form; ValueError with a sentence when it is none.

    Forms: `https://shop.example`, `https://*.shop.example` (left-most label only), `loopback` (any port of this machine), `*`.
    """
    if text in ("*", "loopback"):
        return text
    wildcard = "://*." in text
    parsed = parse_origin(text.replace("://*.", "://", 1))
    if parsed is None or not _is_host(parsed.host):
        raise ValueError(f"“{text}” is not an origin such as https://shop.example or https://*.shop.example.")
    if wildcard and ("." not in parsed.host or _is_address(parsed.host)):
        raise ValueError(f"“{text}” would admit a whole top-level domain, or nothing.")
    port = "" if parsed.port == DEFAULT_PORTS[parsed.scheme] else f":{parsed.port}"
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    return f"{parsed.scheme}://{'*.' if wildcard else ''}{host}{port}"


def origin_entry_from_host(text: str) -> str:
    """`shop.example`, `shop.example:8443` or `*.shop.example` as an entry; ValueError with a sentence when it is none.

    Pages come by https, those of this machine by http; `localhost` without a port is this machine on any port.
    """
    if text.lower() == "localhost":
        return "loopback"
    if "/" in text or text in ("", "null"):  # "null" is what pages without an address of their own send.
        raise ValueError(f"“{text}” is not a host such as shop.example, without scheme and path.")
    parsed = parse_origin(f"https://{text}")
    is_local = parsed is not None and parsed.host in LOOPBACK_HOSTS
    return require_origin_entry(f"{'http' if is_local else 'https'}://{text}")


def host_from_origin_entry(entry: str) -> str:
    """The entry as `origin_entry_from_host` takes it; as it stands when it takes no such entry."""
    if entry == "loopback":
        return "localhost"
    host = entry.partition("://")[2]
    try:
        return host if host and origin_entry_from_host(host) == entry else entry
    except ValueError:
        return entry


def wildcard_domain(entry: str) -> str | None:
    """The domain all of whose hosts an entry admits; None when it admits one host."""
    parsed = parse_origin(entry.replace("://*.", "://", 1)) if "://*." in entry else None
    return None if parsed is None else parsed.host


def admits(entries: tuple[str, ...], text: str | None) -> bool:
    """Whether a page with this Origin may use the profile. An empty list admits nothing, a missing or odd Origin neither."""
    origin = parse_origin(text) if text else None
    return origin is not None and any(_matches(entry, origin) for entry in entries)


def _matches(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    if entry == "loopback":
        return origin.host in LOOPBACK_HOSTS
    allowed = parse_origin(entry.replace("://*.", "://", 1))
    if allowed is None or (allowed.scheme, allowed.port) != (origin.scheme, origin.port):
        return False
    if "://*." in entry:
        return origin.host.endswith("." + allowed.host)
    return origin.host == allowed.host


def same_origin(text: str | None, base_url: str) -> bool:
    """Whether an Origin header names the hub's own address."""
    origin, own = parse_origin(text or ""), parse_origin("/".join(base_url.split("/", 3)[:3]))
    return origin is not None and origin == own


def _is_host(host: str) -> bool:
    return _is_address(host) or (len(host) <= MAX_HOST_CHARS and HOST_NAME.fullmatch(host) is not None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
