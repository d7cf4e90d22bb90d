"""Settings, read from the environment once and checked; a wrong one stops the start with one sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from hub.domain.foreign_address import OwnHost, parse_own_host, parse_port

LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this hub runs. Without the two store URLs the hub starts its own Postgres and Redis in `data_dir`."""

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    data_dir: Path = Path(".hub")
    database_url: str | None = None
    database_owner_url: str | None = (
        None  # For migrations, when the hub's own login may not; default: database_url.
    )
    redis_url: str | None = None
    secret_keys: tuple[str, ...] = ()  # Newest first: the first signs, all verify.
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    demo: bool | None = None  # None: on with the embedded stores, off otherwise.
    health_token: str | None = None
    log_level: str = "info"
    attachments_url: str | None = None  # None: a directory in `data_dir`.
    max_attachment_mb: int = 25
    outbound_ports: tuple[int, ...] = (443,)  # Where https addresses of the internet are called.
    outbound_http_hosts: tuple[OwnHost, ...] = ()  # Hosts of the operator's own network that may be called.

    @property
    def max_attachment_bytes(self) -> int:
        """What the files of one upload may have between them."""
        return self.max_attachment_mb * 1024 * 1024

    @property
    def base_url(self) -> str:
        """Where the outside reaches the hub: `public_url`, else host and port. No trailing slash."""
        # All addresses of a machine are none to call it by; from the machine itself loopback reaches it.
        host = LOOPBACK_OF.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return self.public_url or f"http://{host}:{self.port}"


MIN_SECRET_CHARS = 16
BUCKET = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")


def read_settings(environment: Mapping[str, str] | None = None, **flags: object) -> Settings:
    """Settings from `HUB_*` variables, overridden by the given flags that are not None. Raises SettingsError."""
    values = os.environ if environment is None else environment

    def text(name: str, flag: str) -> str | None:
        given = flags.get(flag)
        return str(given) if given is not None else (values.get(name) or None)

    return Settings(
        host=text("HUB_HOST", "host") or "127.0.0.1",
        port=_number("HUB_PORT", text("HUB_PORT", "port") or "8080", 1, 65_535),
        workers=_number("HUB_WORKERS", text("HUB_WORKERS", "workers") or "1", 1, 64),
        data_dir=Path(text("HUB_DATA_DIR", "data_dir") or ".hub"),
        database_url=_url(
            "HUB_DATABASE_URL", text("HUB_DATABASE_URL", "database_url"), ("postgres", "postgresql")
        ),
        database_owner_url=_url(
            "HUB_DATABASE_OWNER_URL",
            text("HUB_DATABASE_OWNER_URL", "database_owner_url"),
            ("postgres", "postgresql"),
        ),
        redis_url=_url("HUB_REDIS_URL", text("HUB_REDIS_URL", "redis_url"), ("redis", "rediss", "unix")),
        secret_keys=_secret_keys(text("HUB_SECRET_KEYS", "secret_keys")),
        public_url=_public_url(text("HUB_PUBLIC_URL", "public_url")),
        trusted_proxies=_networks("HUB_TRUSTED_PROXIES", text("HUB_TRUSTED_PROXIES", "trusted_proxies")),
        demo=_flag("HUB_DEMO", text("HUB_DEMO", "demo")),
        health_token=text("HUB_HEALTH_TOKEN", "health_token"),
        log_level=_one_of("HUB_LOG_LEVEL", text("HUB_LOG_LEVEL", "log_level") or "info", LOG_LEVELS),
        attachments_url=_attachments_url(text("HUB_ATTACHMENTS_URL", "attachments_url")),
        max_attachment_mb=_number(
            "HUB_MAX_ATTACHMENT_MB", text("HUB_MAX_ATTACHMENT_MB", "max_attachment_mb") or "25", 1, 1_024
        ),
        outbound_ports=_ports("HUB_OUTBOUND_PORTS", text("HUB_OUTBOUND_PORTS", "outbound_ports") or "443"),
        outbound_http_hosts=_own_hosts(
            "HUB_OUTBOUND_HTTP_HOSTS", text("HUB_OUTBOUND_HTTP_HOSTS", "outbound_http_hosts")
        ),
    )


LOG_LEVELS = ("debug", "info", "warning", "error")


def _number(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is “{text}”; it must be a whole number from {least} to {most}.")
    return int(text)


def _url(name: str, text: str | None, schemes: tuple[str, ...]) -> str | None:
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        complete = parts.scheme in schemes and bool(parts.hostname or parts.path or parts.query)
    except ValueError:
        complete = False
    if not complete:
        # The value may hold a password, so it is not repeated.
        raise SettingsError(
            f"{name} is not a usable address; it must begin with {schemes[0]}:// and name a host."
        )
    return text


def _attachments_url(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        usable = "@" not in parts.netloc and not parts.fragment and len(dict(options)) == len(options)
        if parts.scheme == "file":
            usable = usable and not parts.netloc and len(parts.path) > 1 and not options
        else:
            usable = usable and parts.scheme == "s3" and BUCKET.fullmatch(parts.netloc) is not None
            usable = usable and dict(options).keys() <= {"endpoint", "region"} and all(dict(options).values())
            usable = usable and _is_endpoint(dict(options).get("endpoint", "https://s3"))
    except ValueError:
        usable = False
    if not usable:
        # The value may hold a password that does not belong there, so it is not repeated.
        raise SettingsError(
            "HUB_ATTACHMENTS_URL is not usable; it must look like file:///srv/attachments or "
            "s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-west-1, with the login in AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY."
        )
    return text


def _is_endpoint(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def _public_url(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path in ("", "/")
        usable = usable and not parts.query and not parts.fragment and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"HUB_PUBLIC_URL is “{text}”; it must look like https://chat.example.com, without a path."
        )
    return text.rstrip("/")


def _secret_keys(text: str | None) -> tuple[str, ...]:
    keys = _list(text)
    if any(len(key) < MIN_SECRET_CHARS for key in keys):
        raise SettingsError(f"HUB_SECRET_KEYS holds a key shorter than {MIN_SECRET_CHARS} characters.")
    return keys


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _networks(name: str, text: str | None) -> tuple[str, ...]:
    entries = _list(text)
    for entry in entries:
        try:
            ip_network(entry, strict=False)
        except ValueError:
            raise SettingsError(
                f"{name} holds “{entry}”; it must be an address or a network such as 10.0.0.0/8."
            ) from None
    return entries


def _ports(name: str, text: str) -> tuple[int, ...]:
    ports = tuple(port for entry in _list(text) if (port := parse_port(entry)) is not None)
    if not ports or len(ports) < len(_list(text)):
        raise SettingsError(f"{name} is “{text}”; it must be ports such as 443,8443.")
    return ports


def _own_hosts(name: str, text: str | None) -> tuple[OwnHost, ...]:
    try:
        return tuple(parse_own_host(entry) for entry in _list(text))
    except ValueError as error:
        raise SettingsError(f"{name} is wrong: {error}") from None


def _flag(name: str, text: str | None) -> bool | None:
    if text is None:
        return None
    return _one_of(name, text.lower(), ("true", "false", "1", "0", "yes", "no", "on", "off")) in (
        "true",
        "1",
        "yes",
        "on",
    )


def _one_of(name: str, text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise SettingsError(f"{name} is “{text}”; it must be one of {', '.join(allowed)}.")
    return text
