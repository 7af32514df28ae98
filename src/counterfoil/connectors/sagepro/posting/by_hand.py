"""Receipts that somebody keyed in Sage Pro for money that we are about to post."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Find, Moved
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.money import Money
from counterfoil.ports.erp import KeyedByHand, KeyedReceipt
from counterfoil.security.card_guard import scrub_text

_Group = tuple[str, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody may have keyed."""

    customer: str
    around: date
    documents: tuple[str, ...] = ()
    """Documents that it concerns, wherever they stand."""


def answer_by_hand(fact: ReceiptFact, desk: Desk) -> Plan | KeyedByHand | None:
    """What stands against posting the receipt because somebody may have keyed it; None for nothing.

    A plan without rows links the payment: from then on its key stands for the receipt that is there.
    """
    judgement = desk.judgement(fact.key)
    if not desk.profile.by_hand_days or judgement.is_silent:
        return None
    found = [one for one in _keyed_receipts(fact, desk) if one not in judgement.taken]
    if judgement.linked in found:
        return Plan(key=fact.key, document=judgement.linked.number, operations=())
    unknown = tuple(one for one in found if one not in judgement.apart)
    if unknown or judgement.linked is not None:
        return KeyedByHand(key=fact.key, receipts=unknown)
    return None


def _keyed_receipts(fact: ReceiptFact, desk: Desk) -> Iterator[KeyedReceipt]:
    """Receipts of the same customer, amount and time that are not ours.

    Amounts are those of single rows, and of all rows under one reference and day; a surcharge may have been
    keyed with the payment or left out.
    """
    days = timedelta(days=desk.profile.by_hand_days)
    parts = (part.amount for part in fact.applications)
    amounts = {money.amount for money in (fact.amount, fact.for_customer, *parts)}
    documents = tuple(part.invoice for part in fact.applications)
    sought = Sought(customer=fact.customer, around=fact.received_on, documents=documents)
    for rows in money_groups(rows_of_others(sought, days, desk.look, desk.moved_receipts, desk.profile)):
        yield from _matching(rows, amounts, desk.profile)


def rows_of_others(
    sought: Sought, days: timedelta, find: Find, moved: Moved, profile: Profile
) -> Iterator[Row]:
    """The customer's rows in the cash tables around the day that others keyed."""
    first, last = sought.around - days, sought.around + days
    current = list(_cash_rows(sought, first, find))
    for row in (*current, *_without(current, moved(sought.customer, first))):
        if _is_within(row.day("paid_on"), first, last) and not _is_ours(row, profile):
            yield row


def money_groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Money that stands: rows under one reference and day together, without credits that were applied."""
    return grouped(row for row in rows if not row.text("applied_to") and not row.values.get("reversed"))


def grouped(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows under one reference and day together."""
    groups: dict[_Group, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.text("reference"), row.day("paid_on")].append(row)
    return list(groups.values())


def _matching(rows: Sequence[Row], amounts: set[Decimal], profile: Profile) -> Iterator[KeyedReceipt]:
    sum_ = sum((row.money("paid") for row in rows), Decimal(0))
    if sum_ in amounts:
        yield _receipt(rows[0], sum_, profile)
        return
    for row in rows:
        if row.money("paid") in amounts:
            yield _receipt(row, row.money("paid"), profile)


def _cash_rows(sought: Sought, first: date, find: Find) -> Iterator[Row]:
    """The customer's current receipts, through the documents that they may pay since the first day.

    A document bears the day of its last payment, so that earlier ones may lie within as well. The payment's
    own invoices may stand in history already.
    """
    documents = (
        row.text("number")
        for row in find(TableName.DOCUMENTS, "customer", sought.customer)
        if max(row.day("paid_on") or date.min, row.day("invoiced_on") or date.min) >= first
    )
    for number in dict.fromkeys((*sought.documents, *documents)):
        rows = find(TableName.CASH, "number", number)
        yield from (row for row in rows if row.text("customer") == sought.customer)


def _without(current: Sequence[Row], moved: Iterable[Row]) -> Iterator[Row]:
    """What was moved to history, but for what was only copied there and stands in the current table too."""
    copies = Counter(map(_identity, current))
    for row in moved:
        copies[_identity(row)] -= 1
        if copies[_identity(row)] < 0:
            yield row


def _identity(row: Row) -> tuple[object, ...]:
    return tuple(row.values.get(name) for name in ("number", "reference", "paid_on", "paid"))


def _is_within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _is_ours(row: Row, profile: Profile) -> bool:
    return profile.user in {row.text("user"), row.text("added_by")}


def _receipt(row: Row, amount: Decimal, profile: Profile) -> KeyedReceipt:
    return KeyedReceipt(
        number=row.text("number"),
        reference=scrub_text(row.text("reference")),
        paid_on=row.day("paid_on"),
        amount=Money(amount, profile.currency),
        keyed_by=row.text("user") or row.text("added_by"),
    )
