"""Passwords that cost little or nothing, for tests that are not about them."""

from argon2.profiles import CHEAPEST

from hub.actions.ports import Secrets
from hub.auth.keys import RandomKeys
from hub.auth.passwords import Argon2Passwords
from hub.auth.sealing import Sealer
from hub.domain.errors import NotSignedIn
from hub.settings import Settings

SECRET_KEYS = ("a-secret-key-for-tests",)


class PlainPasswords:
    """Keeps passwords as they are, and counts how often one was compared."""

    def __init__(self) -> None:
        self.compared = 0

    async def hash_password(self, password: str) -> str:
        return f"plain:{password}"

    async def require_password(self, password: str, stored: str | None) -> None:
        self.compared += 1
        if stored != f"plain:{password}":
            raise NotSignedIn


def open_secrets(passwords: PlainPasswords | None = None) -> Secrets:
    """The real keys and seals, with plain passwords."""
    return Secrets(passwords or PlainPasswords(), RandomKeys(), Sealer(SECRET_KEYS))


def cheap_secrets(settings: Settings) -> Secrets:
    """The real ones of a hub with these settings, whose passwords are hashed with next to no work: it lets them in as any others."""
    return Secrets(Argon2Passwords(CHEAPEST), RandomKeys(), Sealer(settings.secret_keys))
