"""A small Sage Pro company as the SQL Server edition keeps it, in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict
from typing_extensions import override

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.record import Record
from counterfoil.store.database import Database
from tests.support.sage_pro_clerk import SageProClerk
from tests.support.sage_pro_sql_clerk import SqlClerkTable, SqlSageProClerk, shown, stored
from tests.support.sagepro_site import (
    BOOKS,
    Rows,
    Site,
    customer_findings,
    document_findings,
)
from tests.support.trust import stand

PASSWORD = "SAGEPRO_TEST_PASSWORD"
_FIXED: Mapping[str, sa.types.TypeEngine[Any]] = {
    "Y": sa.Numeric(19, 4),
    "D": sa.DateTime(),
    "M": sa.Text(),
    "L": sa.Boolean(),
    "B": sa.Double(),
}


class SqlSite(Site):
    """What is changed before `build` makes it an odd one, as with folders."""

    def __init__(self, database: Database, folder: Path, rows: Rows = BOOKS) -> None:
        super().__init__(folder, rows)
        self.dsn = address_of(database).render_as_string()
        self.password = password_of(database)
        self.engine = sa.create_engine(dsn_of(database), poolclass=sa.pool.NullPool)
        self.collation: str | None = None
        self.not_null: set[str] = set()
        self._tables: dict[TableName, sa.Table] = {}

    @override
    def build(self, version: int | None = None) -> SqlSite:
        with self.engine.begin() as connection:
            for schema in ("PRO01", "PROSYS"):
                connection.execute(sa.schema.CreateSchema(schema))
        for name in (*self.tables, TableName.SYSTEM):
            self.create(name, self.modules if name is TableName.SYSTEM else self.rows.get(name, ()))
        return self

    @override
    def create(
        self, table: TableName, rows: Sequence[Mapping[str, Value]], version: int | None = None
    ) -> None:
        created = self._tables[table] = self._table(table)
        known = [{k: stored(v) for k, v in row.items() if k in created.c and k != "id_col"} for row in rows]
        with self.engine.begin() as connection:
            created.create(connection)
            for row in known:
                connection.execute(created.insert().values(row))

    @override
    def rebuild(self, table: TableName, rows: Sequence[Mapping[str, Value]]) -> None:
        with self.engine.begin() as connection:
            connection.execute(self._tables[table].delete())
        for row in rows:
            self.append(table, **row)

    @override
    def records(self, table: TableName) -> list[Record]:
        return list(self._open(table).records())

    @override
    def lose_ledger(self) -> None:
        super().lose_ledger()
        for name in sa.inspect(self.engine).get_table_names(schema="PRO01"):
            if name.startswith("counterfoil_"):
                self.do(f'DROP TABLE "PRO01".{name}')

    @contextmanager
    @override
    def backed_up(self, *, tables: bool, ledger: bool) -> Iterator[None]:
        found = sa.MetaData()
        found.reflect(self.engine, schema="PRO01")
        with self.engine.connect() as connection:
            kept = {
                table: connection.execute(sa.select(table)).mappings().all() for table in found.sorted_tables
            }
        yield
        wanted = {True: ledger, False: tables}
        with self.engine.begin() as connection:
            for table, rows in kept.items():
                if wanted[table.name.startswith("counterfoil_")]:
                    _put_back(connection, table, rows)

    def _table(self, name: TableName) -> sa.Table:
        columns = [
            sa.Column(field.name, self._type(field), nullable=field.name not in self.not_null)
            for field in self.fields[name]
        ]
        schema = "PROSYS" if name is TableName.SYSTEM else "PRO01"
        identity = sa.Column("id_col", sa.Integer, sa.Identity(), primary_key=True)
        return sa.Table(name.value, sa.MetaData(), *columns, identity, schema=schema)

    def _type(self, field: Field) -> sa.types.TypeEngine[Any]:
        if field.type == "C":
            return sa.CHAR(field.width, collation=self.collation)
        if field.type == "N":
            return sa.Numeric(field.width, field.decimals) if field.decimals else sa.BigInteger()
        return _FIXED[field.type]

    @property
    @override
    def own_folder(self) -> Path:
        return self.folder / "counterfoil" / "01"

    @property
    @override
    def clerk(self) -> SageProClerk:
        return SqlSageProClerk(self.engine)

    @property
    @override
    def profile_text(self) -> str:
        return f"""
