"""The gateway's key pair for values that a client encrypts before it sends them."""

from __future__ import annotations

import base64
import binascii
from functools import cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding

_KEY_BITS = 2048
_PUBLIC_EXPONENT = 65537

# Which padding the vendor's script uses is not known: both are taken. The first says plainly when it is
# not the one; the second may give noise instead, which is then no card number.
_PADDINGS: tuple[AsymmetricPadding, ...] = (
    padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),  # noqa: S303 - the scheme's own default
    padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
    padding.PKCS1v15(),
)


class KeyPair:
    """Drawn when first used and kept in memory alone: a client reads the public key anew after a restart."""

    def public_pem(self) -> bytes:
        return self._private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def decrypt(self, text: str) -> str | None:
        """The value that a client encrypted, or None for what is not one of ours."""
        try:
            sealed = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        for scheme in _PADDINGS:
            try:
                return self._private.decrypt(sealed, scheme).decode("ascii")
            except ValueError:
                continue
        return None

    @cached_property
    def _private(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(_PUBLIC_EXPONENT, _KEY_BITS)
