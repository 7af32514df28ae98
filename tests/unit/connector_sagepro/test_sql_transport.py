"""Which addresses of databases are let through, without connecting to any."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.sql.server import Server
from counterfoil.connectors.sagepro.sql.transport import require_encryption
from counterfoil.ports.errors import ConfigurationError

PG = "postgresql+psycopg://u"
MSSQL = "mssql+pymssql://u"
HERE = (
    f"{PG}@localhost/books",
    f"{PG}@127.0.0.1:5433/books",
    f"{PG}@[::1]/books",
    f"{PG}@/books",
    f"{PG}@/books?host=/run/postgresql",
    f"{MSSQL}@localhost:1433",
)
AWAY = (
    f"{PG}@db.example/books",
    f"{PG}@db.example/books?sslmode=require",
    f"{PG}@localhost.example/books",
    f"{PG}@localhost/books?host=db.example",
    f"{PG}@/books?host=localhost:5432&host=db.example:5432",
    f"{PG}@/books?host=localhost,db.example",
    f"{PG}@localhost/books?hostaddr=192.0.2.1",
    f"{PG}@/books?service=books",
    f"{MSSQL}@db.example:1433",
    f"{MSSQL}@localhost?server=db.example",
    f"{MSSQL}@127.0.0.1?host=db.example",
    "mssql+pyodbc://?odbc_connect=Server%3Ddb.example",
)


@pytest.mark.parametrize("dsn", HERE)
def test_a_server_on_this_machine_needs_no_certificate(dsn: str) -> None:
    require_encryption(sa.make_url(dsn), None, {})


@pytest.mark.parametrize("dsn", AWAY)
def test_a_server_elsewhere_is_refused_without_a_checked_certificate(dsn: str) -> None:
    with pytest.raises(ConfigurationError, match="on another machine"):
        require_encryption(sa.make_url(dsn), None, {})
    with pytest.raises(ConfigurationError, match="on another machine"):
        Server(dsn, environment={})


@pytest.mark.parametrize("variable", ["PGHOST", "PGHOSTADDR", "PGSERVICE"])
def test_an_environment_that_leads_elsewhere_is_noticed(variable: str) -> None:
    with pytest.raises(ConfigurationError, match="sslmode=verify-full"):
        Server(f"{PG}@/books", environment={variable: "db.example"})


def test_a_checked_certificate_is_let_through() -> None:
    Server(f"{PG}@db.example/books?sslmode=verify-full", environment={})


def test_sql_server_s_driver_is_vouched_for_by_a_person_alone() -> None:
    require_encryption(sa.make_url(AWAY[8]), "driver", {})
    with pytest.raises(ConfigurationError, match="on another machine"):
        require_encryption(sa.make_url(AWAY[0]), "driver", {})
    database = Database(dsn=AWAY[8], company_db="PRO01", encryption="driver")
    with pytest.raises(ConfigurationError, match="pymssql is not installed"):
        Server.of(database)


@pytest.mark.parametrize(
    "dsn",
    [
        f"{PG}@localhost/books?password=x",
        f"{PG}@localhost/books?sslmode=verify-full&Passfile=/tmp/p",
        f"{MSSQL}@localhost?PWD=x",
        "mssql+pyodbc://?odbc_connect=PWD%3Dx",
        "mssql+pyodbc://?odbc_connect=Server%3Dlocalhost%3B+pwd+%3D+x",
    ],
)
def test_a_password_in_the_address_s_query_is_refused(dsn: str) -> None:
    with pytest.raises(ValueError, match="leave the password out"):
        Database(dsn=dsn, company_db="PRO01")
