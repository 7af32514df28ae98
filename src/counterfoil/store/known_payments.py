"""Payments and refunds that the hub's own tables know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from typing_extensions import override

from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.ports.effects import EffectKind, EffectState
from counterfoil.ports.known_payments import VAULT_CUSTOMER, KnownPayments, KnownRecord
from counterfoil.ports.run_store import Json
from counterfoil.store.database import Database
from counterfoil.store.schema import cross_reference, effect, inbox, review_task, run

_NOT_IN_THE_BOOKS = ("held", "waiting", "running", "parked", "dead")
_BACK = tuple(kind.value for kind in (EffectKind.VOID, EffectKind.REFUND, EffectKind.GIVE_BACK))


class StoredPayments(KnownPayments):
    """Effects tell what Counterfoil made, the inbox what it was told."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    def find_refunded(self, connection: str, refund: TransactionId) -> TransactionId | None:
        query = sa.select(effect.c.transaction).where(
            effect.c.connection == connection,
            effect.c.carried == refund,
            effect.c.sent == EffectKind.REFUND.value,
        )
        with self._database.autocommit() as session:
            found = session.execute(query).scalars().all()
        return TransactionId(found[0]) if len(found) == 1 and found[0] else None

    @override
    def records_naming(
        self, connection: str, documents: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        numbers = [number for number in documents if number]
        if not numbers:
            return []
        text = sa.func.upper(sa.cast(inbox.c.body, sa.Text))
        is_mentioned = sa.or_(*(sa.func.strpos(text, number) > 0 for number in numbers))
        is_unread = sa.and_(inbox.c.documents.is_(None), inbox.c.received_at >= since, is_mentioned)
        names_it = inbox.c.documents.overlap(sa.cast(numbers, ARRAY(sa.Text)))
        query = (
            sa.select(inbox.c.order_key.label("lineage"), inbox.c.kind, inbox.c.body)
            .where(
                inbox.c.connection == connection,
                inbox.c.kind.startswith("payment."),
                sa.or_(names_it, is_unread),
            )
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return [KnownRecord(**row) for row in session.execute(query).mappings()]

    @override
    def unnamed_of(
        self, connection: str, customer: CustomerNumber, words: Collection[str], since: datetime
    ) -> Sequence[KnownRecord]:
        text = sa.cast(inbox.c.body, sa.Text)
        names_nothing = sa.func.coalesce(sa.func.cardinality(inbox.c.documents), 0) == 0
        # What it names may be mistyped, and nobody knows as long as it is not in the books.
        is_undecided = sa.exists().where(run.c.event == inbox.c.id, run.c.status.in_(_NOT_IN_THE_BOOKS))
        is_of_payer = sa.exists().where(
            cross_reference.c.connection == connection,
            cross_reference.c.kind == VAULT_CUSTOMER,
            cross_reference.c.internal == customer,
            sa.func.strpos(text, cross_reference.c.external) > 0,
        )
        told = sa.select(inbox.c.order_key).where(
            inbox.c.connection == connection,
            inbox.c.kind.startswith("payment."),
            inbox.c.received_at >= since,
            sa.or_(names_nothing, is_undecided),
            sa.or_(is_of_payer, *(sa.func.strpos(text, word) > 0 for word in words if word)),
        )
        query = (
            sa.select(inbox.c.order_key.label("lineage"), inbox.c.kind, inbox.c.body)
            .ext(distinct_on(inbox.c.order_key))
            .where(
                inbox.c.connection == connection,
                inbox.c.kind.startswith("payment."),
                inbox.c.order_key.in_(told),
            )
            .order_by(inbox.c.order_key, inbox.c.seq.desc())
        )
        with self._database.autocommit() as session:
            return [KnownRecord(**row) for row in session.execute(query).mappings()]

    @override
    def refunds_since(self, connection: str, since: datetime, digits: str) -> Sequence[KnownRecord]:
        told = (
            sa.select(inbox.c.order_key.label("lineage"), inbox.c.kind, inbox.c.body, inbox.c.seq)
            .ext(distinct_on(inbox.c.order_key))
            .where(
                inbox.c.connection == connection,
                inbox.c.kind.startswith("refund."),
                inbox.c.received_at >= since,
                sa.func.strpos(sa.cast(inbox.c.body, sa.Text), digits) > 0,
            )
            .order_by(inbox.c.order_key, inbox.c.seq.desc())
            .subquery()
        )
        query = sa.select(told.c.lineage, told.c.kind, told.c.body).order_by(told.c.seq)
        with self._database.autocommit() as session:
            return [KnownRecord(**row) for row in session.execute(query).mappings()]

    @override
    def kinds_told(self, connection: str, lineage: str) -> Sequence[str]:
        query = (
            sa.select(inbox.c.kind)
            .where(inbox.c.connection == connection, inbox.c.order_key == lineage)
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return list(session.execute(query).scalars())

    @override
    def is_given_back(self, connection: str, payment: TransactionId) -> bool:
        query = sa.select(sa.literal(1)).where(
            effect.c.connection == connection,
            effect.c.transaction == payment,
            effect.c.kind.in_(_BACK),
            effect.c.state != EffectState.FAILED.value,
        )
        with self._database.autocommit() as session:
            return session.execute(query.limit(1)).first() is not None

    @override
    def records_of(self, connection: str, lineage: str) -> Sequence[Json]:
        query = (
            sa.select(inbox.c.body)
            .where(
                inbox.c.connection == connection,
                inbox.c.order_key == lineage,
                inbox.c.kind.startswith("payment."),
            )
            .order_by(inbox.c.seq)
        )
        with self._database.autocommit() as session:
            return [cast("Json", body) for body in session.execute(query).scalars()]

    @override
    def told_between(self, connection: str, since: datetime, until: datetime) -> Sequence[KnownRecord]:
        of_money = sa.or_(inbox.c.kind.startswith("payment."), inbox.c.kind.startswith("refund."))
        is_told = sa.and_(inbox.c.connection == connection, of_money)
        within = sa.and_(inbox.c.received_at >= since, inbox.c.received_at < until)
        told = sa.select(inbox.c.order_key).where(is_told, within)
        query = (
            sa.select(inbox.c.order_key.label("lineage"), inbox.c.kind, inbox.c.body)
            .ext(distinct_on(inbox.c.order_key))
            .where(is_told, inbox.c.order_key.in_(told))
            .order_by(inbox.c.order_key, inbox.c.seq.desc())
        )
        with self._database.autocommit() as session:
            return [KnownRecord(**row) for row in session.execute(query).mappings()]

    @override
    def questions_open(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        is_open = sa.exists().where(review_task.c.run == run.c.id, review_task.c.status == "open")
        return self._lineages(connection, lineages, is_open)

    @override
    def asked_about(self, connection: str, lineages: Collection[str]) -> frozenset[str]:
        return self._lineages(connection, lineages, run.c.status == "held")

    def _lineages(
        self, connection: str, lineages: Collection[str], of_run: sa.ColumnElement[bool]
    ) -> frozenset[str]:
        """Those that have such a run."""
        query = (
            sa.select(inbox.c.order_key)
            .join(run, run.c.event == inbox.c.id)
            .where(
                inbox.c.connection == connection,
                inbox.c.order_key == sa.any_(sa.literal(list(lineages))),
                of_run,
            )
        )
        with self._database.autocommit() as session:
            return frozenset(session.execute(query).scalars())
