"""The sandbox's control pages, as a tester's browser shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.sandbox.paytrace.control.listings import LISTINGS
from counterfoil.sandbox.paytrace.server import running
from tests.e2e.browser import Browser
from tests.unit.sandbox_paytrace.client import SandboxClient, keyed


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    client = SandboxClient()
    sale = client.sell("12.50", invoice_id="INV-1")
    client.do("batch/close")
    client.do("chargebacks/open", transaction_id=sale)
    client.call("/v1/transactions/sale/keyed", keyed("0.29"))
    with running(client.app) as url:
        yield url
    client.ledger.close()


@pytest.mark.parametrize("page", ["", *(f"/{name}" for name in LISTINGS), "/transactions/392000001"])
def test_a_page_is_shown_with_its_style_and_nothing_from_elsewhere(
    browser: Browser, site: str, page: str
) -> None:
    shown = browser.open(f"{site}/control{page}")
    assert shown.console == []
    assert all(address.startswith(site) for address in shown.loaded)
    assert f"{site}/control/style.css" in shown.loaded
    assert "PayTrace sandbox" in shown.text


def test_a_picture_can_be_taken(browser: Browser, site: str, tmp_path: Path) -> None:
    browser.picture(f"{site}/control", tmp_path / "control.png")
    assert (tmp_path / "control.png").stat().st_size > 10_000
