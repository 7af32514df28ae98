"""The gateway's vault: payers whose card or bank account it keeps, so that nobody else has to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Tender
from counterfoil.ports.instructions import NotOffered, OneTimeToken, StoredPayer, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCustomer:
    """A vault customer as the gateway tells it: never more of a card or an account than its last digits."""

    reference: str
    """What the gateway charges by."""
    label: str
    """The name that we or a clerk gave it; the same as the reference where the gateway has only one."""
    name: str = ""
    billing: Address | None = None
    """The address that goes with the name; None where the gateway tells none."""
    email: str = ""
    tender: Tender = Tender.CARD
    last_four: str = ""
    brand: str = ""
    """Empty where the gateway does not tell it."""
    expires: str = ""
    """Year and month, ``2030-12``; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """A payer to be kept: from the fields in the browser, or from what a transaction was paid with."""

    label: str
    source: OneTimeToken | TransactionId
    billing: Address
    email: str = ""
    tender: Tender = Tender.CARD


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """What changes about a vault customer; None leaves it as it is."""

    label: str | None = None
    source: OneTimeToken | None = None
    """Another card."""
    billing: Address | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The vault did it."""

    payer: StoredPayer


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnique:
    """Another vault customer has the label; nothing was done."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKept:
    """The gateway sent it back with a reason; nothing was done."""

    why: str


VaultAnswer = Kept | NotUnique | NotKept | NotOffered | Unknown


class Vault(Protocol):
    """The vault of one merchant account.

    Raises:
        TransientError: the gateway is away, slow or throttles; nothing was sent.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    def create(self, customer: NewCustomer) -> VaultAnswer: ...

    def update(self, payer: StoredPayer, change: CustomerChange) -> VaultAnswer: ...

    def delete(self, payer: StoredPayer) -> VaultAnswer: ...

    def find(self, payer: StoredPayer) -> StoredCustomer | None: ...

    def all(self) -> Sequence[StoredCustomer]:
        """Every vault customer, also those made before or beside us."""
        ...
