"""Random secrets of programs and sessions: made, taken apart, hashed, compared; fulfils `Keys` of `hub.actions.ports`.

A key is `PREFIX` + public id + secret + checksum. The prefix lets secret scanners find a leaked one, the public id
finds its row, the checksum refuses typing errors without a look-up. Only a hash is kept.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from zlib import crc32

from hub.actions.ports import BASE62, PAGE_SESSION_PREFIX, KeyKind, Secret
from hub.domain.errors import NotSignedIn

SECRET_CHARS = 43  # 62^43 > 2^256.
CHECKSUM_CHARS = 6  # 62^6 > 2^32.


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How keys of one kind look."""

    prefix: str
    public_id_chars: int


KEY_FORMS: dict[KeyKind, KeyForm] = {
    "api_key": KeyForm("hk_live_", 8),
    # Sessions are made by the thousand and never removed: 2^95 ids leave no room for two alike.
    "session": KeyForm("hs_", 16),
    "page_session": KeyForm(PAGE_SESSION_PREFIX, 16),
    "superoffice_ticket": KeyForm(
        "7T:", 16
    ),  # SuperOffice's own tickets begin so, and its clients show it in logs.
}


class RandomKeys:
    """Makes and checks random secrets. Holds nothing."""

    def issue_key(self, kind: KeyKind) -> Secret:
        """A fresh key of this kind: 256 random bits behind a random public id."""
        form = KEY_FORMS[kind]
        public_id = self.random_text(form.public_id_chars)
        body = form.prefix + public_id + self.random_text(SECRET_CHARS)
        text = body + _checksum(body)
        return Secret(text, public_id, _hash(text))

    def parse_key(self, kind: KeyKind, text: str) -> str:
        """The public id in a key's text; NotSignedIn when form or checksum show that it cannot be one of this kind."""
        form = KEY_FORMS[kind]
        size = form.public_id_chars
        found = re.fullmatch(
            f"{re.escape(form.prefix)}([0-9A-Za-z]{{{size}}})[0-9A-Za-z]{{{SECRET_CHARS + CHECKSUM_CHARS}}}",
            text,
        )
        if found is None or not compare_digest(_checksum(text[:-CHECKSUM_CHARS]), text[-CHECKSUM_CHARS:]):
            raise NotSignedIn
        return found[1]

    def issue_secret(self, public_id: str) -> Secret:
        """A fresh secret of 256 bits for a public id that is sent beside it."""
        text = self.random_text(SECRET_CHARS)
        return Secret(text, public_id, _hash(text))

    def require_secret(self, text: str, stored: str | None) -> None:
        """Nothing when `stored` is this secret's hash, else NotSignedIn; takes the same time wherever they differ."""
        if not compare_digest(_hash(text), stored or ""):
            raise NotSignedIn

    def random_text(self, chars: int, alphabet: str = BASE62) -> str:
        """So many characters of the alphabet, each drawn at random."""
        return "".join(secrets.choice(alphabet) for _ in range(chars))


def _hash(text: str) -> str:
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(text: str) -> str:
    number, digits = crc32(text.encode("ascii")), ""
    for _ in range(CHECKSUM_CHARS):
        number, digit = divmod(number, len(BASE62))
        digits = BASE62[digit] + digits
    return digits
