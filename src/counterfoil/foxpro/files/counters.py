"""Autoincrement fields: the number for the next row stands in the header; rows raise it, nothing lowers it.

Verified on tables that Visual FoxPro wrote: the header holds the next number to give, not the last one given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterfoil.foxpro.errors import FieldValueError
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.records.field_rules import NUMBER_MAX, STEP_MAX
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.records.header import COUNTER_OFFSET, FIELD_LENGTH, FIXED_LENGTH

Numbers = Mapping[str, int]
"""The next number of each autoincrement field, by its name."""

NUMBER_LENGTH = 4


class Counters:
    """The autoincrement fields of one table, on the disk."""

    def __init__(self, table: str, file: TableFile, fields: Sequence[Field]) -> None:
        self._table = table
        self._file = file
        self._places = {
            FIXED_LENGTH + place * FIELD_LENGTH + COUNTER_OFFSET: field
            for place, field in enumerate(fields)
            if field.is_autoincrement
        }

    def numbers(self) -> Numbers:
        """What the header says now; others may raise it as long as they hold its lock and we do not."""
        return {field.name: self._read(place) for place, field in self._places.items()}

    def numbered(self, raw: bytes, numbers: Numbers) -> tuple[bytes, Numbers]:
        """The new record with the numbers that it draws, and those that are next then."""
        following = dict(numbers)
        for field in self._places.values():
            number, step = numbers[field.name], field.counter.step if field.counter else 0
            if not step or number > NUMBER_MAX - STEP_MAX:
                raise FieldValueError(
                    self._table, field.name, f"cannot number a row after {number} in steps of {step}"
                )
            data = number.to_bytes(NUMBER_LENGTH, "little", signed=True)
            raw = raw[: field.offset] + data + raw[field.end :]
            following[field.name] = number + step
        return raw, following

    def raise_to(self, raws: Sequence[bytes]) -> None:
        """Let the numbers go on behind those of the rows; doing it again does no harm."""
        for place, field in self._places.items() if raws else ():
            following = max(_numbers_of(raws, field)) + (field.counter.step if field.counter else 0)
            if following > self._read(place):
                self._file.write_at(place, following.to_bytes(NUMBER_LENGTH, "little", signed=True))

    def _read(self, place: int) -> int:
        return int.from_bytes(self._file.read_at(place, NUMBER_LENGTH), "little", signed=True)


def _numbers_of(raws: Sequence[bytes], field: Field) -> Iterator[int]:
    return (int.from_bytes(raw[field.offset : field.end], "little", signed=True) for raw in raws)
