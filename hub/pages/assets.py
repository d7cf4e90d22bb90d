"""Files for browsers, read and compressed once at the start, and the answers that hand them out.

What they are is built by `widget_static/build.mjs`.
"""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

import brotli
from starlette.requests import Request
from starlette.responses import Response

Coding = Literal["br", "gzip", "identity"]

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
TEXT_SUFFIXES = frozenset(
    {".css", ".html", ".js", ".json", ".svg", ".txt"}
)  # The others are compressed already.

PREFERENCE: tuple[Coding, ...] = ("br", "gzip", "identity")  # Smallest first.

FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"  # Kept, but asked for again: a new version of the hub shows at once.

HASH_IN_NAME = re.compile(r"[.-](?:[0-9a-f]{8,64}|[0-9A-Z]{8})\.[a-z0-9]+$")
HASH_OF_SOURCES = re.compile(rb"/\*! hub ([0-9a-f]{16}) \*/")  # The first line of what the build has made.
MIN_DIGEST_CHARS = 8  # Of a `?v=`; fewer would meet another version by chance.


class AssetsMissing(Exception):
    """The widget's files are missing: install the hub from its wheel, or build them with `npm run build` in widget_static."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes in every coding that makes it smaller, and their SHA-256 in hex."""

    name: str
    media_type: str
    digest: str
    bodies: Mapping[Coding, bytes]


def find_static_directory() -> Path:
    """Where the built files are: in the installed package, else beside it in the checkout. Raises AssetsMissing."""
    package = Path(str(files("hub")))
    for directory in (package / "_static", package.parent / "widget_static" / "dist"):
        if (directory / "chat" / "index.js").is_file():
            return directory
    raise AssetsMissing


def load_assets(directory: Path) -> dict[str, Asset]:
    """Every file under the directory by its path in it (`fonts/a.woff2`); empty when there is no such directory."""
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): load_asset(path) for path in paths}


def load_asset(path: Path) -> Asset:
    """One file, compressed as far as that makes it smaller."""
    body = path.read_bytes()
    bodies: dict[Coding, bytes] = {"identity": body}
    if path.suffix in TEXT_SUFFIXES:
        bodies |= {coding: small for coding, small in _compress(body).items() if len(small) < len(body)}
    media_type = MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    return Asset(path.name, media_type, sha256(body).hexdigest(), bodies)


@cache
def _compress(body: bytes) -> Mapping[Coding, bytes]:
    """Kept, because all files together take half a second: once is enough for however many applications a process makes."""
    return {
        "br": brotli.compress(body, mode=brotli.MODE_TEXT, quality=11),
        "gzip": gzip.compress(body, compresslevel=9, mtime=0),
    }


def respond_with_asset(request: Request, asset: Asset, headers: Mapping[str, str]) -> Response:
    """The file in the smallest coding the browser takes, or 304 when it has it; GET and HEAD."""
    coding = choose_coding(request.headers.get("accept-encoding", ""), asset.bodies)
    etag = (
        f'"{asset.digest[:32]}-{coding}"'  # A strong ETag names the very bytes, so each coding has its own.
    )
    shared = {
        **headers,
        "Cache-Control": _cache_rule(asset, request.query_params.get("v", "")),
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if _names_etag(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=shared)
    body = asset.bodies[coding]
    if coding != "identity":
        shared["Content-Encoding"] = coding
    shared["Content-Length"] = str(len(body))
    return Response(b"" if request.method == "HEAD" else body, headers=shared, media_type=asset.media_type)


def choose_coding(accepted: str, available: Mapping[Coding, bytes]) -> Coding:
    """The smallest available coding that an Accept-Encoding header admits (RFC 9110 section 12.5.3), else identity."""
    qualities = dict(_parse_quality(part) for part in accepted.lower().split(",") if part.strip())
    for coding in PREFERENCE:
        if coding in available and qualities.get(coding, qualities.get("*", 0.0)) > 0:
            return coding
    return "identity"


def _parse_quality(part: str) -> tuple[str, float]:
    name, _, parameters = part.partition(";")
    _, _, quality = parameters.partition("q=")
    try:
        return name.strip(), float(quality) if quality else 1.0
    except ValueError:
        return name.strip(), 0.0


def _cache_rule(asset: Asset, version: str) -> str:
    """For ever when the address names the contents, by a hash in the file's name, or by theirs or their sources' in `?v=`."""
    sources = HASH_OF_SOURCES.match(asset.bodies["identity"])
    hashes = [asset.digest, *([sources[1].decode()] if sources else [])]
    by_version = len(version) >= MIN_DIGEST_CHARS and any(known.startswith(version) for known in hashes)
    return FOR_EVER if by_version or HASH_IN_NAME.search(asset.name) else ASK_EACH_TIME


def _names_etag(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag; weak ones count (RFC 9110 section 13.1.2)."""
    candidates = [candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")]
    return "*" in candidates or etag in candidates
