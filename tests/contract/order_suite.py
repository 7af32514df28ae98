"""What every ERP backend must do with orders, customers and stock, whatever keeps its books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.sales_order import OrderKind
from counterfoil.domain.identifiers import ItemNumber
from counterfoil.ports.erp import AlreadyPosted, Changed, Conflict, Erp, Posted, Preview, Refused
from tests.support.customers import assuming, change, new_customer, ship_to, told
from tests.support.orders import DELIVERY, line, order
from tests.support.sagepro_books import receipt, usd
from tests.support.sagepro_site import Site

FULL = order(line(), freight=usd("8.50"), tax=usd("0.80"), tax_rate=Decimal(8), delivery=DELIVERY)


@dataclass(frozen=True, slots=True)
class Desk:
    """A backend, and the books that it keeps."""

    erp: Erp
    site: Site

    def post(self, fact: Fact) -> Posted:
        (answer,) = self.erp.post([fact])
        assert isinstance(answer, Posted), answer
        return answer

    def totals(self) -> Mapping[str, Decimal]:
        place = self.site.one(TableName.LOCATIONS, item="BOLT", loctid="MSP")
        store = self.site.one(TableName.STORES, item="BOLT", loctid="MSP", qstore="A1")
        customer = self.site.one(TableName.CUSTOMERS, custno="ABC")
        found = {"place": place["lsoaloc"], "store": store["qsoaloc"], "on order": customer["onorder"]}
        return {name: Decimal(str(value or 0)) for name, value in found.items()}

    def used(self) -> list[int]:
        """The last number used, in the system table and in its mirror."""
        tables = (TableName.SYSTEM, TableName.ORDER_COUNTERS)
        return [int(str(self.site.one(table, sysid="SO01")["int1"])) for table in tables]


class OrderSuite:
    """Tests over a fixture `desk` at a site that `take_orders` made, with the rules of `ORDER_TEXT`."""

    def test_an_order_is_written_whole_with_its_totals_and_its_number(self, desk: Desk) -> None:
        assert desk.post(FULL).document == "601"
        head = desk.site.one(TableName.ORDERS, sono="601")
        assert (head["ordamt"], head["tax"]) == (Decimal("18.5"), Decimal("0.8"))
        assert len(desk.site.read(TableName.ORDER_LINES, sono="601")) == 2
        (address,) = desk.site.read(TableName.ORDER_ADDRESSES)
        assert str(address["email"]).strip() == "dock@abc.example"
        assert desk.totals() == {"place": 4, "store": 4, "on order": Decimal("18.5")}
        assert desk.used() == [601, 601]

    def test_an_order_repeated_answers_the_first(self, desk: Desk) -> None:
        first = desk.post(FULL)
        assert desk.erp.post([FULL]) == (AlreadyPosted(first=first),)
        other = replace(order(line(quantity="9")), key=FULL.key)
        assert isinstance(desk.erp.post([other])[0], Conflict)
        assert desk.used() == [601, 601]

    def test_a_shop_number_is_entered_once(self, desk: Desk) -> None:
        desk.post(FULL)
        (answer,) = desk.erp.post([replace(FULL, key=replace(FULL.key, lineage="shopify/s2/1001"))])
        assert isinstance(answer, Refused)
        assert "order 601 of customer ABC bears SHOP-1001 already" in answer.why

    def test_orders_and_receipts_of_one_call_stand_beside_each_other(self, desk: Desk) -> None:
        facts = [order(shop_order=str(number)) for number in (1, 2, 3)]
        answers = desk.erp.post([*facts, receipt("ABC", {"1001": "60"})])
        assert [type(answer) for answer in answers] == [Posted] * 4, answers
        assert desk.totals() == {"place": 12, "store": 12, "on order": 30}
        assert desk.used() == [603, 603]

    def test_bids_are_no_demand(self, desk: Desk) -> None:
        desk.post(order(kind=OrderKind.BID))
        assert set(desk.totals().values()) == {0}

    def test_a_void_order_restores_every_total(self, desk: Desk) -> None:
        before = desk.totals()
        desk.post(FULL)
        desk.post(_reversal(FULL))
        assert desk.totals() == before
        assert str(desk.site.one(TableName.ORDERS, sono="601")["sostat"]).strip() == "V"
        assert desk.used() == [601, 601], "a number that was used stays used"
        desk.post(replace(FULL, key=replace(FULL.key, generation=2)))

    def test_a_preview_of_an_order_writes_nothing(self, desk: Desk) -> None:
        assert isinstance(desk.erp.preview(FULL), Preview)
        assert desk.site.read(TableName.ORDER_LINES) == []
        assert desk.used() == [600, 600]

    def test_an_item_that_does_not_exist_is_refused(self, desk: Desk) -> None:
        (answer,) = desk.erp.post([order(line("GONE"))])
        assert isinstance(answer, Refused)
        assert desk.used() == [600, 600]

    def test_items_and_stock_are_read(self, desk: Desk) -> None:
        desk.post(FULL)
        item = desk.erp.find_item(ItemNumber("BOLT"))
        assert item is not None
        assert (item.description, item.price, item.is_stocked) == ("Hex bolt", usd("2.5"), True)
        levels = {level.location: level.available for level in desk.erp.find_stock(ItemNumber("BOLT"))}
        assert levels == {"DEN": 40, "MSP": 56}
        assert desk.erp.find_item(ItemNumber("GONE")) is None

    def test_a_customer_is_new_once_and_changes_where_it_is_told(self, desk: Desk) -> None:
        fact = new_customer(city="Duluth", email="a@new.example")
        number = desk.post(fact).document
        desk.post(change(told(city="Fargo"), number=number))
        row = desk.site.one(TableName.CUSTOMERS, custno=number)
        told_now = [str(row[name]).strip() for name in ("company", "city", "email", "pterms")]
        assert told_now == ["New Ltd", "Fargo", "a@new.example", "Net 30"]
        (answer,) = desk.erp.post([change(assuming("city", "Omaha", "Duluth"), "e2", number)])
        assert isinstance(answer, Changed)
        (answer,) = desk.erp.post([new_customer("c2", number=number)])
        assert isinstance(answer, Refused)

    def test_delivery_addresses_are_added_and_changed(self, desk: Desk) -> None:
        assert desk.post(ship_to("a1", city="Fargo")).document == "1"
        desk.post(ship_to("a2", "1", is_new=False, city="Omaha"))
        (row,) = desk.site.read(TableName.SHIP_TOS)
        assert [str(row[name]).strip() for name in ("custno", "company", "city")] == ["ABC", "Dock", "Omaha"]
        desk.post(order(ship_to="1"))
        (address,) = desk.site.read(TableName.ORDER_ADDRESSES)
        assert str(address["city"]).strip() == "Omaha"

    def test_what_is_too_wide_is_refused_by_table_field_value_and_rule(self, desk: Desk) -> None:
        wide = order(shop_order="1" * 20)
        (answer,) = desk.erp.post([wide])
        assert isinstance(answer, Refused)
        assert "ponum" in answer.why
        assert "needs 25 characters, the field has 20" in answer.why


def _reversal(fact: Fact) -> ReversalFact:
    day = date(2026, 11, 22)
    return ReversalFact(key=fact.key.reversal, reverses=fact.key, reversed_on=day, reason="cancelled")
