"""The audit trail over PostgreSQL: what is sealed, and how each change of it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from counterfoil.ports.breakers import Hand
from counterfoil.runtime.breaker import opened_by_hand
from counterfoil.security.audit_chain import Head
from counterfoil.store.acts import NewAct, log_acts
from counterfoil.store.audit_trail import GROUP, AuditTrail, last_check
from counterfoil.store.breakers import StoredBreakers
from counterfoil.store.deployment_requests import DeploymentRequests
from counterfoil.store.deployments import Change, Deployments, Order
from tests.integration.store.samples import Hub

FLOW = """\
flow: one
title: One
trigger: {event: payment.*}
order_key: lineage
start: go
nodes:
  go:
    do: books.look
    then: {found: done}
"""


def act(hub: Hub, count: int = 1, *, why: str = "agreed") -> None:
    acts = [
        NewAct(run="r1", environment="dev", order_key="k", act="skip", by="ann", why=why, details={"n": 1})
        for _ in range(count)
    ]
    with hub.database.transaction() as connection:
        log_acts(connection, acts, hub.clock.now())


def change(hub: Hub, statement: str) -> None:
    """As somebody does who has the database's password and knows what refuses changes."""
    with hub.database.autocommit() as connection:
        connection.execute(sa.text("ALTER TABLE act_log DISABLE TRIGGER USER"))
        assert connection.execute(sa.text(statement)).rowcount


def trail(hub: Hub) -> AuditTrail:
    return AuditTrail(hub.database, hub.clock)


def seal(hub: Hub) -> Head:
    head = Head()
    while found := trail(hub).seal():
        head = found
    return head


def broken(hub: Hub, known: Head | None = None) -> list[str]:
    return [f"{each.place}: {each.words}" for each in trail(hub).verify(known).breaks]


def test_what_people_did_is_sealed_in_the_order_it_was_done_whatever_log_it_stands_in(hub: Hub) -> None:
    act(hub)
    hub.clock.advance(timedelta(minutes=1))
    order = Order(
        environment="dev",
        kind="deploy",
        changes=[Change(flow="one", before=None, after="x")],
        by="ben",
        reason="first",
    )
    requests = DeploymentRequests(hub.database, hub.clock)
    requests.refuse(requests.ask(order, []), by="cat")
    Deployments(hub.database, hub.clock).deploy("dev", FLOW)
    StoredBreakers(hub.database).change(
        "c1",
        lambda breaker, now: opened_by_hand(breaker, now, "maintenance"),
        Hand(by="dan", why="maintenance"),
    )
    assert seal(hub).place == 5
    assert not broken(hub)
    told = {(each.source, each.content["by"], each.content["what"]) for each in trail(hub).newest(10)}
    assert told == {
        ("act", "ann", "skip"),
        ("request", "ben", "ask"),
        ("decision", "cat", "refused"),
        ("deployment", "counterfoil", "shipped"),
        ("breaker", "dan", "open"),
    }
    assert trail(hub).newest(10)[-1].content["why"] == "agreed"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE act_log SET why = 'never said' WHERE id = 2", ["2: act 2 is not as it was sealed"]),
        (
            "UPDATE act_log SET done_at = done_at - interval '1 day' WHERE id = 1",
            ["1: act 1 is not as it was sealed"],
        ),
        ("UPDATE act_log SET details = '{}' WHERE id = 3", ["3: act 3 is not as it was sealed"]),
        ("DELETE FROM act_log WHERE id = 2", ["2: act 2 is gone"]),
        ("DELETE FROM audit_seal WHERE place = 2", ["2: place 2 is missing"]),
        ("UPDATE audit_seal SET entry = 9 WHERE place = 3", ["3: act 9 is gone"]),
    ],
)
def test_each_change_shows_at_its_place(hub: Hub, statement: str, told: list[str]) -> None:
    act(hub, 3)
    seal(hub)
    change(hub, statement)
    assert broken(hub) == told


def test_a_chain_cut_off_at_its_end_shows_by_the_head_that_a_log_told_of(hub: Hub) -> None:
    act(hub, 3)
    head = seal(hub)
    assert not broken(hub, head)
    change(hub, "DELETE FROM audit_seal WHERE place = 3")
    change(hub, "DELETE FROM act_log WHERE id = 3")
    assert not broken(hub)
    assert broken(hub, head) == ["3: the seal that was known of this place is not in the chain"]


def test_what_was_looked_into_is_accepted_as_it_stands_and_that_is_a_line_too(hub: Hub) -> None:
    act(hub, 2)
    seal(hub)
    change(hub, "UPDATE act_log SET why = 'mended' WHERE id = 1")
    trail(hub).accept(trail(hub).verify().breaks, by="ann", why="a test of ours")
    assert seal(hub).place == 3
    assert not broken(hub)
    assert trail(hub).newest(1)[0].content["about"] == "place 1"
    change(hub, "UPDATE act_log SET why = 'once more' WHERE id = 1")
    assert broken(hub) == ["1: act 1 is not as it was sealed"]


def test_many_lines_are_sealed_in_groups_and_by_two_hubs_at_once_each_line_once(hub: Hub) -> None:
    act(hub, GROUP + 1)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: seal(hub), range(2)))
    assert trail(hub).verify().head.place == GROUP + 1
    assert not broken(hub)


def test_the_last_look_is_kept_for_the_alert_and_due_again_after_its_time(hub: Hub) -> None:
    act(hub)
    seal(hub)
    assert trail(hub).is_due(timedelta(hours=1))
    change(hub, "UPDATE act_log SET why = 'never said'")
    trail(hub).keep(trail(hub).verify())
    assert not trail(hub).is_due(timedelta(hours=1))
    with hub.database.autocommit() as connection:
        check = last_check(connection)
    assert check is not None
    assert (check.places, check.breaks, check.words) == (1, 1, "place 1: act 1 is not as it was sealed")
    hub.clock.advance(timedelta(hours=1))
    assert trail(hub).is_due(timedelta(hours=1))
