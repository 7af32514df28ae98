"""Hosted fields: a card typed into the gateway's own page becomes a token that is good for one use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from counterfoil.sandbox.paytrace.cards import Card
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused
from counterfoil.sandbox.paytrace.rows import StoredCard
from counterfoil.sandbox.paytrace.shelf import Shelf

_CLIENT_KEY_BYTES = 32
_TOKEN_BYTES = 24
_ENC_KEY_BYTES = 48


class ClientKeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A key that lets a browser turn cards into tokens for a while."""

    expires_at: datetime


class HostedCardRow(msgspec.Struct, frozen=True, kw_only=True):
    """The card behind a token, as it may be kept."""

    card: StoredCard
    csc_response: str
    enc_key_digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HostedToken:
    """What the browser gets instead of the card."""

    hpf_token: str
    enc_key: str


class HostedFields:
    """Client keys and one-time tokens of one merchant account; both are kept as keyed digests alone."""

    def __init__(self, gateway: Gateway) -> None:
        documents = gateway.ledger.documents
        self._gateway = gateway
        self._keys = Shelf(documents, "client_keys", ClientKeyRow)
        self._cards = Shelf(documents, "hosted_cards", HostedCardRow)

    def new_client_key(self) -> str:
        """A key for one page of the merchant."""
        key = self._gateway.new_token(_CLIENT_KEY_BYTES)
        life = self._gateway.settings.hosted_fields.client_key_life
        self._keys.put(self._digest(key), ClientKeyRow(expires_at=self._gateway.now() + life))
        return key

    def knows(self, client_key: str) -> bool:
        """Whether the key is this merchant's and still lives."""
        row = self._keys.get(self._digest(client_key))
        return row is not None and row.expires_at > self._gateway.now()

    def tokenise(self, card: Card) -> HostedToken:
        """A token for the card, of which only what may be kept is kept."""
        token = HostedToken(
            self._gateway.new_token(_TOKEN_BYTES),
            self._gateway.new_token(_ENC_KEY_BYTES),
        )
        row = HostedCardRow(
            card=self._gateway.ledger.seal.seal(card),
            csc_response=card.csc_response,
            enc_key_digest=self._digest(token.enc_key),
            expires_at=self._gateway.now() + self._gateway.settings.hosted_fields.token_life,
        )
        self._cards.put(self._digest(token.hpf_token), row)
        return token

    def redeem(self, hpf_token: str, enc_key: str) -> HostedCardRow | Refused:
        """The card behind a token, once; a token is spent even where what follows fails."""
        row = self._cards.take(self._digest(hpf_token))
        is_good = (
            row is not None
            and row.enc_key_digest == self._digest(enc_key)
            and row.expires_at > self._gateway.now()
        )
        return row if row is not None and is_good else Refused.of(Reason.HOSTED_FIELDS)

    def _digest(self, secret: str) -> str:
        return self._gateway.ledger.seal.digest(secret)
