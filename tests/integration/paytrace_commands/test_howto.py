"""The pages on PayTrace are walked from top to bottom; only the sandbox's address is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.gateway_desk import Desk
from tests.support.pages import walk

HOWTO = Path(__file__).parents[3] / "docs" / "howto"


def test_the_page_on_connecting_does_what_it_says(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (HOWTO / "connect-paytrace.md").read_text("utf-8").replace("http://127.0.0.1:8180", desk.url)
    walk(page, tmp_path, capsys, written="")


def test_the_page_on_disputes_does_what_it_says(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.connect()
    monkeypatch.setenv("COUNTERFOIL_DATA", str(desk.data))
    walk((HOWTO / "disputes.md").read_text("utf-8"), tmp_path, capsys, written="")
