"""Books of one company in memory, as the planner sees them, and facts to post into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from counterfoil.connectors.sagepro.entries import Entry, entry_of
from counterfoil.connectors.sagepro.judgements import NOBODY_ASKED, Judgement
from counterfoil.connectors.sagepro.numbering import Numberer
from counterfoil.connectors.sagepro.operations import Append, Plan, RowId, apply_operations
from counterfoil.connectors.sagepro.posting.desk import CREDIT_MEMOS, OPEN_CREDITS, Answer, Desk, Terms
from counterfoil.connectors.sagepro.posting.dispatch import plan
from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.reading import Books
from counterfoil.connectors.sagepro.records import COLUMNS, Row, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money, total
from counterfoil.domain.payment import Tender

PROFILE_TEXT = """
company: "01"
mode: test
system_folder: .
accounts:
  receivable: 1100-000
  clearing: {card: 1050-000, ach: 1051-000}
  returns: 4100-000
  sales_tax: 2200-000
  bank: 1010-000
  processing_fees: 6150-000
  reserve: 1055-000
  unreconciled: 1059-000
  disputed: 1150-000
  chargeback_fees: 6160-000
  bad_debt: 6180-000
"""
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)


def profile(**changes: object) -> Profile:
    return parse_profile(PROFILE_TEXT).model_copy(update=changes)


def usd(amount: str | int | Decimal) -> Money:
    return Money.of(amount, "USD")


def receipt(
    customer: str, applied: Mapping[str, str], on_account: str = "0", *, transaction: str = "4053461"
) -> ReceiptFact:
    parts = tuple(
        Application(invoice=InvoiceNumber(number), amount=usd(amount), assumed_open=usd(amount))
        for number, amount in applied.items()
    )
    return ReceiptFact(
        key=PostingKey(f"paytrace/m1/{transaction}", Effect.RECEIPT),
        customer=CustomerNumber(customer),
        received_on=DAY,
        amount=total((part.amount for part in parts), "USD") + usd(on_account),
        tender=Tender.CARD,
        reference=TransactionId(transaction),
        applications=parts,
        on_account=usd(on_account),
        reason="paid more than was open" if on_account != "0" else "",
    )


def customer_row(number: str, balance: str, **values: Value) -> Row:
    row: dict[str, Value] = {
        "number": number,
        "name": f"Customer {number}",
        "balance": Decimal(balance),
        "last_paid_on": None,
        "last_payment": Decimal(0),
        "receivable_account": "1101-000",
        "lock_state": "",
        "lock_user": "",
    }
    return Row(table=TableName.CUSTOMERS, record=0, values={**row, **values})


def document_row(
    number: str,
    customer: str,
    open_: str,
    *,
    table: TableName = TableName.DOCUMENTS,
    **values: Value,
) -> Row:
    row: dict[str, Value] = {
        "number": number,
        "customer": customer,
        "invoiced_on": date(2026, 10, 1),
        "net_days": 30,
        "total": Decimal(open_),
        "discount": Decimal(0),
        "paid": Decimal(0),
        "balance": Decimal(open_),
        "base_balance": Decimal(open_),
        "base_paid": Decimal(0),
        "paid_on": None,
        "kind": "",
        "status": "",
        "twin": "",
        "currency": "USD",
        "exchange_rate": Decimal(1),
        "lock_state": "",
        "lock_user": "",
    }
    return Row(table=table, record=0, values={**row, **values})


class MemoryBooks:
    """The rows of one company; what is planned is applied at once."""

    def __init__(self, rows: Iterable[Row], site: Profile | None = None) -> None:
        self.site = site or profile()
        self.rows: dict[RowId, Row] = {}
        self.entries: dict[PostingKey, Entry] = {}
        self.judgements: dict[PostingKey, Judgement] = {}
        self.absent: frozenset[TableName] = frozenset()
        self.lacking: frozenset[tuple[TableName, str]] = frozenset()
        for row in rows:
            self._add(row.table, row.values)

    def table(self, name: TableName) -> list[Row]:
        return [row for (table, _), row in self.rows.items() if table is name]

    def one(self, name: TableName, number: str) -> Row:
        (row,) = (row for row in self.table(name) if row.text("number") == number)
        return row

    def plan(self, fact: Fact) -> Answer:
        return plan(fact, self._desk())

    def post(self, fact: Fact) -> Answer:
        answer = self.plan(fact)
        if isinstance(answer, Plan):
            self.entries[fact.key] = entry_of(fact, answer, self.rows)
            self.rows = apply_operations(self.rows, answer.operations)
            for operation in answer.operations:
                if isinstance(operation, Append):
                    self._add(operation.table, operation.values)
        return answer

    def _add(self, table: TableName, values: Mapping[str, Value]) -> None:
        record = len(self.rows) + 1
        self.rows[table, record] = Row(table=table, record=record, values=values)

    def _desk(self) -> Desk:
        return Desk(
            terms=Terms(profile=self.site, now=NOW),
            books=Books(self.site, self.find),
            marker_width=10,
            draw=self._next_number,
            entry=self.entries.get,
            citing=lambda key: tuple(one for one in self.entries.values() if key in one.fact.cites),
            judgement=lambda key: self.judgements.get(key, NOBODY_ASKED),
            look=self.find,
            has=lambda table: table not in self.absent,
            columns=lambda table: [name for name in COLUMNS[table] if (table, name) not in self.lacking],
        )

    def _next_number(self, name: str) -> str:
        ranges = {OPEN_CREDITS: (900_000_000, "O"), CREDIT_MEMOS: (800_000_000, "C")}
        if name not in ranges:
            return Numberer(self.site, self.find, lambda _name: None).draw(name).written
        first, kind = ranges[name]
        return str(first + sum(row.text("kind") == kind for row in self.table(TableName.DOCUMENTS)))

    def find(self, name: TableName, column: str, text: str) -> Iterator[Row]:
        return (row for row in self.table(name) if row.text(column) == text)
