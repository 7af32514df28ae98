from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.expressions.compiler import compile_key
from tests.oracle.client import Oracle
from tests.oracle.samples import FIVE_TAGS, Row, create

ROWS: list[Row] = [
    {},
    {
        "custno": "AB12",
        "company": "Émile & Söhne GmbH",
        "balance": Decimal("1234.55"),
        "rate": Decimal("-0.0050"),
        "due": date(2026, 1, 31),
        "paid": True,
        "seq": 77,
        "weight": 2.5,
        "total": Decimal("12.3450"),
    },
    {
        "custno": "   7",
        "company": "  leading",
        "balance": Decimal("-1234567.89"),
        "rate": Decimal("1.0050"),
        "due": date(1899, 12, 31),
        "seq": -2_000_000_000,
        "weight": -1e6,
        "total": Decimal("-0.5000"),
    },
]
SAME = [
    "custno",
    "custno+company",
    "UPPER(company)",
    "LEFT(company,5)",
    "RIGHT(company,5)",
    "SUBSTR(company,3,7)",
    "TRIM(custno)",
    "LTRIM(custno)",
    "ALLTRIM(company)",
    "PADL(custno,10)",
    "PADR(custno,10)",
    "STR(balance,14,2)",
    "STR(balance,12)",
    "STR(1000000000000-balance,16,2)+custno",
    "STR(seq,12)",
    "STR(rate,8,3)",
    "STR(weight,12,1)",
    "STR(total,14,2)",
    "DTOS(due)",
    "DTOS(due)+custno",
    "balance",
    "balance*2",
    "balance-rate",
    "balance/4+1",
    "rate",
    "seq",
    "seq+1",
    "weight",
    "total",
    "due",
    "paid",
    "DELETED()",
    ".NOT. DELETED()",
    "balance>0 .AND. paid",
    "balance<=0 .OR. seq=77",
    "custno='AB'",
    "custno>'AB    '",
    "custno<>'AB'",
    "EMPTY(custno)",
    "EMPTY(balance)",
    "EMPTY(due)",
    "EMPTY(paid)",
    "EMPTY(seen)",
    "VAL(custno)",
    "VAL(SUBSTR(custno,3))",
    "STR(VAL(custno),10)",
    "YEAR(due)",
    "MONTH(due)*100+DAY(due)",
    "STR(YEAR(due),4)+custno",
    "VAL(DTOS(due))",
    "DTOC(due,1)",
    "IIF(paid,custno,'XXXXXX')",
    "IIF(paid,custno,'XX')",
    "IIF(paid,balance,rate)",
    "IIF(seq>0,due,due)",
    "custno-company",
    "TRIM(custno)-company",
    "LTRIM(custno)+company",
    "RIGHT(TRIM(company),3)",
    "LEFT(TRIM(company),3)+custno",
    "LEFT(custno,0)+'x'",
    "SUBSTR(custno,9)+'x'",
    "SPACE(3)+custno",
    "CHR(65)+custno",
    "RECNO()",
    "STR(RECNO(),8)+custno",
    "values.custno",
    "values->custno+company",
    "balance+rate+weight",
    "seq-seq*2-RECNO()",
    "balance/8+1",
    "seq/3",
    "3**2",
    "2^10+seq",
    "seen",
    "'X'$company",
    "custno$company",
    "custno#'AB'",
    "custno=>'AB12  '",
    "'A'<custno",
    ".NOT. paid .AND. .F. .OR. DELETED()",
]
WITH_DATES = ["due+1", "due-1", "due+seq*0", "due-due", "DTOS(due+1)+custno"]
OTHERWISE = {
    "STR(rate,8,2)": "CodeBase rounds the double, FoxPro its decimal digits (dbflib)",
    "STR(balance,8,4)": "FoxPro gives up decimals first: its help has STR(314.15,5,2) as 314.2",
    "TTOC(seen,1)": "CodeBase has blanks and zeros for the empty datetime, FoxPro zeros (dbflib)",
}
"""What we make otherwise than CodeBase, and why."""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("expressions") / "values.dbf"
    create(path, FIVE_TAGS, ROWS)
    return path


@pytest.fixture(scope="module")
def oracle(table: Path) -> Iterator[Oracle]:
    with Oracle(table) as oracle:
        yield oracle


@pytest.mark.parametrize("text", SAME)
def test_codebase_builds_the_same_keys(table: Path, oracle: Oracle, text: str) -> None:
    assert our_keys(table, text) == [oracle.evaluate(recno, text) for recno in range(1, len(ROWS) + 1)]


def our_keys(table: Path, text: str, rows: Iterable[int] = range(1, len(ROWS) + 1)) -> list[bytes]:
    with Table.open(table) as ours:
        key = compile_key(text, ours.fields, "cp1252", alias="values")
        return [key.evaluate(recno, ours.raw(recno)) for recno in rows]


@pytest.mark.parametrize("text", WITH_DATES)
def test_codebase_reckons_with_dates_as_we_do_where_there_is_one(
    table: Path, oracle: Oracle, text: str
) -> None:
    """Of the empty date CodeBase makes an empty one again; what FoxPro makes of it is not known."""
    rows = [recno for recno, row in enumerate(ROWS, start=1) if "due" in row]
    assert our_keys(table, text, rows) == [oracle.evaluate(recno, text) for recno in rows]


@pytest.mark.parametrize("text", OTHERWISE)
def test_where_codebase_differs_from_foxpro_we_keep_to_foxpro(table: Path, oracle: Oracle, text: str) -> None:
    assert our_keys(table, text) != [oracle.evaluate(recno, text) for recno in range(1, len(ROWS) + 1)]
