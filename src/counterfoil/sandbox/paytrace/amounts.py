"""Amounts on the wire: decimal dollars as number or text outside, whole cents inside."""

from __future__ import annotations

import re
from decimal import Decimal

# Whole cents, and no more digits than any card payment has.
_DOLLARS = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2})0*)?")


def parse_cents(value: object) -> int | None:
    """Cents from a JSON number or text; None for what is not a plain amount of dollars."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    match = _DOLLARS.fullmatch(text.strip())
    if match is None:
        return None
    whole, fraction = match.groups(default="")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def render_dollars(cents: int) -> str:
    """Dollars with both decimals, as files and pages write them."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def render_number(cents: int) -> int | Decimal:
    """Dollars as the vendor's exports write them: 110 and 8.1, not 110.00 and 8.10."""
    if cents % 100 == 0:
        return cents // 100
    return Decimal(cents // 10).scaleb(-1) if cents % 10 == 0 else Decimal(cents).scaleb(-2)
