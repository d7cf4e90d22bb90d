"""Secrets that must be used again, at rest: AES-256-GCM under keys derived from HUB_SECRET_KEYS."""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.actions.ports import CredentialKind

VERSION = b"\x01"
KEY_ID_BYTES = 8
NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits; random ones are safe for 2^32 secrets a key.
HEAD_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES


class SealBroken(Exception):
    """A stored secret cannot be opened: it was changed or moved, or its key has left HUB_SECRET_KEYS; put that key back."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Sealer:
    """Seals with the newest key, opens with any.

    A blob is version, key id, nonce, ciphertext. The key id tells which key opens it, so that keys can be rotated.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        if not secret_keys:
            raise ValueError("Sealing needs at least one secret key.")
        ciphers = [_cipher_from_secret(secret) for secret in secret_keys]
        self._newest_id = ciphers[0][0]
        self._ciphers = dict(ciphers)

    def seal(self, secret: bytes, tenant_id: int, kind: CredentialKind, public_id: str) -> bytes:
        """The secret as it may be stored. It opens only for the same tenant, kind and public id."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._newest_id].encrypt(nonce, secret, _place(tenant_id, kind, public_id))
        return VERSION + self._newest_id + nonce + sealed

    def unseal(self, sealed: bytes, tenant_id: int, kind: CredentialKind, public_id: str) -> bytes:
        """The secret again. Raises SealBroken."""
        key_id = sealed[len(VERSION) : len(VERSION) + KEY_ID_BYTES]
        cipher = self._ciphers.get(key_id)
        if not sealed.startswith(VERSION) or cipher is None:
            raise SealBroken
        nonce = sealed[HEAD_BYTES - NONCE_BYTES : HEAD_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[HEAD_BYTES:], _place(tenant_id, kind, public_id))
        except (InvalidTag, ValueError):
            raise SealBroken from None


def _cipher_from_secret(secret: str) -> tuple[bytes, AESGCM]:
    """The id and the cipher of one secret key; neither tells the other (RFC 5869: one derivation, two labels)."""
    key_id = HKDF(SHA256(), KEY_ID_BYTES, salt=None, info=b"hub sealing key id").derive(secret.encode())
    key = HKDF(SHA256(), 32, salt=None, info=b"hub sealing key").derive(secret.encode())
    return key_id, AESGCM(key)


def _place(tenant_id: int, kind: CredentialKind, public_id: str) -> bytes:
    """Where a sealed secret belongs: authenticated with it, so that no row's secret can be moved to another row."""
    return f"{tenant_id}\x00{kind}\x00{public_id}".encode()
