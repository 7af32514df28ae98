"""Charges due invoices to saved methods for a run: each under a key that only the invoice's own facts make.

The key is ``due/<environment>/<company>/<invoice>#<number>``. No flow, version, node or run is in it, so that
whoever charges the invoice next, in whatever way, finds what was begun and never charges it a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import Protocol

from typing_extensions import override

from counterfoil.domain.charge_history import NUMBERS_MAX, ChargeState, PastCharge
from counterfoil.domain.consent import NotAllowed, SavedMethod
from counterfoil.domain.due_charges import DueCharge, DuePolicy
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, MerchantId, document_number
from counterfoil.domain.money import Money
from counterfoil.domain.own_marks import mark_invoice_id
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import TransientError
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.instructions import Charge, StoredPayer
from counterfoil.ports.payment_methods import PaymentMethods
from counterfoil.ports.run_store import Run
from counterfoil.runtime.gateway_writes import GatewayWrites, Outcome, outcome_of
from counterfoil.runtime.unattended import UnattendedCharges

SET_ASIDE = "set_aside"
"""In an effect's details: begun, never sent, and closed because something else was to be charged."""

NUMBERS = range(1, NUMBERS_MAX + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A merchant account by which the company's customers may pay."""

    connection: str
    merchant: MerchantId
    gateway: GatewayRecords


class Cashier(Protocol):
    """What charges the due invoices of a run's company.

    Raises:
        TransientError: it is not known how things stand; nothing was sent, or it is asked for.
        ConfigurationError: the log-in is refused or lacks a permission; nothing was done.
    """

    @property
    def policy(self) -> DuePolicy: ...

    @property
    def merchant(self) -> MerchantId:
        """Whose account is charged."""
        ...

    @property
    def currency(self) -> str:
        """What the merchant account takes."""
        ...

    @property
    def accounts(self) -> Sequence[Account]:
        """Where payments of the company's invoices may be made."""
        ...

    def today(self) -> date:
        """The day in the gateway's zone."""
        ...

    def methods(self, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        """A customer's saved methods, or everybody's; oldest first."""
        ...

    def charges_of(self, invoice: InvoiceNumber) -> Sequence[PastCharge]:
        """Those that were begun for the invoice, by number."""
        ...

    def is_link_sent(self, invoice: InvoiceNumber, amount: Money) -> bool:
        """Whether a link to pay so much of the invoice was sent or may have been, and not refused."""
        ...

    def begun(self, charge: DueCharge) -> Outcome | None:
        """How far this very charge is; None where it was not sent."""
        ...

    def charge(self, charge: DueCharge) -> Outcome | NotAllowed:
        """Carries the charge out once; the same number never charges twice."""
        ...


def link_key(environment: str, company: str, invoice: InvoiceNumber, amount: Money) -> str:
    """The effect of sending a link: one for an invoice and what is open on it, whoever asks for it.

    However the number is written: people write ``INV-1001`` for 1001.
    """
    return f"pay_link/{environment}/{company}/{document_number(invoice) or invoice}/{amount}"


Cashiers = Callable[[Run], Cashier]
"""The cashier of a run's company; raises ConfigurationError where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Whose invoices are charged, through which connection, for which run."""

    environment: str
    company: str
    connection: str
    run: str
    zone: tzinfo
    merchant: MerchantId
    currency: str
    """What the connection's merchant account takes."""

    def key(self, invoice: InvoiceNumber, number: int) -> str:
        return f"due/{self.environment}/{self.company}/{invoice}#{number}"

    def mark(self, invoice: InvoiceNumber, number: int) -> str:
        """The invoice id that the charge bears at the gateway."""
        return mark_invoice_id(self.connection, self.key(invoice, number), invoice)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCashier(Cashier):
    """Charges through the connection's only way to the gateway, as far as consent goes."""

    till: Till
    policy: DuePolicy
    accounts: Sequence[Account]
    saved: PaymentMethods
    effects: EffectStore
    writes: GatewayWrites
    clock: Clock

    @property
    @override
    def merchant(self) -> MerchantId:
        return self.till.merchant

    @property
    @override
    def currency(self) -> str:
        return self.till.currency

    @override
    def today(self) -> date:
        return self.clock.now().astimezone(self.till.zone).date()

    @override
    def methods(self, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        return self.saved.saved(self.till.connection, customer)

    @override
    def charges_of(self, invoice: InvoiceNumber) -> Sequence[PastCharge]:
        return [past_charge(number, row, self.till.zone) for number, row in self._rows(invoice)]

    @override
    def is_link_sent(self, invoice: InvoiceNumber, amount: Money) -> bool:
        row = self.effects.find(link_key(self.till.environment, self.till.company, invoice, amount))
        return row is not None and row.state is not EffectState.FAILED

    @override
    def begun(self, charge: DueCharge) -> Outcome | None:
        sent = [row for row in self._numbered(charge.invoice, charge.number) if _is_of(row, charge)]
        sent = [row for row in sent if row.state is not EffectState.WAITING]
        return outcome_of(sent[0]) if sent else None

    @override
    def charge(self, charge: DueCharge) -> Outcome | NotAllowed:
        for number in charge.set_aside:
            self._set_aside(charge.invoice, number)
        wanted = Charge(
            payer=StoredPayer(reference=charge.reference),
            amount=charge.amount,
            invoice_id=charge.invoice,
            tender=charge.tender,
        )
        till = self.till
        charges = UnattendedCharges(till.connection, self.saved, self.writes, self.clock, till.zone)
        key = till.key(charge.invoice, charge.number)
        return charges.charge(key, wanted, charge.customer, run=till.run)

    def _rows(self, invoice: InvoiceNumber) -> list[tuple[int, EffectRow]]:
        """The invoice's charges with their numbers; one that a restored database lacks bears its mark."""
        keys = {self.till.key(invoice, number): number for number in NUMBERS}
        marks = {self.till.mark(invoice, number): number for number in NUMBERS}
        rows = self.effects.find_charges(self.till.connection, list(keys), list(marks))
        found = [(keys.get(row.effect.key) or marks[row.effect.invoice_id], row) for row in rows]
        return sorted(found, key=lambda each: each[0])

    def _numbered(self, invoice: InvoiceNumber, number: int) -> list[EffectRow]:
        return [row for known, row in self._rows(invoice) if known == number]

    def _set_aside(self, invoice: InvoiceNumber, number: int) -> None:
        """Closes a charge that was not sent; whoever was about to send it finds that it was closed."""
        why = "never sent: something else is charged"
        for row in self._numbered(invoice, number):
            closed = replace(row, state=EffectState.FAILED, why=why, details={**row.details, SET_ASIDE: why})
            is_waiting = row.state is EffectState.WAITING
            if not is_waiting or isinstance(self.effects.change(closed), Moved):
                raise TransientError(f"charge {number} of invoice {invoice} moved meanwhile: look again")


def past_charge(number: int, row: EffectRow, zone: tzinfo) -> PastCharge:
    """What a charge's row tells; `zone` is the gateway's."""
    return PastCharge(
        number=number,
        state=_state(row),
        on=(row.sent_at or row.begun_at).astimezone(zone).date(),
        amount=row.effect.amount,
        reference=row.effect.payer,
        transaction=row.carried,
        why=row.why,
    )


def _state(row: EffectRow) -> ChargeState:
    match row.state:
        case EffectState.WAITING:
            return ChargeState.NOT_SENT
        case EffectState.DONE:
            return ChargeState.MADE
        case EffectState.FAILED if row.carried is not None:
            return ChargeState.TAKEN_BACK
        case EffectState.FAILED:
            return ChargeState.SET_ASIDE if SET_ASIDE in row.details else ChargeState.DECLINED
        case _:
            return ChargeState.OPEN


def _is_of(row: EffectRow, charge: DueCharge) -> bool:
    """Whether the row is of this very charge; of one that was taken over only the amount is known."""
    if row.effect.kind is EffectKind.ADOPTED:
        return row.effect.amount == charge.amount
    return (row.effect.amount, row.effect.payer) == (charge.amount, charge.reference)
