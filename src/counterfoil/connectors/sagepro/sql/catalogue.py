"""What a database's own catalogue tells of its tables: columns, types, collation, identity, triggers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.sql.products import Product

LETTERS: Mapping[str, str] = {
    **dict.fromkeys(("char", "character", "nchar"), "C"),
    **dict.fromkeys(("varchar", "character varying", "nvarchar"), "V"),
    **dict.fromkeys(("text", "ntext"), "M"),
    **dict.fromkeys(("money", "smallmoney"), "Y"),
    **dict.fromkeys(("numeric", "decimal"), "N"),
    **dict.fromkeys(("int", "integer", "smallint", "bigint", "tinyint"), "I"),
    **dict.fromkeys(("double precision", "real"), "B"),
    "float": "B",
    **dict.fromkeys(("datetime", "datetime2", "smalldatetime", "date"), "D"),
    "timestamp without time zone": "D",
    **dict.fromkeys(("bit", "boolean"), "L"),
}
"""The catalogue's type names by the letters of the FoxPro edition; SQL Server's timestamp is no date."""
WIDE = 1 << 30
"""The width of texts that have no bound."""
_MONEY_DIGITS = 19
_ASKED = (
    *("table_schema", "table_name", "column_name", "ordinal_position", "data_type", "is_nullable"),
    *("column_default", "character_maximum_length", "numeric_precision", "numeric_scale", "collation_name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueColumn:
    """One column."""

    name: str
    type: str
    """As the catalogue calls it."""
    length: int | None
    precision: int | None
    scale: int | None
    is_nullable: bool
    has_default: bool
    collation: str

    @property
    def letter(self) -> str:
        """The letter of the FoxPro edition's type; the type's own name where it has none."""
        return LETTERS.get(self.type, self.type)

    @property
    def shape(self) -> Shape:
        letter = self.letter
        if letter in {"C", "V"}:
            width = self.length if self.length is not None and self.length > 0 else WIDE
            return Shape(self.name, letter, width)
        if letter == "N":
            digits, decimals = self.precision or 0, self.scale or 0
            return Shape(self.name, letter, digits + 2, decimals, digits=digits)
        return Shape(self.name, letter, _MONEY_DIGITS, self.scale or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueTable:
    """One table with its columns in their order."""

    name: str
    schema: str
    """As it is written before the table's name."""
    columns: tuple[CatalogueColumn, ...]
    identity: str
    """The column that numbers the rows; empty where there is none."""
    has_trigger: bool

    def shapes(self) -> dict[str, Shape]:
        """By lower-case name, because products and sites differ in how they write names."""
        return {column.name.lower(): column.shape for column in self.columns}

    def column(self, name: str) -> CatalogueColumn:
        return next(column for column in self.columns if column.name == name)


def read_catalogue(
    connection: sa.Connection, product: Product, database: str, names: Collection[str] = ()
) -> dict[str, CatalogueTable]:
    """The tables of one of Sage Pro's databases by lower-case name; all of them, or those of some names."""
    rows: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(columns_of(product, database, names)):
        rows[row[0], row[1]].append(row)
    identities = _identities(connection, product, database)
    triggers = {str(name).lower() for (name,) in connection.execute(product.triggers(database))}
    collation = _default_collation(connection, product)
    return {
        table.lower(): CatalogueTable(
            name=table,
            schema=product.schema(database, schema),
            columns=tuple(_column(row, collation) for row in found),
            identity=identities.get(table.lower(), ""),
            has_trigger=table.lower() in triggers,
        )
        for (schema, table), found in rows.items()
    }


def columns_of(product: Product, database: str, names: Collection[str]) -> sa.Select[Any]:
    """The question for the columns of tables."""
    columns = _view(product, database, "columns", _ASKED)
    asked = sa.select(*(columns.c[_named(product, name)] for name in _ASKED))
    table, schema = columns.c[_named(product, "table_name")], columns.c[_named(product, "table_schema")]
    if names:
        asked = asked.where(sa.func.lower(table).in_(sorted(names)))
    one_schema = product.catalogue_schema(database)
    if one_schema is not None:
        asked = asked.where(schema == one_schema)
    return asked.order_by(schema, table, columns.c[_named(product, "ordinal_position")])


def identities_of(product: Product, database: str) -> sa.Select[Any] | sa.TextClause:
    """The question for the columns that number rows by themselves."""
    own = product.identities(database)
    if own is not None:
        return own
    columns = _view(
        product, database, "columns", ("table_schema", "table_name", "column_name", "is_identity")
    )
    return sa.select(columns.c.table_name, columns.c.column_name).where(
        columns.c.table_schema == product.catalogue_schema(database), columns.c.is_identity == "YES"
    )


def _identities(connection: sa.Connection, product: Product, database: str) -> dict[str, str]:
    found = connection.execute(identities_of(product, database))
    return {str(table).lower(): str(column) for table, column in found}


def _default_collation(connection: sa.Connection, product: Product) -> str:
    asked = product.collation()
    return "" if asked is None else str(connection.execute(asked).scalar_one())


def _view(product: Product, database: str, name: str, columns: tuple[str, ...]) -> sa.TableClause:
    return sa.table(
        _named(product, name),
        *(sa.column(_named(product, column)) for column in columns),
        schema=product.catalogue(database),
    )


def _named(product: Product, name: str) -> str:
    """SQL Server writes its catalogue in capitals, and a binary collation insists on them."""
    return name.upper() if product.catalogue_schema("") is None else name


def _column(row: sa.Row[Any], collation: str) -> CatalogueColumn:
    name, _, kind, nullable, default, length, precision, scale, own = tuple(row)[2:]
    kind = str(kind).lower()
    return CatalogueColumn(
        name=str(name),
        type=kind,
        length=length,
        precision=precision,
        scale=scale,
        is_nullable=nullable == "YES",
        has_default=default is not None,
        collation=(own or collation) if LETTERS.get(kind) in {"C", "V"} else "",
    )
