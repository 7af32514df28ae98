"""Recurring payments: a vault customer's card is charged by the gateway itself, night by night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

import msgspec

from counterfoil.sandbox.paytrace.approvals import Charge
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk, CheckOrder
from counterfoil.sandbox.paytrace.checks.rows import ALIVE
from counterfoil.sandbox.paytrace.frequencies import FREQUENCIES, nth_day
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Charged, Reason, Refused, Verdict
from counterfoil.sandbox.paytrace.rows import Caller, Details, Kind, TransactionRow
from counterfoil.sandbox.paytrace.shelf import Shelf

THROUGH = "Recurring"
# The documented letters for how a check came in.
CHECK_THROUGH = "RE"
UNTIL_CANCELLED = 999
_ID_FIRST = 80_001


class Tender(StrEnum):
    """What is charged: the customer's card or the bank account; the letters are the vendor's."""

    CARD = "C"
    ACCOUNT = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A recurring payment as asked for."""

    amount_cents: int
    frequency: str
    start: date
    total_count: int
    kind: Kind
    description: str
    has_receipt: bool
    tender: Tender = Tender.CARD
    entry_class: str = ""


class RecurrenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A recurring payment with what was made of it; the next day is none once it has ended."""

    recurrence_id: int
    customer_id: str
    amount_cents: int
    frequency: str
    start: date
    total_count: int
    kind: Kind
    description: str
    has_receipt: bool
    user: str
    made_count: int = 0
    next_day: date | None = None
    last_result: str = ""
    tender: Tender = Tender.CARD
    entry_class: str = ""


class Recurrences:
    """The recurring payments of one merchant account."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._shelf = Shelf(gateway.ledger.documents, "recurrences", RecurrenceRow)

    def rows(self) -> list[RecurrenceRow]:
        return self._shelf.rows()

    def find(self, recurrence_id: int) -> RecurrenceRow | None:
        return self._shelf.get(str(recurrence_id))

    def create(self, customer_id: str, plan: Plan, user: str) -> RecurrenceRow | Refused:
        with self._gateway.ledger.changes():
            if self._gateway.ledger.customer(customer_id) is None:
                return Refused.of(Reason.CUSTOMER_UNKNOWN, customer_id)
            number = max((row.recurrence_id for row in self.rows()), default=_ID_FIRST - 1) + 1
            return self._put(_planned(plan, recurrence_id=number, customer_id=customer_id, user=user))

    def update(self, recurrence_id: int, plan: Plan) -> RecurrenceRow | Refused:
        """Replaces the plan; it is counted anew from its start."""
        with self._gateway.ledger.changes():
            row = self.find(recurrence_id)
            if row is None:
                return Refused.of(Reason.RECURRENCE_UNKNOWN)
            planned = _planned(plan, recurrence_id=recurrence_id, customer_id=row.customer_id, user=row.user)
            return self._put(planned)

    def delete(self, recurrence_id: int) -> RecurrenceRow | Refused:
        row = self._shelf.take(str(recurrence_id))
        return Refused.of(Reason.RECURRENCE_UNKNOWN) if row is None else row

    def run(self, at: datetime) -> None:
        """Makes the payments whose day has come; each counts whether it was approved or not."""
        today = at.astimezone(self._gateway.settings.zone).date()
        with self._gateway.ledger.changes():
            for row in self.rows():
                if row.next_day is not None and row.next_day <= today:
                    self._put(_made(row, self._pay(row, at)))

    def last_approved(self, customer_id: str) -> TransactionRow | None:
        """The newest payment of the customer's recurring ones that is not declined or voided."""
        rows = self._gateway.ledger.of_customer(customer_id)
        approved = [row for row in rows if row.recurrence_id is not None and row.approval.code]
        return max(approved, key=lambda row: row.created_at, default=None)

    def _pay(self, row: RecurrenceRow, at: datetime) -> str:
        match row.tender:
            case Tender.CARD:
                return self._charge(row, at)
            case Tender.ACCOUNT:
                return self._take_check(row, at)
            case _:
                assert_never(row.tender)

    def _take_check(self, row: RecurrenceRow, at: datetime) -> str:
        order = CheckOrder(
            amount_cents=row.amount_cents,
            details=Details(customer_id=row.customer_id, description=row.description),
            caller=Caller(user=row.user, through=CHECK_THROUGH, from_ip=""),
            entry_class=row.entry_class,
            at=at,
        )
        outcome = CheckDesk(self._gateway).take_on_file(order)
        if isinstance(outcome, Refused):
            return f"refused: {outcome.refusals[0].reason}"
        return outcome.row.uuid if outcome.row.status in ALIVE else "declined"

    def _charge(self, row: RecurrenceRow, at: datetime) -> str:
        charge = Charge(
            kind=row.kind,
            amount_cents=row.amount_cents,
            details=Details(customer_id=row.customer_id, description=row.description),
            caller=Caller(user=row.user, through=THROUGH, from_ip=""),
            recurrence_id=row.recurrence_id,
        )
        outcome = self._gateway.charge_customer(charge, at)
        if isinstance(outcome, Charged):
            return str(outcome.row.transaction_id) if outcome.verdict is Verdict.APPROVED else "declined"
        return f"refused: {outcome.refusals[0].reason}"

    def _put(self, row: RecurrenceRow) -> RecurrenceRow:
        self._shelf.put(str(row.recurrence_id), row)
        return row


def wrong_fields(plan: Plan, today: date) -> list[str]:
    """The fields of a plan that no payment could be made by."""
    checks = {
        "frequency": plan.frequency in FREQUENCIES,
        "start_date": plan.start >= today,
        "total_count": 0 < plan.total_count <= UNTIL_CANCELLED,
    }
    return [name for name, is_right in checks.items() if not is_right]


def _planned(plan: Plan, *, recurrence_id: int, customer_id: str, user: str) -> RecurrenceRow:
    return RecurrenceRow(
        recurrence_id=recurrence_id,
        customer_id=customer_id,
        user=user,
        amount_cents=plan.amount_cents,
        frequency=plan.frequency,
        start=plan.start,
        total_count=plan.total_count,
        kind=plan.kind,
        description=plan.description,
        has_receipt=plan.has_receipt,
        tender=plan.tender,
        entry_class=plan.entry_class,
        next_day=nth_day(plan.frequency, plan.start, 0),
    )


def _made(row: RecurrenceRow, result: str) -> RecurrenceRow:
    made = row.made_count + 1
    has_ended = row.total_count != UNTIL_CANCELLED and made >= row.total_count
    next_day = None if has_ended else nth_day(row.frequency, row.start, made)
    return msgspec.structs.replace(row, made_count=made, next_day=next_day, last_result=result)
