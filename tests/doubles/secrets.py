"""Passwords without the cost of argon2, for tests that are not about it."""

from hub.actions.ports import Secrets
from hub.auth.keys import RandomKeys
from hub.auth.sealing import Sealer
from hub.domain.errors import NotSignedIn

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
