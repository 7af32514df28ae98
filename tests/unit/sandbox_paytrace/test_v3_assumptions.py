from __future__ import annotations

from counterfoil.sandbox.paytrace.v3.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.v3.routes import ENDPOINTS
from tests.unit.sandbox_paytrace.pages import page, untold, without_setting

PAGE = page("paytrace-sandbox-v3")


def test_the_page_shows_every_assumption() -> None:
    assert untold(ASSUMPTIONS, PAGE) == []


def test_an_assumption_names_a_setting_that_exists() -> None:
    assert without_setting(ASSUMPTIONS) == []


def test_the_page_shows_every_call() -> None:
    assert [each.path for each in ENDPOINTS if f"`{each.method} {each.path}`" not in PAGE] == []
