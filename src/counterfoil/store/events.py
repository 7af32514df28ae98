"""Confirmed gateway records on their way into the inbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import cast

import sqlalchemy as sa
import structlog
from typing_extensions import override

from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, named_documents
from counterfoil.domain.routing import Bearings
from counterfoil.ports.errors import DefectError, TransientError
from counterfoil.ports.gateway import GatewayRecord, Told
from counterfoil.ports.intake import BooksEvent, BooksEventSink, EventSink
from counterfoil.store.database import Database
from counterfoil.store.group_writer import ANSWER_SECONDS
from counterfoil.store.inbox import Acceptance, Accepted, Inbox, NewEvent
from counterfoil.store.schema import inbox as table
from counterfoil.telemetry.tracing import Attribute, Span, parent, span

log = structlog.get_logger()

TOGETHER = 1_000
"""How many events one caller has waiting at most: a fifth of what may wait in all."""
BOOKS = "change_feed"
"""The source of events that the books themselves tell of."""


def event_of(connection: str, record: Told, source: str) -> NewEvent:
    """What is stored of a record."""
    return NewEvent(
        connection=connection,
        key=record.event_key,
        source=source,
        kind=record.event_kind,
        order_key=record.lineage,
        body=record.body,
        redacted=record.redacted,
        occurred_at=record.occurred_at,
        bearings=bearings_of(record.payment) if isinstance(record, GatewayRecord) else None,
        documents=named_documents(record.payment) if isinstance(record, GatewayRecord) else None,
        trace=parent(),
        received=received_by(record.payment) if isinstance(record, GatewayRecord) else None,
    )


def bearings_of(payment: Payment) -> Bearings:
    """What of a payment says whose books it concerns."""
    return Bearings(invoice_reference=payment.invoice_reference, customer=payment.vault_customer)


def received_by(payment: Payment) -> Money | None:
    """The money that a payment brought; money that went back is none."""
    is_received = payment.kind is PaymentKind.PAYMENT and payment.is_money
    return payment.amount if is_received else None


def books_event_of(connection: str, news: BooksEvent) -> NewEvent:
    """What is stored of something that others did in the books.

    What a person is asked is of one connection: the same company in two environments is two sets of books.
    """
    asked = news.question
    return NewEvent(
        connection=connection,
        key=news.key,
        source=BOOKS,
        kind=news.kind,
        order_key=news.order_key,
        body=news.body,
        redacted=False,
        occurred_at=news.occurred_at,
        question=replace(asked, topic=f"{asked.topic}/{connection}") if asked else None,
    )


class StoredEvents(EventSink, BooksEventSink):
    """Stores records through the inbox, so that parallel callers share a commit."""

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database = database
        self._inbox = inbox

    @override
    def accept(self, connection: str, record: Told, source: str) -> str:
        return self._inbox.accept(event_of(connection, record, source)).event

    @override
    def accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        """Hands over as many at once as the inbox surely takes, and waits for them."""
        with span(Span.INTAKE, {Attribute.SOURCE: source}):
            return self._accept_all(connection, records, source)

    def _accept_all(self, connection: str, records: Sequence[Told], source: str) -> list[DefectError]:
        faults: list[DefectError] = []
        for start in range(0, len(records), TOGETHER):
            part = records[start : start + TOGETHER]
            waiting = [self._inbox.submit(event_of(connection, record, source)) for record in part]
            for record, future in zip(part, waiting, strict=True):
                fault = self._fault(future)
                if fault is not None:
                    log.warning("record_not_storable", connection=connection, lineage=record.lineage)
                    faults.append(fault)
        return faults

    @staticmethod
    def _fault(future: Future[Acceptance]) -> DefectError | None:
        try:
            future.result(ANSWER_SECONDS)
        except TimeoutError as error:
            raise TransientError("the store gave no answer in time; the records are read again") from error
        except DefectError as error:
            return error
        return None

    @override
    def accept_news(self, connection: str, news: Sequence[BooksEvent]) -> int:
        waiting = [self._inbox.submit(books_event_of(connection, one)) for one in news]
        return sum(
            self._is_new(connection, one.key, future) for one, future in zip(news, waiting, strict=True)
        )

    @staticmethod
    def _is_new(connection: str, key: str, future: Future[Acceptance]) -> bool:
        """News that cannot be stored as they are hold up no others; the log tells of them."""
        try:
            return isinstance(future.result(ANSWER_SECONDS), Accepted)
        except TimeoutError as error:
            raise TransientError("the store gave no answer in time; the news are read again") from error
        except DefectError:
            log.exception("news_not_storable", connection=connection, event=key)
            return False

    @override
    def known(self, connection: str, event_keys: Collection[str]) -> set[str]:
        wanted = sa.select(table.c.event_key).where(
            table.c.connection == connection, table.c.event_key == sa.any_(sa.literal(list(event_keys)))
        )
        with self._database.autocommit() as session:
            return set(session.execute(wanted).scalars())

    @override
    def body_of(self, connection: str, event_key: str) -> Mapping[str, object] | None:
        wanted = sa.select(table.c.body).where(
            table.c.connection == connection, table.c.event_key == event_key
        )
        with self._database.autocommit() as session:
            return cast("Mapping[str, object] | None", session.execute(wanted).scalar_one_or_none())
