"""What the worker answers to an entry: what became of it, and the rows as it wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from counterfoil.connectors.sagepro.outbox.lines import DamagedFileError, unseal
from counterfoil.ports.erp import FieldChange, RowChange

TITLE, VERSION = "counterfoil-answer", "1"


class Outcome(Enum):
    """What became of an entry."""

    DONE = "done"
    """All rows stand in the books."""
    CHANGED = "changed"
    """A row was not as the plan assumed; nothing was written, plan again."""
    REFUSED = "refused"
    """It can never be written as it is; nothing was written."""
    CONFLICT = "conflict"
    """The key was imported before with other content; nothing was written now."""
    DOUBT = "doubt"
    """The worker was interrupted while it wrote; a person must look at the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """One row as the worker reports it."""

    table: str
    record: int
    fields: tuple[FieldChange, ...]
    """Of a changed row: what its fields held before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer."""

    number: int
    key: str
    content: str
    outcome: Outcome
    why: str
    worker: str
    """Program, machine and user."""
    first: int
    """The entry with which the key came into the books; the same as `number` where this one did it."""
    rows: Mapping[int, WrittenRow]
    """By the row's place in the entry."""

    def reported(self, planned: tuple[RowChange, ...]) -> tuple[RowChange, ...]:
        """The planned rows with the record numbers and values that the worker found and left."""
        return tuple(self._reported(place, row) for place, row in enumerate(planned, start=1))

    def _reported(self, place: int, row: RowChange) -> RowChange:
        written = self.rows.get(place)
        if written is None or written.table != row.table:
            return row
        fields = row.fields if row.added else written.fields or row.fields
        return RowChange(table=row.table, record=written.record, added=row.added, fields=fields)


def parse_answer(text: str) -> Answer:
    """An answer from its file's text.

    Raises:
        DamagedFileError: it is not whole, or of another version.
    """
    lines = unseal(text)
    if not lines or lines[0] != [TITLE, VERSION]:
        raise DamagedFileError(f"it is no answer of version {VERSION}")
    try:
        return _answer(lines)
    except (KeyError, ValueError, IndexError) as error:
        raise DamagedFileError(f"a line is missing or wrong ({error})") from error


def _answer(lines: list[list[str]]) -> Answer:
    head: dict[str, str] = {}
    rows: dict[int, WrittenRow] = {}
    for line in lines[1:]:
        match line:
            case ["row", place, table, record]:
                rows[int(place)] = WrittenRow(table=table, record=int(record), fields=())
            case ["field", place, name, before, after]:
                change = FieldChange(field=name, before=_readable(before), after=_readable(after))
                row = rows[int(place)]
                rows[int(place)] = WrittenRow(
                    table=row.table, record=row.record, fields=(*row.fields, change)
                )
            case [word, value]:
                head[word] = value
            case _:
                raise DamagedFileError(f"line {'|'.join(line)!r} is not known")
    number = int(head["entry"])
    return Answer(
        number=number,
        key=head["key"],
        content=head["content"],
        outcome=Outcome(head["outcome"]),
        why=head.get("why", ""),
        worker=head.get("worker", ""),
        first=int(head.get("first", number)),
        rows=rows,
    )


def _readable(value: str) -> str:
    """``N:100.0000`` as a person reads it: money with two places at least, dates as ISO writes them."""
    letter, _, text = value.partition(":")
    if letter == "D" and text:
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if letter == "N":
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        places = max(2, -int(number.normalize().as_tuple().exponent))
        return f"{number:.{places}f}"
    return text.strip()
