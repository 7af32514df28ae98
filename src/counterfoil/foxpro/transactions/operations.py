"""What a transaction may do to tables, and what can become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.records.fields import Value


@dataclass(frozen=True, slots=True)
class Sum:
    """A rule of the books: a field of a row is the sum of a field over live rows of another table.

    The rows are those whose key in the tag begins with the key parts. After a crash the rule tells whether
    an `Add` is in the total, where others wrote to the row since; the books need not keep it to the cent.
    """

    total: str
    table: str
    tag: str
    key: tuple[Value, ...]
    part: str


@dataclass(frozen=True, slots=True)
class Append:
    """Add a row; fields that are not named are blank. `key` names the fields by which it is known again.

    `rows_before` guards it: the table must hold as many rows as when it was looked at.
    """

    table: str
    values: Mapping[str, Value]
    key: tuple[str, ...] = ()
    rows_before: int | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """Give fields of a row new values, if the guarded fields hold what is expected.

    `key` names the fields by which the row is known again where a PACK gave it another number.
    """

    table: str
    recno: int
    values: Mapping[str, Value]
    guards: Mapping[str, Value] = field(default_factory=dict)
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Add:
    """Add to numbers of a row, whatever they are by then, if the guarded fields hold what is expected."""

    table: str
    recno: int
    deltas: Mapping[str, Decimal]
    guards: Mapping[str, Value] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    sum: Sum | None = None


Operation = Append | Set | Add


@dataclass(frozen=True, slots=True)
class Posting:
    """Operations that happen together or not at all. Several postings may share one transaction."""

    id: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """All operations happened; the numbers of the appended rows in the order of the operations."""

    recnos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GuardFailed:
    """A row is not as expected; nothing of the posting was written. Read again and decide anew."""

    table: str
    recno: int
    field: str
    expected: Value
    found: Value


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else held what the posting needs for too long; nothing of it was written. Try again."""

    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The group's time was over before the posting's turn; nothing of it was written. Send it again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The posting can never be written as it is; the error says why. Nothing of it was written."""

    error: FoxProError


Outcome = Written | GuardFailed | Busy | Deferred | Refused
