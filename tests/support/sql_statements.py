"""The connector's statements as SQL Server would get them, told as a text that a golden file holds.

`python -m tests.support.sql_statements` writes the file anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, postgresql

from counterfoil.connectors.sagepro.operations import Add, Append, Plan, Set
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName
from counterfoil.connectors.sagepro.sql.catalogue import (
    CatalogueColumn,
    CatalogueTable,
    columns_of,
    identities_of,
)
from counterfoil.connectors.sagepro.sql.ledger_tables import LedgerTables
from counterfoil.connectors.sagepro.sql.products import Postgres, Product, SqlServer
from counterfoil.connectors.sagepro.sql.statements import insert_of, update_of
from counterfoil.connectors.sagepro.sql.tables import Bindings, rows_of
from counterfoil.connectors.sagepro.sql.watching import stamp_of
from counterfoil.domain.facts.keys import PostingKey

GOLDEN = Path(__file__).parents[1] / "golden"
PROFILE = """
company: "05"
preset: mssql
database: {dsn: "mssql+pymssql://counterfoil@sqlhost", company_db: PRO05}
accounts: {receivable: 1100-000, clearing: {card: 1050-000}}
"""
_sql_server: Callable[..., sa.Dialect] = mssql.pymssql.dialect
PRODUCTS: dict[str, tuple[Product, Callable[[], sa.Dialect]]] = {
    "sql-server": (SqlServer(), lambda: _sql_server(deprecate_large_types=True)),
    "postgresql": (Postgres(), postgresql.psycopg.dialect),
}
_TYPES = {
    Kind.TEXT: ("char", 10, None, None),
    Kind.NUMBER: ("char", 10, None, None),
    Kind.MONEY: ("money", None, 19, 4),
    Kind.QUANTITY: ("numeric", None, 12, 3),
    Kind.COUNT: ("int", None, 10, 0),
    Kind.RATE: ("float", None, 53, None),
    Kind.DATE: ("datetime", None, None, None),
    Kind.FLAG: ("bit", None, None, None),
    Kind.MEMO: ("text", None, None, None),
}


def table(product: Product, name: TableName, *, has_trigger: bool = False) -> CatalogueTable:
    """A table with all columns that we know, as SQL Server's catalogue would describe it."""
    columns = [
        CatalogueColumn(
            name=column.field,
            type=_TYPES[column.kind][0],
            length=_TYPES[column.kind][1],
            precision=_TYPES[column.kind][2],
            scale=_TYPES[column.kind][3],
            is_nullable=column.field != "applto",
            has_default=False,
            collation="Latin1_General_BIN",
        )
        for column in COLUMNS[name].values()
    ]
    number = CatalogueColumn(
        name="id_col",
        type="int",
        length=None,
        precision=10,
        scale=0,
        is_nullable=False,
        has_default=False,
        collation="",
    )
    return CatalogueTable(
        name=name.value,
        schema=product.schema("PRO05", "dbo"),
        columns=(*columns, number),
        identity="id_col",
        has_trigger=has_trigger,
    )


def statements(product: Product) -> Iterator[tuple[str, sa.ClauseElement]]:
    found = {name.value: table(product, name) for name in TableName}
    found["arcash"] = table(product, TableName.CASH, has_trigger=True)
    bindings = Bindings(parse_profile(PROFILE), found)
    yield "columns of the company's tables", columns_of(product, "PRO05", ["arcust", "armast"])
    yield "identity columns", identities_of(product, "PRO05")
    yield "tables with triggers", product.triggers("PRO05")
    yield "a bounded wait", product.wait_at_most(250)
    yield "the company's lock", product.take_lock("PRO05")
    yield "rows, read", rows_of(bindings, TableName.CUSTOMERS, "number", "ABC", locks=False)
    yield "rows, locked", rows_of(bindings, TableName.CUSTOMERS, "number", "ABC", locks=True)
    cash = Append(
        table=TableName.CASH,
        values={"number": "1001", "customer": "ABC", "paid": Decimal(60), "paid_on": date(2026, 11, 20)},
    )
    customers = bindings.table(TableName.CUSTOMERS)
    columns = [customers.c.custno, customers.c.balance]
    yield "what tells that a table was touched", stamp_of(product, customers.c.id_col, columns)
    yield "a new row, in a table with a trigger", insert_of(bindings, cash)
    yield "a new row", insert_of(bindings, Append(table=TableName.LINES, values={"number": "1001"}))
    yield "a changed row", _update(bindings)
    ledger = LedgerTables.named(product.schema("PRO05", "dbo"))
    for one in (ledger.posting, ledger.citation, ledger.counter, ledger.withdrawn):
        yield f"the table {one.name}", sa.schema.CreateTable(one)


def _update(bindings: Bindings) -> sa.Update:
    name, record = TableName.DOCUMENTS, 7
    fields: dict[str, object] = {shape.name: None for shape in bindings.bound(name).shapes.values()}
    row = bindings.bound(name).parse(record, {**fields, "invno": "      1001", "balance": Decimal(100)})
    plan = Plan(
        key=PostingKey.parse("paytrace/m1/4053461/receipt#1"),
        document="4053461",
        operations=(
            Add(table=name, record=record, column="paid", delta=Decimal(60)),
            Add(table=name, record=record, column="balance", delta=Decimal(-60)),
            Set(table=name, record=record, column="paid_on", before=None, after=date(2026, 11, 20)),
        ),
    )
    read = {**fields, "invno": "      1001", "balance": Decimal(100)}
    return update_of(bindings, plan, (name, record), row, read)


def told(name: str) -> str:
    """Every statement with the values that are bound to it."""
    product, make_dialect = PRODUCTS[name]
    dialect = make_dialect()
    lines = [f"-- The connector's statements for {name}; made by tests/support/sql_statements.py."]
    for about, statement in statements(product):
        compiled = statement.compile(dialect=dialect)
        text = "\n".join(line.rstrip() for line in str(compiled).strip().splitlines())
        lines += ["", f"-- {about}", f"{text};"]
        parameters = compiled.params or {}
        lines += [f"--   {key} = {value!r}" for key, value in parameters.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name in PRODUCTS:
        (GOLDEN / f"sagepro-statements-{name}.sql").write_text(told(name), "utf-8")


if __name__ == "__main__":
    main()
