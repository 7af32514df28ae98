"""Rows of ours that the posting ledger does not know: the payment may stand in the books already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.records import OUTSIDE_RECEIVABLES, Row, TableName
from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.unidentified import UnidentifiedReceiptFact
from counterfoil.ports.erp import Refused

_Money = ReceiptFact | UnidentifiedReceiptFact | RefundFact | ChargebackFact

ADVICE = (
    "put the posting ledger's copy back or look at counterfoil sagepro restored; if this is other money,"
    " key it in Sage Pro"
)


def standing_objection(fact: Fact, desk: Desk) -> Refused | None:
    """Money whose marker stands in a row of ours for the same payer is not posted under a new key.

    A ledger that was put back to an earlier time knows nothing of it. Later generations are left alone: the
    rows of the one before stand, and so do those of its reversal.
    """
    if not isinstance(fact, _Money) or fact.key.generation > 1:
        return None
    marker = desk.marker(fact.key, fact.reference)
    row = next(_ours(_candidates(fact, marker, desk), marker, desk), None)
    if row is None:
        return None
    money = row.money("paid") or -row.money("total")
    whose = "nobody known" if isinstance(fact, UnidentifiedReceiptFact) else fact.customer
    why = f"a row of ours with {marker} for {whose} over {money:.2f} stands in the books already"
    return Refused(key=fact.key, why=f"{why}, and the posting ledger does not know it: {ADVICE}")


def _candidates(fact: _Money, marker: str, desk: Desk) -> Iterator[Row]:
    match fact:
        case ReceiptFact():
            return _rows(fact, desk)
        case UnidentifiedReceiptFact():
            return _rows_of_nobody(fact, marker, desk)
        case RefundFact() | ChargebackFact():
            return _rows_given_back(fact, marker, desk)


def _rows(fact: ReceiptFact, desk: Desk) -> Iterator[Row]:
    """Receipts on the invoices, open credits of the customer, and receipts that moved to history since."""
    found = [desk.look(TableName.CASH, "number", part.invoice) for part in fact.applications]
    if fact.on_account.is_positive:
        found.append(desk.look(TableName.DOCUMENTS, "customer", fact.customer))
    for rows in (*found, desk.moved_receipts(fact.customer, fact.received_on)):
        yield from (row for row in rows if row.text("customer") == fact.customer)


def _rows_of_nobody(fact: UnidentifiedReceiptFact, marker: str, desk: Desk) -> Iterator[Row]:
    """They name no document: their marker alone leads to them."""
    for row in _marked(marker, desk):
        if row.text("kind") == OUTSIDE_RECEIVABLES and row.money("paid") == fact.amount.amount:
            yield row


def _rows_given_back(fact: RefundFact | ChargebackFact, marker: str, desk: Desk) -> Iterator[Row]:
    """A credit memo has a number that nobody knows any more: the marker leads to its row.

    A payment that was disputed twice may have both under one marker: what the ledger tells of is passed over.
    """
    known = Counter(
        row.values.get("paid")
        for entry in desk.citing(fact.payment)
        for row in entry.new
        if row.table is TableName.CASH and row.values.get("reference") == marker
    )
    for row in _ours(_marked(marker, desk), marker, desk):
        paid = row.money("paid")
        known[paid] -= 1
        if known[paid] < 0 and paid < 0 and row.text("customer") == fact.customer:
            yield row


def _marked(marker: str, desk: Desk) -> Iterator[Row]:
    return chain.from_iterable(
        desk.look(table, "reference", marker) for table in (TableName.CASH, TableName.CASH_HISTORY)
    )


def _ours(rows: Iterable[Row], marker: str, desk: Desk) -> Iterator[Row]:
    user = desk.profile.user
    return (
        row
        for row in rows
        if row.text("reference") == marker and user in {row.text("user"), row.text("added_by")}
    )
