"""The tutorial is walked on a hub at work, and does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.bootstrap.demo_connections import ENVIRONMENT
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from tests.support.pages import walk
from tests.support.product import RunningHere

PAGE = Path(__file__).parents[3] / "docs" / "tutorial" / "first-flow.md"


@pytest.fixture
def shipped_afterwards(product: RunningHere) -> Iterator[None]:
    """Other tests of this hub go on with the flows that ship."""
    yield
    product.workspace.deployments.deploy(ENVIRONMENT, read_library_flow(PAYMENT_TO_RECEIPT))


@pytest.mark.usefixtures("shipped_afterwards")
def test_the_tutorial_leads_from_nothing_to_production(
    product: RunningHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTERFOIL_DATA", str(product.ground.settings.data))
    monkeypatch.setenv("SANDBOX", product.ground.sandbox_url)
    walk(PAGE.read_text("utf-8"), tmp_path, capsys, written="flows/flows/payment_to_receipt.yaml")
    assert (tmp_path / "payment.svg").read_text("utf-8").count("more_than") > 0
    transaction = product.ground.shopper.find("first flow")
    run = product.wait(transaction)
    assert (run["status"], run["rows"]) == ("held", [])
    assert "more_than" in str(run), "held for its size and for nothing else"
    assert product.ground.postings(transaction) == 0
    shipped = parse_flow(read_library_flow(PAYMENT_TO_RECEIPT)).version
    deployments = product.workspace.deployments
    dev, qa, production = (
        deployments.find_live(each, PAYMENT_TO_RECEIPT) for each in ("dev", "qa", "production")
    )
    assert dev == production
    assert len({dev, qa, shipped}) == 3
