"""A cashier without a gateway: charges as a test states them, kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from typing_extensions import override

from counterfoil.domain.charge_history import ChargeState, PastCharge
from counterfoil.domain.consent import NotAllowed, SavedMethod
from counterfoil.domain.due_charges import DueCharge, DuePolicy
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.effects import EffectState
from counterfoil.ports.instructions import Carried, Declined
from counterfoil.runtime.cashier import Account, Cashier
from counterfoil.runtime.gateway_writes import OtherContent, Outcome, Pending
from counterfoil.runtime.sending import WritesHeld

CHARGED, DECLINED, UNKNOWN, HELD, OTHER = "charged", "declined", "unknown", "held", "other"
ANSWERS = (CHARGED, DECLINED, UNKNOWN, HELD, OTHER)
_WHY = "as the test says"
MERCHANT = MerchantId("gateway/shop")
_STATES = {CHARGED: ChargeState.MADE, DECLINED: ChargeState.DECLINED, UNKNOWN: ChargeState.OPEN}


@dataclass(slots=True, kw_only=True)
class MemoryCashier(Cashier):
    """Answers by its script, then with a yes; what was sent is kept."""

    calendar: Callable[[], date]
    policy: DuePolicy = field(default_factory=DuePolicy)
    merchant: MerchantId = MERCHANT
    currency: str = "USD"
    accounts: Sequence[Account] = ()
    saved: Sequence[SavedMethod] = ()
    links: set[tuple[InvoiceNumber, Money]] = field(default_factory=set)
    """What customers were sent a link for."""
    charges: dict[InvoiceNumber, list[PastCharge]] = field(default_factory=dict)
    script: list[str] = field(default_factory=list)
    sent: list[tuple[DueCharge, str]] = field(default_factory=list)

    @override
    def today(self) -> date:
        return self.calendar()

    @override
    def methods(self, customer: CustomerNumber | None = None) -> Sequence[SavedMethod]:
        return [each for each in self.saved if customer in {None, each.customer}]

    @override
    def charges_of(self, invoice: InvoiceNumber) -> Sequence[PastCharge]:
        return self.charges.get(invoice, ())

    @override
    def is_link_sent(self, invoice: InvoiceNumber, amount: Money) -> bool:
        return (invoice, amount) in self.links

    @override
    def begun(self, charge: DueCharge) -> Outcome | None:
        known = {each.number: each for each in self.charges_of(charge.invoice)}.get(charge.number)
        return None if known is None else _outcomes(charge, known.transaction).get(_word(known))

    @override
    def charge(self, charge: DueCharge) -> Outcome | NotAllowed:
        word = self.script.pop(0) if self.script else CHARGED
        self.sent.append((charge, word))
        transaction = TransactionId(f"C{len(self.sent):05}")
        if word in _STATES:
            self.charges.setdefault(charge.invoice, []).append(
                PastCharge(
                    number=charge.number,
                    state=_STATES[word],
                    on=self.today(),
                    amount=charge.amount,
                    reference=charge.reference,
                    transaction=transaction if word == CHARGED else None,
                    why=_WHY,
                )
            )
        return _outcomes(charge, transaction)[word]


def _word(charge: PastCharge) -> str:
    return next((word for word, state in _STATES.items() if state is charge.state), "")


def _outcomes(charge: DueCharge, transaction: TransactionId | None) -> Mapping[str, Outcome]:
    return {
        CHARGED: Carried(transaction=transaction or TransactionId("")),
        DECLINED: Declined(transaction=None, why=_WHY),
        UNKNOWN: Pending(state=EffectState.UNKNOWN, due_at=None, why=_WHY),
        HELD: WritesHeld(why=_WHY),
        OTHER: OtherContent(key=f"charge {charge.number} of {charge.invoice}"),
    }
