"""One record's bytes to values by field name and back."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.foxpro.errors import FieldMissingError, FieldValueError
from counterfoil.foxpro.records.field_codec import Decoder, Encoder, blank, decoder, encoder, stored_length
from counterfoil.foxpro.records.fields import NULL_FLAGS, Field, NoValue, Value
from counterfoil.foxpro.records.null_flags import NullFlags, used

LIVE, DELETED = b" ", b"*"
DELETED_FLAG = DELETED[0]
PATTERNS_MAX = 256


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its number, whether it is flagged deleted, and its values by lower-case field name."""

    recno: int
    deleted: bool
    values: dict[str, Value]

    def __getitem__(self, name: str) -> Value:
        return self.values[name]


class RecordCodec:
    """Translates the records of one table. Memo fields travel as block numbers; the table resolves them."""

    def __init__(self, table: str, fields: tuple[Field, ...], code_page: str) -> None:
        self.table = table
        self.fields = tuple(field for field in fields if not field.is_hidden)
        self.memos = tuple(field for field in self.fields if field.is_memo)
        self.counters = tuple(field for field in self.fields if field.is_autoincrement)
        self._layout = struct.Struct("<x" + "".join(map(_span, fields)))
        self._convert = {field.name: decoder(field, code_page) for field in self.fields}
        self._decoders: dict[int, list[tuple[str, Decoder]]] = {}
        self._encoders: dict[str, tuple[Field, Encoder]] = {
            field.name: (field, encoder(field, table, code_page)) for field in self.fields
        }
        self._bits = NullFlags(fields) if any(field.type == NULL_FLAGS for field in fields) else None
        self.blank = self._blank(fields)

    def decode(self, raw: bytes, recno: int) -> dict[str, Value]:
        """All values of the record."""
        bits = self._bits.of(raw) if self._bits else 0
        try:
            parts = zip(self._decoders_for(bits), self._layout.unpack(raw), strict=True)
            return {name: convert(data) for (name, convert), data in parts}
        except (ValueError, OverflowError):
            # It is met again here, where it is known at which field.
            return {field.name: self._value(raw, recno, field) for field in self.fields}

    def value(self, raw: bytes, recno: int, name: str) -> Value:
        """One field of a record; of a memo, its block."""
        return self._value(raw, recno, self.field(name)[0])

    def is_null(self, raw: bytes, name: str) -> bool:
        """Whether the field holds null, which is another thing than nothing."""
        return self._bits is not None and self._bits.is_null(self._bits.of(raw), self.field(name)[0])

    def encode(self, values: Mapping[str, Value], base: bytes | None = None) -> bytes:
        """The record `base` (a blank one by default) with the values put in.

        None makes a nullable field null, and leaves it blank underneath as FoxPro does; any other value ends
        the null.
        """
        raw = bytearray(self.blank if base is None else base)
        for name, value in values.items():
            field, encode = self.field(name)
            data = encode(None if value is NoValue.BLANK else value)
            raw[field.offset : field.end] = stored_length(data, field)
            if self._bits:
                null = value is None and field.nullable
                self._bits.put(raw, field, null=null, short=len(data) < field.width)
        return bytes(raw)

    def field(self, name: str) -> tuple[Field, Encoder]:
        try:
            return self._encoders[name.lower()]
        except KeyError:
            raise FieldMissingError(self.table, name) from None

    def _value(self, raw: bytes, recno: int, field: Field) -> Value:
        bits = self._bits.of(raw) if self._bits else 0
        data = raw[field.offset : field.end]
        try:
            return self._decoder_for(bits, field)(data)
        except (ValueError, OverflowError) as error:
            reason = f"record {recno} holds {data!r}, which is no value ({error}); repair it in FoxPro"
            raise FieldValueError(self.table, field.name, reason) from error

    def _decoders_for(self, bits: int) -> list[tuple[str, Decoder]]:
        """The decoders of all fields of a record with these null and length bits; rows have few patterns."""
        found = self._decoders.get(bits)
        if found is None:
            if len(self._decoders) >= PATTERNS_MAX:
                self._decoders.clear()
            found = [(field.name, self._decoder_for(bits, field)) for field in self.fields]
            self._decoders[bits] = found
        return found

    def _decoder_for(self, bits: int, field: Field) -> Decoder:
        convert = self._convert[field.name]
        if self._bits and self._bits.is_null(bits, field):
            return lambda _: None
        if self._bits and self._bits.is_short(bits, field):
            return lambda data: convert(used(data))
        return convert

    def _blank(self, fields: tuple[Field, ...]) -> bytes:
        """A blank record: nothing is null, and the variable fields are empty."""
        raw = bytearray(LIVE + b"".join(blank(field) for field in fields))
        if self._bits:
            for field in self.fields:
                self._bits.put(raw, field, null=False, short=field.is_variable)
        return bytes(raw)


def _span(field: Field) -> str:
    """The field's bytes in a layout of the whole record, where hidden ones are passed over."""
    return f"{field.width}{'x' if field.is_hidden else 's'}"
