"""The page on connecting a site is walked from top to bottom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pages import walk

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "connect-sage-pro.md"


def test_the_page_does_what_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    walk(PAGE.read_text("utf-8"), tmp_path, capsys, written="older.yaml")
