"""The real cashier as a dry run has it: it reads, and only plans what it would charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from typing_extensions import override

from counterfoil.domain.charge_history import PastCharge
from counterfoil.domain.consent import NotAllowed, SavedMethod
from counterfoil.domain.due_charges import DueCharge, DuePolicy
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.instructions import Carried
from counterfoil.runtime.cashier import Account, Cashier
from counterfoil.runtime.gateway_writes import Outcome
from counterfoil.runtime.memory.cashier import CHARGED

PLANNED = TransactionId("planned")


@dataclass(kw_only=True)
class PlannedCashier(Cashier):
    """Nothing is begun and nothing is sent; a charge that could be made stands for the charge."""

    real: Cashier
    records: GatewayRecords
    """What reads records in our own words, as which they come here."""
    sent: list[tuple[DueCharge, str]] = field(default_factory=list)

    @property
    @override
    def policy(self) -> DuePolicy:
        return self.real.policy

    @property
    @override
    def accounts(self) -> Sequence[Account]:
        return [replace(account, gateway=self.records) for account in self.real.accounts]

    @override
    def today(self) -> date:
        return self.real.today()

    @override
    def methods(self, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        return self.real.methods(customer)

    @override
    def charges_of(self, invoice: InvoiceNumber) -> Sequence[PastCharge]:
        return self.real.charges_of(invoice)

    @override
    def is_link_sent(self, invoice: InvoiceNumber, amount: Money) -> bool:
        return self.real.is_link_sent(invoice, amount)

    @override
    def begun(self, charge: DueCharge) -> Outcome | None:
        return self.real.begun(charge)

    @override
    def charge(self, charge: DueCharge) -> Outcome | NotAllowed:
        self.sent.append((charge, CHARGED))
        return Carried(transaction=PLANNED)
