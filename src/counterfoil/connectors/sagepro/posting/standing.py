"""Rows of ours that the posting ledger does not know: the payment may stand in the books already."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.posting.desk import Desk
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.ports.erp import Refused

ADVICE = (
    "put the posting ledger's copy back or look at counterfoil sagepro restored; if this is other money,"
    " key it in Sage Pro"
)


def standing_objection(fact: Fact, desk: Desk) -> Refused | None:
    """A receipt whose marker stands in a row of ours for the same customer is not posted under a new key.

    A ledger that was put back to an earlier time knows nothing of it. Later generations are left alone: the
    rows of the one before stand, and so do those of its reversal.
    """
    if not isinstance(fact, ReceiptFact) or fact.key.generation > 1:
        return None
    marker = desk.marker(fact.key, fact.reference)
    row = next(_rows(fact, marker, desk), None)
    if row is None:
        return None
    money = row.money("paid") or -row.money("total")
    why = f"a row of ours with {marker} for {fact.customer} over {money} stands in the books already"
    return Refused(key=fact.key, why=f"{why}, and the posting ledger does not know it: {ADVICE}")


def _rows(fact: ReceiptFact, marker: str, desk: Desk) -> Iterator[Row]:
    """Receipts on the invoices, and open credits of the customer."""
    for part in fact.applications:
        yield from _ours(desk.look(TableName.CASH, "number", part.invoice), fact, marker, desk)
    if fact.on_account.is_positive:
        documents = desk.look(TableName.DOCUMENTS, "customer", fact.customer)
        yield from _ours(documents, fact, marker, desk)


def _ours(rows: Iterator[Row], fact: ReceiptFact, marker: str, desk: Desk) -> Iterator[Row]:
    user = desk.profile.user
    return (
        row
        for row in rows
        if row.text("reference") == marker
        and row.text("customer") == fact.customer
        and user in {row.text("user"), row.text("added_by")}
    )
