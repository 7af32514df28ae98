"""Effects: writes at the gateway as rows, changed only by whoever read the newest version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from typing_extensions import override

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.clock import Clock
from counterfoil.ports.effects import Effect, EffectKind, EffectRow, EffectState, EffectStore, Moved
from counterfoil.store.database import Database
from counterfoil.store.gates import IS_OPEN
from counterfoil.store.schema import effect as table

CHARGES = (EffectKind.CHARGE.value, EffectKind.ADOPTED.value)
"""The kinds whose invoice id is their own."""
UNSETTLED = (EffectState.SENDING.value, EffectState.UNKNOWN.value, EffectState.QUESTION.value)


class StoredEffects(EffectStore):
    """One row per key in the hub's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @override
    def begin(self, effect: Effect) -> EffectRow:
        now = self._clock.now()
        new = insert(table).values(_columns(effect) | {"begun_at": now, "updated_at": now, "details": {}})
        same = table.c.key == effect.key
        if effect.kind.value in CHARGES:
            same = sa.or_(same, _is_charge(effect.connection, effect.invoice_id))
        # Two statements, because a row that another process just made is not seen by the first.
        with self._database.transaction() as connection:
            connection.execute(new.on_conflict_do_nothing())
        rows = self._read(sa.select(table).where(same))
        return next((row for row in rows if row.effect.key == effect.key), rows[0])

    @override
    def find(self, key: str) -> EffectRow | None:
        return next(iter(self._read(sa.select(table).where(table.c.key == key))), None)

    @override
    def send(self, row: EffectRow) -> EffectRow | Moved:
        open_now = IS_OPEN.bindparams(connection=row.effect.connection)
        with self._database.transaction() as connection:
            if not connection.execute(open_now).scalar_one():
                return Moved.WRITES_HELD
            return self._change(connection, row)

    @override
    def change(self, row: EffectRow) -> EffectRow | Moved:
        with self._database.transaction() as connection:
            return self._change(connection, row)

    @override
    def due(self, connection: str, now: datetime, limit: int) -> Sequence[EffectRow]:
        query = sa.select(table).where(table.c.connection == connection, table.c.due_at <= now)
        return self._read(query.order_by(table.c.due_at).limit(limit))

    @override
    def claimed(self, connection: str, transactions: Collection[TransactionId]) -> set[TransactionId]:
        among = table.c.carried == sa.any_(sa.literal(list(transactions)))
        query = sa.select(table.c.carried).where(table.c.connection == connection, among)
        with self._database.autocommit() as session:
            return {TransactionId(number) for number in session.execute(query).scalars() if number}

    @override
    def acting_on(self, connection: str, transaction: TransactionId) -> Sequence[EffectRow]:
        query = sa.select(table).where(table.c.connection == connection, table.c.transaction == transaction)
        return self._read(query.order_by(table.c.begun_at, table.c.key))

    @override
    def unsettled(self, connection: str, limit: int) -> Sequence[EffectRow]:
        query = sa.select(table).where(table.c.connection == connection, table.c.state.in_(UNSETTLED))
        return self._read(query.order_by(table.c.begun_at, table.c.key).limit(limit))

    @override
    def find_charges(
        self, connection: str, keys: Collection[str], invoice_ids: Collection[str]
    ) -> Sequence[EffectRow]:
        is_known = sa.and_(table.c.key.in_(keys), table.c.kind.in_(CHARGES))
        bears = sa.and_(
            table.c.connection == connection,
            table.c.invoice_id.in_(invoice_ids),
            table.c.kind.in_(CHARGES),
        )
        query = sa.select(table).where(sa.or_(is_known, bears))
        return self._read(query.order_by(table.c.begun_at, table.c.key))

    @override
    def find_charge(self, connection: str, invoice_id: str) -> EffectRow | None:
        return next(iter(self._read(sa.select(table).where(_is_charge(connection, invoice_id)))), None)

    def _change(self, connection: sa.Connection, row: EffectRow) -> EffectRow | Moved:
        is_newest = sa.and_(table.c.key == row.effect.key, table.c.version == row.version)
        values = _progress(row) | {"version": row.version + 1, "updated_at": self._clock.now()}
        change = sa.update(table).where(is_newest).values(values).returning(table)
        stored = connection.execute(change).mappings().one_or_none()
        return Moved.BY_OTHERS if stored is None else _row(stored)

    def _read(self, query: sa.Select[Any]) -> list[EffectRow]:
        with self._database.autocommit() as session:
            return [_row(row) for row in session.execute(query).mappings()]


def _is_charge(connection: str, invoice_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.connection == connection,
        table.c.invoice_id == invoice_id,
        table.c.kind.in_(CHARGES),
    )


def _columns(effect: Effect) -> dict[str, object]:
    amount = effect.amount
    return {
        "key": effect.key,
        "kind": effect.kind.value,
        "connection": effect.connection,
        "digest": effect.digest,
        "amount": None if amount is None else amount.amount,
        "currency": None if amount is None else amount.currency,
        "invoice_id": effect.invoice_id,
        "transaction": effect.transaction,
        "tender": effect.tender.value,
        "payer": effect.payer,
        "run": effect.run,
    }


def _progress(row: EffectRow) -> dict[str, object]:
    return {
        "state": row.state.value,
        "sent": None if row.sent is None else row.sent.value,
        "tries": row.tries,
        "sent_at": row.sent_at,
        "looks": row.looks,
        "missed_at": row.missed_at,
        "due_at": row.due_at,
        "carried": row.carried,
        "why": row.why,
        "details": dict(row.details),
    }


def _row(stored: sa.RowMapping) -> EffectRow:
    amount = None if stored["amount"] is None else Money(stored["amount"], stored["currency"])
    effect = Effect(
        key=stored["key"],
        kind=EffectKind(stored["kind"]),
        connection=stored["connection"],
        digest=stored["digest"],
        amount=amount,
        invoice_id=stored["invoice_id"],
        transaction=stored["transaction"],
        tender=Tender(stored["tender"]),
        payer=stored["payer"],
        run=stored["run"],
    )
    return EffectRow(
        effect=effect,
        version=stored["version"],
        state=EffectState(stored["state"]),
        begun_at=stored["begun_at"],
        sent=None if stored["sent"] is None else EffectKind(stored["sent"]),
        tries=stored["tries"],
        sent_at=stored["sent_at"],
        looks=stored["looks"],
        missed_at=stored["missed_at"],
        due_at=stored["due_at"],
        carried=stored["carried"],
        why=stored["why"],
        details=stored["details"],
    )
