"""Sales orders and their lines."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records.columns import (
    INFERRED,
    MONEY,
    NUMBER,
    TEXT,
    VERIFIED,
    Column,
    Columns,
    Kind,
)

ORDER: Columns = {
    "number": Column("sono", NUMBER, VERIFIED, required=True),
    "customer": Column("custno", TEXT, VERIFIED, required=True),
    "purchase_order": Column("ponum", TEXT, VERIFIED),
    "amount": Column("ordamt", MONEY, VERIFIED),
    "tax": Column("tax", MONEY, VERIFIED),
    "status": Column("sostat", TEXT, VERIFIED),
    "kind": Column("sotype", TEXT, VERIFIED),
    "twin": Column("currhist", TEXT, INFERRED),
}
ORDER_LINE: Columns = {
    "number": Column("sono", NUMBER, VERIFIED, required=True),
    "line": Column("tranlineno", Kind.COUNT, VERIFIED, aliases=("lineno",)),
    "item": Column("item", TEXT, VERIFIED),
    "location": Column("loctid", TEXT, VERIFIED, aliases=("locid",)),
    "open_quantity": Column("qtyord", Kind.QUANTITY, VERIFIED),
    "extended_price": Column("extprice", MONEY, VERIFIED),
    "status": Column("sostat", TEXT, VERIFIED),
    "stocked": Column("stkcode", TEXT, VERIFIED),
    "twin": Column("currhist", TEXT, INFERRED),
}
