"""Both audits over one company: the connector posts into it, and rows are harmed at random."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Posted
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.cast import Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.dice import Dice
from counterfoil.sandbox.sagepro.market import SMALL
from tests.integration.sagepro_audit.damage import (
    AS_OF,
    Row,
    append,
    audited,
    change,
    delete,
    make_books,
    rows,
)
from tests.integration.sagepro_audit.test_findings import WITNESS, witnessed
from tests.support.sagepro_books import receipt
from tests.support.trust import stand

PROFILE = f"""
company: "01"
mode: test
system_folder: .
accounts: {{clearing: {{card: {chart.CARD_CLEARING}}}}}
"""
AMOUNTS = {
    "arcust": ("balance", "onorder"),
    "armast": ("invamt", "paidamt", "disamt", "balance", "tax", "bbal"),
    "arymst": ("invamt", "paidamt", "balance"),
    "artran": ("extprice",),
    "arytrn": ("extprice",),
    "arcash": ("paidamt", "disamt"),
    "arycsh": ("paidamt",),
    "ardist": ("amount", "bamount"),
    "somast": ("ordamt",),
    "sotran": ("extprice", "qtyord"),
    "soytrn": ("extprice",),
    "icitem": ("ionhand",),
    "iciloc": ("lonhand", "lsoaloc"),
    "iciqty": ("qonhand", "qsoaloc"),
    "iccost": ("conhand",),
    "glacnt": ("glcurb",),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_books(tmp_path_factory.mktemp("audit") / "books")


def agree(folder: Path) -> set[str]:
    """What both audits call broken."""
    mine = {WITNESS.get(name, name) for name in audited(folder).found}
    assert mine == witnessed(folder)
    return mine


def paid(*picks: Pick, part: Decimal) -> dict[str, str]:
    return {pick.number: str((pick.open * part).quantize(Decimal("0.01"))) for pick in picks}


def test_what_the_connector_posts_is_sound_to_both(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "books")
    cast = cast_of(make_company(7, AS_OF, size=SMALL), unpaid=3)
    clock = ManualClock(datetime(2026, 11, 23, 15, tzinfo=UTC))
    facts = [
        receipt(picks[0].customer, paid(*picks, part=part), on_account, transaction=f"44{picks[0].number}")
        for picks, part, on_account in (
            ((cast.unpaid[0],), Decimal(1), "0"),
            ((cast.unpaid[1],), Decimal("0.37"), "0"),
            ((cast.unpaid[2],), Decimal(1), "12.34"),
            (tuple(cast.pair), Decimal(1), "0"),
            ((cast.twin,), Decimal(1), "0"),
        )
    ]
    profile = parse_profile(PROFILE, base=folder)
    stand(profile)
    with SageProCompany(profile, clock) as company:
        answers = company.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * len(facts)
    assert agree(folder) == set()


def harmed(row: Row, column: str, dice: Dice) -> Value:
    value = row[column]
    assert isinstance(value, Decimal)
    return value + dice.pick((Decimal(1), Decimal("-0.01"), Decimal("0.01")))


@pytest.mark.parametrize("seed", range(12))
def test_both_audits_agree_on_a_row_that_was_harmed_at_random(seed: int, sound: Path, tmp_path: Path) -> None:
    dice = Dice(seed)
    folder = shutil.copytree(sound, tmp_path / "books")
    table = dice.pick(sorted(AMOUNTS))
    recno, row = dice.pick(rows(folder, table))
    match dice.pick(("change", "change", "change", "delete", "copy")):
        case "delete":
            delete(folder, table, recno)
        case "copy":
            append(folder, table, row)
        case _:
            column = dice.pick(AMOUNTS[table])
            change(folder, table, recno, **{column: harmed(row, column, dice)})
    agree(folder)
