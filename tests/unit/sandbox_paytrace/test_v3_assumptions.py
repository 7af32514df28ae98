from __future__ import annotations

from functools import reduce
from pathlib import Path

from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.v3.assumptions import ASSUMPTIONS
from counterfoil.sandbox.paytrace.v3.routes import ENDPOINTS

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "paytrace-sandbox-v3.md").read_text("utf-8")


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


def test_the_page_shows_every_call() -> None:
    assert [each.path for each in ENDPOINTS if f"`{each.method} {each.path}`" not in PAGE] == []
