from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.sorting import row_sorter
from tests.unit.connector_sagepro.audit.books import MemorySorter

CENTS = st.decimals(min_value=-(10**14), max_value=10**14, places=4)
KEYS = st.sampled_from(["1", "2", "10", " 1", "", "é"])
ROWS = st.lists(st.tuples(KEYS, CENTS, st.booleans()), max_size=30)


@given(ROWS)
def test_rows_come_back_by_key_as_they_were_given(rows: list[tuple[str, Decimal, bool]]) -> None:
    expected = MemorySorter()
    with row_sorter() as sorter:
        for record, (key, amount, in_history) in enumerate(rows, start=1):
            table = TableName.CASH_HISTORY if in_history else TableName.CASH
            row = Row(
                table=table,
                record=record,
                values={"number": key, "paid": amount, "reversed": in_history},
            )
            sorter.add(key, row)
            expected.add(key, row)
        assert list(sorter.groups()) == list(expected.groups())


def test_a_sorter_may_keep_some_columns_alone() -> None:
    values: dict[str, Value] = {"number": "1", "customer": "ABC", "amount": Decimal("2.5000")}
    with row_sorter("amount") as sorter:
        sorter.add("ABC 1", Row(table=TableName.DISTRIBUTIONS, record=4, values=values))
        (group,) = sorter.groups()
    (row,) = group.of(TableName.DISTRIBUTIONS)
    assert (group.key, row.record, row.values) == ("ABC 1", 4, {"amount": Decimal("2.5000")})


def test_dates_and_counts_keep_their_kind() -> None:
    values: dict[str, Value] = {"number": "1", "paid_on": date(2026, 1, 31), "total": Decimal("1.0000")}
    lines: dict[str, Value] = {"number": "1", "line": 7, "extended_price": Decimal(0)}
    with row_sorter() as sorter:
        sorter.add("1", Row(table=TableName.DOCUMENTS, record=1, values=values))
        sorter.add("1", Row(table=TableName.LINES, record=1, values=lines))
        (group,) = sorter.groups()
    assert group.rows[TableName.DOCUMENTS][0].values == values
    assert group.rows[TableName.LINES][0].values == lines
