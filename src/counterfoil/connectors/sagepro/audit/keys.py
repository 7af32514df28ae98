"""Rules of keys: unique numbers, owners, twins in the current and the history table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.audit.findings import Check, Finding, Group, Rule, Terms, wrong
from counterfoil.connectors.sagepro.records import Row, TableName, Value

_TWIN = "X"
_Pair = tuple[TableName, TableName]
_DOCUMENTS: _Pair = (TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY)
_LINES: _Pair = (TableName.LINES, TableName.LINE_HISTORY)
_ORDERS: _Pair = (TableName.ORDERS, TableName.ORDER_HISTORY)
_ORDER_LINES: _Pair = (TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY)

KEY_COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    TableName.CUSTOMERS: ("number",),
    **dict.fromkeys(_DOCUMENTS, ("number",)),
    **dict.fromkeys(_LINES, ("number", "item", "line")),
    **dict.fromkeys(_ORDERS, ("number",)),
    **dict.fromkeys(_ORDER_LINES, ("number", "line")),
    TableName.ITEMS: ("item",),
    TableName.LOCATIONS: ("item", "location"),
    TableName.LINK_CODES: ("sales_code", "stock_code"),
    TableName.ACCOUNTS: ("number",),
}
"""What no two live rows of a table share."""


def key_of(row: Row, columns: tuple[str, ...]) -> str:
    return " ".join(str(row.values.get(column) or "") for column in columns)


def _numbered(rows: Iterable[Row], columns: tuple[str, ...]) -> list[Row]:
    """Lines without a line number cannot be told apart, so that sites which write none are left alone."""
    return [row for row in rows if "line" not in columns or row.values.get("line")]


def numbers_unique(group: Group, terms: Terms) -> Iterator[Finding]:
    for table, rows in group.rows.items():
        columns = KEY_COLUMNS.get(table)
        if columns and rows and terms.has(table, columns):
            seen: dict[str, int] = {}
            for row in _numbered(rows, columns):
                key = key_of(row, columns)
                if key in seen:
                    yield wrong(row, key, columns[0], f"a key of its own, but record {seen[key]} has it too")
                seen.setdefault(key, row.record)


def _twins_equal(
    group: Group, terms: Terms, pairs: tuple[tuple[_Pair, tuple[str, ...]], ...]
) -> Iterator[Finding]:
    for (current, history), columns in pairs:
        if not {current, history} <= terms.columns.keys() or not terms.has(current, columns):
            continue
        others = {key_of(row, columns): row for row in _numbered(group.of(history), columns)}
        for row in _numbered(group.of(current), columns):
            key = key_of(row, columns)
            other = others.pop(key, None)
            yield from _unmarked(row, key, other) if "twin" in row.values else ()
            if other is not None:
                yield from _compared(row, other, key)
        for key, other in others.items():
            if other.text("twin") == _TWIN:
                yield wrong(other, key, "twin", "blank, for the row does not stand in the current table")


def _unmarked(row: Row, key: str, other: Row | None) -> Iterator[Finding]:
    marked = row.text("twin") == _TWIN
    if other is None and marked:
        yield wrong(row, key, "twin", "blank, for the row does not stand in the history table")
    elif other is not None and not marked:
        yield wrong(row, key, "twin", f"{_TWIN}, for the row stands in the history table too")


def _compared(row: Row, other: Row, key: str) -> Iterator[Finding]:
    for column, value in row.values.items():
        theirs = other.values.get(column, value)
        if value != theirs:
            yield Finding(
                table=other.table,
                record=other.record,
                key=key,
                column=column,
                expected=_shown(value),
                found=_shown(theirs),
                difference=theirs - value
                if isinstance(value, Decimal) and isinstance(theirs, Decimal)
                else None,
            )


def _shown(value: Value) -> str:
    return "blank" if value in {None, ""} else str(value)


def document_twins(group: Group, terms: Terms) -> Iterator[Finding]:
    yield from _twins_equal(group, terms, ((_DOCUMENTS, ("number",)), (_LINES, ("number", "line"))))


def order_twins(group: Group, terms: Terms) -> Iterator[Finding]:
    yield from _twins_equal(group, terms, ((_ORDERS, ("number",)), (_ORDER_LINES, ("number", "line"))))


def _headless(
    group: Group, lines: tuple[TableName, ...], heads: tuple[TableName, ...], terms: Terms
) -> Iterator[Finding]:
    """Rows whose head is missing; nothing where one of the tables of heads could not be read."""
    if not group.has(*heads) and terms.columns.keys() >= set(heads):
        for row in group.of(*lines):
            yield wrong(row, group.key, "number", f"a row of {' or '.join(head.value for head in heads)}")


def documents_exist(group: Group, terms: Terms) -> Iterator[Finding]:
    for head, lines in zip(_DOCUMENTS, _LINES, strict=True):
        yield from _headless(group, (lines,), (head,), terms)
    money = (TableName.CASH, TableName.CASH_HISTORY, TableName.DISTRIBUTIONS)
    yield from _headless(group, money, _DOCUMENTS, terms)


def orders_exist(group: Group, terms: Terms) -> Iterator[Finding]:
    for head, lines in zip(_ORDERS, _ORDER_LINES, strict=True):
        yield from _headless(group, (lines,), (head,), terms)


def customers_exist(row: Row, terms: Terms) -> Iterator[Finding]:
    if row.text("customer") not in terms.customers:
        yield wrong(row, row.text("number"), "customer", "a customer of the customer table")


def items_exist(row: Row, terms: Terms) -> Iterator[Finding]:
    if "item" in row.values and row.text("item") not in terms.items:
        key = row.text("number") or row.text("item")
        yield wrong(row, key, "item", "an item of the item table")


_UNIQUE: Rule[Group] = Rule("No two live rows of a table have the same number.", numbers_unique)

DOCUMENT_CHECKS: tuple[Check[Group], ...] = (
    Check(name="numbers_unique", rules=(_UNIQUE,)),
    Check(
        name="twins_equal",
        rules=(
            Rule(
                "A row that stands in the current and in the history table is marked in both, and what the"
                " audit reads of it is equal.",
                document_twins,
            ),
        ),
        needs={_DOCUMENTS[0]: (), _DOCUMENTS[1]: ()},
    ),
    Check(
        name="documents_exist",
        rules=(Rule("Every line, receipt and distribution belongs to a document.", documents_exist),),
        needs={_DOCUMENTS[0]: (), _DOCUMENTS[1]: ()},
    ),
)
ORDER_CHECKS: tuple[Check[Group], ...] = (
    Check(name="order_numbers_unique", rules=(_UNIQUE,), needs={TableName.ORDERS: ()}),
    Check(
        name="order_twins_equal",
        rules=(
            Rule(
                "An order that stands in the current and in the history table is marked in both, and what the"
                " audit reads of it is equal.",
                order_twins,
            ),
        ),
        needs={_ORDERS[0]: (), _ORDERS[1]: ()},
    ),
    Check(
        name="orders_exist",
        rules=(Rule("Every order line belongs to an order.", orders_exist),),
        needs={TableName.ORDERS: (), TableName.ORDER_LINES: ()},
    ),
)
MASTER_CHECKS: tuple[Check[Group], ...] = (
    Check(
        name="masters_unique",
        rules=(
            Rule(
                "No two live rows tell of the same customer, item, location, account or link code.",
                numbers_unique,
            ),
        ),
    ),
)
