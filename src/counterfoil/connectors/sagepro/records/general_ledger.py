"""Accounts of the general ledger, which are only read."""

from __future__ import annotations

from counterfoil.connectors.sagepro.records.columns import (
    MONEY,
    TEXT,
    VERIFIED,
    Column,
    Columns,
)

ACCOUNT: Columns = {
    "number": Column("glacnt", TEXT, VERIFIED, required=True),
    "balance": Column("glcurb", MONEY, VERIFIED),
}
