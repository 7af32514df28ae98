"""The hidden field of null and length bits, `_NullFlags`: one bit field at the end of a record."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.foxpro.fields import NULL_FLAGS, Field, Value


def null_masks(fields: Sequence[Field]) -> tuple[dict[str, int], dict[str, int]]:
    """The bit of each variable field's length and of each nullable field's null, by field name.

    Bits go in field order, the length bit of a field before its null bit; the first is the lowest bit of the
    first byte.
    """
    short: dict[str, int] = {}
    null: dict[str, int] = {}
    bit = 1
    for field in fields:
        if field.type in "VQ":
            short[field.name] = bit
            bit <<= 1
        if field.nullable:
            null[field.name] = bit
            bit <<= 1
    return short, null


class NullFlags:
    """Reads the bits of a table's records."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._flags = next(field for field in fields if field.type == NULL_FLAGS)
        short, self._null = null_masks(fields)
        self._short = [(field, short[field.name]) for field in fields if field.name in short]

    def _bits(self, raw: bytes) -> int:
        return int.from_bytes(raw[self._flags.offset : self._flags.end], "little")

    def trimmed(self, raw: bytes) -> bytes:
        """The record with the unused end of short variable fields blanked."""
        bits = self._bits(raw)
        for field, mask in self._short:
            if bits & mask:
                length = raw[field.end - 1]
                used = raw[field.offset : field.offset + length].ljust(field.width)
                raw = raw[: field.offset] + used + raw[field.end :]
        return raw

    def nulls(self, raw: bytes) -> dict[str, Value]:
        bits = self._bits(raw)
        return {name: None for name, mask in self._null.items() if bits & mask}

    def binaries(self, raw: bytes) -> dict[str, Value]:
        """Short variable binary fields, which end where their last byte says."""
        bits = self._bits(raw)
        return {
            field.name: raw[field.offset : field.offset + raw[field.end - 1]]
            for field, mask in self._short
            if field.type == "Q" and bits & mask
        }
