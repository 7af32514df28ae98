"""Access tokens of whatever wire: kept as keyed digests while they live."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from counterfoil.sandbox.paytrace.cards import CardSeal
from counterfoil.sandbox.paytrace.documents import Documents, stamp_of, text_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
  digest TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  expires_at TEXT AS (json_extract(body, '$.expires_at'))
);
"""


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token stands for, and until when; a refresh token is good for another token alone."""

    user: str
    expires_at: datetime
    is_refresh: bool = False


class AccessTokens:
    """Knows tokens again without keeping one."""

    def __init__(self, documents: Documents, seal: CardSeal) -> None:
        self._documents = documents
        self._seal = seal
        documents.lay_out(_SCHEMA)

    def add(self, token: str, user: str, now: datetime, life: timedelta) -> None:
        """Keeps the token's keyed digest while it lives, and forgets those that died."""
        self._add(token, TokenRow(user=user, expires_at=now + life), now)

    def add_refresh(self, token: str, user: str, now: datetime, life: timedelta) -> None:
        """The same for a token that is good once, for another token."""
        self._add(token, TokenRow(user=user, expires_at=now + life, is_refresh=True), now)

    def user_of(self, token: str, now: datetime) -> str | None:
        """Whom the token stands for, while it lives."""
        row = self._row(token)
        return row.user if row is not None and row.expires_at > now and not row.is_refresh else None

    def spend_refresh(self, token: str, now: datetime) -> str | None:
        """Whom the refresh token stands for, once, while it lives."""
        row = self._row(token)
        if row is None or not row.is_refresh:
            return None
        self._documents.run("DELETE FROM tokens WHERE digest = ?", self._seal.digest(token))
        return row.user if row.expires_at > now else None

    def forget(self, user: str) -> None:
        """Ends every token of the user."""
        self._documents.run("DELETE FROM tokens WHERE json_extract(body, '$.user') = ?", user)

    def _add(self, token: str, row: TokenRow, now: datetime) -> None:
        with self._documents.changes():
            self._documents.run("DELETE FROM tokens WHERE expires_at <= ?", stamp_of(now))
            self._documents.run(
                "INSERT INTO tokens (digest, body) VALUES (?, ?)", self._seal.digest(token), text_of(row)
            )

    def _row(self, token: str) -> TokenRow | None:
        return self._documents.row(TokenRow, "tokens WHERE digest = ?", self._seal.digest(token))
