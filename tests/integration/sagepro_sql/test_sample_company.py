"""The sample company of the SQL Server edition, in PostgreSQL schemas that stand for its databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.sql.reader import read_books
from counterfoil.sandbox.sagepro.sql.tables import MIRRORS, Databases
from counterfoil.sandbox.sagepro.sql.writer import DatabaseTakenError, write_company
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, WIDE, Widths
from counterfoil.store.database import Database
from tests.support.sagepro_sql_site import address_of, dsn_of, password_of

AS_OF = date(2026, 11, 23)
NAMES = Databases()


@pytest.fixture
def engine(empty_database: Database) -> Iterator[sa.Engine]:
    engine = sa.create_engine(dsn_of(empty_database))
    yield engine
    engine.dispose()


def ask(engine: sa.Engine, question: str) -> list[sa.Row[Any]]:
    with engine.connect() as connection:
        return list(connection.execute(sa.text(question)))


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
def test_the_company_is_the_one_of_the_foxpro_tables(engine: sa.Engine, widths: Widths) -> None:
    company = make_company(7, AS_OF, widths=widths, size=SMALL)
    write_company(company, engine, NAMES)
    books = read_books(engine, company.widths, NAMES)
    copies = {name.lower() for name in MIRRORS.values()}
    assert {name: len(rows) for name, rows in books.tables.items()} == {
        name: len(list(company.live(name))) for name in company.tables if name not in copies
    }
    assert [(verdict.name, verdict.differences) for verdict in audit(books) if not verdict.ok] == []


def test_it_has_what_readers_of_the_edition_trip_over(engine: sa.Engine) -> None:
    company = make_company(7, AS_OF, widths=WIDE, size=SMALL)
    write_company(company, engine, NAMES)
    widths = (
        "SELECT column_name, character_maximum_length FROM information_schema.columns"
        " WHERE table_schema = 'PRO01' AND table_name = 'artran' AND column_name IN ('custno', 'item')"
    )
    assert {tuple(row) for row in ask(engine, widths)} == {("custno", 10), ("item", 25)}
    dates = ask(engine, 'SELECT DISTINCT dtepaid::text FROM "PRO01".armast WHERE balance = invamt')
    assert {(None,), ("1900-01-01 00:00:00",)} <= {tuple(row) for row in dates}
    ((count,),) = ask(engine, 'SELECT count(*) FROM "PRO01".armast WHERE ponum IS NULL')
    assert count > 0
    (first,) = ask(engine, 'SELECT custno, id_col FROM "PRO01".arcust WHERE id_col = 1')
    assert (len(first.custno), first.id_col) == (10, 1)
    counter = "SELECT int1 FROM {} WHERE sysid = 'SO01'"
    ((last,),) = ask(engine, counter.format('"PROSYS".sysdata'))
    assert ask(engine, counter.format('"PRO01"."SOsysd"')) == [(last,)]
    assert last > 0


def test_a_database_with_such_schemas_is_left_alone(engine: sa.Engine) -> None:
    company = make_company(7, AS_OF, widths=WIDE, size=SMALL)
    write_company(company, engine, NAMES)
    with pytest.raises(DatabaseTakenError):
        write_company(company, engine, NAMES)


def test_the_command_writes_it_once_and_names_what_is_wrong(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", password_of(empty_database))
    dsn = address_of(empty_database).render_as_string()
    line = ["sandbox", "sagepro", "--sql", dsn, "--as-of", "2026-11-23"]
    first = CliRunner().invoke(app, line)
    assert first.exit_code == 0, first.output
    assert "rows in PROSYS and PRO01 (seed 2026, wide, SQL)" in first.stdout
    again = CliRunner().invoke(app, line)
    assert again.exit_code == 2
    assert "has a schema PROSYS: nothing was written" in again.stderr
    for dsn, why in (
        ("mssql+pymssql://sa@host/PRO01", "No SQL Server was ever reached"),
        ("nonsense", "this is no address of a database"),
        ("postgresql+psycopg://nobody@localhost:1/none", "name a database that you may make schemas in"),
    ):
        refused = CliRunner().invoke(app, ["sandbox", "sagepro", "--sql", dsn])
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.output
