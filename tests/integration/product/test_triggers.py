"""A hub at work starts flows by its clock, on a person's word, and on what others do in Sage Pro."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.bootstrap.demo_connections import ENVIRONMENT
from counterfoil.bootstrap.own_starts import Wish, start_flow
from counterfoil.foxpro.table import Table
from counterfoil.runtime.books_polling import CURSOR
from counterfoil.store.deployments import Change, Order
from counterfoil.store.schema import cursor, run
from tests.support.product import RunningHere, wait_until

FLOW = """\
flow: {name}
title: Somebody looks
trigger: {trigger}
order_key: lineage
start: which
nodes:
  which:
    decide:
      look: {condition}
    with: {{start: trigger}}
    then: {{look: review, otherwise: done}}
"""
Live = Callable[[str, str, str], None]


@pytest.fixture
def live(product: RunningHere) -> Iterator[Live]:
    """Makes flows live until the test ends."""
    deployments, versions = product.workspace.deployments, dict[str, str]()

    def deploy(name: str, trigger: str, condition: str) -> None:
        text = FLOW.format(name=name, trigger=trigger, condition=condition)
        versions[name] = deployments.deploy(ENVIRONMENT, text)

    yield deploy
    changes = [Change(flow=name, before=version, after=None) for name, version in versions.items()]
    deployments.carry_out(Order(environment=ENVIRONMENT, kind="shipped", changes=changes, by="a test"))


def ended(product: RunningHere, flow: str, count: int = 1) -> list[dict[str, Any]]:
    """The flow's runs, once so many have ended."""

    def found() -> list[dict[str, Any]]:
        rows = product.rows(run, run.c.flow == flow)
        return [row for row in rows if row["status"] in {"done", "held"}]

    wait_until(lambda: len(found()) >= count, f"{count} runs of {flow} end")
    return found()


def test_a_flow_starts_by_the_clock(product: RunningHere, live: Live) -> None:
    live("each_minute", '{schedule: "* * * * *", zone: America/New_York}', 'start.company == "01"')
    product.ground.clock.advance(timedelta(minutes=2))
    first = ended(product, "each_minute")[0]
    assert (first["status"], first["company"]) == ("held", "01")


def test_a_person_starts_a_flow_with_what_it_asks_for(product: RunningHere, live: Live) -> None:
    fields = (
        "{manual: {amount: {type: money, label: How much}, note: {type: text, label: Why, optional: true}}}"
    )
    live("by_hand", fields, 'start.amount.more_than(money("100.00 USD")) && start.note == ""')
    for amount in ("100.01 USD", "100.00 USD"):
        wish = Wish(flow="by_hand", environment=ENVIRONMENT, given={"amount": amount})
        assert start_flow(product.workspace, wish, by="Ann").runs
    statuses = sorted(row["status"] for row in ended(product, "by_hand", count=2))
    assert statuses == ["done", "held"]


def test_a_change_in_sage_pro_starts_a_flow(product: RunningHere, live: Live) -> None:
    pick = product.ground.unpaid()
    live("customer_changed", "{event: customer.changed}", f'start.customer == "{pick.customer}"')
    wait_until(
        lambda: bool(product.rows(cursor, cursor.c.name == CURSOR)), "the hub has a place in the change feed"
    )
    with Table.open(product.ground.tables / "ARCUST01.DBF", writable=True) as customers:
        (row,) = (each for each in customers.records() if str(each["custno"]).strip() == pick.customer)
        customers.update(row.recno, {"company": "Renamed Goods"})
    rows = ended(product, "customer_changed")
    assert [row["status"] for row in rows if pick.customer in row["order_key"]] == ["held"]
