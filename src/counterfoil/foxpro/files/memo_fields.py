"""The memo fields of a table's rows: block numbers on disk, texts and bytes in Python."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.foxpro.errors import FieldValueError, MemoError
from counterfoil.foxpro.files.memo_file import PICTURE, TEXT, MemoFile
from counterfoil.foxpro.files.table_locks import Deadline, TableLocks
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.records.code_pages import decode_text, encode_text
from counterfoil.foxpro.records.fields import Field, NoValue, Value
from counterfoil.foxpro.records.record import RecordCodec

FOREIGN_TYPES = {"G": "an OLE object", "P": "a picture"}
"""What only FoxPro can make. Such a memo can be emptied here and is else kept as it is."""


class MemoFields:
    """Puts memos in the place of block numbers and back. A memo that did not change keeps its block."""

    def __init__(self, storage: TableStorage, codec: RecordCodec, locks: TableLocks) -> None:
        self._storage = storage
        self._codec = codec
        self._locks = locks
        self._fields = {field.name: field for field in codec.memos}

    def resolved(self, values: dict[str, Value]) -> dict[str, Value]:
        """The values with every block number replaced by what the memo file holds there."""
        for field in self._codec.memos:
            if values[field.name] is not None:
                values[field.name] = self._value(field, values[field.name])
        return values

    def stored(self, values: Mapping[str, Value], base: bytes | None, deadline: Deadline) -> dict[str, Value]:
        """The values with every memo replaced by the number of the block that now holds it."""
        stored = {name.lower(): value for name, value in values.items()}
        named = self._fields.keys() & stored.keys()
        if not named:
            return stored
        self._codec.encode({name: value for name, value in stored.items() if name not in named})
        memos = {name: self._data(self._fields[name], stored[name]) for name in sorted(named)}
        for name, data in memos.items():
            if data is not None:
                stored[name] = self._block(self._fields[name], data, base, deadline)
        return stored

    def _memo(self, field: Field) -> MemoFile:
        if self._storage.memo is None:
            raise MemoError(self._storage.name, f"field {field.name} has no memo file")
        return self._storage.memo

    def _value(self, field: Field, block: Value) -> Value:
        data = self._memo(field).read(block) if isinstance(block, int) else b""
        return data if field.is_bytes else decode_text(data, self._storage.code_page)

    def _data(self, field: Field, value: Value) -> bytes | None:
        """The bytes to store; None is none at all, and null where the field can be null."""
        if value is None:
            return None
        if value is NoValue.BLANK:
            return b""
        if field.is_bytes and isinstance(value, bytes):
            return value
        if field.is_bytes or not isinstance(value, str):
            needs = "bytes" if field.is_bytes else "text"
            raise FieldValueError(self._storage.name, field.name, f"needs {needs}, not {value!r}")
        try:
            return encode_text(value, self._storage.code_page)
        except UnicodeEncodeError as error:
            reason = f"{error.object[error.start]!r} does not exist in code page {self._storage.code_page}"
            raise FieldValueError(self._storage.name, field.name, reason) from error

    def _block(self, field: Field, data: bytes, base: bytes | None, deadline: Deadline) -> int:
        memo = self._memo(field)
        if base is not None:
            block = self._codec.value(base, 0, field.name)
            if isinstance(block, int) and memo.read(block) == data:
                return block
        if data and field.type in FOREIGN_TYPES:
            reason = f"holds {FOREIGN_TYPES[field.type]}, which only FoxPro makes; leave it out or empty it"
            raise FieldValueError(self._storage.name, field.name, reason)
        with self._locks.memo(memo.file, deadline):
            return memo.append(data, PICTURE if field.type == "W" else TEXT)
