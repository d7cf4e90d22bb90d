"""Cursors of lists that clients hold between two pages: signed, so that what comes back is what was handed out."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from hub.domain.errors import BadRequest

MAX_CURSOR_CHARS = 2_048


class SignedCursors:
    """Renders and reads cursors. `place` names the list (tenant, filters, order): a cursor holds in its own list only."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._serializer = URLSafeSerializer(
            list(reversed(secret_keys)),  # The serializer signs with the last.
            salt="hub list cursor",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def render_cursor(self, place: Any, values: Sequence[Any]) -> str:
        """The cursor behind a row with these sort values, which must be JSON's."""
        return self._serializer.dumps([_digest(place), list(values)])

    def parse_cursor(self, place: Any, text: str) -> list[Any]:
        """The sort values. BadRequest (field `after`) for what this list has not handed out."""
        try:
            if len(text) > MAX_CURSOR_CHARS:
                raise ValueError(text[:10])
            digest, values = self._serializer.loads(text)
        except (BadData, ValueError, TypeError):
            digest, values = None, []
        if digest != _digest(place):
            raise BadRequest("“after” is not a cursor of this list.", field="after")
        return list(values)


def _digest(place: Any) -> str:
    return sha256(repr(place).encode("utf-8", "surrogatepass")).hexdigest()[:16]
