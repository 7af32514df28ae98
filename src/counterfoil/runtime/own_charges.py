"""Own charges that the gateway tells of and the database does not: taken over before they are made again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import structlog
from typing_extensions import override

from counterfoil.domain.own_marks import bears_mark
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore
from counterfoil.ports.gateway import GatewayRecord, Told
from counterfoil.ports.intake import EventSink
from counterfoil.runtime.looking import TAKEN

log = structlog.get_logger()


class OwnCharges:
    """Compares what the gateway tells with one connection's effects."""

    def __init__(self, connection: str, effects: EffectStore) -> None:
        self._connection = connection
        self._effects = effects

    def take_over(self, payment: Payment) -> bool:
        """Whether the payment is a charge of ours of which the database did not know that it was made."""
        is_voided = payment.status is PaymentStatus.VOIDED
        was_taken = payment.kind is PaymentKind.PAYMENT and (payment.status in TAKEN or is_voided)
        if not was_taken or not bears_mark(payment.invoice_reference, self._connection):
            return False
        row = self._effects.find_charge(self._connection, payment.invoice_reference)
        if row is None:
            row = self._effects.begin(_adopted(self._connection, payment))
        if row.state in {EffectState.DONE, EffectState.QUESTION} or row.effect.amount != payment.amount:
            _tell_of_second(row, payment)
            return False
        if is_voided and row.state is not EffectState.WAITING:
            return False
        self._effects.change(_voided(row, payment) if is_voided else _carried(row, payment))
        return True


class WatchedEvents(EventSink):
    """Events on their way to the inbox; each is looked at for a charge of ours that came late."""

    def __init__(self, events: EventSink, own: OwnCharges) -> None:
        self._events = events
        self._own = own

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        if isinstance(record, GatewayRecord) and self._own.take_over(record.payment):
            log.warning("own_charge_taken_over", connection=connection, lineage=record.lineage)
        return self._events.accept(connection, record, source)

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        return self._events.known(connection, event_keys)


def _carried(row: EffectRow, payment: Payment) -> EffectRow:
    why = "taken over from what the gateway tells"
    return replace(row, state=EffectState.DONE, carried=payment.transaction, due_at=None, why=why)


def _voided(row: EffectRow, payment: Payment) -> EffectRow:
    """It was made and taken back; making it again is a new decision."""
    why = f"it was made as {payment.transaction} and voided, as the gateway tells"
    return replace(row, state=EffectState.FAILED, carried=payment.transaction, due_at=None, why=why)


def _adopted(connection: str, payment: Payment) -> Effect:
    return Effect(
        key=f"adopted/{connection}/{payment.invoice_reference}",
        kind=EffectKind.ADOPTED,
        connection=connection,
        digest="",
        amount=payment.amount,
        invoice_id=payment.invoice_reference,
    )


def _tell_of_second(row: EffectRow, payment: Payment) -> None:
    if row.state is EffectState.DONE and row.carried != payment.transaction:
        log.error("charged_twice", effect=row.effect.key, transactions=[row.carried, payment.transaction])
