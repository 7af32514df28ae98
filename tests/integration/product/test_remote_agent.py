"""A company whose agent runs on its own, as on another machine: reached over TLS, away for a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from counterfoil.bootstrap.workspace import Workspace
from tests.support.company_apart import Apart, company_apart, counterfoil
from tests.support.product import RunningHere, hub_here, wait_until


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with company_apart() as made:
        yield made


@pytest.fixture(scope="module")
def product(apart: Apart) -> Iterator[RunningHere]:
    with hub_here(apart.ground) as running:
        yield running


def test_a_payment_is_posted_through_the_agent(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.broken_rules() == []
    assert product.http.get("/ready").json()["parts"]["agent 01"] == "works"


def test_while_the_agent_is_away_its_state_says_so_and_payments_wait(
    apart: Apart, product: RunningHere
) -> None:
    apart.agent.stop()
    pick = product.ground.unpaid()
    transaction = product.pay(pick.number, pick.open)
    waiting = product.wait_for_try(transaction)
    assert "cannot be reached" in waiting["why"] or "is away" in waiting["why"]

    def state() -> str:
        return str(product.http.get("/ready").json()["parts"]["agent 01"])

    wait_until(lambda: "is away" in state(), "the breaker is open")
    answer = product.http.get("/ready")
    assert answer.status_code == 503
    assert "Connection refused" in answer.json()["parts"]["agent 01"]
    assert "Traceback" not in answer.text
    listed = json.loads(counterfoil("breakers", "list", "--json", "--data", apart.ground.settings.data))
    states = {each["kind"]: each["state"] for each in listed["breakers"]}
    assert states["sagepro"] in {"open", "probing"}
    assert states["paytrace"] == "closed", "the gateway is another connection"
    apart.start()
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)
    wait_until(lambda: state() == "works", "the agent is seen to work again")


def test_neither_token_nor_key_stands_in_the_connection_as_it_is(apart: Apart) -> None:
    with closing(Workspace(apart.ground.settings)) as workspace:
        (row,) = [row for row in workspace.connections.all() if row.kind == "sagepro"]
    assert set(row.settings) == {"address", "authority", "certificate"}
    assert "PRIVATE" not in str(row.settings)
    assert (apart.ground.folder / "hub.json").stat().st_mode & 0o777 == 0o600


def test_credentials_that_end_soon_are_told_of_and_keep_nothing_back(product: RunningHere) -> None:
    answer = product.http.get("/ready")
    assert answer.status_code == 200
    ends = f"{product.ground.clock.now() + timedelta(days=20):%Y-%m}"
    assert answer.json()["parts"]["credentials of agent 01"].startswith(f"end on {ends}")
