"""Items and where their stock stands."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records.columns import (
    LOCK,
    MONEY,
    QUANTITY,
    TEXT,
    VERIFIED,
    Column,
    Columns,
)

_PLACE = {
    "item": Column("item", TEXT, VERIFIED, required=True),
    "location": Column("loctid", TEXT, VERIFIED, required=True, aliases=("locid",)),
}

ITEM: Columns = {
    "item": Column("item", TEXT, VERIFIED, required=True),
    "description": Column("itmdesc", TEXT, VERIFIED),
    "item_class": Column("itmclss", TEXT, VERIFIED),
    "unit": Column("sunmsid", TEXT, VERIFIED),
    "stocked": Column("stkcode", TEXT, VERIFIED),
    "price": Column("price", MONEY, VERIFIED),
    "cost": Column("stdcost", MONEY, VERIFIED),
    "on_hand": Column("ionhand", QUANTITY, VERIFIED),
}
LOCATION: Columns = {
    **_PLACE,
    "on_hand": Column("lonhand", QUANTITY, VERIFIED),
    "allocated": Column("lsoaloc", QUANTITY, VERIFIED),
    "cost": Column("slsdcst", MONEY, VERIFIED),
    "account": Column("icacct", TEXT, VERIFIED),
    "link_code": Column("gllink", TEXT, VERIFIED),
    **LOCK,
}
STORE: Columns = {
    **_PLACE,
    "store": Column("qstore", TEXT, VERIFIED),
    "on_hand": Column("qonhand", QUANTITY, VERIFIED),
    "allocated": Column("qsoaloc", QUANTITY, VERIFIED),
}
COST_TIER: Columns = {**_PLACE, "on_hand": Column("conhand", QUANTITY, VERIFIED)}
