"""Links to attachments: signed, for an hour, for places that cannot send a header, such as an image of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from hub.domain.errors import Forbidden, NotFound

LIFE = timedelta(hours=1)  # A page shows it at once; a link that is passed on shall not work for long.
MAX_TOKEN_CHARS = 256  # Ours have about 80.


@dataclass(frozen=True, slots=True)
class AttachmentLink:
    """Which attachment a link shows, and until when."""

    tenant_id: int
    attachment_id: int
    expires_at: datetime


class AttachmentLinks:
    """Issues and reads the tokens of links under a list of secret keys, newest first: the first signs, all verify."""

    def __init__(self, secret_keys: Sequence[str]) -> None:
        self._serializer = URLSafeSerializer(
            list(reversed(secret_keys)),  # The serializer signs with the last.
            salt="hub attachment link",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def issue_token(self, tenant_id: int, attachment_id: int, now: datetime) -> str:
        """A token for an hour from now."""
        return str(self._serializer.dumps([tenant_id, attachment_id, int((now + LIFE).timestamp())]))

    def issue_address(self, base_url: str, tenant_id: int, attachment_id: int, now: datetime) -> str:
        """The whole address of the attachment below `base_url`, good for an hour from now."""
        return f"{base_url}/api/Attachment/{attachment_id}?token={self.issue_token(tenant_id, attachment_id, now)}"

    def read_token(self, text: str, now: datetime) -> AttachmentLink:
        """What a token shows. Raises NotFound when it is not ours or was changed, Forbidden when its time is over."""
        if len(text) > MAX_TOKEN_CHARS or not text.isascii():
            raise NotFound
        try:
            payload: Any = self._serializer.loads(text)
            tenant_id, attachment_id, expires_at_s = payload
            link = AttachmentLink(
                int(tenant_id), int(attachment_id), datetime.fromtimestamp(expires_at_s, UTC)
            )
        except (BadData, ValueError, TypeError, OverflowError):
            raise NotFound from None
        if now >= link.expires_at:
            raise Forbidden("This link is too old.")
        return link
