"""What a field of a table is: name, type, width, place in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | float | date | datetime | bool | bytes | None
"""What a field holds in Python. Double (B) alone is a float; binary memo types alone are bytes."""

NULL_FLAGS = "0"
"""Type of the hidden field that holds null and length bits."""

SYSTEM, NULLABLE, BINARY = 0x01, 0x02, 0x04

FIXED_WIDTHS = {"D": 8, "L": 1, "I": 4, "B": 8, "Y": 8, "T": 8}
MEMO_TYPES = frozenset("MGPW")
WIDEST = {"C": 254, "N": 20, "F": 20}
STORED_WIDTHS = {kind: frozenset({width}) for kind, width in FIXED_WIDTHS.items()} | dict.fromkeys(
    MEMO_TYPES, frozenset({4, 10})
)
"""The widths that fields of some types have in a table; those of all others have 1 to 255."""
ANY_WIDTH = frozenset(range(1, 256))


@dataclass(frozen=True, slots=True)
class Field:
    """One column. The name is lower-case; `offset` counts from the flag byte, so the first field is at 1."""

    name: str
    type: str
    width: int = 0
    decimals: int = 0
    offset: int = 0
    flags: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.lower())
        object.__setattr__(self, "type", self.type.upper())
        object.__setattr__(self, "width", self.width or FIXED_WIDTHS.get(self.type, 0))

    @property
    def end(self) -> int:
        return self.offset + self.width

    @property
    def nullable(self) -> bool:
        return bool(self.flags & NULLABLE)

    @property
    def binary(self) -> bool:
        """The bytes are kept without code page translation."""
        return bool(self.flags & BINARY)

    @property
    def is_hidden(self) -> bool:
        return bool(self.flags & SYSTEM) or self.type == NULL_FLAGS

    @property
    def is_memo(self) -> bool:
        return self.type in MEMO_TYPES


def placed(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields with their offsets, one after the other behind the flag byte."""
    result: list[Field] = []
    offset = 1
    for field in fields:
        result.append(replace(field, offset=offset))
        offset += field.width
    return tuple(result)
