"""What a field of a table is: name, type, width, place in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from typing_extensions import override


class NoValue(Enum):
    """What stands in a field instead of a value. It is neither text nor number and never taken for one."""

    OVERFLOW = "overflow"
    """Read only: asterisks, where FoxPro had no room for a number, or a double that is no finite number."""
    BLANK = "blank"
    """Written only: nothing in a nullable field, which is another thing than null there."""

    @override
    def __str__(self) -> str:
        return self.value


Value = str | int | Decimal | float | date | datetime | bool | bytes | NoValue | None
"""What a field holds in Python. Double (B) alone is a float; binary types alone are bytes.

None is null in a nullable field, and nothing (a blank number, an empty date) in any other.
"""

NULL_FLAGS = "0"
"""Type of the hidden field that holds null and length bits."""

SYSTEM, NULLABLE, BINARY, AUTOINCREMENT = 0x01, 0x02, 0x04, 0x08

FIXED_WIDTHS = {"D": 8, "L": 1, "I": 4, "B": 8, "Y": 8, "T": 8}
MEMO_TYPES = frozenset("MGPW")
VARIABLE_TYPES = frozenset("VQ")
BYTES_TYPES = frozenset("GPWQ")
TEXT_TYPES = frozenset("CMV")
WIDEST = {"C": 254, "N": 20, "F": 20, "V": 254, "Q": 254}
STORED_WIDTHS = {kind: frozenset({width}) for kind, width in FIXED_WIDTHS.items()} | dict.fromkeys(
    MEMO_TYPES, frozenset({4, 10})
)
"""The widths that fields of some types have in a table; those of all others have 1 to 255."""
ANY_WIDTH = frozenset(range(1, 256))


@dataclass(frozen=True, slots=True)
class Counter:
    """The number that an autoincrement field gives to the next row, and by how much it then grows."""

    next: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One column. The name is lower-case; `offset` counts from the flag byte, so the first field is at 1.

    A `counter` makes it an autoincrement field. That of a field read from a table tells how things stood
    when it was opened, and is no part of what the field is.
    """

    name: str
    type: str
    width: int = 0
    decimals: int = 0
    offset: int = 0
    flags: int = 0
    counter: Counter | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name.lower())
        object.__setattr__(self, "type", self.type.upper())
        object.__setattr__(self, "width", self.width or FIXED_WIDTHS.get(self.type, 0))
        if self.counter:
            object.__setattr__(self, "flags", self.flags | AUTOINCREMENT | BINARY)

    @property
    def end(self) -> int:
        return self.offset + self.width

    @property
    def nullable(self) -> bool:
        return bool(self.flags & NULLABLE)

    @property
    def is_autoincrement(self) -> bool:
        """The table itself draws the numbers."""
        return bool(self.flags & AUTOINCREMENT)

    @property
    def is_bytes(self) -> bool:
        """Its values are bytes, which no code page translates (NOCPTRANS)."""
        return self.type in BYTES_TYPES or (self.type in TEXT_TYPES and bool(self.flags & BINARY))

    @property
    def is_hidden(self) -> bool:
        return bool(self.flags & SYSTEM) or self.type == NULL_FLAGS

    @property
    def is_memo(self) -> bool:
        return self.type in MEMO_TYPES

    @property
    def is_variable(self) -> bool:
        """It ends where its last byte says, unless it is full."""
        return self.type in VARIABLE_TYPES


def placed(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields with their offsets, one after the other behind the flag byte."""
    result: list[Field] = []
    offset = 1
    for one in fields:
        result.append(replace(one, offset=offset))
        offset += one.width
    return tuple(result)
