from __future__ import annotations

from counterfoil.sandbox.paytrace.checks.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.checks.fates import FATES_BY_ACCOUNT, FATES_BY_CENTS
from counterfoil.sandbox.paytrace.checks.rows import CheckStatus
from counterfoil.sandbox.paytrace.v1.checks import OPERATIONS
from tests.unit.sandbox_paytrace.pages import page, untold, without_setting

PAGE = page("paytrace-sandbox-checks")


def test_the_page_shows_every_assumption() -> None:
    assert untold(ASSUMPTIONS, PAGE) == []


def test_an_assumption_names_a_setting_that_exists() -> None:
    assert without_setting(ASSUMPTIONS) == []


def test_the_page_shows_every_amount_account_status_and_call() -> None:
    assert [cents for cents in FATES_BY_CENTS if f"| 1.{cents - 100:02} |" not in PAGE] == []
    assert [account for account in FATES_BY_ACCOUNT if f"| {account} |" not in PAGE] == []
    assert [status for status in CheckStatus if status not in PAGE] == []
    assert [path for path in OPERATIONS if f"{path}`" not in PAGE] == []
