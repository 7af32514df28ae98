"""Receipts that somebody keyed in Sage Pro for money that we are about to post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.connectors.sagepro.judgements import Apart, Linked
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Find
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.money import Money
from counterfoil.ports.erp import KeyedByHand, KeyedReceipt, Refused

_Group = tuple[str, date | None]


def answer_by_hand(fact: ReceiptFact, desk: Desk) -> Answer | None:
    """What stands against posting the receipt because somebody may have keyed it; None for nothing."""
    judgement = desk.judgement(fact.key)
    if not desk.profile.by_hand_days or isinstance(judgement, Apart):
        return None
    found = tuple(keyed_receipts(fact, desk.look, desk.profile))
    if isinstance(judgement, Linked):
        return _link(fact, judgement.receipt, found)
    return KeyedByHand(key=fact.key, receipts=found) if found else None


def _link(fact: ReceiptFact, receipt: KeyedReceipt, found: Sequence[KeyedReceipt]) -> Plan | Refused:
    """Nothing is written; from now on the key stands for the receipt that is there."""
    if receipt not in found:
        why = f"receipt {receipt.reference} of {receipt.amount} on {receipt.number} is no longer in the books"
        return Refused(key=fact.key, why=f"{why}: judge again what this payment is")
    return Plan(key=fact.key, document=receipt.number, operations=())


def keyed_receipts(fact: ReceiptFact, find: Find, profile: Profile) -> Iterator[KeyedReceipt]:
    """Receipts of the same customer, amount and time that are not ours, the nearest day first.

    Amounts are those of single rows, and of all rows under one reference and day.
    """
    days = timedelta(days=profile.by_hand_days)
    amounts = {fact.amount.amount, *(part.amount.amount for part in fact.applications)}
    for rows in keyed_groups(fact.customer, fact.received_on, days, find, profile):
        yield from _matching(rows, amounts, profile)


def keyed_groups(
    customer: CustomerNumber, day: date, days: timedelta, find: Find, profile: Profile
) -> list[list[Row]]:
    """What others received from the customer around a day: rows under one reference and day together."""
    groups: dict[_Group, list[Row]] = defaultdict(list)
    for row in _cash_rows(customer, find, day - days, day + days):
        is_money = not row.text("applied_to") and not row.values.get("reversed")
        if is_money and not _is_ours(row, profile):
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


def _cash_rows(customer: CustomerNumber, find: Find, first: date, last: date) -> Iterator[Row]:
    """The customer's receipts of those days, through the documents that they pay."""
    numbers: Mapping[str, None] = {
        document.text("number"): None
        for document in find(TableName.DOCUMENTS, "customer", customer)
        if _is_within(document.day("paid_on"), first, last)
        or _is_within(document.day("invoiced_on"), first, last)
    }
    for number in numbers:
        for row in find(TableName.CASH, "number", number):
            if row.text("customer") == customer and _is_within(row.day("paid_on"), first, last):
                yield row


def _is_within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _is_ours(row: Row, profile: Profile) -> bool:
    return profile.user in {row.text("user"), row.text("added_by")}


def _receipt(row: Row, amount: Decimal, profile: Profile) -> KeyedReceipt:
    return KeyedReceipt(
        number=row.text("number"),
        reference=row.text("reference"),
        paid_on=row.day("paid_on"),
        amount=Money(amount, profile.currency),
        keyed_by=row.text("user") or row.text("added_by"),
    )
