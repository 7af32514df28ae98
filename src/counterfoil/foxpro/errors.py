"""Everything that the FoxPro engine can raise.

What to do is part of the message; the facts are attributes::

    FoxProError
    ├── TableMissingError          fix the path
    ├── TableFormatError           the file is damaged or of a kind we do not read: restore or repair it
    │   ├── CodePageError          say which code page the table is in
    │   ├── MemoError              the memo file does not fit the table
    │   └── IndexDamagedError      reindex the table in FoxPro
    ├── ReadOnlyTableError         the table may be read, not written; the reason says why
    ├── FieldError                 the caller's value does not fit the table
    │   ├── FieldMissingError
    │   ├── FieldWidthError
    │   └── FieldValueError
    ├── RecordMissingError         no such record number
    ├── TagMissingError            no such index tag
    ├── ForeignTagError            an index tag that only FoxPro searches and keeps: do it there
    ├── KeyExistsError             a candidate key is taken
    ├── DuplicateKeysError         a rebuild would give a candidate tag a key twice: change the rows
    ├── KeyValueError              a row holds a value for which no index key can be built
    ├── UnsupportedExpressionError an index expression that the compiler does not know
    ├── BusyError                  another program holds it: try again later
    │   ├── TableBusyError
    │   └── RecordBusyError
    ├── QuarantineError            a row waits for a person, who must judge it first
    ├── UnfinishedError            a transaction was interrupted: recover before writing
    ├── VerificationError          what was written does not read back: stop, then recover
    └── StorageError               the operating system refused
        └── DiskFullError          make room, then start again
"""

from __future__ import annotations


class FoxProError(Exception):
    """Root of everything that this package raises."""


class TableMissingError(FoxProError):
    """There is no such table, or one of its companions is gone."""

    def __init__(self, path: str, what: str = "table") -> None:
        super().__init__(f"{what} not found: {path}. Check the folder and the name.")
        self.path = path
        self.what = what


class TableFormatError(FoxProError):
    """A file is not what its header says."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table = table
        self.reason = reason


class CodePageError(TableFormatError):
    """The code page of the header, or the one that the caller names, is not known here."""

    def __init__(self, table: str, reason: str, mark: int | None = None) -> None:
        super().__init__(table, reason)
        self.mark = mark


class MemoError(TableFormatError):
    """A memo pointer or block is damaged."""


class IndexDamagedError(TableFormatError):
    """An index does not hold together; it must be rebuilt before anything is written."""


class ReadOnlyTableError(FoxProError):
    """The table can be read but not safely written."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table} is read-only here: {reason}")
        self.table = table
        self.reason = reason


class FieldError(FoxProError):
    """A value that the table cannot take (or that it holds and nobody can read)."""

    def __init__(self, table: str, field: str, reason: str) -> None:
        super().__init__(f"{table}.{field}: {reason}")
        self.table = table
        self.field = field
        self.reason = reason


class FieldMissingError(FieldError):
    """The table has no such field."""

    def __init__(self, table: str, field: str) -> None:
        super().__init__(table, field, "no such field; check the name against the table's header")


class FieldWidthError(FieldError):
    """The value is wider than the field; nothing is ever cut."""

    def __init__(self, table: str, field: str, width: int, found: int) -> None:
        super().__init__(table, field, f"needs {found} characters, the field holds {width}")
        self.width = width
        self.found = found


class FieldValueError(FieldError):
    """The value is of the wrong kind for the field."""


class RecordMissingError(FoxProError):
    """The record number is outside the table."""

    def __init__(self, table: str, recno: int, count: int) -> None:
        super().__init__(f"{table}: record {recno} does not exist; the table holds {count}")
        self.table = table
        self.recno = recno
        self.count = count


class TagMissingError(FoxProError):
    """The table has no such index tag."""

    def __init__(self, table: str, tag: str) -> None:
        super().__init__(f"{table} has no index tag {tag!r}; see table.tags")
        self.table = table
        self.tag = tag


class ForeignTagError(FoxProError):
    """Only FoxPro can do this with the tag; nothing was changed."""

    def __init__(self, table: str, tag: str, what: str, reason: str) -> None:
        super().__init__(f"{table}: {what} tag {tag!r}, and {reason}. Do it in FoxPro.")
        self.table = table
        self.tag = tag
        self.reason = reason


class KeyExistsError(FoxProError):
    """A candidate tag already holds this key."""

    def __init__(self, table: str, tag: str, recno: int) -> None:
        super().__init__(f"{table}: the key of tag {tag!r} is taken by record {recno}; use another key")
        self.table = table
        self.tag = tag
        self.recno = recno


class DuplicateKeysError(FoxProError):
    """Rows share a key of a candidate tag, so that it cannot be built; `groups` has some of their numbers."""

    def __init__(self, table: str, tag: str, groups: tuple[tuple[int, ...], ...]) -> None:
        rows = "; ".join(", ".join(map(str, group)) for group in groups)
        super().__init__(
            f"{table}: tag {tag!r} takes each key once, but these records share one: {rows}. Deleted records "
            "count. Change them or pack the table, then build the index again; nothing was changed."
        )
        self.table = table
        self.tag = tag
        self.groups = groups


class KeyValueError(FoxProError):
    """A row holds a value for which no index key can be built; the row cannot be written."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(f"no index key by {expression!r}: {reason}")
        self.expression = expression
        self.reason = reason


class UnsupportedExpressionError(FoxProError):
    """An index key or filter outside what the compiler knows."""

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(f"index expression {expression!r}: {reason}")
        self.expression = expression
        self.reason = reason


class BusyError(FoxProError):
    """Another program holds what we need; trying again later may succeed."""

    def __init__(self, table: str, what: str, by: str, how: str = "locked by") -> None:
        super().__init__(f"{table}: {what} is {how} {by}. Try again, or finish the work there first.")
        self.table = table
        self.what = what
        self.by = by


class TableBusyError(BusyError):
    """The table, its header, index or memo file is locked or in exclusive use elsewhere."""


class RecordBusyError(BusyError):
    """A record is locked elsewhere."""

    def __init__(self, table: str, recno: int, by: str) -> None:
        super().__init__(table, f"record {recno}", by)
        self.recno = recno


class UnfinishedError(FoxProError):
    """An earlier transaction was interrupted after it was decided; it must be rolled forward first."""

    def __init__(self, entries: tuple[int, ...]) -> None:
        super().__init__(f"transactions {entries} were interrupted; run recovery before anything is written")
        self.entries = entries


class QuarantineError(FoxProError):
    """A row that a crash left in doubt waits for a person; nothing more is done to it until then."""

    def __init__(self, table: str, recno: int, why: str) -> None:
        what = f"{table}: record {recno} waits for a person since a crash ({why})"
        super().__init__(f"{what}. Compare and mend it, then release it.")
        self.table = table
        self.recno = recno
        self.why = why


class VerificationError(FoxProError):
    """What was written does not read back."""

    def __init__(self, table: str, recno: int, what: str) -> None:
        super().__init__(f"{table}: record {recno} does not read back ({what}). Stop and run recovery.")
        self.table = table
        self.recno = recno
        self.what = what


class StorageError(FoxProError):
    """The operating system refused to read or write."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class DiskFullError(StorageError):
    """No room is left; what was begun is finished or undone by recovery."""

    def __init__(self, path: str) -> None:
        super().__init__(path, "the disk is full. Make room, then start again.")
