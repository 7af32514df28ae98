"""Own charges that the gateway tells of and the database does not: taken over before they are made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import structlog
from typing_extensions import override

from counterfoil.domain.own_marks import bears_mark, find_marked
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.ports.errors import DefectError
from counterfoil.ports.gateway import Batch, GatewayRecord, Told, UnreadableRecord
from counterfoil.ports.intake import EventSink
from counterfoil.runtime.looking import TAKEN, is_near

log = structlog.get_logger()


class OwnCharges:
    """Compares what the gateway tells with one connection's effects."""

    def __init__(self, connection: str, effects: EffectStore) -> None:
        self._connection = connection
        self._effects = effects

    def look_at(self, record: Told) -> bool:
        """Whether it tells of a charge of ours of which the database did not know that it was made."""
        match record:
            case GatewayRecord():
                return self.take_over(record.payment)
            case UnreadableRecord():
                return sum(map(self._doubt, find_marked(record.body, self._connection))) > 0
            case Batch():
                return False

    def take_over(self, payment: Payment) -> bool:
        """As `look_at`."""
        if not self._is_ours(payment):
            return False
        adopted = replace(
            _adopted(self._connection, payment.invoice_reference),
            amount=payment.amount,
            tender=payment.tender,
            payer=payment.vault_customer,
        )
        row, is_news = self._change(adopted, lambda row: learn(row, payment))
        if not is_news:
            _tell_of_second(row, payment)
        return is_news

    def _doubt(self, invoice_id: str) -> bool:
        return self._change(_adopted(self._connection, invoice_id), doubt)[1]

    def _change(
        self, adopted: Effect, after: Callable[[EffectRow], EffectRow | None]
    ) -> tuple[EffectRow, bool]:
        """The charge's row, adopted if there is none, and whether it was changed.

        Where others change it meanwhile, it is read again: what they concluded may be that the charge was
        never made, and nobody looks at this record a second time.
        """
        while True:
            row = self._effects.find_charge(self._connection, adopted.invoice_id)
            row = row or self._effects.begin(adopted)
            changed = after(row)
            if changed is None:
                return row, False
            stored = self._effects.change(changed)
            if not isinstance(stored, Moved):
                return stored, True

    def _is_ours(self, payment: Payment) -> bool:
        if payment.kind is not PaymentKind.PAYMENT or payment.status is PaymentStatus.FAILED:
            return False
        return bears_mark(payment.invoice_reference, self._connection)


class WatchedEvents(EventSink):
    """Events on their way to the inbox; each is looked at for a charge of ours that came late."""

    def __init__(self, events: EventSink, own: OwnCharges) -> None:
        self._events = events
        self._own = own

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        self._look_at(connection, record)
        return self._events.accept(connection, record, source)

    @override
    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        for record in records:
            self._look_at(connection, record)
        return self._events.accept_all(connection, records, source)

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        return self._events.known(connection, event_keys)

    @override
    def body_of(self, connection: str, event_key: str) -> Mapping[str, object] | None:
        return self._events.body_of(connection, event_key)

    def _look_at(self, connection: str, record: Told) -> None:
        if self._own.look_at(record):
            log.warning("own_charge_taken_over", connection=connection, lineage=record.lineage)


def learn(row: EffectRow, payment: Payment) -> EffectRow | None:
    """The charge's row once its payment is known; None where the payment tells nothing new of it."""
    if row.state in {EffectState.DONE, EffectState.QUESTION}:
        return None
    if payment.status is PaymentStatus.VOIDED:
        return _voided(row, payment) if _is_news(row, payment) else None
    if payment.status is PaymentStatus.PENDING:
        return _asked_for(row, payment) if _is_other_try(row, payment) else None
    if payment.status not in TAKEN:
        return None
    return _carried(row, payment) if row.effect.amount == payment.amount else _doubted(row, payment)


def doubt(row: EffectRow) -> EffectRow | None:
    """The charge's row once a record of it is there that cannot be read: it was made, somehow."""
    if row.state is not EffectState.WAITING:
        return None
    why = f"a record of {row.effect.invoice_id} cannot be read"
    return replace(row, state=EffectState.QUESTION, due_at=None, why=why)


def _is_news(row: EffectRow, payment: Payment) -> bool:
    """What may still be on its way is asked for; of a refused charge the first that was voided is enough."""
    match row.state:
        case EffectState.WAITING:
            return row.carried != payment.transaction
        case EffectState.FAILED:
            return row.carried is None
        case _:
            return False


def _is_other_try(row: EffectRow, payment: Payment) -> bool:
    """Whether it is none of the tries whose end the row knows."""
    if row.state is EffectState.FAILED:
        return not is_near(payment, row)
    return row.state is EffectState.WAITING


def _carried(row: EffectRow, payment: Payment) -> EffectRow:
    why = "taken over from what the gateway tells"
    return replace(row, state=EffectState.DONE, carried=payment.transaction, due_at=None, why=why)


def _voided(row: EffectRow, payment: Payment) -> EffectRow:
    """It was made and taken back; making it again is a new decision."""
    why = f"it was made as {payment.transaction} and voided, as the gateway tells"
    return replace(row, state=EffectState.FAILED, carried=payment.transaction, due_at=None, why=why)


def _doubted(row: EffectRow, payment: Payment) -> EffectRow:
    """Of another amount, such as an authorisation of which less was captured: never made again by itself."""
    why = f"transaction {payment.transaction} took {payment.amount}, not {row.effect.amount}"
    return replace(row, state=EffectState.QUESTION, due_at=None, why=why)


def _asked_for(row: EffectRow, payment: Payment) -> EffectRow:
    """It was made, and the gateway does not say yet what became of it: as after a lost answer."""
    return replace(
        row,
        state=EffectState.UNKNOWN,
        sent=EffectKind.CHARGE,
        tries=row.tries + 1,
        sent_at=payment.created_at,
        missed_at=None,
        due_at=payment.created_at,
        why=f"it was made as {payment.transaction}, whose outcome the gateway does not tell yet",
    )


def _adopted(connection: str, invoice_id: str) -> Effect:
    return Effect(
        key=f"adopted/{connection}/{invoice_id}",
        kind=EffectKind.ADOPTED,
        connection=connection,
        digest="",
        invoice_id=invoice_id,
    )


def _tell_of_second(row: EffectRow, payment: Payment) -> None:
    is_taken = payment.status in TAKEN
    if is_taken and row.state is EffectState.DONE and row.carried != payment.transaction:
        log.error("charged_twice", effect=row.effect.key, transactions=[row.carried, payment.transaction])
