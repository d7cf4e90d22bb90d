"""Passwords of people: argon2id, a few at a time; `hub.actions.agents` asks for them."""

import asyncio
import unicodedata
from base64 import b64encode

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from hub.domain.errors import NotSignedIn

MAX_AT_ONCE = 2  # Each takes 64 MiB and all the cores it finds; more would starve the live lines.
MAX_PASSWORD_CHARS = 1_024  # More is no password, and hashing it costs us more than its sender.


def _render_impossible_hash() -> str:
    """A well-formed hash under the current parameters that no password can be found for."""
    profile = RFC_9106_LOW_MEMORY
    salt, digest = (
        b64encode(bytes(size)).rstrip(b"=").decode() for size in (profile.salt_len, profile.hash_len)
    )
    costs = f"m={profile.memory_cost},t={profile.time_cost},p={profile.parallelism}"
    return f"$argon2id$v={profile.version}${costs}${salt}${digest}"


class Argon2Passwords:
    """Hashes and checks passwords in threads, at most two at once."""

    def __init__(self, costs: Parameters = RFC_9106_LOW_MEMORY) -> None:
        """`costs`: of what is hashed from now on, by default the second recommended option of RFC 9106; what is checked costs what it says itself."""
        self._hasher = PasswordHasher.from_parameters(costs)
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._impossible = _render_impossible_hash()

    async def hash_password(self, password: str) -> str:
        """The password's hash with its parameters and a fresh salt, as one string. ValueError when it is too long."""
        if len(password) > MAX_PASSWORD_CHARS:
            raise ValueError(f"A password has at most {MAX_PASSWORD_CHARS:,} characters.")
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _password_bytes(password))

    async def require_password(self, password: str, stored: str | None) -> None:
        """Nothing when the password is the one stored, else NotSignedIn.

        With nothing stored the same work is done in vain, so that the time does not tell which accounts exist.
        """
        if len(password) > MAX_PASSWORD_CHARS:
            raise NotSignedIn
        async with self._turns:
            try:
                await asyncio.to_thread(
                    self._hasher.verify, stored or self._impossible, _password_bytes(password)
                )
            except (VerificationError, InvalidHashError):
                raise NotSignedIn from None


def _password_bytes(password: str) -> bytes:
    # NFC: the same password typed on another keyboard may arrive as other code points (RFC 8265 section 4.2.2).
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
