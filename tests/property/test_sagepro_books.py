from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import Row, TableName
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt

CUSTOMERS = ("ABC", "XYZ")


def company() -> MemoryBooks:
    rows: list[Row] = [customer_row(number, "180") for number in CUSTOMERS]
    for index, customer in enumerate(CUSTOMERS):
        plain, twin = str(1001 + index), str(2001 + index)
        rows += [
            document_row(plain, customer, "100"),
            document_row(twin, customer, "80", twin="X"),
            document_row(twin, customer, "80", twin="X", table=TableName.DOCUMENT_HISTORY),
        ]
    return MemoryBooks(rows)


cents = st.integers(1, 12_000).map(lambda units: str(Decimal(units).scaleb(-2)))
steps = st.lists(
    st.tuples(
        st.sampled_from(CUSTOMERS),
        st.dictionaries(st.sampled_from(["1001", "1002", "2001", "2002"]), cents, max_size=2),
        st.just("0") | cents,
    ).filter(lambda step: bool(step[1]) or step[2] != "0"),
    max_size=12,
)


def sums(books: MemoryBooks, table: TableName, column: str) -> dict[str, Decimal]:
    result: dict[str, Decimal] = defaultdict(Decimal)
    for row in books.table(table):
        result[row.text("number")] += row.money(column)
    return result


@given(steps)
def test_the_books_balance_after_any_sequence_of_receipts(
    sequence: list[tuple[str, dict[str, str], str]],
) -> None:
    books = company()
    for number, (customer, applied, on_account) in enumerate(sequence, start=1):
        before = dict(books.rows)
        if not isinstance(books.post(receipt(customer, applied, on_account, transaction=str(number))), Plan):
            assert books.rows == before
    documents = books.table(TableName.DOCUMENTS)
    cash = sums(books, TableName.CASH, "paid")
    for row in documents:
        assert row.money("balance") == row.money("total") - row.money("paid") - row.money("discount")
        assert row.money("balance") == row.money("base_balance")
        received = row.money("paid") if row.text("kind") == "" else -row.money("total")
        assert cash[row.text("number")] == received
        if row.text("kind") == "":
            assert row.money("balance") >= 0
    for row in books.table(TableName.DOCUMENT_HISTORY):
        assert row.money("balance") == books.one(TableName.DOCUMENTS, row.text("number")).money("balance")
    for customer in CUSTOMERS:
        open_items = (row.money("balance") for row in documents if row.text("customer") == customer)
        assert books.one(TableName.CUSTOMERS, customer).money("balance") == sum(open_items, Decimal(0))
    assert all(value == 0 for value in sums(books, TableName.DISTRIBUTIONS, "amount").values())
    credits_ = [row.text("number") for row in documents if row.text("kind") == "O"]
    assert len(set(credits_)) == len(credits_)


@given(st.permutations([("1001", "30", "1"), ("1001", "70", "2"), ("2001", "80", "3")]))
def test_the_order_of_receipts_does_not_change_the_books(order: list[tuple[str, str, str]]) -> None:
    books = company()
    for invoice, amount, transaction in order:
        assert isinstance(books.post(receipt("ABC", {invoice: amount}, transaction=transaction)), Plan)
    assert books.one(TableName.CUSTOMERS, "ABC").money("balance") == 0
    assert books.one(TableName.DOCUMENTS, "1001").money("balance") == 0
