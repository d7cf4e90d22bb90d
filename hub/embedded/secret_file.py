"""Everything secret about the embedded pair, in one private file of the data directory; read by `pair`."""

import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.embedded.errors import EmbeddedError
from hub.embedded.json_file import damaged_file, find_json, write_json

# Beyond guessing, and the key size of HMAC-SHA-256, which signs the tokens.
SECRET_BYTES = 32


@dataclass(frozen=True)
class Secrets:
    """One password for every login, and the keys the hub signs tokens with, newest first.

    Made of letters, digits, `-` and `_` only: no quoting is needed in URLs, SQL and configuration files.
    """

    secret_keys: tuple[str, ...]
    hub_admin_password: str
    hub_owner_password: str
    hub_app_password: str
    valkey_password: str


def get_secrets(path: Path) -> Secrets:
    """The secrets in the file; raises EmbeddedError when it is missing or damaged."""
    values = find_json(path)
    if values is None:
        raise EmbeddedError(
            f"{path} with the passwords of the embedded servers is gone: "
            f"put it back from a backup, or remove {path.parent} to start anew."
        )
    try:
        return Secrets(**values | {"secret_keys": tuple(values["secret_keys"])})
    except (KeyError, TypeError) as error:
        raise damaged_file(path) from error


def get_or_create_secrets(path: Path) -> Secrets:
    """The secrets in the file, made and written when there is none yet."""
    if not path.exists():
        write_json(path, asdict(_new_secrets()))
    return get_secrets(path)


def _new_secrets() -> Secrets:
    return Secrets(
        secret_keys=(_new_secret(),),
        hub_admin_password=_new_secret(),
        hub_owner_password=_new_secret(),
        hub_app_password=_new_secret(),
        valkey_password=_new_secret(),
    )


def _new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
