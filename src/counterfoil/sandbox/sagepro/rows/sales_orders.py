"""Rows of orders, their lines and delivery addresses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from counterfoil.sandbox.sagepro.documents import Order, OrderLine, Place, cents, right_justified
from counterfoil.sandbox.sagepro.rows.values import CURRENCY, TWIN, Row, Value, added, blank_or, yes

_ZERO = Decimal(0)


def _twin(order: Order) -> str:
    return TWIN if order.place is Place.BOTH else ""


def _amounts(order: Order) -> dict[str, Value]:
    taxable = sum((line.open_amount for line in order.lines if line.line.item.taxable), _ZERO)
    tax = cents(taxable * order.customer.tax_percent / 100)
    return {
        "taxrate": blank_or(order.customer.tax_percent),
        "tax": tax,
        "btax": tax,
        "taxsamt": taxable,
        "ordamt": order.open_amount,
        "bordamt": order.open_amount,
        "shpamt": order.shipped_amount,
        "bshpamt": order.shipped_amount,
        "currship": _ZERO,
        "bcurshp": _ZERO,
        "disc": None,
    }


def order_row(order: Order) -> Row:
    customer = order.customer
    return {
        "sono": right_justified(order.number),
        "custno": customer.number,
        "sodate": order.on,
        "ordate": order.on,
        "shipvia": "UPS GROUND",
        "cshipno": "1",
        "pterms": customer.terms.text,
        "pdisc": blank_or(customer.terms.percent),
        "pdays": customer.terms.discount_days or None,
        "pnet": customer.terms.net_days or None,
        **_amounts(order),
        "ponum": order.purchase_order,
        "websono": order.web_number,
        "glarec": customer.link,
        "salesmn": customer.salesperson,
        "terr": customer.territory,
        "tosw": TWIN,
        "sostat": order.status,
        "sotype": order.type,
        "defloc": order.lines[0].line.location.code,
        "release": yes(order.status == "C"),
        "shipcomp": "N",
        "currhist": _twin(order),
        "currid": CURRENCY,
        "exchrat": 1,
        "revrate": 1,
        **added(order.on, order.number),
    }


def _line_row(order: Order, ordered: OrderLine, number: int) -> Row:
    line, customer = ordered.line, order.customer
    closed = order.status == "" and line.quantity == ordered.shipped
    return {
        "sono": right_justified(order.number),
        "custno": customer.number,
        "item": line.item.number,
        "descrip": line.item.name,
        "disc": line.discount,
        "taxrate": blank_or(customer.tax_percent if line.item.taxable else _ZERO),
        **_quantities(ordered),
        **_prices(ordered),
        "ordate": order.on,
        "rqdate": order.on,
        "terr": customer.territory,
        "salesmn": customer.salesperson,
        "isoclss": line.item.line,
        "glsale": line.sales_code(customer),
        "glasst": line.stock_code,
        "stkcode": yes(line.item.stocked),
        "taxable": yes(line.item.taxable),
        "sostat": "C" if closed else order.status,
        "sotype": order.type,
        "loctid": line.location.code,
        "tranlineno": number,
        "transeq": str(number).rjust(4),
        "umfact": 1,
        "umeasur": "EA",
        "boline": None,
        "currhist": _twin(order),
        "currid": CURRENCY,
        "exchrat": 1,
        **added(order.on, order.number),
    }


def _quantities(ordered: OrderLine) -> dict[str, Value]:
    """The quantity ordered is what remains; the quantity shipped is reset after each shipment."""
    return {
        "qtyord": ordered.remaining,
        "tqtyord": ordered.remaining,
        "origqtyord": ordered.line.quantity,
        "qtyshp": _ZERO,
        "tqtyshp": _ZERO,
        "shipqty": _ZERO,
    }


def _prices(ordered: OrderLine) -> dict[str, Value]:
    line = ordered.line
    return {
        **dict.fromkeys(("cost", "bcost", "tcost", "tbcost"), line.item.cost),
        **dict.fromkeys(("price", "bprice", "tprice", "tbprice"), line.price),
        "extprice": ordered.open_amount,
        "bextpri": ordered.open_amount,
        "origextpri": line.extended,
    }


def line_rows(order: Order) -> Iterator[Row]:
    for number, line in enumerate(order.lines, start=1):
        yield _line_row(order, line, number)


def address_row(order: Order) -> Row:
    """Where the goods of an open order go."""
    address = order.customer.address
    return {
        "sono": right_justified(order.number),
        "custno": order.customer.number,
        "adtype": "D",
        "cshipno": "1",
        "company": order.customer.name,
        "address1": address.street,
        "address2": address.suite,
        "city": address.city,
        "addrstate": address.state,
        "zip": address.zip,
        "country": "USA",
        "email": order.customer.email,
        "phone": order.customer.phone,
        **added(order.on, order.number),
    }
