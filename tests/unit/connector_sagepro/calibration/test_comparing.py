"""What Sage Pro wrote beside what we would have written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.calibration.changes import RowDelta
from counterfoil.connectors.sagepro.calibration.comparing import (
    WHOLE_ROW,
    Comparison,
    Nature,
    OurRow,
    Verdict,
    compare,
)
from counterfoil.connectors.sagepro.describing import Fields

DAY = date(2026, 11, 23)
NATURE = Nature(
    users=frozenset({("arcash", "adduser")}),
    times=frozenset({("arcash", "addtime")}),
    days=frozenset({("arcash", "adddate")}),
    numbers=frozenset({("arcash", "invno"), ("armast", "invno")}),
    heads=frozenset({("armast", "invno")}),
)


def new(table: str, **fields: object) -> RowDelta:
    return RowDelta(table=table, record=9, before=None, after=fields)


def changed(table: str, record: int, before: Fields, **after: object) -> RowDelta:
    return RowDelta(table=table, record=record, before=before, after={**before, **after})


def ours(table: str, record: int | None = None, **fields: object) -> OurRow:
    return OurRow(table=table, record=record, fields=fields)


def verdicts(comparison: Comparison) -> dict[str, Verdict]:
    return {finding.name: finding.verdict for finding in comparison.findings}


@pytest.mark.parametrize(
    ("theirs", "our", "verdict"),
    [
        ("AB  ", "AB", Verdict.AGREES),
        ("  AB", "AB", Verdict.DIFFERS),
        (Decimal("1.50"), Decimal("1.5"), Verdict.AGREES),
        (Decimal(0), "", None),
        ("", "AB", Verdict.OURS_ALONE),
        ("AB", "", Verdict.THEIRS_ALONE),
        (DAY, date(2026, 11, 24), Verdict.DIFFERS),
        (None, None, None),
    ],
)
def test_a_column_of_a_new_row(theirs: object, our: object, verdict: Verdict | None) -> None:
    found = verdicts(compare([new("arcash", x=theirs)], [ours("arcash", x=our)], NATURE))
    assert found == {"arcash.x": verdict or Verdict.AGREES}


def test_a_column_that_we_do_not_know_is_theirs_alone_once_it_is_filled() -> None:
    found = verdicts(compare([new("arcash", x=1, batch="7", z="")], [ours("arcash", x=1)], NATURE))
    assert found == {"arcash.x": Verdict.AGREES, "arcash.batch": Verdict.THEIRS_ALONE}


def test_who_and_when_agree_whoever_and_whenever_but_not_with_nothing() -> None:
    row = ours("arcash", adduser="CFOL", addtime="10:00:00", adddate=DAY)
    same = new("arcash", adduser="SARA", addtime="09:15:30", adddate=date(2026, 11, 1))
    assert set(verdicts(compare([same], [row], NATURE)).values()) == {Verdict.AGREES}
    odd = new("arcash", adduser="", addtime="9.15", adddate=None)
    assert verdicts(compare([odd], [row], NATURE)) == {
        "arcash.adduser": Verdict.OURS_ALONE,
        "arcash.addtime": Verdict.DIFFERS,
        "arcash.adddate": Verdict.OURS_ALONE,
    }


def test_rows_are_paired_by_what_is_equal_in_them() -> None:
    theirs = [new("ardist", account="R", amount=-5), new("ardist", account="C", amount=5)]
    mine = [ours("ardist", account="C", amount=5), ours("ardist", account="R", amount=-5)]
    assert compare(theirs, mine, NATURE).differences == ()


def test_the_number_that_sage_pro_drew_stands_for_ours_everywhere() -> None:
    theirs = [new("armast", invno="    100777", kind="O"), new("arcash", invno="    100777")]
    mine = [ours("armast", invno=" 900000000", kind="O"), ours("arcash", invno=" 900000000")]
    comparison = compare(theirs, mine, NATURE)
    assert comparison.differences == ()
    assert comparison.numbers == {"900000000": "100777"}
    other = [new("armast", invno="    100777", kind="O"), new("arcash", invno="    100778")]
    assert verdicts(compare(other, mine, NATURE))["arcash.invno"] is Verdict.DIFFERS


def test_a_row_that_one_side_alone_writes_is_told_as_a_row() -> None:
    comparison = compare([new("arlog", what="paid")], [ours("ardist", account="C")], NATURE)
    assert {(each.table, each.column, each.verdict) for each in comparison.findings} == {
        ("arlog", WHOLE_ROW, Verdict.THEIRS_ALONE),
        ("ardist", WHOLE_ROW, Verdict.OURS_ALONE),
    }
    assert "arlog: Sage Pro alone writes a row of what paid" in {each.told for each in comparison.findings}


def test_changed_rows_are_the_same_rows_and_a_blank_counts_as_written() -> None:
    theirs = [changed("armast", 3, {"balance": 5, "arstat": "H", "code": "x"}, balance=0, arstat="")]
    found = verdicts(compare(theirs, [ours("armast", 3, balance=Decimal(0), paid=5)], NATURE))
    assert found == {
        "armast.balance": Verdict.AGREES,
        "armast.paid": Verdict.OURS_ALONE,
        "armast.arstat": Verdict.THEIRS_ALONE,
    }


def test_a_deleted_row_is_a_difference() -> None:
    gone = RowDelta(table="armast", record=3, before={"invno": "1"}, after=None)
    (finding,) = compare([gone], [], NATURE).findings
    assert finding.told == "armast: Sage Pro alone writes a row of invno 1, deleted"


def test_of_several_rows_the_worst_counts() -> None:
    theirs = [new("ardist", account="C", x="7"), new("ardist", account="R", x="8")]
    mine = [ours("ardist", account="C", x="7"), ours("ardist", account="R", x="7")]
    assert verdicts(compare(theirs, mine, NATURE))["ardist.x"] is Verdict.DIFFERS
