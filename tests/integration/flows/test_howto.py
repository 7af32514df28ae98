"""The pages are walked from top to bottom and say what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.store.database import Database
from tests.support.other_system import SIGNING
from tests.support.pages import walk

HOWTO = Path(__file__).parents[3] / "docs" / "howto"
PAGE = HOWTO / "promote-flows.md"
CALLS = HOWTO / "call-another-system.md"


def test_the_page_on_promoting_flows_does_what_it_says(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    walk(PAGE.read_text("utf-8"), tmp_path, capsys, written="")


def test_the_page_on_calling_another_system_does_what_it_says(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_DATA", str(tmp_path / "hub"))
    walk(CALLS.read_text("utf-8"), tmp_path, capsys, written="", typed=SIGNING)
