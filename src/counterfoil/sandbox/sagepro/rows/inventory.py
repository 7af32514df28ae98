"""Rows of items, stock, cost tiers, movements and locations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from counterfoil.sandbox.sagepro import goods
from counterfoil.sandbox.sagepro.documents import Item, right_justified
from counterfoil.sandbox.sagepro.periods import Calendar
from counterfoil.sandbox.sagepro.rows.values import Row, Value, added
from counterfoil.sandbox.sagepro.stock import STORES, Movement, Stock

_COST_COLUMNS = (
    *("lavgcst", "lstdcst", "llstcst"),
    *("slagcst", "slsdcst", "slltcst"),
    *("plagcst", "plsdcst", "plltcst"),
)


def _item_row(item: Item, on_hand: Decimal, calendar: Calendar, number: int) -> Row:
    return {
        "item": item.number,
        "itmdesc": item.name,
        "plinid": item.line,
        "itmclss": item.line,
        "comcode": item.line,
        "stkumid": "EA",
        "sunmsid": "EA",
        "punmsid": "EA",
        "sumfact": 1,
        "pumfact": 1,
        **dict.fromkeys(("avgcost", "stdcost", "lstcost"), item.cost),
        "price": item.price,
        "price2": item.price * 95 / 100,
        "price3": item.price * 90 / 100,
        "level2": Decimal(25),
        "level3": Decimal(100),
        "ionhand": on_hand,
        "appldisc": item.stocked,
        "decnum": 0,
        "taxcode": "Y" if item.taxable else "N",
        "stkcode": "Y" if item.stocked else "N",
        "resell": True,
        "history": True,
        "weight": None,
        "sdisrat": None,
        "loadpct": None,
        "nserial": 0,
        "ilrecv": calendar.before_period(30) if item.stocked else None,
        **added(calendar.history_start, number),
    }


def item_rows(items: Sequence[Item], stock: Sequence[Stock], calendar: Calendar) -> Iterator[Row]:
    totals: dict[str, Decimal] = {}
    for each in stock:
        totals[each.item.number] = totals.get(each.item.number, Decimal(0)) + each.on_hand
    for number, item in enumerate(items):
        yield _item_row(item, totals[item.number], calendar, number)


def location_stock_row(stock: Stock, calendar: Calendar, number: int) -> Row:
    location = stock.location
    return {
        "item": stock.item.number,
        "loctid": location.code,
        "lonhand": stock.on_hand,
        "lsoaloc": stock.allocated,
        "orderpt": Decimal(20) if stock.item.stocked else None,
        "ordqty": Decimal(50) if stock.item.stocked else None,
        "maxlevel": None,
        "lrecv": calendar.before_period(30) if stock.on_hand else None,
        **dict.fromkeys(_COST_COLUMNS, stock.item.cost),
        "icacct": location.account,
        "gllink": location.link if stock.item.stocked else "DEF",
        **added(calendar.history_start, number),
    }


def store_rows(stock: Stock, calendar: Calendar, first: int) -> Iterator[Row]:
    """The first store holds what orders have reserved."""
    for place, quantity in enumerate(stock.stores):
        yield {
            "item": stock.item.number,
            "loctid": stock.location.code,
            "qstore": STORES[place],
            "qbin": f"{STORES[place]}-{first % 90 + 10}",
            "qonhand": quantity,
            "qsoaloc": stock.allocated if place == 0 else Decimal(0),
            "qtranno": right_justified(first + place),
            **added(calendar.history_start, first),
        }


def tier_rows(stock: Stock, calendar: Calendar) -> Iterator[Row]:
    for number, tier in enumerate(stock.tiers, start=1):
        yield {
            "item": stock.item.number,
            "loctid": stock.location.code,
            "tier": str(number).rjust(4, "0"),
            "conhand": tier.quantity,
            "cost": tier.cost,
            **added(calendar.before_period(30), number),
        }


def movement_row(movement: Movement) -> Row:
    """An issue is negative; its reference names the order, right-justified like everywhere."""
    issue = movement.quantity < 0
    text = f"{'Shipment' if issue else 'Return'} SO#{right_justified(movement.order)}"
    return {
        "ttranno": right_justified(movement.number),
        "loctid": movement.location.code,
        "item": movement.item.number,
        "ref": text if movement.order else "Invoiced without order",
        "trantyp": "I" if issue else "R",
        "tdate": movement.on,
        "tqty": movement.quantity,
        "tcost": movement.item.cost,
        "price": movement.item.price,
        "applid": "SO" if movement.order else "AR",
        "orgno": right_justified(movement.order) if movement.order else "",
        "per": f"{movement.on:%Y%m}",
        **added(movement.on, movement.number),
    }


def location_rows(calendar: Calendar) -> Iterator[Row]:
    for number, location in enumerate(goods.LOCATIONS):
        values: Mapping[str, Value] = added(calendar.history_start, number)
        yield {"loctid": location.code, "locdesc": location.name, "icactm": location.account, **values}
