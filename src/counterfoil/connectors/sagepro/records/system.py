"""The system table, which all companies share, and its mirror rows in a company's own tables."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.connectors.sagepro.records.columns import (
    COUNT,
    INFERRED,
    PROPOSED,
    TEXT,
    VERIFIED,
    Column,
    Columns,
)

SYSTEM: Columns = {
    "number": Column("sysid", TEXT, VERIFIED, required=True),
    "flags": Column("pass2", TEXT, VERIFIED),
    "int1": Column("int1", COUNT, VERIFIED),
    **{f"int{place}": Column(f"int{place}", COUNT, PROPOSED) for place in range(2, 10)},
}
"""One row for each module of each company, named by both: ``SO01``. That `int1` holds the number last used is
verified for orders and stock on the SQL Server edition; what the other integers count is not known."""

MIRROR: Columns = {
    name: replace(column, certainty=INFERRED if column.certainty is VERIFIED else PROPOSED)
    for name, column in SYSTEM.items()
}
"""Verified for orders and stock on the SQL Server edition; that the FoxPro tables have them is inferred."""
