"""One record's bytes to values by field name and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.foxpro.errors import FieldMissingError, FieldValueError
from counterfoil.foxpro.field_codec import Encoder, blank, decoder, encoder
from counterfoil.foxpro.fields import NULL_FLAGS, Field, Value
from counterfoil.foxpro.null_flags import NullFlags

LIVE, DELETED = b" ", b"*"
DELETED_FLAG = DELETED[0]


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
        self.blank = LIVE + b"".join(blank(field) for field in fields)
        self._decoders = [
            (field.name, field.offset, field.end, decoder(field, code_page)) for field in self.fields
        ]
        self._encoders: dict[str, tuple[Field, Encoder]] = {
            field.name: (field, encoder(field, table, code_page)) for field in self.fields
        }
        self._by_name = {name: (start, end, convert) for name, start, end, convert in self._decoders}
        self._bits = NullFlags(fields) if any(field.type == NULL_FLAGS for field in fields) else None

    def decode(self, raw: bytes, recno: int) -> dict[str, Value]:
        """All values of the record."""
        values: dict[str, Value] = {}
        name = ""
        if self._bits:
            whole, raw = raw, self._bits.trimmed(raw)
        try:
            for name, start, end, convert in self._decoders:
                values[name] = convert(raw[start:end])
        except (ValueError, OverflowError) as error:
            reason = (
                f"record {recno} holds {raw[start:end]!r}, which is no value ({error}); repair it in FoxPro"
            )
            raise FieldValueError(self.table, name, reason) from error
        if self._bits:
            values.update(self._bits.binaries(whole) | self._bits.nulls(whole))
        return values

    def value(self, raw: bytes, recno: int, name: str) -> Value:
        """One field of a record; of a memo, its block."""
        field, _ = self.field(name)
        start, end, convert = self._by_name[field.name]
        try:
            return convert(raw[start:end])
        except (ValueError, OverflowError) as error:
            raise self._unreadable(field.name, recno, raw[start:end], error) from error

    def encode(self, values: Mapping[str, Value], base: bytes | None = None) -> bytes:
        """The record `base` (a blank one by default) with the values put in."""
        raw = bytearray(self.blank if base is None else base)
        for name, value in values.items():
            field, encode = self.field(name)
            raw[field.offset : field.end] = encode(value)
        return bytes(raw)

    def _unreadable(self, name: str, recno: int, data: bytes, error: Exception) -> FieldValueError:
        reason = f"record {recno} holds {data!r}, which is no value ({error}); repair it in FoxPro"
        return FieldValueError(self.table, name, reason)

    def field(self, name: str) -> tuple[Field, Encoder]:
        try:
            return self._encoders[name.lower()]
        except KeyError:
            raise FieldMissingError(self.table, name) from None
