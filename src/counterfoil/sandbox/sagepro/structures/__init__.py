"""The structures of the sample company's tables, one module for each Sage Pro module."""

from __future__ import annotations

from functools import cache

from counterfoil.sandbox.sagepro.structures import ar, gl, ic, so, sy
from counterfoil.sandbox.sagepro.structures.columns import Structure, Widths

DRAFTS = (*ar.DRAFTS, *so.DRAFTS, *ic.DRAFTS, *gl.DRAFTS, *sy.DRAFTS)

# The sources of the marks. The reference page prints this table.
SOURCES = {
    "W": "a West-Wind business class generated from a customised site's arcust01 (types, widths, tags)",
    "M6": "typed dataset of a live Pro 6.0 site (names and types of arcust, arcadr, arglac, somast, sotran)",
    "M6b": "the same site's copy of icitem (names and types)",
    "F": "queries and expected values of a site read through the 32-bit FoxPro ODBC driver",
    "E": "a manufacturer's outbox that writes AR, SO and IC tables (padding, tags, columns)",
    "C": "intranet of a distributor on the SQL Server edition (columns, status codes)",
    "K": "an older SBT series: tables, columns and a re-implementation of posting",
    "TW": "a program that writes sales orders at a live SQL Server site (columns, counters)",
    "TP": "sales reports of the same site (month-end behaviour, currhist)",
    "NP": "collection reports of a second SQL Server site",
    "ARIA": "a third-party product that finds companies and charts of accounts through SYSDATA",
    "own": "no source; made in the manner of the others",
}


@cache
def structures(widths: Widths) -> tuple[Structure, ...]:
    """Every table of the sample company, in a fixed order."""
    return tuple(draft.with_widths(widths) for draft in DRAFTS)


@cache
def structure(table: str, widths: Widths) -> Structure:
    return next(found for found in structures(widths) if found.table == table)
