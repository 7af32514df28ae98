"""A process that posts orders is killed at each of its writes; each order is there whole or not at all."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Refused
from tests.crash.test_sagepro_posting import Killer
from tests.support.order_site import order_site
from tests.support.orders import DELIVERY, line, order, order_profile
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site

FACTS = [
    order(line(), freight=usd("8.50"), delivery=DELIVERY),
    order(line(quantity="2"), shop_order="1002", customer="XYZ"),
    receipt("ABC", {"1001": "60"}),
]


def profile(site: Site) -> Profile:
    return order_profile().model_copy(update={"system_folder": site.folder})


def post_in_a_child(site: Site, kill_at: int) -> bool:
    """Posts in a process of its own; tells whether it lived to the end."""
    child = os.fork()
    if child == 0:
        with site.open(profile(site), Killer(kill_at)) as erp:
            erp.post(FACTS)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def check_after_crash(site: Site) -> None:
    with site.open(profile(site)) as erp:
        there = [erp.find_posting(fact.key) is not None for fact in FACTS]
        check_totals(site, orders=there[:2])
        answers = erp.post(FACTS)
        assert [type(one) for one in answers] == [AlreadyPosted if known else Posted for known in there]
    check_totals(site, orders=[True, True])
    assert site.findings() == []


def check_totals(site: Site, orders: list[bool]) -> None:
    lines = len(site.read(TableName.ORDER_LINES))
    assert lines == 2 * orders[0] + orders[1]
    assert len(site.read(TableName.ORDER_ADDRESSES)) == orders[0]
    reserved = 4 * orders[0] + 2 * orders[1]
    assert site.one(TableName.LOCATIONS, item="BOLT", loctid="MSP")["lsoaloc"] == reserved
    assert site.one(TableName.STORES, item="BOLT", loctid="MSP", qstore="A1")["qsoaloc"] == reserved
    on_order = {row["custno"]: row["onorder"] for row in site.read(TableName.CUSTOMERS)}
    assert (on_order["ABC"] or 0) == Decimal("18.5") * orders[0]
    assert (on_order["XYZ"] or 0) == 5 * orders[1]
    used = 600 + sum(orders)
    for table in (TableName.SYSTEM, TableName.ORDER_COUNTERS):
        assert site.one(table, sysid="SO01")["int1"] == used


@pytest.mark.timeout(110)
def test_killed_at_any_write_the_order_is_whole_after_the_next_start(tmp_path: Path) -> None:
    lived, kill_at = False, 0
    while not lived:
        kill_at += 1
        assert kill_at < 400, "the posting should have ended by now"
        site = order_site(tmp_path / str(kill_at)).build()
        lived = post_in_a_child(site, kill_at)
        check_after_crash(site)
    assert kill_at > 40, "the killer should have met the writes of eleven tables"


def test_a_counter_that_a_clerk_used_after_the_crash_is_left_alone_and_named(tmp_path: Path) -> None:
    """Between the crash and our next start somebody drew the number that our order was to have."""
    held = 0
    for kill_at in range(1, 60, 3):
        site = order_site(tmp_path / str(kill_at)).build()
        if post_in_a_child(site, kill_at):
            break
        before = site.one(TableName.SYSTEM, sysid="SO01")["int1"]
        if before != 600 or not any(unfinished(site)):
            continue
        with Table.open(site.path(TableName.SYSTEM), writable=True) as system:
            (row,) = (one for one in system.records() if str(one["sysid"]).strip() == "SO01")
            system.update(row.recno, {"int1": Decimal(640)})
        with site.open(profile(site)) as erp:
            assert site.one(TableName.SYSTEM, sysid="SO01")["int1"] == 640
            quarantined = erp.health.quarantined
            assert str(FACTS[0].key) in quarantined
            assert erp.find_posting(FACTS[0].key) is None
            assert isinstance(erp.post([FACTS[0]])[0], Conflict)
            next_one = order(line(), shop_order="9000")
            assert isinstance(erp.post([next_one])[0], Refused), "numbers wait until a person has looked"
        held += 1
    assert held


def unfinished(site: Site) -> list[int]:
    ledger = PostingLedger(site.data / "counterfoil" / "01")
    try:
        return list(ledger.journal.unfinished())
    finally:
        ledger.close()
