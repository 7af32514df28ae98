"""The memo fields of a table's rows: block numbers on disk, texts in Python."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.foxpro.code_pages import decode_text, encode_text
from counterfoil.foxpro.errors import FieldValueError, MemoError
from counterfoil.foxpro.fields import Field, Value
from counterfoil.foxpro.locks import Deadline, TableLocks
from counterfoil.foxpro.record import RecordCodec
from counterfoil.foxpro.storage import TableStorage

BINARY_TYPES = frozenset("GPW")


class MemoFields:
    """Puts texts in the place of block numbers and back. A text that did not change keeps its block."""

    def __init__(self, storage: TableStorage, codec: RecordCodec, locks: TableLocks) -> None:
        self._storage = storage
        self._codec = codec
        self._locks = locks
        self._fields = {field.name: field for field in codec.memos}

    def resolved(self, values: dict[str, Value]) -> dict[str, Value]:
        """The values with every block number replaced by what the memo file holds there."""
        for field in self._codec.memos:
            values[field.name] = self._value(field, values[field.name])
        return values

    def stored(self, values: Mapping[str, Value], base: bytes | None, deadline: Deadline) -> dict[str, Value]:
        """The values with every text replaced by the number of the block that now holds it."""
        stored = {name.lower(): value for name, value in values.items()}
        if not self._fields.keys() & stored.keys():
            return stored
        self._codec.encode({name: value for name, value in stored.items() if name not in self._fields})
        for name in self._fields.keys() & stored.keys():
            stored[name] = self._block(self._fields[name], stored[name], base, deadline)
        return stored

    def _value(self, field: Field, block: Value) -> Value:
        if self._storage.memo is None or not isinstance(block, int):
            raise MemoError(self._storage.name, f"field {field.name} has no memo file")
        data = self._storage.memo.read(block)
        return data if field.type in BINARY_TYPES else decode_text(data, self._storage.code_page)

    def _block(self, field: Field, value: Value, base: bytes | None, deadline: Deadline) -> int:
        memo = self._storage.memo
        if memo is None or not isinstance(value, str | None):
            raise FieldValueError(self._storage.name, field.name, f"needs text, not {value!r}")
        try:
            data = encode_text(value or "", self._storage.code_page)
        except UnicodeEncodeError as error:
            reason = f"{error.object[error.start]!r} does not exist in code page {self._storage.code_page}"
            raise FieldValueError(self._storage.name, field.name, reason) from error
        if base is not None:
            block = self._codec.decode(base, 0)[field.name]
            if isinstance(block, int) and memo.read(block) == data:
                return block
        with self._locks.memo(memo.file, deadline):
            return memo.append(data)
