"""Items and where their stock stands."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records.columns import (
    TEXT,
    VERIFIED,
    Column,
    Columns,
    Kind,
)

_PLACE = {
    "item": Column("item", TEXT, VERIFIED, required=True),
    "location": Column("loctid", TEXT, VERIFIED, required=True, aliases=("locid",)),
}

ITEM: Columns = {
    "item": Column("item", TEXT, VERIFIED, required=True),
    "on_hand": Column("ionhand", Kind.QUANTITY, VERIFIED),
}
LOCATION: Columns = {
    **_PLACE,
    "on_hand": Column("lonhand", Kind.QUANTITY, VERIFIED),
    "allocated": Column("lsoaloc", Kind.QUANTITY, VERIFIED),
    "account": Column("icacct", TEXT, VERIFIED),
}
STORE: Columns = {
    **_PLACE,
    "on_hand": Column("qonhand", Kind.QUANTITY, VERIFIED),
    "allocated": Column("qsoaloc", Kind.QUANTITY, VERIFIED),
}
COST_TIER: Columns = {**_PLACE, "on_hand": Column("conhand", Kind.QUANTITY, VERIFIED)}
