"""Drives money on its way back to a payer: void, refund, or wait until it settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

import structlog

from counterfoil.domain.giving_back import GiveBack, Impossible, IsBack, RefundIt, VoidAll, Wait, choose_way
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Payment
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState, EffectStore
from counterfoil.ports.errors import CounterfoilError, DefectError
from counterfoil.ports.instructions import Refund, Void
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.looking import Doubtful, Found, Nothing, Sight
from counterfoil.runtime.searching import Search
from counterfoil.runtime.sending import TRY_AGAIN, WritesHeld

log = structlog.get_logger()

SETTLES = timedelta(minutes=30)
"""How often a payment is looked at that has not settled yet."""

MISSED_MAX = timedelta(days=1)

_SENT = frozenset({EffectState.SENDING, EffectState.UNKNOWN, EffectState.QUESTION, EffectState.DONE})


class MoneyBack:
    """Decides each time anew, by how the payment stands at the gateway then."""

    def __init__(self, writes: GatewayWrites, search: Search, effects: EffectStore, clock: Clock) -> None:
        self._writes = writes
        self._search = search
        self._effects = effects
        self._clock = clock

    def drive(self, row: EffectRow) -> None:
        """One try at a row that is due; what stands in its way now is tried again."""
        try:
            self._drive(row)
        except CounterfoilError as error:
            self._later(row, str(error), TRY_AGAIN)

    def _drive(self, row: EffectRow) -> None:
        wanted = _wanted(row)
        payment = self._search.find(wanted.transaction)
        if payment is None:
            self._miss(row, wanted)
            return
        way = choose_way(wanted, payment, self._given_back(row))
        match way:
            case VoidAll():
                self._send(row, Void(transaction=wanted.transaction), EffectKind.VOID)
            case RefundIt():
                self._refund(row, wanted, payment)
            case IsBack():
                done = replace(row, state=EffectState.DONE, carried=wanted.transaction, due_at=None, why="")
                self._effects.change(done)
            case Wait(why):
                self._later(row, why, SETTLES)
            case Impossible(why):
                self._give_up(row, payment, why)
            case _:
                assert_never(way)

    def _refund(self, row: EffectRow, wanted: GiveBack, payment: Payment) -> None:
        if self._asks_about_others(row, payment):
            return
        instruction = Refund(
            transaction=wanted.transaction,
            amount=wanted.amount,
            invoice_id=payment.invoice_reference,
        )
        self._send(row, instruction, EffectKind.REFUND)

    def _send(self, row: EffectRow, instruction: Void | Refund, act: EffectKind) -> None:
        if isinstance(self._writes.send(row, instruction, act), WritesHeld):
            self._later(row, "writes are held", TRY_AGAIN)

    def _give_up(self, row: EffectRow, payment: Payment, why: str) -> None:
        if not self._asks_about_others(row, payment):
            self._effects.change(replace(row, state=EffectState.FAILED, due_at=None, why=why))

    def _asks_about_others(self, row: EffectRow, payment: Payment) -> bool:
        """Whether there is a refund of the amount that nobody claims: it may be the very one."""
        alike = self._search.refunds_like(row, payment, self._clock.now())
        if isinstance(alike, Nothing) or row.details.get("said"):
            return False
        self._effects.change(replace(row, state=EffectState.QUESTION, due_at=None, why=_question(alike)))
        return True

    def _miss(self, row: EffectRow, wanted: GiveBack) -> None:
        """Its record may only be late; a payment of a kind that the gateway never tells of is a person's."""
        why = f"the gateway does not tell of payment {wanted.transaction}"
        if self._clock.now() - row.begun_at < MISSED_MAX:
            self._later(row, why, SETTLES)
        else:
            why += ": give the money back there and say with which transaction"
            self._effects.change(replace(row, state=EffectState.QUESTION, due_at=None, why=why))

    def _given_back(self, row: EffectRow) -> Money:
        wanted = _wanted(row)
        others = self._effects.acting_on(row.effect.connection, wanted.transaction)
        return total(_sent_amounts(row, others), wanted.amount.currency)

    def _later(self, row: EffectRow, why: str, after: timedelta) -> None:
        self._effects.change(replace(row, due_at=self._clock.now() + after, why=why))


def _wanted(row: EffectRow) -> GiveBack:
    if row.effect.transaction is None or row.effect.amount is None:
        raise DefectError(f"{row.effect.key} does not say what is given back")
    return GiveBack(transaction=row.effect.transaction, amount=row.effect.amount)


def _question(alike: Sight) -> str:
    match alike:
        case Found(transaction=transaction):
            return f"{transaction} could be this refund"
        case Doubtful(why=why):
            return why
        case _:
            return "a refund of the amount is under way, which could be this one"


def _sent_amounts(row: EffectRow, others: Sequence[EffectRow]) -> list[Money]:
    backs = {EffectKind.GIVE_BACK, EffectKind.REFUND}
    return [
        each.effect.amount
        for each in others
        if each.effect.key != row.effect.key
        and each.effect.kind in backs
        and each.state in _SENT
        and each.effect.amount is not None
    ]
