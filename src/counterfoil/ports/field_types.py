"""What a field of a record is: its type, how long it may be, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class ValueType(Enum):
    """What a field holds, as it stands in a stored result."""

    MONEY = "money"
    """Two texts: amount and currency."""
    DATE = "date"
    """A day: 2026-03-31."""
    INSTANT = "instant"
    """A moment with its zone: 2026-03-31T14:05:00Z."""
    NUMBER = "number"
    """Digits as text, or a whole number."""
    CODE = "code"
    """One word of a closed list."""
    TEXT = "text"
    FLAG = "flag"
    RECORD = "record"
    LIST = "list"
    ANY = "any"
    """Whatever another system sent."""


class Certainty(Enum):
    """How sure it is that the field is there and means what its label says."""

    VERIFIED = "verified"
    """Our own form, or seen where it comes from."""
    ASSUMED = "assumed"
    """Concluded or documented, and not seen there yet."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field of a record."""

    name: str
    label: str
    """What it is, in plain words."""
    type: ValueType
    width: int | None = None
    """Characters of a text, digits of a number; None where that is not bounded or not known."""
    places: int | None = None
    """Decimal places of a number."""
    words: tuple[str, ...] = ()
    """All that a code may be."""
    required: bool = True
    """Whether it always holds something."""
    example: str = ""
    certainty: Certainty = Certainty.VERIFIED
    source: str = ""
    """What the certainty stands on."""
    record: RecordSpec | None = None
    """What a record is made of, or each item of a list of records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpec:
    """A named record of typed fields, or one of several records, told apart by the word under `type`.

    The name of one of several is its group's name, a dot and its word: ``fact.receipt``.
    """

    name: str
    label: str
    fields: tuple[FieldSpec, ...] = ()
    one_of: tuple[RecordSpec, ...] = ()
    is_ours: bool = False
    """Whether operations alone make it: a mapped record with the same fields is none."""

    @property
    def is_open(self) -> bool:
        """Whether it may hold anything."""
        return not self.fields and not self.one_of

    def field(self, name: str) -> FieldSpec | None:
        return next((each for each in self.fields if each.name == name), None)
