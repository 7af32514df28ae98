"""The records of one company at hand: its tables as their headers describe them, custom columns included."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.sagepro.discovery.report import FoundColumn, FoundCompany, FoundTable
from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, Column, Kind, TableName
from counterfoil.ports.catalogue import ConnectorSpec
from counterfoil.ports.field_types import Certainty as Sureness
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_BY_KIND: Mapping[Kind, ValueType] = {
    Kind.TEXT: ValueType.TEXT,
    Kind.NUMBER: ValueType.TEXT,
    Kind.MONEY: ValueType.MONEY,
    Kind.QUANTITY: ValueType.NUMBER,
    Kind.COUNT: ValueType.NUMBER,
    Kind.RATE: ValueType.NUMBER,
    Kind.DATE: ValueType.DATE,
    Kind.FLAG: ValueType.FLAG,
    Kind.MEMO: ValueType.TEXT,
}
_BY_LETTER: Mapping[str, ValueType] = {
    **dict.fromkeys("CVM", ValueType.TEXT),
    **dict.fromkeys("NFIB", ValueType.NUMBER),
    "Y": ValueType.MONEY,
    "D": ValueType.DATE,
    "T": ValueType.INSTANT,
    "L": ValueType.FLAG,
}
_SURENESS: Mapping[Certainty, Sureness] = {
    Certainty.VERIFIED: Sureness.VERIFIED,
    Certainty.INFERRED: Sureness.ASSUMED,
    Certainty.PROPOSED: Sureness.ASSUMED,
}
_TEXT_WITH_WIDTH, _WITH_PLACES, _NUMBERS, _CURRENCY = "CV", "NFY", "NF", "Y"
_CURRENCY_DIGITS = 18
"""All that surely fit into a whole number of 64 bits, which a currency field is."""


def company_connector(company: FoundCompany) -> ConnectorSpec:
    """What flows can map to and from at this company; widths are its own tables'."""
    tables = (table for table in company.tables if table.columns)
    return ConnectorSpec(
        name="sagepro",
        label=f"Sage Pro, company {company.code}",
        records=tuple(_record(table) for table in tables),
    )


def _record(table: FoundTable) -> RecordSpec:
    ours = _ours(table)
    fields = tuple(_field(column, *ours.get(column.name, ("", None))) for column in table.columns)
    return RecordSpec(name=table.table, label=f"Table {table.table}", fields=fields)


def _ours(table: FoundTable) -> dict[str, tuple[str, Column | None]]:
    """Our names and columns by the site's names."""
    try:
        columns = COLUMNS[TableName(table.table)]
    except (KeyError, ValueError):
        return {}
    found: dict[str, tuple[str, Column | None]] = {}
    for name, column in columns.items():
        for field in (table.matched.named.get(name), column.field, *column.aliases):
            if field is not None:
                found.setdefault(field, (name, column))
    return found


def _field(found: FoundColumn, ours: str, column: Column | None) -> FieldSpec:
    numeric = found.type in _WITH_PLACES
    return FieldSpec(
        name=found.name,
        label=ours.replace("_", " ").capitalize() if ours else _stranger(found),
        type=_BY_KIND[column.kind] if column else _BY_LETTER.get(found.type, ValueType.ANY),
        width=_width(found),
        places=found.decimals if numeric else None,
        required=column.required if column else False,
        certainty=_SURENESS[column.certainty] if column else Sureness.UNKNOWN,
        source=f"width and type: the table's header; meaning: {_meaning(column)}",
    )


def _width(found: FoundColumn) -> int | None:
    """Characters of a text, digits of a number: the point takes one place of a table's number."""
    if found.type == _CURRENCY:
        return _CURRENCY_DIGITS
    if found.type in _NUMBERS:
        return found.width - 1 if found.decimals else found.width
    return found.width if found.type in _TEXT_WITH_WIDTH else None


def _stranger(found: FoundColumn) -> str:
    return f"{found.name}, a column of the site's own" if found.standard is False else found.name


def _meaning(column: Column | None) -> str:
    return f"{column.certainty.value}" if column else "not known"
