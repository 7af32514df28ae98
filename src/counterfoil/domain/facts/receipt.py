"""Money received from a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from counterfoil.domain.facts.fact import Fact, digest_of, moved
from counterfoil.domain.facts.keys import Effect, FactError, PostingKey
from counterfoil.domain.facts.unidentified import Identification
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, OrderNumber, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Tender


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """What was left of an invoice and is given up; it is no money."""

    amount: Money
    reason: str
    """Why, in words for a clerk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The part of a receipt set against one invoice, with what the decision assumed about it."""

    invoice: InvoiceNumber
    amount: Money
    assumed_open: Money
    discount: Money | None = None
    """Taken because the money came within the invoice's terms; it lowers the invoice and is no money."""
    write_off: WriteOff | None = None

    @property
    def adjustments(self) -> Money:
        """What lowers the invoice beside the money."""
        parts = (self.discount, self.write_off.amount if self.write_off else None)
        return total((part for part in parts if part is not None), self.amount.currency)

    @property
    def settled(self) -> Money:
        """By how much less is open on the invoice afterwards."""
        return self.amount + self.adjustments


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFact(Fact):
    """Money received from a customer: applied to invoices, the rest on account.

    Applications, the rest and the surcharge add up to the amount exactly; no invoice stands twice.
    """

    key: PostingKey
    customer: CustomerNumber
    received_on: date
    amount: Money
    tender: Tender
    reference: TransactionId
    applications: tuple[Application, ...] = ()
    on_account: Money
    reason: str = ""
    """Why money went on account, in words for a clerk; empty when all of it was applied."""
    surcharge: Money | None = None
    """The part that was charged on top for paying this way; it pays no invoice and is no overpayment."""
    deposit_on: OrderNumber | None = None
    """The sales order that the money on account is a deposit on; owed until the order is invoiced."""
    batched_on: date | None = None
    """The day of the gateway's batch, where it is known; the day received is kept beside it."""
    identification: Identification | None = None
    """Where the money stands as an unidentified receipt already: it moves, and none comes in."""

    def __post_init__(self) -> None:
        if self.for_customer != self.applied + self.on_account:
            raise FactError(f"{self.key}: {self.applied + self.on_account} is not {self.for_customer}")
        if not self.for_customer.is_positive or self.on_account.amount < 0:
            raise FactError(f"{self.key}: a receipt needs a positive amount")
        if not self.amount.is_whole_minor_units:
            raise FactError(f"{self.key}: {self.amount} cannot be paid")
        if self.surcharge is not None and not self.surcharge.is_positive:
            raise FactError(f"{self.key}: a surcharge must be positive")
        check_applications(self.key, self.applications)
        if self.on_account.is_positive and not self.reason:
            raise FactError(f"{self.key}: money on account needs a reason")
        if self.deposit_on is not None and not self.on_account.is_positive:
            raise FactError(f"{self.key}: a deposit on {self.deposit_on} needs money on account")
        moved = self.identification
        if moved and (moved.posting.lineage, moved.posting.effect) != (self.key.lineage, Effect.UNIDENTIFIED):
            raise FactError(f"{self.key}: {moved.posting} is no unidentified receipt of the same payment")

    @property
    def applied(self) -> Money:
        return total((part.amount for part in self.applications), self.amount.currency)

    @property
    def for_customer(self) -> Money:
        """What counts as the customer's payment: everything but the surcharge."""
        return self.amount - (self.surcharge or Money.zero(self.amount.currency))

    @property
    @override
    def cites(self) -> tuple[PostingKey, ...]:
        return (self.identification.posting,) if self.identification else ()

    @property
    @override
    def digest(self) -> str:
        """Tells whether a repeat says the same: same customer, day, amount, tender and reference.

        How the amount was applied is left out on purpose: the books change between two tries of one
        event, and the first decision stands.
        """
        return digest_of(
            self.customer,
            *moved(self.received_on, self.amount, self.tender, self.reference),
        )

    @property
    @override
    def summary(self) -> str:
        return f"a receipt of {self.amount} from {self.customer}"


def check_applications(key: PostingKey, applications: tuple[Application, ...]) -> None:
    """Raises FactError unless each application fits what was open; a write-off closes its invoice."""
    for part in applications:
        adjustments = (part.discount, part.write_off.amount if part.write_off else None)
        if any(not one.is_positive for one in (part.amount, *adjustments) if one is not None):
            raise FactError(f"{key}: what is applied to {part.invoice} must be positive")
        if part.settled > part.assumed_open:
            raise FactError(f"{key}: an application must be at most what is open")
        if part.write_off is not None and (not part.write_off.reason or part.settled < part.assumed_open):
            raise FactError(f"{key}: a write-off closes its invoice and needs a reason")
    if len({part.invoice for part in applications}) != len(applications):
        raise FactError(f"{key}: an invoice stands twice")
