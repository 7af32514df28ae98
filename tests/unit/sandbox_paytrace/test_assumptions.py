from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from counterfoil.sandbox.paytrace.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.cards import CSC_BY_TEST_CARD
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.triggers import TRIGGERS_BY_CENTS
from counterfoil.sandbox.paytrace.v1.errors import ERRORS
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "paytrace-sandbox.md").read_text("utf-8")


def test_the_page_shows_every_assumption() -> None:
    rows = [
        f"| {each.subject} | {each.behaviour} | {f'`{each.setting}`' if each.setting else ''} |"
        for each in ASSUMPTIONS
    ]
    assert [row for row in rows if row not in PAGE] == []


def test_an_assumption_names_a_setting_that_exists() -> None:
    settings = {field.name for field in fields(Settings)}
    assert {each.setting for each in ASSUMPTIONS if each.setting} <= settings


def test_every_assumed_error_code_is_an_assumption() -> None:
    told = " ".join(each.behaviour for each in ASSUMPTIONS)
    assumed = [str(error.code) for error in ERRORS.values() if not error.is_verified]
    assert [code for code in assumed if f"errors {code}" not in told] == []


def test_the_page_shows_every_amount_card_and_call() -> None:
    assert [cents for cents in TRIGGERS_BY_CENTS if f"| 0.{cents} |" not in PAGE] == []
    assert [number for number in CSC_BY_TEST_CARD if number not in PAGE] == []
    assert [path for path in OPERATIONS if path.rsplit("/", 1)[-1] not in PAGE] == []
