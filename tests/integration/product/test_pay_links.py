"""A person asks for a pay link at a whole hub; v1 of PayTrace sends none, and says so."""

from __future__ import annotations

from typing import Any

import pytest

from counterfoil.bootstrap.own_starts import Wish, start_flow
from counterfoil.flows.library import PAY_LINK, read_library_flow
from counterfoil.ports.effects import EffectKind
from counterfoil.store import schema
from tests.support.product import RunningHere, wait_until

DEV = "dev"


@pytest.fixture
def live(product: RunningHere) -> RunningHere:
    product.workspace.deployments.deploy(DEV, read_library_flow(PAY_LINK))
    return product


def ended(product: RunningHere, invoice: str) -> dict[str, Any]:
    """The summary of the run that asks for a link to pay the invoice."""
    wish = Wish(flow=PAY_LINK, environment=DEV, given={"invoice": invoice, "email": "ann@example.com"})
    before = len(runs(product))
    start_flow(product.workspace, wish, by="Ann Lee")
    wait_until(lambda: len(runs(product)) > before, "the run has ended")
    return dict(runs(product)[-1]["result"])


def runs(product: RunningHere) -> list[dict[str, Any]]:
    found = product.rows(schema.run, schema.run.c.flow == PAY_LINK, schema.run.c.status == "done")
    return sorted(found, key=lambda run: int(run["seq"]))


def test_what_the_gateway_does_not_offer_is_told_and_may_be_asked_for_again(live: RunningHere) -> None:
    pick = live.ground.unpaid()
    for _ in range(2):
        summary = ended(live, pick.number)
        assert (summary["decision"], summary["customer"]) == ("not_made", pick.customer)
        assert "v1 sends no pay links" in str(summary["why"])
    [row] = live.rows(schema.effect, schema.effect.c.kind == EffectKind.PAY_LINK.value)
    assert (row["state"], row["tries"], row["amount"]) == ("failed", 2, pick.open)


def test_an_invoice_whose_payment_is_under_way_is_asked_of_nobody(live: RunningHere) -> None:
    pick = live.ground.unpaid()
    transaction = live.ground.shopper.authorise("test", pick.open, pick.number)
    live.wait(transaction, "payment.authorised")
    summary = ended(live, pick.number)
    assert summary["decision"] == "refused"
    assert f"payment {transaction} of {pick.open:,} USD is authorised" in str(summary["why"])
