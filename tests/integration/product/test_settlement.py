"""The gateway's batch of a night, through poll, inbox and flow, into the books as one deposit."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest

from counterfoil.bootstrap.gateway_policy import SETTLEMENTS
from counterfoil.bootstrap.library_flows import use_shipped
from counterfoil.flows.library import NIGHTLY_CHECK, SETTLEMENT_TO_DEPOSIT
from counterfoil.sandbox.sagepro.chart import BANK, CARD_CLEARING
from counterfoil.store import schema
from tests.support.product import Ground, RunningHere, hub_here, hub_process, new_ground, wait_until
from tests.support.simulated_gateway import PACIFIC

CLOSED = "settlement.closed"
FIRST_BATCH = "571"
"""The sandbox counts from here."""


def journals(ground: Ground) -> list[str]:
    folder = ground.tables / "counterfoil" / "01" / "journals"
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())] if folder.exists() else []


def checked(product: RunningHere) -> str:
    """What the check of the next morning says of this day."""
    here = product.ground.clock.now().astimezone(PACIFIC)
    morning = datetime.combine(here.date() + timedelta(days=1), time(7), PACIFIC)
    product.ground.clock.advance(morning - here)
    its = schema.run.c.flow == NIGHTLY_CHECK
    wait_until(lambda: any(row["finished_at"] for row in product.rows(schema.run, its)), "the check ends")
    (row,) = product.rows(schema.run, its)
    assert row["status"] == "done"
    day, _, found = str(row["result"]["why"]).partition(": ")
    assert day == here.date().isoformat()
    return found


@pytest.mark.soak
def test_the_batch_of_a_night_is_posted_as_one_deposit_and_its_day_agrees_with_the_books() -> None:
    with new_ground(unpaid=2) as ground:
        picks = [ground.unpaid(), ground.unpaid()]
        with hub_here(ground) as product:
            for flow in (SETTLEMENT_TO_DEPOSIT, NIGHTLY_CHECK):
                use_shipped(product.workspace, flow, "dev", by="a test")
            product.change_gateway(**{SETTLEMENTS: "whole"})
            for pick in picks:
                assert product.wait(product.pay(pick.number, pick.open))["status"] == "done"
            assert checked(product) == "2 payments and refunds in the books, no difference"
        ground.shopper.settle()
        # A hub that starts asks for batches at once.
        with hub_process(ground) as (running, _):
            assert running.wait(FIRST_BATCH, CLOSED)["status"] == "done"
        (entry,) = journals(ground)
        amount = f"{sum((pick.open for pick in picks), Decimal(0)):.2f}"
        rows = [line.split(",")[3:7] for line in entry.splitlines()[1:]]
        assert [(row[0], row[2], row[3]) for row in rows] == [
            (BANK, amount, ""),
            (CARD_CLEARING, "", amount),
        ]
        assert ground.broken_rules() == []
