"""The hidden field of null and length bits, `_NullFlags`: one bit field at the end of a record.

Verified on tables that Visual FoxPro wrote: the order of the bits, that a null leaves its field blank, that
an empty variable field has its length bit set, and that blanks stand between a value and its length.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.foxpro.records.fields import BINARY, NULL_FLAGS, SYSTEM, Field

NAME = "_NullFlags"
"""As Visual FoxPro spells it in the header."""


def null_masks(fields: Sequence[Field]) -> tuple[dict[str, int], dict[str, int]]:
    """The bit of each variable field's length and of each nullable field's null, by field name.

    Bits go in field order, the length bit of a field before its null bit; the first is the lowest bit of the
    first byte.
    """
    short: dict[str, int] = {}
    null: dict[str, int] = {}
    bit = 1
    for field in fields:
        if field.is_variable:
            short[field.name] = bit
            bit <<= 1
        if field.nullable:
            null[field.name] = bit
            bit <<= 1
    return short, null


def null_flags_field(fields: Sequence[Field]) -> Field | None:
    """The hidden field that a new table of these fields needs; None where it needs none."""
    bits = sum(field.is_variable + field.nullable for field in fields)
    return Field(NAME, NULL_FLAGS, -(-bits // 8), flags=SYSTEM | BINARY) if bits else None


def has_room(fields: Sequence[Field]) -> bool:
    """Whether the table's hidden field, if it has to have one, has a bit for everything."""
    needed = null_flags_field(fields)
    found = next((field.width for field in fields if field.type == NULL_FLAGS), 0)
    return needed is None or found >= needed.width


def used(data: bytes) -> bytes:
    """The bytes of a short variable field that are its value."""
    length = data[-1]
    if length >= len(data):
        raise ValueError(f"a length of {length} in a field of {len(data)}")
    return data[:length]


class NullFlags:
    """Reads and writes the bits of a table's records."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._place = next(field for field in fields if field.type == NULL_FLAGS)
        self._short, self._null = null_masks(fields)
        self._all = (1 << 8 * self._place.width) - 1

    def of(self, raw: bytes | bytearray) -> int:
        """All bits; without any, every field is full and none is null."""
        return int.from_bytes(raw[self._place.offset : self._place.end], "little")

    def is_null(self, bits: int, field: Field) -> bool:
        return bool(bits & self._null.get(field.name, 0))

    def is_short(self, bits: int, field: Field) -> bool:
        """Whether the field's last byte tells how many of its bytes are its value."""
        return bool(bits & self._short.get(field.name, 0))

    def put(self, raw: bytearray, field: Field, *, null: bool, short: bool) -> None:
        """Set or clear the bits of one field and of no other."""
        null_bit, short_bit = self._null.get(field.name, 0), self._short.get(field.name, 0)
        bits = self.of(raw) & ~(null_bit | short_bit)
        bits |= (null_bit if null else 0) | (short_bit if short else 0)
        data = (bits & self._all).to_bytes(self._place.width, "little")
        raw[self._place.offset : self._place.end] = data
