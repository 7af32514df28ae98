"""The rows of a sales order: its head, its lines, its address, what it reserves and adds on order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.operations import Add, Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import ORDERS, Answer, Desk
from counterfoil.connectors.sagepro.posting.order_lines import ZERO, Sums, lines_of, sums_of
from counterfoil.connectors.sagepro.posting.order_objections import order_objections
from counterfoil.connectors.sagepro.posting.order_stock import Found, find_rows, reserve
from counterfoil.connectors.sagepro.posting.rows import stamp
from counterfoil.connectors.sagepro.records import CustomerRecord, Row, TableName, Value
from counterfoil.connectors.sagepro.sales_rules import OrderCodes
from counterfoil.domain.facts.sales_order import OrderKind, SalesOrderFact

_DELIVERY = "D"
"""What an address is for (verified at one site)."""
_ENTERED = "X"
"""The switch that one site writes on entry; what it means is not known (verified as written)."""
_INHERITED = ("terms", "terms_percent", "terms_days", "net_days", "salesperson", "territory", "link_code")
_ADDRESS = ("name", "address_1", "address_2", "city", "state", "zip", "country", "phone", "email")


def plan_sales_order(fact: SalesOrderFact, desk: Desk) -> Answer:
    """The rows of an order, or why there are none.

    The number is drawn first: from then on the counter's row is held where a backend reads under locks, so
    that nobody who numbers by it enters the same order while we look for it.
    """
    number = desk.draw(ORDERS)
    customers = desk.books.customers(fact.customer)
    found = tuple(find_rows(line, desk) for line in lines_of(fact, desk.profile.orders))
    for objection in order_objections(fact, desk, customers, found):
        return objection
    sheet = _Sheet(fact, desk, number, customers[0], found)
    return Plan(key=fact.key, document=number, operations=tuple(sheet.operations()))


class _Sheet:
    """Writes the rows of one order."""

    def __init__(
        self,
        fact: SalesOrderFact,
        desk: Desk,
        number: str,
        customer: CustomerRecord,
        found: tuple[Found, ...],
    ) -> None:
        self._number = number
        self._fact = fact
        self._desk = desk
        self._rules = desk.profile.orders
        self._customer = customer.row
        self._found = found
        self._sums = sums_of(fact, tuple(one.line for one in found), self._rules)

    def operations(self) -> Iterator[Operation]:
        for place, found in enumerate(self._found, start=1):
            yield Append(table=TableName.ORDER_LINES, values=self._line(place, found))
        address = self._address()
        if address is not None:
            yield Append(table=TableName.ORDER_ADDRESSES, values={**self._head, **address})
        yield Append(table=TableName.ORDERS, values=self._order(self._sums))
        if self._fact.kind is OrderKind.FIRM:
            yield from reserve(self._found) if self._rules.allocates else ()
            yield from self._on_order() if self._rules.on_order else ()

    @property
    def _head(self) -> Mapping[str, Value]:
        return {
            "number": self._number,
            "customer": self._customer.text("number"),
            **{name: value for name, value in stamp(self._desk.terms).items() if name.startswith("added")},
        }

    @property
    def _state(self) -> Mapping[str, Value]:
        """What head and lines share."""
        return {
            **self._head,
            **stamp(self._desk.terms),
            "ordered_on": self._fact.ordered_on,
            "salesperson": self._customer.text("salesperson"),
            "territory": self._customer.text("territory"),
            "status": self._rules.codes.open[0],
            "kind": _kind(self._fact.kind, self._rules.codes),
        }

    def _order(self, sums: Sums) -> Mapping[str, Value]:
        return {
            **{name: self._customer.values[name] for name in _INHERITED if name in self._customer.values},
            **self._state,
            "entered_on": self._desk.terms.now.date(),
            "ship_via": self._fact.ship_via,
            "ship_to": self._fact.ship_to,
            "tax_rate": sums.tax_rate,
            "tax": sums.tax,
            "base_tax": sums.tax,
            "taxable_amount": sums.taxable,
            "amount": sums.amount,
            "base_amount": sums.amount,
            "shipped_amount": ZERO,
            "purchase_order": self._fact.purchase_order,
            "web_number": self._fact.shop_order,
            "switch": _ENTERED,
            "location": self._found[0].line.location,
            "released": "N",
            "shipped_whole": "N",
        }

    def _line(self, place: int, found: Found) -> Mapping[str, Value]:
        line = found.line
        own_code = self._rules.charge_codes.get(line.item, "")
        return {
            **self._state,
            "line": place,
            "sequence": str(place),
            "item": line.item,
            "description": line.description or found.of_item("description"),
            "item_class": found.of_item("item_class"),
            "location": line.location,
            "discount": line.discount,
            "tax_rate": self._sums.tax_rate if line.taxable else ZERO,
            **dict.fromkeys(("cost", "base_cost", "unit_cost", "base_unit_cost"), found.cost),
            **dict.fromkeys(("price", "base_price", "unit_price", "base_unit_price"), line.price),
            **dict.fromkeys(("open_quantity", "open_units", "first_quantity"), line.quantity),
            **dict.fromkeys(("shipped_quantity", "shipped_units"), ZERO),
            **dict.fromkeys(("extended_price", "base_extended_price", "first_extended_price"), line.extended),
            "requested_on": self._fact.requested_on or self._fact.ordered_on,
            "sales_code": own_code or self._customer.text("link_code"),
            "stock_code": found.stock_code,
            "stocked": _flag(found.is_stocked),
            "taxable": _flag(line.taxable),
            "unit_factor": Decimal(1),
            "unit": found.of_item("unit"),
        }

    def _address(self) -> Mapping[str, Value] | None:
        """The shop's own words, else the customer's delivery address of that number."""
        fact, given = self._fact, self._fact.delivery
        values: dict[str, Value]
        if given is not None:
            values = {
                **{f"address_{place}": getattr(given, f"line_{place}") for place in (1, 2, 3)},
                **{name: getattr(given, name) for name in _ADDRESS if not name.startswith("address")},
            }
        else:
            row = ship_to_row(fact, self._desk)
            if row is None:
                return None
            values = {name: row.values[name] for name in _ADDRESS if name in row.values}
        return {"kind": _DELIVERY, "ship_to": fact.ship_to, **values}

    def _on_order(self) -> Iterator[Add]:
        row = self._customer
        yield Add(table=row.table, record=row.record, column="on_order", delta=self._sums.amount)


def ship_to_row(fact: SalesOrderFact, desk: Desk) -> Row | None:
    rows = desk.books.find(TableName.SHIP_TOS, "customer", fact.customer)
    return next((row for row in rows if fact.ship_to and row.text("ship_to") == fact.ship_to), None)


def _kind(kind: OrderKind, codes: OrderCodes) -> str:
    return {OrderKind.FIRM: codes.firm, OrderKind.BID: codes.bid, OrderKind.RETURN: codes.returned}[kind][0]


def _flag(value: object) -> str:
    return "Y" if value else "N"
