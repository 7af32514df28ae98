from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from counterfoil.flows.definition import parse_flow
from counterfoil.ports.ids import SeededIds
from counterfoil.store import schema
from counterfoil.store.deployment_requests import DeploymentRequests
from counterfoil.store.deployments import Change, Deployments, Order
from counterfoil.store.errors import DeploymentRefusedError
from counterfoil.store.inbox import Accepted, Inbox
from tests.integration.store.samples import Hub, event

NAME = "payment_to_receipt"


def text(title: str, name: str = NAME) -> str:
    return (
        f"flow: {name}\ntitle: {title}\ntrigger: {{event: payment.*}}\norder_key: lineage\nstart: a\n"
        "nodes:\n  a: {do: payment.normalise, then: {payment: done}}\n"
    )


def version(title: str, name: str = NAME) -> str:
    return parse_flow(text(title, name)).version


ONE, TWO, THREE = version("One"), version("Two"), version("Three")


def order(before: str | None, after: str | None, *, environment: str = "dev", **more: Any) -> Order:
    change = Change(flow=NAME, before=before, after=after)
    given = {"kind": "deploy", "by": "Ann", "commit": "c0ffee", "message": "why"} | more
    return Order(environment=environment, changes=[change], **given)


@pytest.fixture
def deployments(hub: Hub) -> Deployments:
    return Deployments(hub.database, hub.clock)


@pytest.fixture
def requests(hub: Hub) -> DeploymentRequests:
    return DeploymentRequests(hub.database, hub.clock)


def test_every_change_of_what_is_live_stands_in_the_log(deployments: Deployments) -> None:
    deployments.carry_out(order("v1", ONE), [text("One")])
    deployments.deploy("dev", text("Two"))
    deployments.deploy("dev", text("Two"))
    newest, older = deployments.log("dev")
    assert (newest.order.kind, newest.order.by) == ("shipped", "counterfoil")
    assert newest.order.changes == [Change(flow=NAME, before=ONE, after=TWO)]
    assert older.order == order("v1", ONE)
    assert deployments.log("qa") == []


@pytest.mark.parametrize("table", [schema.deployment_log, schema.deployment_change], ids=str)
def test_the_log_is_only_added_to(hub: Hub, deployments: Deployments, table: sa.Table) -> None:
    deployments.carry_out(order("v1", ONE), [text("One")])
    column = next(each for each in table.c if each.name in {"done_by", "flow"})
    emptied = sa.text("TRUNCATE deployment_log, deployment_change CASCADE")
    for statement in (sa.update(table).values({column: "x"}), sa.delete(table), emptied):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), hub.database.transaction() as own:
            own.execute(statement)


def test_an_order_made_for_another_state_changes_nothing(deployments: Deployments) -> None:
    deployments.carry_out(order("v1", ONE), [text("One")])
    other = Change(flow="another", before=None, after=version("Two", "another"))
    stale = Order(
        environment="dev",
        kind="deploy",
        changes=[other, Change(flow=NAME, before="v1", after=TWO)],
        by="Ann",
    )
    with pytest.raises(DeploymentRefusedError, match="plan it again"):
        deployments.carry_out(stale, [text("Two"), text("Two", "another")])
    assert deployments.live("dev") == {NAME: ONE}
    assert len(deployments.log()) == 1


def test_production_takes_a_second_person(deployments: Deployments, requests: DeploymentRequests) -> None:
    number = requests.ask(order(None, ONE, environment="production"), [text("One")])
    assert deployments.live("production") == {}
    with pytest.raises(DeploymentRefusedError, match="another person"):
        requests.approve(number, by=" ann ")
    assert [each.id for each in requests.open()] == [number]
    requests.approve(number, by="Bob")
    (entry,) = deployments.log("production")
    assert (entry.order.by, entry.order.approver, entry.order.commit) == ("Ann", "Bob", "c0ffee")
    assert deployments.live("production") == {NAME: ONE}
    with pytest.raises(DeploymentRefusedError, match="waits for approval"):
        requests.approve(number, by="Bob")


def test_no_row_of_the_log_says_that_production_was_deployed_by_one_person(deployments: Deployments) -> None:
    for approver in (None, "ANN"):
        alone = order(None, ONE, environment="production", approver=approver)
        with pytest.raises(sa.exc.IntegrityError):
            deployments.carry_out(alone, [text("One")])
    assert deployments.live("production") == {}


def test_a_newer_request_takes_the_place_of_an_older_and_a_refused_one_is_closed(
    deployments: Deployments, requests: DeploymentRequests
) -> None:
    older = requests.ask(order(None, ONE, environment="production"), [text("One")])
    newer = requests.ask(order(None, TWO, environment="production"), [text("Two")])
    assert [each.id for each in requests.open()] == [newer]
    with pytest.raises(DeploymentRefusedError):
        requests.approve(older, by="Bob")
    requests.refuse(newer, by="Bob")
    assert requests.open() == []
    assert deployments.live("production") == {}


