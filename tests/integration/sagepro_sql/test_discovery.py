"""A database server that nobody described is looked at, and a profile drafted from it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.sql.tables import Databases
from counterfoil.sandbox.sagepro.sql.writer import open_database, write_company
from counterfoil.sandbox.sagepro.structures.columns import WIDE
from counterfoil.store.database import Database
from tests.support.sagepro_sql_site import SqlSite, address_of, dsn_of, password_of

VARIABLE = "COUNTERFOIL_SAGEPRO_PASSWORD"


@pytest.fixture
def dsn(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """A server with a small sample company."""
    monkeypatch.setenv(VARIABLE, password_of(empty_database))
    with open_database(dsn_of(empty_database)) as engine:
        write_company(make_company(7, date(2026, 11, 23), widths=WIDE, size=SMALL), engine, Databases())
    return address_of(empty_database).render_as_string()


def test_a_server_is_told_and_its_drafted_profile_works(dsn: str, tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    found = CliRunner().invoke(app, ["sagepro", "discover", dsn, "--write-profile", str(path)])
    assert found.exit_code == 0, found.output
    for line in (
        "system database: PROSYS holds SYSDATA",
        "layout: databases: a database for each company, and one of the system",
        "balance of documents: balance = total - paid - discount: fits",
        "currency: USD, as the table of companies says",
        "collation: C.UTF-8",
        "Company 01 has every table, column",
    ):
        assert line in found.stdout, found.stdout
    profile = read_profile(path)
    assert profile.database is not None
    assert (profile.database.company_db, profile.database.system_db) == ("PRO01", "PROSYS")
    assert profile.database.dsn == dsn
    assert CliRunner().invoke(app, ["sagepro", "audit", str(path)]).exit_code == 0


def test_the_audit_takes_the_server_itself(dsn: str) -> None:
    audited = CliRunner().invoke(app, ["sagepro", "audit", dsn])
    assert (audited.exit_code, "sound; 35 of 35 checks made" in audited.stdout) == (0, True), audited.output


def test_the_report_as_a_document_names_columns_and_address(dsn: str) -> None:
    found = CliRunner().invoke(app, ["sagepro", "discover", dsn, "--json"])
    document = json.loads(found.stdout)
    assert document["path"] == dsn
    (company,) = document["companies"]
    (customers,) = (table for table in company["tables"] if table["table"] == "arcust")
    assert {"name": "custno", "type": "C", "width": 10, "decimals": 0, "standard": True} in customers[
        "columns"
    ]
    assert customers["rows"] > 20


def test_what_keeps_a_company_from_being_posted_to_is_named(dsn: str, empty_database: Database) -> None:
    engine = sa.create_engine(dsn_of(empty_database))
    with engine.begin() as connection:
        connection.execute(sa.text('ALTER TABLE "PRO01".arcash DROP COLUMN id_col, DROP COLUMN paidamt'))
        connection.execute(sa.text('ALTER TABLE "PRO01".arcash ADD COLUMN ourown char(3)'))
        connection.execute(sa.text('CREATE TABLE "PRO01".mytable (a int)'))
    engine.dispose()
    found = CliRunner().invoke(app, ["sagepro", "discover", dsn])
    assert found.exit_code == 1
    assert "the site's own columns in arcash: ourown C3" in found.stdout
    assert "tables that no source names: glsysd, mytable" in found.stdout
    assert "table arcash has no identity column" in found.stdout
    assert "table arcash lacks the column for paid" in found.stdout


def test_other_addresses_are_told_what_to_do(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, password_of(empty_database))
    address = address_of(empty_database)
    for dsn, why in (
        (address.render_as_string(), "the tables ARCUST and ARMAST"),
        (address.set(password="secret").render_as_string(hide_password=False), "leave the password out"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "does not answer"),
        ("sqlite:///here", "is no database that Sage Pro's tables are looked for in"),
    ):
        refused = CliRunner().invoke(app, ["sagepro", "discover", dsn])
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.output
        assert "secret" not in refused.output


def test_two_companies_of_one_server_are_told_apart(
    odd_site: SqlSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = odd_site.build()
    monkeypatch.setenv(VARIABLE, site.password)
    site.do('CREATE SCHEMA "PRO02"')
    for table in ("arcust", "armast"):
        site.do(f'CREATE TABLE "PRO02".{table} (LIKE "PRO01".{table} INCLUDING ALL)')
    site.do("""INSERT INTO "PROSYS".sysdata (sysid) VALUES ('AR02')""")
    audited = CliRunner().invoke(app, ["sagepro", "audit", site.dsn])
    assert audited.exit_code == 2
    assert "has the companies 01, 02: name one with --company" in audited.stderr
