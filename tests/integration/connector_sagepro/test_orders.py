"""Sales orders on real tables: numbered, written whole and never twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table
from counterfoil.ports.changes import Change, LostUpdate, Page
from counterfoil.ports.erp import AlreadyPosted, Busy, Conflict, Posted, PostingAnswer, Preview, Refused
from tests.support.order_site import order_site
from tests.support.orders import DELIVERY, ORDER_TEXT, line, order, order_profile
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site

FULL = order(line(), freight=usd("8.50"), tax=usd("0.80"), tax_rate=Decimal(8), delivery=DELIVERY)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return order_site(tmp_path / "site")


def post(
    site: Site, *facts: Fact, text: str = ORDER_TEXT, gate: WriteGate | None = None
) -> list[PostingAnswer]:
    profile = order_profile(text).model_copy(update={"system_folder": site.folder})
    with site.open(profile, gate) as company:
        return list(company.post(facts))


def counters(site: Site) -> Mapping[str, int]:
    rows = [*site.read(TableName.SYSTEM), *site.read(TableName.ORDER_COUNTERS)]
    return {f"{str(row['sysid']).strip()} {place}": int(str(row["int1"])) for place, row in enumerate(rows)}


def text(row: Mapping[str, Value], *names: str) -> list[str]:
    return [str(row[name]).rstrip() for name in names]


def test_an_order_stands_in_every_table_and_both_counters_are_at_its_number(site: Site) -> None:
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Posted), answer
    assert answer.document == "601"
    head = site.one(TableName.ORDERS, sono="601")
    assert text(head, "sono", "custno", "ponum", "adduser") == ["       601", "ABC", "SHOP-1001", "CFOL"]
    assert (head["ordamt"], head["tax"], head["taxsamt"]) == (Decimal("18.5"), Decimal("0.8"), Decimal(10))
    lines = site.read(TableName.ORDER_LINES)
    assert [text(row, "sono", "item", "transeq") for row in lines] == [
        ["       601", "BOLT", "         1"],
        ["       601", "FRT", "         2"],
    ]
    (address,) = site.read(TableName.ORDER_ADDRESSES)
    assert text(address, "adtype", "company", "email") == ["D", "Dock 4", "dock@abc.example"]
    assert site.one(TableName.CUSTOMERS, custno="ABC")["onorder"] == Decimal("18.5")
    assert site.one(TableName.LOCATIONS, item="BOLT", loctid="MSP")["lsoaloc"] == 4
    assert site.one(TableName.STORES, item="BOLT", loctid="MSP", qstore="A1")["qsoaloc"] == 4
    assert counters(site) == {"AR01 0": 2001, "SO01 1": 601, "IC01 2": 7, "SO02 3": 90, "SO01 4": 601}
    assert site.findings() == []


def test_what_is_previewed_is_what_is_written(site: Site) -> None:
    profile = order_profile().model_copy(update={"system_folder": site.build().folder})
    with site.open(profile) as company:
        before = site.contents()
        preview = company.preview(FULL)
        assert isinstance(preview, Preview)
        assert site.contents() == before
        (posted,) = company.post([FULL])
        assert isinstance(posted, Posted)
        changes = [(row.table, row.added, row.fields) for row in posted.rows]
        assert [(row.table, row.added, row.fields) for row in preview.rows] == changes


def test_a_repeat_answers_the_first_and_other_content_is_a_conflict(site: Site) -> None:
    (first,) = post(site.build(), FULL)
    again, other = post(site, FULL), post(site, replace(order(line(quantity="9")), key=FULL.key))
    assert again == [AlreadyPosted(first=first)]  # type: ignore[arg-type]
    assert isinstance(other[0], Conflict)
    assert len(site.read(TableName.ORDERS)) == 2


def test_orders_of_one_group_take_numbers_one_after_the_other_and_sum_up(site: Site) -> None:
    facts = [order(line(quantity="2"), shop_order=str(number)) for number in range(5)]
    answers = post(site.build(), *facts, receipt("ABC", {"1001": "60"}))
    assert [type(answer) for answer in answers] == [Posted] * 6
    numbers = [answer.document for answer in answers if isinstance(answer, Posted)][:5]
    assert numbers == ["601", "602", "603", "604", "605"]
    assert site.one(TableName.LOCATIONS, item="BOLT", loctid="MSP")["lsoaloc"] == 10
    assert site.one(TableName.CUSTOMERS, custno="ABC")["onorder"] == 25
    assert counters(site)["SO01 1"] == counters(site)["SO01 4"] == 605
    assert site.findings() == []


def test_one_shop_number_is_entered_once_even_within_a_group(site: Site) -> None:
    twice = replace(FULL, key=replace(FULL.key, lineage="shopify/s2/1001"))
    first, second = post(site.build(), FULL, twice)
    assert isinstance(first, Posted)
    assert isinstance(second, Busy)
    (later,) = post(site, twice)
    assert isinstance(later, Refused)
    assert "order 601 of customer ABC bears SHOP-1001 already" in later.why


@pytest.mark.parametrize("tags", [True, False])
def test_the_shop_s_number_is_found_in_history_without_an_index(site: Site, *, tags: bool) -> None:
    if not tags:
        site.tags = {**site.tags, TableName.ORDERS: site.tags[TableName.ORDERS][:1]}
    there = [{"sono": "77".rjust(10), "custno": "ABC", "ponum": "SHOP-1001"}]
    site.rows = {**site.rows, TableName.ORDER_HISTORY: there}
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Refused)
    assert "in soymst" in answer.why


def test_a_number_that_a_clerk_took_is_stepped_over(site: Site) -> None:
    taken = [{"sono": str(number).rjust(10), "custno": "XYZ"} for number in (601, 602)]
    site.rows = {**site.rows, TableName.ORDERS: taken}
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Posted)
    assert answer.document == "603"
    assert counters(site)["SO01 1"] == 603


def test_a_site_without_mirror_or_stock_tables_is_served_as_its_profile_says(site: Site) -> None:
    site.tables = [
        name for name in site.tables if name.module != "IC" and name is not TableName.ORDER_COUNTERS
    ]
    site.build()
    (refused,) = post(site, FULL)
    assert isinstance(refused, Refused)
    assert "icitem" in refused.why
    stockless = ORDER_TEXT.replace("location: MSP", "location: MSP, items: false")
    (posted,) = post(site, FULL, text=stockless)
    assert isinstance(posted, Posted), posted
    system = site.read(TableName.SYSTEM)
    assert [int(str(row["int1"])) for row in system] == [2001, 601, 7, 90]


@pytest.mark.parametrize(
    ("table", "field", "width", "fact", "expected"),
    [
        (
            TableName.ORDERS,
            "ponum",
            8,
            FULL,
            "somast01.ponum: 'SHOP-1001' needs 9 characters",
        ),
        (TableName.ORDERS, "sono", 2, FULL, "somast01.sono: '601' needs 3 characters, the field has 2"),
        (TableName.ORDER_ADDRESSES, "company", 4, FULL, "soaddr01.company: 'Dock 4' needs 6 characters"),
        (TableName.ORDER_LINES, "descrip", 3, FULL, "sotran01.descrip: 'Hex bolt' needs 8 characters"),
    ],
)
def test_what_does_not_fit_is_refused_by_table_field_value_and_rule(
    site: Site, table: TableName, field: str, width: int, fact: Fact, expected: str
) -> None:
    site.rows = {**site.rows, TableName.ORDERS: []}
    site.resize(table, field, width)
    before = site.build().contents()
    (answer,) = post(site, fact)
    assert isinstance(answer, Refused), answer
    assert expected in answer.why
    assert {name: data for name, data in site.contents().items() if name in before} == before


def test_wider_keys_are_padded_to_their_own_width(site: Site) -> None:
    for table in (TableName.ORDERS, TableName.ORDER_LINES, TableName.ORDER_HISTORY):
        site.resize(table, "sono", 12)
    for table in (TableName.ITEMS, TableName.LOCATIONS, TableName.STORES, TableName.ORDER_LINES):
        site.resize(table, "item", 25)
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Posted), answer
    assert {str(row["sono"]) for row in site.read(TableName.ORDER_LINES)} == {"601".rjust(12)}
    assert site.findings() == []


def test_a_void_order_takes_back_what_it_reserved_and_its_number_stays_used(site: Site) -> None:
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Posted)
    taken_back = ReversalFact(
        key=FULL.key.reversal, reverses=FULL.key, reversed_on=FULL.ordered_on, reason="cancelled"
    )
    (void,) = post(site, taken_back)
    assert isinstance(void, Posted), void
    assert site.one(TableName.ORDERS, sono="601")["sostat"] == "V"
    assert {row["sostat"] for row in site.read(TableName.ORDER_LINES)} == {"V"}
    assert site.one(TableName.CUSTOMERS, custno="ABC")["onorder"] == 0
    for table in (TableName.LOCATIONS, TableName.STORES):
        column = "lsoaloc" if table is TableName.LOCATIONS else "qsoaloc"
        assert {row[column] for row in site.read(table)} == {Decimal(0)}
    assert counters(site)["SO01 1"] == 601
    assert site.findings() == []


def test_an_order_is_numbered_entered_and_void_without_any_index_of_its_tables(site: Site) -> None:
    kept = {TableName.ORDERS: site.tags[TableName.ORDERS][:1]}
    bare = {name: () for name in site.tags if name.module in {"SO", "IC"} and name not in kept}
    site.tags = {**site.tags, **bare, **kept}
    site.rows = {**site.rows, TableName.ORDER_HISTORY: [{"sono": "601".rjust(10), "custno": "XYZ"}]}
    (answer,) = post(site.build(), FULL)
    assert isinstance(answer, Posted), answer
    assert answer.document == "602"
    taken_back = ReversalFact(
        key=FULL.key.reversal, reverses=FULL.key, reversed_on=FULL.ordered_on, reason="cancelled"
    )
    (void,) = post(site, taken_back)
    assert isinstance(void, Posted), void
    assert {row["sostat"] for row in site.read(TableName.ORDER_LINES)} == {"V"}


def test_goods_that_are_shipped_at_once_are_not_taken_for_somebody_s_old_screen(site: Site) -> None:
    profile = order_profile().model_copy(update={"system_folder": site.build().folder})
    with site.open(profile) as company:
        first = company.changes(None, 100)
        assert isinstance(first, Page)
        assert isinstance(company.post([FULL])[0], Posted)
        for table, column in ((TableName.LOCATIONS, "lsoaloc"), (TableName.STORES, "qsoaloc")):
            with Table.open(site.path(table), writable=True) as stock:
                for record in stock.records():
                    stock.update(record.recno, {column: Decimal(0)})
        page = company.changes(first.cursor, 100)
    assert isinstance(page, Page)
    assert [one for one in page.notices if isinstance(one, LostUpdate)] == []
    assert any(isinstance(one, Change) and one.number == "601" for one in page.notices)
