from __future__ import annotations

from counterfoil.sandbox.paytrace.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.cards import CSC_BY_TEST_CARD
from counterfoil.sandbox.paytrace.triggers import TRIGGERS_BY_CENTS
from counterfoil.sandbox.paytrace.v1.errors import ERRORS
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS
from tests.unit.sandbox_paytrace.pages import page, untold, without_setting

PAGE = page("paytrace-sandbox")


def test_the_page_shows_every_assumption() -> None:
    assert untold(ASSUMPTIONS, PAGE) == []


def test_an_assumption_names_a_setting_that_exists() -> None:
    assert without_setting(ASSUMPTIONS) == []


def test_every_assumed_error_code_is_an_assumption() -> None:
    told = " ".join(each.behaviour for each in ASSUMPTIONS)
    assumed = [str(error.code) for error in ERRORS.values() if not error.is_verified]
    assert [code for code in assumed if f"errors {code}" not in told] == []


def test_the_page_shows_every_amount_card_and_call() -> None:
    assert [cents for cents in TRIGGERS_BY_CENTS if f"| 0.{cents} |" not in PAGE] == []
    assert [number for number in CSC_BY_TEST_CARD if number not in PAGE] == []
    assert [path for path in OPERATIONS if path.rsplit("/", 1)[-1] not in PAGE] == []
