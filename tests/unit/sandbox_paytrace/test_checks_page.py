from __future__ import annotations

from functools import reduce
from pathlib import Path

from counterfoil.sandbox.paytrace.checks.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.checks.fates import FATES_BY_ACCOUNT, FATES_BY_CENTS
from counterfoil.sandbox.paytrace.checks.rows import CheckStatus
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.v1.checks import OPERATIONS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "paytrace-sandbox-checks.md").read_text("utf-8")


def test_the_page_shows_every_assumption() -> None:
    rows = [
        f"| {each.subject} | {each.behaviour} | {f'`{each.setting}`' if each.setting else ''} |"
        for each in ASSUMPTIONS
    ]
    assert [row for row in rows if row not in PAGE] == []


def test_an_assumption_names_a_setting_that_exists() -> None:
    for each in ASSUMPTIONS:
        if each.setting:
            assert reduce(getattr, each.setting.split("."), Settings()) is not None


def test_the_page_shows_every_amount_account_status_and_call() -> None:
    assert [cents for cents in FATES_BY_CENTS if f"| 1.{cents - 100:02} |" not in PAGE] == []
    assert [account for account in FATES_BY_ACCOUNT if f"| {account} |" not in PAGE] == []
    assert [status for status in CheckStatus if status not in PAGE] == []
    assert [path for path in OPERATIONS if f"{path}`" not in PAGE] == []
