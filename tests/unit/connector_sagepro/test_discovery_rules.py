from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.discovery.folders import walk_site
from counterfoil.connectors.sagepro.discovery.report import Ground
from counterfoil.connectors.sagepro.discovery.rules import APART, EXCEPTIONS_MAX, WITHIN, measure_balance
from counterfoil.connectors.sagepro.records import COLUMNS as OURS
from counterfoil.connectors.sagepro.records import Row, TableName, Value
from counterfoil.connectors.sagepro.standard import is_standard


def row(total: str, paid: str, discount: str, balance: str) -> Row:
    amounts = {"total": total, "paid": paid, "discount": discount, "balance": balance}
    values: dict[str, Value] = {"number": "1", **{name: Decimal(text) for name, text in amounts.items()}}
    return Row(table=TableName.DOCUMENTS, record=0, values=values)


@pytest.mark.parametrize(
    ("rows", "rule", "ground"),
    [
        ([row("100", "90", "10", "0"), row("50", "0", "0", "50")], APART, Ground.VERIFIED),
        ([row("100", "90", "10", "10"), row("50", "20", "0", "30")], WITHIN, Ground.VERIFIED),
        ([row("-100", "-90", "-10", "0")], APART, Ground.VERIFIED),
        ([row("100", "40", "0", "60")], "", Ground.UNKNOWN),
        ([row("100", "90", "10", "0"), row("100", "90", "10", "10")], "", Ground.UNKNOWN),
        ([row("100", "90", "10", "77")], "", Ground.UNKNOWN),
        ([], "", Ground.UNKNOWN),
    ],
)
def test_rows_with_a_discount_decide_and_no_others(rows: list[Row], rule: str, ground: Ground) -> None:
    measured = measure_balance(rows)
    assert (measured.rule, measured.ground) == (rule, ground)
    assert measured.looked_at == len(rows)


def test_a_few_that_do_not_fit_leave_it_inferred_and_are_told() -> None:
    good = [row("100", "90", "10", "0")] * 200
    bad = [row("100", "90", "10", "5")] * 3 + [row("100", "0", "0", "99")] * 4
    measured = measure_balance([*good, *bad])
    assert (measured.rule, measured.ground) == (APART, Ground.INFERRED)
    assert (measured.fits[APART], measured.telling_fits[APART]) == (200, 200)
    assert (measured.exceptions_count, len(measured.exceptions)) == (7, EXCEPTIONS_MAX)
    assert measured.exceptions[0] == "1: total 100, paid 90, discount 10, balance 5"


def test_every_column_of_ours_counts_as_standard() -> None:
    unknown = [
        f"{table.value}.{column.field}"
        for table, columns in OURS.items()
        for column in columns.values()
        if is_standard(table.value, column.field) is False
    ]
    assert unknown == []


def test_an_older_name_is_standard_too_and_a_sites_own_is_not() -> None:
    assert is_standard("arcust", "state") is True
    assert is_standard("arcust", "cc_num") is False
    assert is_standard("iciloc", "anything") is None


def test_the_walk_ends_at_its_depth(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.mktemp("site")
    deep = base / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (deep / "ARCUST01.DBF").touch()
    assert not walk_site(base).tables
    assert set(walk_site(base / "a").tables) == {"01"}
