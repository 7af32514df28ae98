"""The order in which everything is read and judged; opens no file and sorts nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterfoil.connectors.sagepro.audit import documents, keys, orders, rows, totals
from counterfoil.connectors.sagepro.audit.findings import Check, Group, Terms, Thing, Unreadable
from counterfoil.connectors.sagepro.audit.reading import Sorter, Sorting, Source
from counterfoil.connectors.sagepro.audit.verdicts import Judge, Verdict, unmet
from counterfoil.connectors.sagepro.audit.whole import RECORD_COUNTS, ROWS_READABLE
from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import Row, TableName

_MASTERS = (
    TableName.ACCOUNTS,
    TableName.LINK_CODES,
    TableName.CUSTOMERS,
    TableName.ITEMS,
    TableName.LOCATIONS,
    TableName.STORES,
    TableName.COST_TIERS,
)
_DOCUMENTS = (
    *(TableName.DOCUMENTS, TableName.DOCUMENT_HISTORY, TableName.LINES, TableName.LINE_HISTORY),
    *(TableName.CASH, TableName.CASH_HISTORY, TableName.DISTRIBUTIONS),
)
_RECEIPTS = frozenset({TableName.CASH, TableName.CASH_HISTORY})
_ORDERS = (
    *(TableName.ORDERS, TableName.ORDER_HISTORY),
    *(TableName.ORDER_LINES, TableName.ORDER_LINE_HISTORY),
)


def audit(source: Source, sorting: Sorting, codes: Codes) -> tuple[Verdict, ...]:
    """One verdict for each check, always all of them and in the same order."""
    return _Auditor(source, sorting, codes).run()


class _Auditor:
    def __init__(self, source: Source, sorting: Sorting, codes: Codes) -> None:
        self._source = source
        self._sorting = sorting
        self._unreadable: list[Unreadable] = []
        self._totals = totals.Totals()
        for table in _MASTERS:
            self._totals.rows[table] = list(self._read(table))
        self._terms = self._known(codes)
        self._rows = [(each, self._judge(each)) for each in rows.CHECKS]
        self._by_table = {
            table: [judge for each, judge in self._rows if table in each.tables and not judge.not_made]
            for table in source.columns
        }
        self._documents = self._judges((*documents.CHECKS, *keys.DOCUMENT_CHECKS))
        self._receipts = self._judges(documents.RECEIPT_CHECKS)
        self._orders = self._judges((*orders.CHECKS, *keys.ORDER_CHECKS))
        self._masters = self._judges(keys.MASTER_CHECKS)
        self._sums = self._judges(totals.CHECKS)

    def run(self) -> tuple[Verdict, ...]:
        for table in _MASTERS:
            for row in self._totals.of(table):
                self._look_at_row(row)
        self._judge_masters()
        self._judge_documents()
        self._judge_orders()
        self._judge_sums()
        return (
            *(judge.verdict() for judge in (*self._documents, *self._receipts)),
            *(judge.verdict() for judge in (*self._orders, *self._masters)),
            *(judge.verdict() for judge in self._sums),
            *(judge.verdict() for _, judge in self._rows),
            *self._judge_tables(),
        )

    def _read(self, table: TableName) -> Iterator[Row]:
        """The rows of a table; none where it is not there. What cannot be read is set aside."""
        if table in self._source.columns:
            for row in self._source.rows(table):
                if isinstance(row, Unreadable):
                    self._unreadable.append(row)
                else:
                    yield row

    def _known(self, codes: Codes) -> Terms:
        links = self._totals.of(TableName.LINK_CODES)
        return Terms(
            codes=codes,
            columns=self._source.columns,
            customers=frozenset(row.text("number") for row in self._totals.of(TableName.CUSTOMERS)),
            items=frozenset(row.text("item") for row in self._totals.of(TableName.ITEMS)),
            accounts=frozenset(row.text("number") for row in self._totals.of(TableName.ACCOUNTS)),
            links=frozenset((row.text("sales_code"), row.text("stock_code")) for row in links),
            sales_codes=frozenset(row.text("sales_code") for row in links),
        )

    def _judges(self, checks: Iterable[Check[Thing]]) -> list[Judge[Thing]]:
        return [
            Judge(check, self._terms, unmet(check.needs, self._terms, self._source.absent))
            for check in checks
        ]

    def _judge(self, each: rows.RowCheck) -> Judge[Row]:
        masters = dict.fromkeys(each.masters, ())
        return Judge(each.check, self._terms, unmet(masters, self._terms, self._source.absent))

    def _look_at_row(self, row: Row) -> None:
        for judge in self._by_table[row.table]:
            judge.look(row)

    def _judge_masters(self) -> None:
        for judge in self._masters:
            judge.look(Group("", self._totals.rows), sum(map(len, self._totals.rows.values())))

    def _judge_sums(self) -> None:
        for judge in self._sums:
            if not judge.not_made:
                size = sum(len(self._totals.of(table)) for table in judge.check.needs)
                judge.look(self._totals, size or 1)

    def _judge_documents(self) -> None:
        with self._sorting() as by_number, self._sorting("amount") as by_receipt:
            for table in _DOCUMENTS:
                for row in self._read(table):
                    self._look_at_row(row)
                    self._take(row, by_number, by_receipt)
            for group in by_number.groups():
                self._totals.add_document(group, self._terms)
                _look(self._documents, group)
            for group in by_receipt.groups():
                _look(self._receipts, group)

    def _take(self, row: Row, by_number: Sorter, by_receipt: Sorter) -> None:
        if row.table in _RECEIPTS:
            self._totals.add_receipt(row)
        elif row.table is TableName.DISTRIBUTIONS:
            self._totals.add_distribution(row)
            if row.text("reference"):
                by_receipt.add(f"{row.text('customer')} {row.text('reference')}", row)
        if not rows.is_outside_receivables(row):
            by_number.add(row.text("number"), row)

    def _judge_orders(self) -> None:
        with self._sorting() as by_number:
            for table in _ORDERS:
                for row in self._read(table):
                    self._look_at_row(row)
                    by_number.add(row.text("number"), row)
            for group in by_number.groups():
                self._totals.add_order(group)
                _look(self._orders, group)

    def _judge_tables(self) -> Iterator[Verdict]:
        counts = Judge(RECORD_COUNTS, self._terms)
        for table in self._source.columns:
            counts.look((table, self._source.count(table)))
        yield counts.verdict()
        readable = Judge(ROWS_READABLE, self._terms)
        for row in self._unreadable:
            readable.look(row)
        yield readable.verdict()


def _look(judges: Iterable[Judge[Thing]], thing: Thing) -> None:
    for judge in judges:
        if not judge.not_made:
            judge.look(thing)
