"""Values of table fields as the outbox writes them: a letter for the kind, and text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

from counterfoil.connectors.sagepro.binding import Shape, UnfitValueError

DIGITS_MAX = 15
"""What FoxPro's own numbers hold without rounding."""
CURRENCY_DECIMALS = 4
DOUBLE_DECIMALS = 8


class Letter(Enum):
    """How the worker reads a value."""

    TEXT = "C"
    """Blanks in front count, blanks at the end do not."""
    NUMBER = "N"
    """With as many decimals as the field has, a point before them and no sign but a minus."""
    DATE = "D"
    """YYYYMMDD; nothing where the date is empty."""
    FLAG = "L"
    """T or F."""
    NOTHING = "U"
    """A blank or null field."""


def value_parts(table: str, shape: Shape, value: object) -> tuple[str, str]:
    """Letter and text of a value of the field.

    Raises:
        UnfitValueError: FoxPro cannot hold it exactly.
    """
    match value:
        case bool():
            return Letter.FLAG.value, "T" if value else "F"
        case date():
            return Letter.DATE.value, f"{value:%Y%m%d}"
        case str():
            return Letter.TEXT.value, value.rstrip()
        case None:
            empty = Letter.DATE if shape.type == "D" else Letter.NOTHING
            return empty.value, ""
        case _:
            return Letter.NUMBER.value, _number(table, shape, value)


def _number(table: str, shape: Shape, value: object) -> str:
    decimals = {"Y": CURRENCY_DECIMALS, "B": DOUBLE_DECIMALS, "I": 0}.get(shape.type, shape.decimals)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{number:.{decimals}f}"
    if sum(character.isdecimal() for character in text) > DIGITS_MAX:
        raise UnfitValueError(table, shape.name, f"{number} has more than {DIGITS_MAX} digits in all")
    return text