company: "01"
preset: mssql
mode: test
database: {{dsn: "{self.dsn}", company_db: PRO01, password_variable: {PASSWORD}}}
accounts:
  receivable: 1100-000
  clearing: {{card: 1050-000, ach: 1051-000}}
  returns: 4100-000
  bank: 1010-000
  disputed: 1150-000
  chargeback_fees: 6160-000
  bad_debt: 6180-000
"""

    @override
    def open(self, profile: Profile | None = None, gate: WriteGate | None = None) -> SageProCompany:
        chosen = profile or self.profile
        if not trust_record(chosen).moves():
            stand(chosen)
        return SageProCompany(chosen, self.clock)

    @override
    def read(self, table: TableName, **equal: str) -> list[dict[str, Value]]:
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(self._tables[table]).order_by("id_col")).mappings()
            rows = [{name: shown(value) for name, value in row.items()} for row in found]
        return [row for row in rows if all(str(row[k]).strip() == v for k, v in equal.items())]

    @override
    def edit(self, table: TableName, number: str, **values: Value) -> None:
        with self.other_program() as connection:
            self.edit_in(connection, table, number, **values)

    def edit_in(self, connection: sa.Connection, table: TableName, number: str, **values: Value) -> None:
        """The same, in a transaction that the test keeps open."""
        found = self._tables[table]
        key = found.c.custno if table is TableName.CUSTOMERS else found.c.invno
        changed = {name: stored(value) for name, value in values.items() if name != "id_col"}
        same = sa.func.btrim(sa.cast(key, sa.Text)) == number
        connection.execute(found.update().where(same).values(changed))

    @override
    def append(self, table: TableName, **values: Value) -> None:
        self._open(table).append(values)

    @override
    def delete(self, table: TableName, record: int) -> None:
        self._open(table).delete(record)

    def _open(self, table: TableName) -> SqlClerkTable:
        return SqlClerkTable(self.engine, table.value, "PRO01")

    @contextmanager
    def other_program(self) -> Iterator[sa.Connection]:
        """A transaction of somebody else."""
        with self.engine.begin() as connection:
            yield connection

    def ask(self, question: str) -> list[Any]:
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.text(question))]

    def do(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement))

    @override
    def contents(self) -> dict[str, bytes]:
        found = {}
        with self.engine.connect() as connection:
            for table in self._tables.values():
                rows = connection.execute(sa.select(table).order_by("id_col")).all()
                found[table.name] = repr(rows).encode()
        return found

    @override
    def findings(self) -> list[str]:
        return [*document_findings(self), *customer_findings(self)]


def _put_back(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[Any, Any]]) -> None:
    """As a restore leaves it: the table's own numbers go on from where they were."""
    connection.execute(table.delete())
    for row in rows:
        connection.execute(table.insert().values(dict(row)))
    if "id_col" in table.c:
        number = 1 + max((row["id_col"] for row in rows), default=0)
        name = f'"{table.schema}".{table.name}'
        connection.execute(sa.text(f"ALTER TABLE {name} ALTER id_col RESTART WITH {number}"))


def dsn_of(database: Database) -> str:
    """The address of a test's own database, with the password in it."""
    return address_of(database).set(password=password_of(database)).render_as_string(hide_password=False)


def address_of(database: Database) -> sa.URL:
    """The address without the password."""
    parts = conninfo_to_dict(database.conninfo)
    return sa.URL.create(
        "postgresql+psycopg",
        username=str(parts["user"]),
        database=str(parts["dbname"]),
        query={"host": str(parts["host"]), "port": str(parts["port"])},
    )


def password_of(database: Database) -> str:
    return str(conninfo_to_dict(database.conninfo)["password"])
