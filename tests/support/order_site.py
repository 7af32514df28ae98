"""A company that takes orders and keeps stock, as real FoxPro tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from counterfoil.connectors.sagepro.records import FURTHER_TABLES, POSTING_TABLES, TableName
from counterfoil.foxpro.index.index_file import TagSpec
from tests.support.sagepro_site import BOOKS, Rows, Site

STOCK: Rows = {
    TableName.ITEMS: [
        {"item": "BOLT", "itmdesc": "Hex bolt", "itmclss": "F", "sunmsid": "EA", "stkcode": "Y"}
        | {"price": Decimal("2.5"), "stdcost": Decimal("1.1"), "ionhand": Decimal(100)},
        {"item": "NUT", "itmdesc": "Nut", "sunmsid": "EA", "stkcode": "Y", "price": Decimal(1)},
        {"item": "FRT", "itmdesc": "Freight", "stkcode": "N"},
        {"item": "DISCOUNT", "itmdesc": "Order discount", "stkcode": "N"},
        {"item": "TAX", "itmdesc": "Sales tax", "stkcode": "N"},
    ],
    TableName.LOCATIONS: [
        {"item": item, "loctid": place, "lonhand": Decimal(on_hand), "lsoaloc": Decimal(0), "gllink": link}
        for item, place, on_hand, link in (
            ("BOLT", "MSP", 60, "100"),
            ("BOLT", "DEN", 40, "200"),
            ("NUT", "MSP", 5, "100"),
            ("FRT", "MSP", 0, "DEF"),
            ("DISCOUNT", "MSP", 0, "DEF"),
            ("TAX", "MSP", 0, "DEF"),
        )
    ],
    TableName.STORES: [
        {"item": item, "loctid": place, "qstore": store, "qonhand": Decimal(on_hand), "qsoaloc": Decimal(0)}
        for item, place, store, on_hand in (
            ("BOLT", "MSP", "A1", 50),
            ("BOLT", "MSP", "B1", 10),
            ("BOLT", "DEN", "A1", 40),
            ("NUT", "MSP", "A1", 5),
            ("FRT", "MSP", "A1", 0),
            ("DISCOUNT", "MSP", "A1", 0),
            ("TAX", "MSP", "A1", 0),
        )
    ],
    TableName.ORDER_COUNTERS: [{"sysid": "SO01", "int1": Decimal(600)}],
}
TAGS = {
    TableName.ORDERS: (TagSpec("sono", "sono"), TagSpec("ponum", "upper(ponum)+custno")),
    TableName.ORDER_HISTORY: (TagSpec("sono", "sono"),),
    TableName.ORDER_LINES: (TagSpec("sono", "sono"),),
    TableName.ORDER_LINE_HISTORY: (TagSpec("sono", "sono"),),
    TableName.ORDER_ADDRESSES: (TagSpec("sono", "sono+adtype"),),
    TableName.ITEMS: (TagSpec("item", "item"),),
    TableName.LOCATIONS: (TagSpec("item1", "item+loctid"),),
    TableName.STORES: (TagSpec("item5", "item+loctid+qstore"),),
    TableName.SHIP_TOS: (TagSpec("custno", "custno+cshipno"),),
}
_OWN = (*POSTING_TABLES, *(name for name in FURTHER_TABLES if name is not TableName.SYSTEM))


def order_site(folder: Path, rows: Rows = BOOKS) -> Site:
    """To be built; a table taken out of `tables` is one that the site lacks."""
    site = Site(folder)
    take_orders(site, rows)
    return site


def take_orders(site: Site, rows: Rows = BOOKS) -> None:
    """Gives a site that is yet to be built the tables of orders and stock."""
    site.rows = {**STOCK, **rows}
    site.tables = _OWN
    site.tags = {**site.tags, **TAGS}
    site.modules = [
        {"sysid": "AR01", "int1": Decimal(2001)},
        {"sysid": "SO01", "int1": Decimal(600)},
        {"sysid": "IC01", "int1": Decimal(7)},
        {"sysid": "SO02", "int1": Decimal(90)},
    ]
