from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.expressions import compile_key
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
]


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
    with Table.open(table) as ours:
        key = compile_key(text, ours.fields, "cp1252")
        for recno in range(1, len(ROWS) + 1):
            assert key.evaluate(recno, ours.raw(recno)) == oracle.evaluate(recno, text), (recno, text)
