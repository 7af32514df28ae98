"""Chargebacks at the card processor: PayTrace tells nothing of them, they come in the processor's file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TypeGuard
from zoneinfo import ZoneInfo

import msgspec

from counterfoil.sandbox.paytrace.amounts import render_dollars
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.rows import Kind, State, TransactionRow
from counterfoil.sandbox.paytrace.shelf import Shelf

_CASE_FIRST = 70_001

# The file's shape is this sandbox's own: each processor has another one.
HEADINGS = (
    "Case Number",
    "Status",
    "Status Date",
    "Dispute Amount",
    "Reason",
    "Transaction ID",
    "Transaction Date",
    "Transaction Amount",
    "Card Number",
    "Invoice",
)


class Stage(StrEnum):
    """What happened to a chargeback, in the processor's words."""

    OPENED = "Chargeback Received"
    FEE = "Chargeback Fee"
    WON = "Chargeback Reversed"
    LOST = "Chargeback Final"


class DisputeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the processor's file."""

    stage: Stage
    amount_cents: int
    at: datetime


class DisputeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One chargeback with all that happened to it."""

    case: int
    transaction_id: int
    amount_cents: int
    reason: str
    events: tuple[DisputeEvent, ...]

    @property
    def stage(self) -> Stage:
        """Where it stands; a fee is no stage of its own."""
        return next(event.stage for event in reversed(self.events) if event.stage is not Stage.FEE)


class DisputeError(ValueError):
    """A chargeback that the processor would not know; the text tells why."""


class Processor:
    """The chargebacks of one merchant account's settled transactions."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._shelf = Shelf(gateway.ledger.documents, "disputes", DisputeRow)

    def rows(self) -> list[DisputeRow]:
        return self._shelf.rows()

    def open(self, transaction_id: int, amount_cents: int | None, reason: str) -> DisputeRow:
        """The cardholder's bank takes a settled payment back, in full or in part, and a fee is due.

        Raises:
            DisputeError: the transaction is not settled, or less of it is left.
        """
        with self._gateway.ledger.changes():
            transaction = self._gateway.ledger.transaction(transaction_id)
            if not _is_settled_payment(transaction):
                raise DisputeError(f"Transaction {transaction_id} is no settled payment.")
            left = transaction.amount_cents - standing_cents(self.rows(), transaction_id)
            cents = left if amount_cents is None else amount_cents
            if not 0 < cents <= left:
                raise DisputeError(f"No more than {render_dollars(left)} is left of {transaction_id}.")
            fee = self._gateway.settings.chargeback_fee_cents
            row = DisputeRow(
                case=max((each.case for each in self.rows()), default=_CASE_FIRST - 1) + 1,
                transaction_id=transaction_id,
                amount_cents=cents,
                reason=reason,
                events=(self._event(Stage.OPENED, cents), *([self._event(Stage.FEE, fee)] if fee else [])),
            )
            self._shelf.put(str(row.case), row)
            return row

    def decide(self, case: int, stage: Stage) -> DisputeRow:
        """Ends a chargeback once, won or lost.

        Raises:
            DisputeError: it is not open.
        """
        with self._gateway.ledger.changes():
            row = self._shelf.get(str(case))
            if row is None or row.stage is not Stage.OPENED:
                raise DisputeError(f"Case {case} is not open.")
            event = self._event(stage, row.amount_cents)
            decided = msgspec.structs.replace(row, events=(*row.events, event))
            self._shelf.put(str(case), decided)
            return decided

    def file(self, day: date | None = None) -> str:
        """Everything that happened, or what happened on one day, as the processor's CSV file."""
        zone, written = self._gateway.settings.zone, io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(HEADINGS)
        for row in self.rows():
            transaction = self._gateway.ledger.transaction(row.transaction_id)
            if transaction is not None:
                writer.writerows(_lines(row, transaction, zone, day))
        return written.getvalue()

    def _event(self, stage: Stage, amount_cents: int) -> DisputeEvent:
        return DisputeEvent(stage=stage, amount_cents=amount_cents, at=self._gateway.now())


def standing_cents(rows: Iterable[DisputeRow], transaction_id: int) -> int:
    """What was taken back of a transaction, or may be; a chargeback that was won is over."""
    return sum(
        row.amount_cents
        for row in rows
        if row.transaction_id == transaction_id and row.stage is not Stage.WON
    )


def violations(gateway: Gateway) -> list[str]:
    """Chargebacks that could not be: of what is not settled, of more than was paid, or decided twice."""
    rows = Processor(gateway).rows()
    found = [f"case {row.case}: {len(row.events)} events" for row in rows if not _is_in_order(row)]
    for transaction_id in {row.transaction_id for row in rows}:
        transaction, cents = gateway.ledger.transaction(transaction_id), standing_cents(rows, transaction_id)
        if not _is_settled_payment(transaction) or cents > transaction.amount_cents:
            found.append(f"transaction {transaction_id}: {cents} cents disputed")
    return found


def _is_settled_payment(row: TransactionRow | None) -> TypeGuard[TransactionRow]:
    return row is not None and row.kind is not Kind.REFUND and row.state is State.SETTLED


def _is_in_order(row: DisputeRow) -> bool:
    stages = [event.stage for event in row.events if event.stage is not Stage.FEE]
    return stages[0] is Stage.OPENED and (len(stages) == 1 or stages[1:] in ([Stage.WON], [Stage.LOST]))


def _lines(
    row: DisputeRow, transaction: TransactionRow, zone: ZoneInfo, day: date | None
) -> Iterator[tuple[str, ...]]:
    for event in row.events:
        happened_on = event.at.astimezone(zone).date()
        if day in {None, happened_on}:
            yield (
                f"CB{row.case}",
                event.stage.value,
                f"{happened_on:%m/%d/%Y}",
                render_dollars(event.amount_cents),
                row.reason,
                str(transaction.transaction_id),
                f"{transaction.created_at.astimezone(zone):%m/%d/%Y}",
                render_dollars(transaction.amount_cents),
                mask(transaction.card.last_four, "x"),
                transaction.details.invoice_id,
            )
