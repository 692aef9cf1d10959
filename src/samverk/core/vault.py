"""Secrets at rest: AES-256-GCM, each ciphertext with the id of its key, so that keys can be rotated and forgotten."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from samverk.core.canonical import digest
from samverk.core.errors import SamverkError

_ID, _NONCE = 8, 12


class Unlockable(SamverkError):
    """A stored secret cannot be opened with the keys at hand."""

    code = "unlockable"
    sv = "En sparad hemlighet kan inte öppnas: nyckeln den låstes med finns inte längre. Ange den på nytt."
    en = "A stored secret cannot be opened: the key it was locked with is gone. Please enter it again."


class Vault:
    """Encrypts with the first key and opens with any. Keys are secrets in text, as `Settings.master_key` gives."""

    def __init__(self, current: str, *older: str) -> None:
        self._keys = {digest(f"id:{key}")[:_ID].encode(): bytes.fromhex(digest(key)) for key in (current, *older)}
        self._current = next(iter(self._keys))

    def lock(self, secret: str, context: str) -> bytes:
        """The ciphertext of a secret. `context` (whose it is) must be given again to open it."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._keys[self._current]).encrypt(nonce, secret.encode(), context.encode())
        return self._current + nonce + sealed

    def unlock(self, sealed: bytes, context: str) -> str:
        """The secret. Raises Unlockable when its key is gone or the ciphertext was changed or moved."""
        key = self._keys.get(sealed[:_ID])
        if key is None:
            raise Unlockable
        try:
            nonce, body = sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
            return AESGCM(key).decrypt(nonce, body, context.encode()).decode()
        except (InvalidTag, ValueError) as error:  # ValueError: too short to hold what belongs to it
            raise Unlockable from error
