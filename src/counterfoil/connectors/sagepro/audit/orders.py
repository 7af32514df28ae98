"""Rules of one order, and what its open lines still want."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.connectors.sagepro.audit.findings import (
    Check,
    Finding,
    Group,
    Rule,
    Terms,
    same,
    total_of,
)
from counterfoil.connectors.sagepro.records import Row, TableName

_PARTS = ((TableName.ORDERS, TableName.ORDER_LINES), (TableName.ORDER_HISTORY, TableName.ORDER_LINE_HISTORY))
_FIRM_KINDS = frozenset({"", "O"})
"""Kinds of orders that are demand; bids (B), blanket orders and returns (R) are none (verified)."""
_STOCKED = "Y"


def firm_orders(group: Group) -> Iterator[Row]:
    """The open order that stands in the current table, where it is demand; one, unless it stands twice."""
    for row in group.of(TableName.ORDERS):
        if not row.text("status") and row.text("kind") in _FIRM_KINDS:
            yield row


def reserving_lines(group: Group) -> Iterator[Row]:
    """Open lines of stocked items."""
    for row in group.of(TableName.ORDER_LINES):
        if not row.text("status") and row.text("stocked") == _STOCKED:
            yield row


def lines_of_order(group: Group, _: Terms) -> Iterator[Finding]:
    for head, lines in _PARTS:
        for row in group.of(head):
            yield from same(row, group.key, "amount", total_of(group.of(lines), "extended_price"))


def lines_and_tax_of_order(group: Group, _: Terms) -> Iterator[Finding]:
    for head, lines in _PARTS:
        for row in group.of(head):
            expected = total_of(group.of(lines), "extended_price") + row.money("tax")
            yield from same(row, group.key, "amount", expected)


CHECKS: tuple[Check[Group], ...] = (
    Check(
        name="lines_of_order",
        rules=(
            Rule("An order's amount is the sum of what is left on its lines.", lines_of_order),
            Rule(
                "An order's amount is the sum of what is left on its lines, and its tax.",
                lines_and_tax_of_order,
            ),
        ),
        needs={
            TableName.ORDERS: ("amount",),
            TableName.ORDER_LINES: ("extended_price",),
        },
    ),
)
