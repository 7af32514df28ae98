"""The page on testing flows is walked from top to bottom and says what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pages import walk

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "test-flows.md"


def test_the_page_on_testing_flows_does_what_it_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = "flows/tests/payment_to_receipt/overpaid.yaml"
    walk(PAGE.read_text("utf-8"), tmp_path, capsys, written=written)
