"""The real cashier as a run found it: what was begun since is not there, and nothing is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo

from typing_extensions import override

from counterfoil.domain.charge_history import PastCharge
from counterfoil.domain.consent import NotAllowed, SavedMethod
from counterfoil.domain.due_charges import DueCharge, DuePolicy
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.ports.recorded_runs import RecordedRun
from counterfoil.runtime.cashier import Account, Cashier, Cashiers
from counterfoil.runtime.flow_testing.observing import Seen
from counterfoil.runtime.gateway_writes import Outcome
from counterfoil.runtime.memory.cashier import CHARGED, DECLINED, OTHER, MemoryCashier

_NOON = time(12)
_ANSWERS = {"charged": CHARGED, "declined": DECLINED, "refused": OTHER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What came after the run, as far as charges go."""

    day: date
    """On which the run was carried, in the gateway's zone."""
    number: int | None
    """Which charge of its invoice was its own."""
    charged: Collection[TransactionId]
    """Payments by charges of its own, or of runs that it started."""
    is_many: bool
    """Whether it began charges of several invoices, by runs that it started."""

    def is_later(self, charge: PastCharge) -> bool:
        if charge.transaction in self.charged or charge.on > self.day:
            return True
        if self.number is not None:
            return charge.number >= self.number
        return self.is_many and charge.on == self.day


def own_number(recorded: RecordedRun) -> int | None:
    """Which charge of its invoice the run decided on."""
    told = recorded.summary.get("charge")
    return int(told) if isinstance(told, str) and told.isdecimal() else None


def gateway_answer(recorded: RecordedRun) -> str:
    """What the gateway answered to the run's charge, in a test's word; nothing where it sent none."""
    if own_number(recorded) is None:
        return ""
    return _ANSWERS.get(str(recorded.summary.get("decision")), "")


@dataclass(kw_only=True)
class RecalledCashier(Cashier):
    """Charges are planned by what the real cashier knows of the time before; what was read is kept."""

    real: Cashier
    records: GatewayRecords
    """What reads records in our own words, as which they come here."""
    since: Since
    seen: Seen
    sent: list[tuple[DueCharge, str]]
    script: list[str]
    plans: MemoryCashier = field(init=False)

    def __post_init__(self) -> None:
        self.plans = MemoryCashier(
            calendar=self.today, policy=self.real.policy, script=self.script, sent=self.sent
        )
        self.seen.due = self.real.policy
        self.seen.merchant = next((each.merchant for each in self.real.accounts), "")

    @property
    @override
    def policy(self) -> DuePolicy:
        return self.plans.policy

    @property
    @override
    def merchant(self) -> MerchantId:
        return self.real.merchant

    @property
    @override
    def currency(self) -> str:
        return self.real.currency

    @property
    @override
    def accounts(self) -> Sequence[Account]:
        return [replace(account, gateway=self.records) for account in self.real.accounts]

    @override
    def today(self) -> date:
        return self.since.day

    @override
    def methods(self, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        found = self.real.methods(customer)
        self.seen.methods |= {each.reference: each for each in found}
        return found

    @override
    def charges_of(self, invoice: InvoiceNumber) -> Sequence[PastCharge]:
        if invoice not in self.plans.charges:
            before = [each for each in self.real.charges_of(invoice) if not self.since.is_later(each)]
            self.plans.charges[invoice] = before
            self.seen.charges[invoice] = tuple(before)
        return self.plans.charges_of(invoice)

    @override
    def is_link_sent(self, invoice: InvoiceNumber, amount: Money) -> bool:
        return self.real.is_link_sent(invoice, amount)

    @override
    def begun(self, charge: DueCharge) -> Outcome | None:
        self.charges_of(charge.invoice)
        return self.plans.begun(charge)

    @override
    def charge(self, charge: DueCharge) -> Outcome | NotAllowed:
        self.charges_of(charge.invoice)
        return self.plans.charge(charge)


def began(recorded: RecordedRun, cashiers: Cashiers, zone: tzinfo) -> datetime:
    """When the run began: where it charged, on the day of its charge, else when its event was told."""
    told = recorded.run.event.received_at
    number, invoice = own_number(recorded), recorded.summary.get("invoice")
    if number is None or not isinstance(invoice, str):
        return told
    charges = cashiers(recorded.run).charges_of(InvoiceNumber(invoice))
    days = (each.on for each in charges if each.number == number)
    day = next(days, told.astimezone(zone).date())
    return told if told.astimezone(zone).date() == day else datetime.combine(day, _NOON, zone)
