"""Secrets at rest: sealed under a key that lies outside the database, several keys while one is replaced.

Envelope encryption with AES-256-GCM: each text gets a data key of its own, which a key of the ring wraps. A
new key of the ring re-wraps the small data keys; the name of the wrapping key stands in every sealed text.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from counterfoil.security.private_files import PrivateFileError, require_private, write_private

FORM = "cf1"
KEY_BYTES = 32
NONCE_BYTES = 12
MASKED_LENGTH_MIN = 8

_LIVING: WeakValueDictionary[int, Secret] = WeakValueDictionary()


class SecretError(Exception):
    """Something is wrong with a secret or a key; the message never holds either.

    SecretError
    ├── KeyFileError     the key file is missing, open to others or unreadable
    └── UnsealError      a sealed text was altered, belongs elsewhere, or its key is not in the ring
    """


class KeyFileError(SecretError):
    """The key file cannot be used as it is."""


class UnsealError(SecretError):
    """A sealed text does not open."""


class Secret:
    """A text that never shows itself: not in logs, not in errors, not in a debugger's view of its owner.

    While it lives, texts for logs lose its value too, should something else have copied it there.
    """

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        _LIVING[id(self)] = self

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    @override
    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    @override
    def __hash__(self) -> int:
        return hash((Secret, self._text))

    @override
    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not copied into files")


@dataclass(frozen=True, slots=True)
class Key:
    """One wrapping key and its name."""

    name: str
    material: Secret


def without_living(text: str, mark: str) -> str:
    """The text with the mark in place of every secret that is in use; short ones could be any word."""
    living = {secret.reveal() for reference in _LIVING.valuerefs() if (secret := reference()) is not None}
    for value in sorted(living, key=len, reverse=True):  # one may begin as another does
        if len(value) >= MASKED_LENGTH_MIN:
            text = text.replace(value, mark)
    return text


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Accepts nothing but what `encode` gives."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not base64")
    return raw


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


class KeyRing:
    """Seals with its newest key and opens with any.

    A sealed text is bound to the place it was sealed for (such as a connection's id), so that it opens
    nowhere else.
    """

    def __init__(self, keys: tuple[Key, ...]) -> None:
        if not keys:
            raise KeyFileError("the key ring is empty")
        self._keys = {key.name: decode(key.material.reveal()) for key in keys}
        self.newest = keys[-1].name

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def seal(self, secret: Secret, place: str) -> str:
        data_key = secrets.token_bytes(KEY_BYTES)
        wrapped = encrypt(self._keys[self.newest], data_key, place.encode())
        sealed = encrypt(data_key, secret.reveal().encode(), place.encode())
        return ".".join((FORM, self.newest, encode(wrapped), encode(sealed)))

    def unseal(self, text: str, place: str) -> Secret:
        """Opens a sealed text.

        Raises:
            UnsealError: altered, sealed for another place, or its key is not in the ring.
        """
        _, wrapped, sealed = self._parts(text)
        try:
            return Secret(decrypt(self._data_key(text, place, wrapped), sealed, place.encode()).decode())
        except InvalidTag:
            raise UnsealError(f"the secret of {place} was altered: enter it again") from None

    def rewrap(self, text: str, place: str) -> str:
        """The same secret under the newest key; the secret itself is not opened."""
        name, wrapped, sealed = self._parts(text)
        if name == self.newest:
            return text
        again = encrypt(self._keys[self.newest], self._data_key(text, place, wrapped), place.encode())
        return ".".join((FORM, self.newest, encode(again), encode(sealed)))

    def key_name(self, text: str) -> str:
        return self._parts(text)[0]

    def _data_key(self, text: str, place: str, wrapped: bytes) -> bytes:
        name = self.key_name(text)
        if name not in self._keys:
            raise UnsealError(
                f"the secret of {place} was sealed with the key {name}, which is not in the key file"
            )
        try:
            return decrypt(self._keys[name], wrapped, place.encode())
        except InvalidTag:
            raise UnsealError(f"the secret of {place} was altered or sealed for another place") from None

    @staticmethod
    def _parts(text: str) -> tuple[str, bytes, bytes]:
        try:
            form, name, wrapped, sealed = text.split(".")
            parts = name, decode(wrapped), decode(sealed)
        except (ValueError, binascii.Error):
            raise UnsealError("this is not a sealed secret") from None
        if form != FORM:
            raise UnsealError(f"this secret is sealed in a form of its own: {form}")
        return parts


def new_key(number: int) -> Key:
    return Key(f"k{number}", Secret(encode(secrets.token_bytes(KEY_BYTES))))


def write_keys(path: Path, keys: tuple[Key, ...]) -> None:
    """Writes the key file so that only its owner reads it; the old or the new one stands, never a half."""
    text = json.dumps([{"name": key.name, "key": key.material.reveal()} for key in keys], indent=1)
    write_private(path, text.encode())


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of the file, oldest first.

    Raises:
        KeyFileError: missing, readable by others, or not a key file.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        keys = tuple(Key(str(entry["name"]), Secret(str(entry["key"]))) for entry in found)
    except FileNotFoundError:
        raise KeyFileError(
            f"{path} is missing: put it back from your own copy; nothing else opens the secrets"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise KeyFileError(f"{path} is not a key file: put it back from your own copy") from None
    try:
        require_private(path)
    except PrivateFileError as error:
        raise KeyFileError(str(error)) from None
    return keys


def open_key_ring(path: Path) -> KeyRing:
    """The ring of the key file; the first start makes the file."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_keys(path, (new_key(1),))
    return KeyRing(read_keys(path))


def add_key(path: Path) -> KeyRing:
    """Adds a new key that seals from now on; the older ones still open until they are dropped."""
    keys = read_keys(path)
    number = max(int(key.name.removeprefix("k")) for key in keys) + 1
    write_keys(path, (*keys, new_key(number)))
    return KeyRing(read_keys(path))


def drop_old_keys(path: Path) -> KeyRing:
    """Keeps the newest key only; call it when everything was re-wrapped."""
    write_keys(path, read_keys(path)[-1:])
    return KeyRing(read_keys(path))
