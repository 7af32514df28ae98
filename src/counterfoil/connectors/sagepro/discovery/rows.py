"""Reads a bounded part of some tables' rows, and of each row only the columns that are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from counterfoil.connectors.sagepro.binding import BoundTable
from counterfoil.connectors.sagepro.discovery.columns import match_columns
from counterfoil.connectors.sagepro.discovery.report import FoundCompany, Sampled
from counterfoil.connectors.sagepro.discovery.rules import measure_balance
from counterfoil.connectors.sagepro.discovery.tables import open_table, shapes_of
from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.standard import (
    CHART,
    CHART_NAME,
    CHART_NUMBER,
    COMPANY_CODE,
    COMPANY_CURRENCY,
    SYSTEM_COMPANIES,
)
from counterfoil.connectors.sagepro.tables import narrowed
from counterfoil.foxpro.errors import FieldValueError, FoxProError
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table
from counterfoil.ports.errors import ConfigurationError

SAMPLE_ROWS = 20_000
_BLOCKS = 40
_CLEARING = "clearing"
_CLEARING_MAX = 6
_RECEIVABLE = "receivable_account"
_AMOUNTS = frozenset({"total", "paid", "balance"})
DOCUMENT_COLUMNS = ("number", "total", "paid", "discount", "balance", "kind", "status", "currency")


def sample_company(company: FoundCompany, system: Path | None, rows_max: int = SAMPLE_ROWS) -> Sampled:
    """What the company's rows tell; a table that cannot be read tells nothing here."""
    documents = _sampled(company, TableName.DOCUMENTS, DOCUMENT_COLUMNS, rows_max)
    customers = _sampled(company, TableName.CUSTOMERS, (_RECEIVABLE,), rows_max)
    found = company.table(TableName.DOCUMENTS.value)
    return replace(
        summarised(documents, customers),
        total=found.rows if found else 0,
        company_currency=_company_currency(company.code, system),
        clearing=_clearing_accounts(company),
    )


def summarised(documents: Collection[Row], customers: Collection[Row]) -> Sampled:
    """What rows of documents and customers tell, however they were read."""
    return Sampled(
        rows=len(documents),
        balance=measure_balance(row for row in documents if _counts(row)),
        kinds=Counter(row.text("kind") for row in documents),
        statuses=Counter(row.text("status") for row in documents),
        currencies=Counter(row.text("currency") for row in documents if row.text("currency")),
        receivables=Counter(row.text(_RECEIVABLE) for row in customers if row.text(_RECEIVABLE)),
        customers=len(customers),
    )


def _counts(row: Row) -> bool:
    """Void documents keep amounts that follow no rule."""
    return row.values.keys() >= _AMOUNTS and row.text("status") not in Codes().void


def read_blocks(table: Table, rows_max: int) -> Iterator[tuple[int, bytes]]:
    """Records from all over the table: the first and the last block, and others evenly between."""
    count = table.record_count
    if count <= rows_max:
        yield from table.storage.raws()
        return
    size = max(1, rows_max // _BLOCKS)
    for block in range(_BLOCKS):
        first = 1 + block * (count - size) // (_BLOCKS - 1)
        yield from islice(table.storage.raws(first), size)


def _sampled(company: FoundCompany, name: TableName, columns: Collection[str], rows_max: int) -> list[Row]:
    found = company.table(name.value)
    if found is None or found.problem:
        return []
    try:
        with open_table(found.path) as table:
            _, bound = match_columns(name, shapes_of(table))
            shapes = {ours: shape for ours, shape in bound.shapes.items() if ours in columns}
            return list(_rows(table, replace(bound, shapes=shapes), rows_max))
    except (FoxProError, OSError):
        return []


def _rows(table: Table, bound: BoundTable, rows_max: int) -> Iterator[Row]:
    """Rows that cannot be read are passed over: finding those is the audit's work."""
    codec = narrowed(table, {shape.name for shape in bound.shapes.values()})
    for recno, raw in read_blocks(table, rows_max):
        if raw[0] == DELETED_FLAG:
            continue
        try:
            yield bound.parse(recno, codec.decode(raw, recno))
        except (FieldValueError, ConfigurationError):
            continue


def _texts(path: Path, columns: Collection[str], rows_max: int) -> list[Mapping[str, Value]]:
    """Some columns of a small table; nothing where it is not there or lacks one of them."""
    try:
        with open_table(path) as table:
            if not set(columns) <= {field.name for field in table.fields}:
                return []
            codec = narrowed(table, columns)
            rows = ((recno, raw) for recno, raw in read_blocks(table, rows_max) if raw[0] != DELETED_FLAG)
            return [codec.decode(raw, recno) for recno, raw in rows]
    except (FoxProError, OSError):
        return []


def _company_currency(code: str, system: Path | None) -> str:
    if system is None:
        return ""
    path = next(
        (each for each in system.iterdir() if each.name.casefold() == f"{SYSTEM_COMPANIES}.dbf"), None
    )
    rows = _texts(path, (COMPANY_CODE, COMPANY_CURRENCY), SAMPLE_ROWS) if path else []
    found = (row for row in rows if str(row[COMPANY_CODE] or "").strip() == code)
    return next((str(row[COMPANY_CURRENCY] or "").strip() for row in found), "")


def _clearing_accounts(company: FoundCompany) -> list[str]:
    chart = company.table(CHART)
    rows = _texts(chart.path, (CHART_NUMBER, CHART_NAME), SAMPLE_ROWS) if chart else []
    names = ((str(row[CHART_NUMBER] or "").strip(), str(row[CHART_NAME] or "").strip()) for row in rows)
    return speaking_of_clearing(names)


def speaking_of_clearing(accounts: Iterable[tuple[str, str]]) -> list[str]:
    """Accounts, each a number and a name, whose names speak of clearing; the first few, in words."""
    found = (f"{number} {name}" for number, name in accounts if _CLEARING in name.casefold())
    return list(islice(found, _CLEARING_MAX))
