"""Names of stored payers, kept in step with the customer whom they are: what changes, or a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.review import Hold, ReviewKind


class PayerPolicy(Enum):
    """What a connection says of payers in the gateway's vault whose customer has another name now."""

    LEAVE = "leave"
    NAMES = "names"
    """The payer's name follows the customer's, where it was the same before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A customer who has another name in the books now."""

    customer: CustomerNumber
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A stored payer as the gateway tells it, without anything of a card or an account."""

    reference: str
    name: str
    billing: Address | None
    """The address that goes with the name; None where the gateway tells none."""
    others: tuple[CustomerNumber, ...] = ()
    """Other customers whose payer it is too, as far as we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerChange:
    """One payer's name, before and after."""

    reference: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerChanges:
    """All payers of a customer whose names change."""

    changes: tuple[PayerChange, ...]


def judge_payers(renamed: Renamed, payers: Sequence[Payer]) -> PayerChanges | Hold:
    """The names to change. A payer with a name of its own, such as the cardholder's, keeps it."""
    changes = []
    for payer in payers:
        if not is_same_name(payer.name, renamed.before) or is_same_name(payer.name, renamed.after):
            continue
        if payer.others:
            return _whose(renamed, payer)
        if payer.billing is not None:
            changes.append(PayerChange(reference=payer.reference, before=payer.name, after=renamed.after))
    return PayerChanges(changes=tuple(changes))


def is_same_name(one: str, other: str) -> bool:
    """Whether two names differ by capitals and blanks at most."""
    return bool(one.strip()) and one.casefold().split() == other.casefold().split()


def _whose(renamed: Renamed, payer: Payer) -> Hold:
    others = ", ".join(payer.others)
    return Hold(
        kind=ReviewKind.PAYER,
        title=f"Whose is stored payer {payer.reference}?",
        why=f"customer {renamed.customer} is {renamed.after} now, and the payer is known as {others}'s too:"
        " change the name in the gateway where it is to",
    )
