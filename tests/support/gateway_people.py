"""People at the gateway's own virtual terminal, and what they see there when they are asked."""

from __future__ import annotations

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.own_marks import bears_mark
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectKind, EffectRow
from counterfoil.runtime.looking import NEAR, TAKEN
from tests.support.gateway_faults import Chance
from tests.support.gateway_loops import CONNECTION, LAG
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd
from tests.support.simulated_gateway import SimulatedGateway


class GatewayPeople:
    """Clerks at the virtual terminal."""

    def __init__(
        self, gateway: SimulatedGateway, effects: MemoryEffects, clock: ManualClock, chance: Chance
    ) -> None:
        self._gateway = gateway
        self._effects = effects
        self._clock = clock
        self._dice = chance.dice
        self.voided: set[TransactionId] = set()
        """Our charges that a clerk took back."""

    def refund(self) -> None:
        """A refund that looks like one of ours, not within minutes of one."""
        settled = [each for each in self._gateway.all_now() if each.status is PaymentStatus.SETTLED]
        recent = {
            row.effect.transaction
            for row in self._effects.rows.values()
            if row.sent_at is not None and self._clock.now() - row.sent_at <= 2 * NEAR
        }
        payments = [
            each for each in settled if each.kind is PaymentKind.PAYMENT and each.transaction not in recent
        ]
        if payments:
            of = self._dice.choice(payments)
            room = of.amount - self._gateway.given_back(of.transaction)
            if room >= usd("1.00"):
                self._gateway.make(
                    usd("1.00"),
                    PaymentStatus.CAPTURED,
                    kind=PaymentKind.REFUND,
                    invoice_reference=of.invoice_reference,
                    order_reference=f"refund of {of.transaction}",
                    payer_name="by a clerk",
                )
                self._clock.advance(LAG + 2 * NEAR)

    def void_a_charge(self) -> None:
        """One of our charges is taken back."""
        ours = [
            each.transaction
            for each in self._gateway.all_now()
            if each.status in {PaymentStatus.CAPTURED, PaymentStatus.AUTHORISED}
            and bears_mark(each.invoice_reference, CONNECTION)
            and each.kind is PaymentKind.PAYMENT
        ]
        if ours:
            number = self._dice.choice(ours)
            self._gateway.change(number, status=PaymentStatus.VOIDED)
            self.voided.add(number)

    def truth(self, row: EffectRow) -> TransactionId | None:
        """Which transaction carried an effect out, as somebody sees who looks; None where none did."""
        claimed = {each.carried for each in self._effects.rows.values()}
        for payment in self._gateway.all_now():
            if payment.transaction not in claimed and _is_of(row, payment):
                return payment.transaction
        return None


def _is_of(row: EffectRow, payment: Payment) -> bool:
    if row.effect.kind is EffectKind.CHARGE:
        is_own = payment.invoice_reference == row.effect.invoice_id
        return is_own and payment.status in {*TAKEN, PaymentStatus.PENDING}
    return (
        payment.order_reference == f"refund of {row.effect.transaction}"
        and payment.amount == row.effect.amount
        and payment.payer_name == ""
    )
