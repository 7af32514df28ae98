"""What SQL Server would get, held in a golden file because no SQL Server was ever reached."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.connectors.sagepro.sql.products import SqlServer
from counterfoil.connectors.sagepro.sql.troubles import Trouble, trouble_of
from tests.support.sql_statements import GOLDEN, PRODUCTS, told


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_statements_are_those_of_the_golden_file(name: str) -> None:
    assert told(name) == (GOLDEN / f"sagepro-statements-{name}.sql").read_text("utf-8")


def test_sql_server_locks_what_it_reads_and_never_widens_the_key() -> None:
    text = told("sql-server")
    assert "FROM [PRO05].dbo.arcust WITH (UPDLOCK, HOLDLOCK, ROWLOCK)" in text
    assert "custno = CAST(:param_1 AS CHAR(10))" in text


def test_sql_server_s_lock_is_the_company_database_s_however_its_name_is_written() -> None:
    one, other = (SqlServer().take_lock(name) for name in ("PRO05", "pro05"))
    assert one.compile().params == other.compile().params
    assert "EXEC @given = [PRO05].sys.sp_getapplock" in str(one)


class DriverError(Exception):
    """As pymssql raises it: a number and a text."""


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (1222, Trouble.BUSY),
        (1205, Trouble.AGAIN),
        (2627, Trouble.TWICE),
        (547, Trouble.UNFIT),
        (20003, Trouble.GONE),
        (229, Trouble.WRONG),
    ],
)
def test_sql_server_s_error_numbers_are_told_apart(number: int, trouble: Trouble) -> None:
    error = sa.exc.OperationalError("SELECT 1", {}, DriverError(number, b"said"))
    assert trouble_of(error) is trouble
