"""The page on connecting PayTrace is walked from top to bottom; only the sandbox's address is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.gateway_desk import Desk
from tests.support.pages import walk

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "connect-paytrace.md"


def test_the_page_does_what_it_says(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGE.read_text("utf-8").replace("http://127.0.0.1:8180", desk.url)
    walk(page, tmp_path, capsys, written="")
