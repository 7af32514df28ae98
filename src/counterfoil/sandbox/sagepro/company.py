"""A whole sample company: the rows of every table, made from a seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart, distributions
from counterfoil.sandbox.sagepro.audit.books import Books, Entry
from counterfoil.sandbox.sagepro.distributions import Distribution
from counterfoil.sandbox.sagepro.documents import Application, Document, Order, Place
from counterfoil.sandbox.sagepro.market import SAMPLE, Size
from counterfoil.sandbox.sagepro.rows import customers, inventory, ledger, receivables, sales_orders, system
from counterfoil.sandbox.sagepro.rows.values import Row, Value
from counterfoil.sandbox.sagepro.stock import movements
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.structures.columns import PRO_VFP, Structure, StructureError, Widths
from counterfoil.sandbox.sagepro.trade import Trade, made_up

CODE = "01"
# Store rows of one item at one location take their transaction numbers from so many.
_STORE_NUMBERS = 2
_BLANKS: Mapping[str, Value] = {
    "C": "",
    "M": "",
    "N": Decimal(0),
    "Y": Decimal(0),
    "B": 0,
    "I": 0,
    "L": False,
    "D": None,
}
# Tables with a row that is flagged deleted: a stale copy, standing before the live row with the same key.
_STALE = ("arcust", "armast", "artran", "arcash", "ardist", "somast", "icitem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Every table's rows in the order of the file, complete with all columns; deleted rows by number."""

    seed: int
    as_of: date
    widths: Widths
    trade: Trade
    tables: Mapping[str, Sequence[Row]]
    deleted: Mapping[str, frozenset[int]]

    def live(self, table: str) -> Iterator[tuple[int, Row]]:
        """The rows that count, with their record numbers."""
        deleted = self.deleted.get(table, frozenset())
        for number, row in enumerate(self.tables[table], start=1):
            if number not in deleted:
                yield number, row


def _is_current(each: Document | Order) -> bool:
    return each.place is not Place.HISTORY


def _is_history(each: Document | Order) -> bool:
    return each.place is not Place.CURRENT


def _distributions(trade: Trade) -> list[Distribution]:
    rows = [row for document in trade.documents for row in distributions.of_document(document)]
    rows += [row for part in trade.other_receipts for row in distributions.of_other_receipt(part)]
    return sorted(rows, key=lambda row: row.on)


def _document_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    for head, lines, holds in (("armast", "artran", _is_current), ("arymst", "arytrn", _is_history)):
        documents = [document for document in trade.documents if holds(document)]
        yield head, (receivables.document_row(document) for document in documents)
        yield lines, (row for document in documents for row in receivables.line_rows(document))


def _cash_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    rows: list[tuple[date, Row]] = [
        (part.on, receivables.cash_row(document, part))
        for document in trade.documents
        for part in (*document.received, *document.applied)
    ]
    others: list[Application] = list(trade.other_receipts)
    rows += [(part.on, receivables.other_cash_row(part, number)) for number, part in enumerate(others)]
    rows.sort(key=lambda pair: pair[0])
    yield "arcash", (row for on, row in rows if not trade.calendar.is_closed(on))
    yield "arycsh", (row for on, row in rows if trade.calendar.is_closed(on))


def _order_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    for head, lines, holds in (("somast", "sotran", _is_current), ("soymst", "soytrn", _is_history)):
        orders = [order for order in trade.orders if holds(order)]
        yield head, (sales_orders.order_row(order) for order in orders)
        yield lines, (row for order in orders for row in sales_orders.line_rows(order))
    yield "soaddr", (sales_orders.address_row(order) for order in trade.orders if order.status == "")


def _inventory_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    calendar, stock = trade.calendar, trade.stock
    yield "icitem", inventory.item_rows(trade.items, stock, calendar)
    yield (
        "iciloc",
        (inventory.location_stock_row(each, calendar, number) for number, each in enumerate(stock)),
    )
    yield (
        "iciqty",
        (
            row
            for number, each in enumerate(stock)
            for row in inventory.store_rows(each, calendar, 1 + number * _STORE_NUMBERS)
        ),
    )
    yield "iccost", (row for each in stock for row in inventory.tier_rows(each, calendar))
    yield "ictran", (inventory.movement_row(each) for each in movements(trade.documents))
    yield "icloct", inventory.location_rows(calendar)


def _ledger_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    calendar = trade.calendar
    rows = _distributions(trade)
    totals = ledger.balances(rows, trade.stock, calendar)
    yield (
        "ardist",
        (receivables.distribution_row(row, calendar, number) for number, row in enumerate(rows)),
    )
    yield "glacnt", ledger.account_rows(totals, calendar)
    yield "gltype", ledger.type_rows()
    yield "glstru", ledger.segment_rows()
    yield "arglac", ledger.link_rows(chart.LINKS, calendar)


def _system_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    last_used = {
        "AR": trade.last_invoice,
        "SO": trade.last_order,
        "IC": len(trade.stock) * _STORE_NUMBERS,
    }
    yield "sysdata", system.module_rows(CODE, last_used)
    for module, last in last_used.items():
        yield f"{module.lower()}sysd", system.copy_rows(module, CODE, last)
    yield "sycrlst", system.code_rows(CODE)
    yield "syccomp", system.company_rows(CODE)


def _all_tables(trade: Trade) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "arcust", customers.customer_rows(trade)
    yield "arcadr", customers.ship_to_rows(trade)
    for tables in (_document_tables, _cash_tables, _order_tables, _inventory_tables):
        yield from tables(trade)
    yield from _ledger_tables(trade)
    yield from _system_tables(trade)


def _completed(structure: Structure, rows: Iterable[Row]) -> list[Row]:
    """Every row with every column; a column that the structure lacks is a defect of this package."""
    blank = {column.name: _BLANKS[column.type] for column in structure.columns}
    result: list[Row] = []
    for row in rows:
        complete = {**blank, **row}
        if len(complete) != len(blank):
            raise StructureError(
                f"{structure.table} has no column {', '.join(sorted(set(row) - set(blank)))}"
            )
        result.append(complete)
    return result


def make_company(seed: int, as_of: date, *, widths: Widths = PRO_VFP, size: Size = SAMPLE) -> Company:
    """The same arguments give the same company, row by row."""
    trade = made_up(seed, as_of, widths, size)
    made = dict(_all_tables(trade))
    tables = {each.table: _completed(each, made[each.table]) for each in structures(widths)}
    deleted = {}
    for table in _STALE:
        place = len(tables[table]) // 3
        tables[table].insert(place, tables[table][place])
        deleted[table] = frozenset({place + 1})
    return Company(seed=seed, as_of=as_of, widths=widths, trade=trade, tables=tables, deleted=deleted)


def books_of(company: Company) -> Books:
    """The company as an auditor would read it from its files."""
    return Books(
        {
            table: [Entry(table, record, row) for record, row in company.live(table)]
            for table in company.tables
        }
    )
