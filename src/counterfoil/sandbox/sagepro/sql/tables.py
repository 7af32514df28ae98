"""The sample company's tables as SQL tables: types, identity column, mirrors of the counters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from counterfoil.sandbox.sagepro.structures import structure, structures
from counterfoil.sandbox.sagepro.structures.columns import Column, Folder, Structure, Widths

IDENTITY = "id_col"
"""Numbers the rows; verified for two tables of one site, inferred for the others."""
COUNTERS = "sysdata"
MIRRORS: Mapping[str, str] = {"AR": "ARsysd", "SO": "SOsysd", "IC": "ICsysd", "GL": "GLsysd"}
"""The company's own copy of each module's counters: SO and IC are verified, the others follow them."""
_MIRRORED = frozenset(name.lower() for name in MIRRORS.values())

_MONEY = sa.Numeric(19, 4).with_variant(mssql.MONEY(), "mssql")
_WHOLE_MAX = 9
_Type = sa.types.TypeEngine[Any]
_FIXED: Mapping[str, _Type] = {
    "Y": _MONEY,
    "D": sa.DateTime(),
    "M": sa.Text(),
    "L": sa.Boolean(),
    "I": sa.Integer(),
    "B": sa.Double(),
}


@dataclass(frozen=True, slots=True)
class Databases:
    """The names of the system database and of the company's own."""

    system: str = "PROSYS"
    company: str = "PRO01"


def sql_tables(widths: Widths, databases: Databases, metadata: sa.MetaData) -> Iterator[tuple[str, sa.Table]]:
    """Every table under the name of the structure whose rows it holds."""
    for each in structures(widths):
        if each.table in _MIRRORED:
            continue
        schema = databases.system if each.folder is Folder.SYSTEM else databases.company
        yield each.table, _table(each, each.table, schema, metadata)
    for mirror in MIRRORS.values():
        yield COUNTERS, _table(structure(COUNTERS, widths), mirror, databases.company, metadata)


def _table(each: Structure, name: str, schema: str, metadata: sa.MetaData) -> sa.Table:
    columns = [sa.Column(column.name, _type_of(column), nullable=True) for column in each.columns]
    identity = sa.Column(IDENTITY, sa.Integer, sa.Identity(), primary_key=True)
    table = sa.Table(name, metadata, *columns, identity, schema=schema)
    for number, leading in enumerate(_leading_columns(each)):
        sa.Index(f"{name.lower()}_{number}", table.c[leading])
    return table


def _type_of(column: Column) -> _Type:
    """Texts are padded to their width; whole numbers of few digits are integers, as one site has them."""
    if column.type == "C":
        return sa.CHAR(column.width)
    if column.type == "N" and not column.decimals and column.width <= _WHOLE_MAX:
        return sa.Integer()
    return _FIXED.get(column.type) or sa.Numeric(column.width, column.decimals)


def _leading_columns(each: Structure) -> Iterator[str]:
    """The columns that an index tag of the FoxPro edition begins with; nobody has seen the SQL indexes."""
    names = {column.name for column in each.columns}
    yield from dict.fromkeys(
        first for tag in each.tags if (first := tag.expression.partition("+")[0]) in names
    )
