"""Another program enters orders, draws numbers or holds rows while ours is being posted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import Busy, Posted, Refused
from tests.support.meddling import group_over, once
from tests.support.order_site import order_site
from tests.support.orders import order, order_profile
from tests.support.sagepro_site import Site

FACT = order()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return order_site(tmp_path / "site").build()


def profile(site: Site) -> Profile:
    return order_profile().model_copy(update={"system_folder": site.folder})


def enter(site: Site, **values: Value) -> None:
    with Table.open(site.path(TableName.ORDERS), writable=True) as orders:
        orders.append(values)


def draw(site: Site, table: TableName, used: int) -> None:
    with Table.open(site.path(table), writable=True) as system:
        for record in system.records():
            if str(record["sysid"]).strip() == "SO01":
                system.update(record.recno, {"int1": Decimal(used)})


def test_the_same_order_entered_between_plan_and_locks_is_found(site: Site) -> None:
    other: Mapping[str, Value] = {"sono": "601".rjust(10), "custno": "ABC", "ponum": "SHOP-1001"}
    with group_over(site, once(lambda: enter(site, **other)), profile(site)) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Refused)
    assert "bears SHOP-1001 already" in answer.why
    assert group.plans_count == 2
    assert site.read(TableName.ORDER_LINES) == []


def test_another_order_entered_meanwhile_only_moves_ours_to_the_next_number(site: Site) -> None:
    other: Mapping[str, Value] = {"sono": "601".rjust(10), "custno": "XYZ"}

    def sell() -> None:
        enter(site, **other)
        draw(site, TableName.SYSTEM, 601)

    with group_over(site, once(sell), profile(site)) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Posted)
    assert answer.document == "602"
    assert group.plans_count == 2


@pytest.mark.parametrize("table", [TableName.SYSTEM, TableName.ORDER_COUNTERS])
def test_a_number_drawn_meanwhile_is_not_drawn_twice(site: Site, table: TableName) -> None:
    with group_over(site, once(lambda: draw(site, table, 605)), profile(site)) as group:
        answer = group.write([FACT])[FACT.key]
    assert isinstance(answer, Posted)
    assert group.plans_count == 2
    assert answer.document == ("606" if table is TableName.SYSTEM else "601")
    assert {int(str(row["int1"])) for row in site.read(table, sysid="SO01")} == {int(answer.document)}


def test_a_company_whose_counter_row_is_held_waits_and_others_do_not(site: Site) -> None:
    with Table.open(site.path(TableName.SYSTEM), writable=True) as system:
        ours = next(record.recno for record in system.records() if str(record["sysid"]).strip() == "SO01")
        with system.locks.record(ours, system.patience.deadline()), site.open(profile(site)) as company:
            (held,) = company.post([FACT])
            assert isinstance(held, Busy), held
        others = next(record.recno for record in system.records() if str(record["sysid"]).strip() == "SO02")
        with system.locks.record(others, system.patience.deadline()), site.open(profile(site)) as company:
            (posted,) = company.post([FACT])
            assert isinstance(posted, Posted), posted
