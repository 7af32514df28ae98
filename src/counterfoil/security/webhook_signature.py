"""Signatures of pushes by Standard Webhooks 1.0.0, checked against several secrets while one is replaced."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

from counterfoil.security.secrets import Secret

TOLERANCE = timedelta(seconds=300)
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix that all such secrets share
_SECRET_BYTES = range(24, 65)
_SIGNATURES_MAX = 16
# A dot would let one signature stand for two messages; the specification forbids it.
_MESSAGE_ID = re.compile(r"[!-\-/-~]{1,256}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class WebhookSecretError(ValueError):
    """A signing secret that cannot protect anything; the message never holds it."""


class Verdict(Enum):
    """What a signature is worth."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    """A header is missing or malformed."""
    OUT_OF_TIME = "out of time"
    """Older or newer than the tolerance: replayed, or a clock is wrong."""
    FORGED = "forged"
    """No signature fits any of the secrets."""


class WebhookVerifier:
    """Checks pushes of one sender; any of its secrets will do."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        """Takes secrets as they are handed out: ``whsec_`` and base64.

        Raises:
            WebhookSecretError: there is none, or one is malformed, too short or too long.
        """
        if not secrets:
            raise WebhookSecretError("a signed relay needs a secret before it can be switched on")
        self._keys = tuple(_key(secret) for secret in secrets)

    def check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verdict:
        """Judges a raw body by its headers, whose names are in lower case."""
        message_id = headers.get("webhook-id", "")
        timestamp = headers.get("webhook-timestamp", "")
        signatures = headers.get("webhook-signature", "").split(" ")[:_SIGNATURES_MAX]
        if not (_MESSAGE_ID.fullmatch(message_id) and _TIMESTAMP.fullmatch(timestamp) and any(signatures)):
            return Verdict.UNSIGNED
        if abs(int(now.timestamp()) - int(timestamp)) > TOLERANCE.total_seconds():
            return Verdict.OUT_OF_TIME
        signed = f"{message_id}.{timestamp}.".encode() + body
        expected = [_signature(key, signed) for key in self._keys]
        # Every pair is compared, so that the time taken tells nothing.
        fitting = [hmac.compare_digest(one, sent.encode()) for one in expected for sent in signatures]
        return Verdict.GENUINE if any(fitting) else Verdict.FORGED


def sign(secret: Secret, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature as it stands in the header, for senders in tests and relays of our own."""
    return _signature(_key(secret), f"{message_id}.{timestamp}.".encode() + body).decode()


def _signature(key: bytes, signed: bytes) -> bytes:
    return b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))


def _key(secret: Secret) -> bytes:
    text = secret.reveal().strip().removeprefix(_SECRET_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise WebhookSecretError("the signing secret is not base64: paste it whole") from None
    if len(key) not in _SECRET_BYTES:
        raise WebhookSecretError("the signing secret must have 24 to 64 bytes")
    return key