def test_an_approval_for_another_state_changes_nothing_and_the_request_stays(
    deployments: Deployments, requests: DeploymentRequests
) -> None:
    number = requests.ask(order(None, ONE, environment="production"), [text("One")])
    deployments.deploy("production", text("Two"))
    with pytest.raises(DeploymentRefusedError, match="plan it again"):
        requests.approve(number, by="Bob")
    assert deployments.live("production") == {NAME: TWO}
    assert [each.id for each in requests.open()] == [number]


def test_an_approval_is_for_the_whole_environment_as_it_was_seen(
    deployments: Deployments, requests: DeploymentRequests
) -> None:
    """A flow that came, went or moved beside the ones that a deployment moves makes it another deployment."""
    deployments.deploy("production", text("One", "beside"))
    stays = Change(flow="beside", before=version("One", "beside"), after=version("One", "beside"))
    asked = order(None, ONE, environment="production")
    number = requests.ask(replace(asked, changes=[*asked.changes, stays]), [text("One")])
    deployments.deploy("production", text("Two", "beside"))
    with pytest.raises(DeploymentRefusedError, match="plan it again"):
        requests.approve(number, by="Bob")
    deployments.deploy_together("production", [text("One", "beside"), text("One", "more")])
    with pytest.raises(DeploymentRefusedError, match="plan it again"):
        requests.approve(number, by="Bob")
    gone = [Change(flow="more", before=version("One", "more"), after=None)]
    deployments.carry_out(replace(asked, kind="shipped", changes=gone))
    requests.approve(number, by="Bob")
    assert deployments.live("production") == {NAME: ONE, "beside": stays.after}
    assert deployments.log("production")[0].order.changes == asked.changes, "what stays is no change"


def test_what_is_undone_is_each_time_the_newest_that_still_counts(deployments: Deployments) -> None:
    deployments.carry_out(order("v1", ONE), [text("One")])
    second = deployments.carry_out(order(ONE, TWO), [text("Two")])
    assert (found := deployments.find_undoable("dev")) is not None
    assert found.id == second
    deployments.carry_out(order(TWO, ONE, kind="rollback", undoes=second))
    assert (found := deployments.find_undoable("dev")) is not None
    assert found.order.changes == [Change(flow=NAME, before="v1", after=ONE)]
    third = deployments.carry_out(order(ONE, THREE), [text("Three")])
    assert (found := deployments.find_undoable("dev")) is not None
    assert found.id == third
    assert deployments.find_undoable("qa") is None


def test_a_version_that_was_live_once_is_known(deployments: Deployments) -> None:
    deployments.carry_out(order(None, ONE, environment="qa"), [text("One")])
    deployments.carry_out(order(ONE, TWO, environment="qa"), [text("Two")])
    assert deployments.has_been_live("qa", ONE)
    assert not deployments.has_been_live("dev", ONE)
    assert deployments.has_been_live("dev", "v1"), "live since before there was a log"


FLOWS = (NAME, "beside")


def pour(hub: Hub, first: int) -> None:
    """Three hundred events, in groups as intake stores them."""
    inbox = Inbox(hub.database, lambda *_: None, clock=hub.clock, ids=SeededIds(f"i{first}"))
    for number in range(first, first + 300, 3):
        for answer in inbox.store([event(number + more) for more in range(3)]):
            assert isinstance(answer, Accepted)


def shift(deployments: Deployments, poured: threading.Event) -> None:
    """Deploys to and fro, both flows together, until nothing comes any more."""
    old, new = "One", "Two"
    while not poured.is_set():
        changes = [Change(flow=name, before=version(old, name), after=version(new, name)) for name in FLOWS]
        deployments.carry_out(
            Order(environment="dev", kind="deploy", changes=changes, by="Ann"),
            [text(new, name) for name in FLOWS],
        )
        old, new = new, old


def test_deploying_while_events_pour_in_loses_and_doubles_nothing(hub: Hub, deployments: Deployments) -> None:
    """Each event has one run of each flow; the two runs of one event are always of the same deployment."""
    for name in FLOWS:
        deployments.deploy("dev", text("One", name))
    poured = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        shifting = pool.submit(shift, deployments, poured)
        pouring = [pool.submit(pour, hub, first) for first in (0, 1000, 2000)]
        try:
            for each in pouring:
                each.result(60)
        finally:
            poured.set()
        shifting.result(60)
    run = schema.run.c
    with hub.database.autocommit() as connection:
        rows = connection.execute(sa.select(run.event, run.flow, run.flow_version)).all()
    assert hub.count(schema.inbox) == 900
    assert Counter(Counter(row.event for row in rows).values()) == {2: 900}
    together = {version(title): version(title, "beside") for title in ("One", "Two")}
    versions = {(row.event, row.flow): row.flow_version for row in rows}
    assert all(versions[row.event, "beside"] == together[versions[row.event, NAME]] for row in rows)
    assert {ONE, TWO} <= {row.flow_version for row in rows}, "deploys fell between the events"
