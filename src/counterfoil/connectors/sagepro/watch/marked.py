"""Receipts that are ours by user and marker, and of which the posting ledger does not know: unproven.

A marker never alone means posted. A person who compared them with the gateway may accept them; then a repeat
of the payment is compared with what the rows tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.posting.desk import choose_marker
from counterfoil.connectors.sagepro.records import OUTSIDE_RECEIVABLES, Row, TableName
from counterfoil.connectors.sagepro.watch.columns import HISTORY
from counterfoil.connectors.sagepro.watch.sites import Look, PostedLedger
from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.unidentified import UnidentifiedReceiptFact

_PAGE = 1000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRow:
    """One row of a receipt, as far as it tells."""

    number: str
    """The document that it pays; empty where it pays none."""
    customer: str
    paid: Decimal
    discount: Decimal
    is_on_account: bool
    """The document is an open credit."""
    is_outside: bool
    """Money of nobody's account: a surcharge, or a payer who is not known."""
    is_taken_back: bool = False
    """Somebody marked it as taken back since; the payment was posted all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """All rows of ours under one marker."""

    marker: str
    received_on: date | None
    rows: tuple[MarkedRow, ...]

    @property
    def amount(self) -> Decimal:
        return sum((row.paid for row in self.rows), ZERO)

    @property
    def customers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.customer for row in self.rows if not row.is_outside))

    @property
    def summary(self) -> str:
        """In a clerk's words."""
        whose = " and ".join(self.customers) or "nobody known"
        parts = ", ".join(_said(row) for row in self.rows)
        day = f" on {self.received_on}" if self.received_on else ""
        return f"{self.amount:.2f} from {whose}{day}: {parts}"


def find_marked(look: Look, others: Collection[str] = ()) -> tuple[Marked, ...]:
    """What neither the ledger knows nor the others, which are markers of entries on their way."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _ours(look):
        found[row.text("reference")].append(row)
    known = _known(look.ledger, {len(marker) for marker in found}) | set(others)
    return tuple(
        _marked(look, marker, rows)
        for marker, rows in sorted(found.items())
        if marker and marker not in known
    )


def is_of(fact: Fact, marker: str) -> bool:
    """Whether a posting of the fact would bear the marker, whatever the columns' width."""
    reference = getattr(fact, "reference", "")
    return marker in {str(reference), choose_marker(fact.key, "", len(marker))}


def difference(fact: Fact, marked: Marked) -> str:
    """In what the rows are not those of the fact; empty where they are."""
    match fact:
        case ReceiptFact():
            return _receipt_difference(fact, marked)
        case UnidentifiedReceiptFact():
            same = not marked.customers and marked.amount == fact.amount.amount
            return "" if same else f"the rows tell of {marked.summary}"
        case RefundFact() | ChargebackFact():
            same = marked.customers == (fact.customer,) and marked.amount == -fact.amount.amount
            return "" if same else f"the rows tell of {marked.summary}"
        case _:
            return f"the rows tell of {marked.summary}, and the posting is {fact.summary}"


def _receipt_difference(fact: ReceiptFact, marked: Marked) -> str:
    if marked.customers != (fact.customer,):
        return f"the rows are of customer {', '.join(marked.customers) or 'nobody known'}"
    surcharge = fact.surcharge.amount if fact.surcharge else ZERO
    wanted = {part.invoice: (part.amount.amount, _discount(part.discount)) for part in fact.applications}
    applied: dict[str, tuple[Decimal, Decimal]] = {}
    for row in marked.rows:
        if not row.is_outside and not row.is_on_account:
            paid, discount = applied.get(row.number, (ZERO, ZERO))
            applied[row.number] = (paid + row.paid, discount + row.discount)
    on_account = sum((row.paid for row in marked.rows if row.is_on_account), ZERO)
    outside = sum((row.paid for row in marked.rows if row.is_outside), ZERO)
    same = (applied, on_account, outside) == (wanted, fact.on_account.amount, surcharge)
    return "" if same else f"the rows tell of {marked.summary}"


def _discount(discount: object) -> Decimal:
    return getattr(discount, "amount", ZERO)


def _ours(look: Look) -> Iterator[Row]:
    """Read as the change feed reads them; most rows are somebody else's and are not looked at further."""
    user = look.books.profile.user
    sought = user.encode()
    shelves = look.shelves()
    for name in (TableName.CASH, HISTORY[TableName.CASH]):
        if name not in shelves:
            continue
        shelf = shelves[name]
        for number, block in shelf.blocks():
            for record, raw in shelf.rows_of(number, block):
                if sought in raw:
                    row = shelf.parse(record, raw)
                    if user in {row.text("user"), row.text("added_by")}:
                        yield row


def _known(ledger: PostedLedger | None, lengths: Collection[int]) -> set[str]:
    """Every marker that a posting of the ledger bears or would bear."""
    known: set[str] = set()
    number = 0
    while ledger is not None and (page := ledger.after(number, _PAGE)):
        for one in page:
            known |= {str(row.values.get("reference", "")) for row in one.entry.new}
            known.add(str(getattr(one.posted.fact, "reference", "")))
            known |= {choose_marker(one.posted.key, "", length) for length in lengths}
        number = page[-1].number
    return known


def _marked(look: Look, marker: str, rows: list[Row]) -> Marked:
    days = [day for day in (row.day("paid_on") for row in rows) if day is not None]
    return Marked(
        marker=marker,
        received_on=min(days, default=None),
        rows=tuple(_row(look, row) for row in rows),
    )


def _row(look: Look, row: Row) -> MarkedRow:
    number = row.text("number")
    documents = look.books.find(TableName.DOCUMENTS, "number", number)
    return MarkedRow(
        number=number,
        customer=row.text("customer"),
        paid=row.money("paid"),
        discount=row.money("discount"),
        is_on_account=any(one.text("kind") in look.books.profile.codes.open_credit for one in documents),
        is_outside=row.text("kind") == OUTSIDE_RECEIVABLES,
        is_taken_back=bool(row.values.get("reversed")),
    )


def _said(row: MarkedRow) -> str:
    discount = f" with a discount of {row.discount:.2f}" if row.discount else ""
    where = "outside of receivables" if row.is_outside else f"on {row.number}"
    since = ", taken back since" if row.is_taken_back else ""
    return f"{row.paid:.2f} {'on account, ' if row.is_on_account else ''}{where}{discount}{since}"
