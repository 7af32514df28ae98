"""The rows of a table that a command line asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from counterfoil.foxpro.errors import FoxProError, TagMissingError
from counterfoil.foxpro.expressions.values import Kind
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.records.record import DELETED_FLAG, Record
from counterfoil.foxpro.table import Table

_TRUTH = {"t": True, "true": True, "f": False, "false": False}
_KINDS: dict[Kind, tuple[str, Callable[[str], Value]]] = {
    Kind.DATE: ("a date such as 2026-11-02", date.fromisoformat),
    Kind.DATETIME: ("a date and time such as 2026-11-02T08:30:00", datetime.fromisoformat),
    Kind.LOGICAL: ("true or false", lambda text: _TRUTH[text.lower()]),
}
_NUMBER: tuple[str, Callable[[str], Value]] = ("a number", Decimal)


class KeyTextError(FoxProError):
    """The key on the command line is not of the tag's kind."""

    def __init__(self, tag: str, text: str, needed: str) -> None:
        super().__init__(f"tag {tag} is searched with {needed}, not with {text!r}")


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows by number, by a tag's key, or all; those flagged deleted when asked for or named."""

    recnos: Sequence[int] = ()
    tag: str = ""
    key: str = ""
    deleted: bool = False

    def records(self, table: Table, on_bad: Callable[[FoxProError], None]) -> Iterator[Record]:
        """The rows one after the other; one that cannot be read is told and left out."""
        for recno, raw in self._raws(table):
            if not self.deleted and not self.recnos and raw[0] == DELETED_FLAG:
                continue
            try:
                yield table.record_of(recno, raw)
            except FoxProError as error:
                on_bad(error)

    def _raws(self, table: Table) -> Iterable[tuple[int, bytes]]:
        if self.recnos:
            return ((recno, table.raw(recno)) for recno in self.recnos)
        if self.tag:
            found = table.scan(self.tag, key_value(table, self.tag, self.key))
            return ((recno, table.raw(recno)) for recno in found)
        return table.storage.raws()


def key_value(table: Table, name: str, text: str) -> Value:
    """The text as the kind of value that the tag is searched with."""
    tag = table.tags.get(name.lower())
    if tag is None or tag.key is None:
        raise TagMissingError(table.name, f"{name} ({tag.refusal})" if tag else name)
    if tag.key.kind is Kind.CHARACTER:
        return text
    needed, read = _KINDS.get(tag.key.kind, _NUMBER)
    try:
        return read(text)
    except (KeyError, ValueError, InvalidOperation):
        raise KeyTextError(name, text, needed) from None
