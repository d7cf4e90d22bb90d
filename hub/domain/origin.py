"""Which pages may use a profile: the Origin rule."""

from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


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
    if parsed is None or "*" in parsed.host:
        raise ValueError(f"“{text}” is not an origin such as https://shop.example or https://*.shop.example.")
    if wildcard and "." not in parsed.host:
        raise ValueError(f"“{text}” would admit a whole top-level domain.")
    port = "" if parsed.port == DEFAULT_PORTS[parsed.scheme] else f":{parsed.port}"
    host = f"[{parsed.host}]" if ":" in parsed.host else parsed.host
    return f"{parsed.scheme}://{'*.' if wildcard else ''}{host}{port}"


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
