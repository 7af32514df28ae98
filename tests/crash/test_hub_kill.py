"""Kill -9 of a hub with many accepted events unfinished: the next start ends each exactly once."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal

import pytest

from counterfoil.bootstrap.agents import open_erp
from counterfoil.bootstrap.demo_connections import BOOKS
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.demo.hub import ENDED
from tests.support.product import CAPTURED, Ground, Running, hub_process, new_ground, wait_until

PAYMENTS = 30
AMOUNT = Decimal("1.25")
POSTED_BEFORE_KILL = 5


def pause_agent(ground: Ground, *, paused: bool) -> None:
    """As an operator would: through the agent's own door."""
    with Workspace(ground.settings) as workspace:
        row = workspace.connections.find(BOOKS)
        assert row is not None
        with closing(open_erp(workspace, row)) as erp:
            if paused:
                erp.pause()
            else:
                erp.resume()


def runs_of(hub: Running, statuses: Sequence[str]) -> int:
    runs = hub.http.get("/api/runs", params={"limit": "200"}).json()
    return sum(run["kind"] == CAPTURED and run["status"] in statuses for run in runs)


@pytest.mark.timeout(200)
def test_a_killed_hub_leaves_thirty_accepted_events_that_the_next_start_posts_once_each() -> None:
    with new_ground(unpaid=PAYMENTS // 5) as ground:
        picks = [ground.unpaid() for _ in range(PAYMENTS // 5)]
        open_before = sum(pick.open for pick in picks)
        with hub_process(ground) as (hub, child):
            pause_agent(ground, paused=True)
            transactions = [hub.pay(picks[n % len(picks)].number, AMOUNT) for n in range(PAYMENTS)]
            unfinished = ("waiting", "running", "parked")
            wait_until(lambda: runs_of(hub, unfinished) == PAYMENTS, "every payment is accepted")
            pause_agent(ground, paused=False)
            wait_until(lambda: runs_of(hub, ["done"]) >= POSTED_BEFORE_KILL, "some are posted")
            left = runs_of(hub, unfinished)
            os.kill(child.pid, signal.SIGKILL)
        assert left > 0, "the hub should have been killed amid its work"
        with hub_process(ground) as (hub, _):
            for transaction in transactions:
                assert hub.wait(transaction)["status"] == "done"
            assert runs_of(hub, sorted(ENDED)) == PAYMENTS
            for transaction in transactions:
                hub.assert_posted_once(transaction, AMOUNT)
        assert sum(ground.invoice_balance(p.number) for p in picks) == open_before - PAYMENTS * AMOUNT
        assert ground.broken_rules() == []
