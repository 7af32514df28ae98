"""How Sage Pro numbered what was keyed: which counter moved, learned from two snapshots; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.connectors.sagepro.calibration.changes import RowDelta
from counterfoil.connectors.sagepro.calibration.comparing import text_of
from counterfoil.connectors.sagepro.records import SYSTEM_TABLE

_MIRROR = "sysd"
NOBODY = "no counter moved to it, and it is not the highest number plus one: it was keyed, or drawn elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeen:
    """A new document's number with where it came from, as far as the snapshots tell."""

    table: str
    column: str
    number: str
    counter: str = ""
    """The integer column of the system table that moved to it, such as ``int1``."""
    where: str = ""
    """The rows that moved, in words."""
    is_next: bool = False
    """The counter holds the next number instead of the one last used."""
    is_mirrored: bool = False
    is_highest_plus_one: bool = False

    @property
    def rule(self) -> str:
        """In words; what the profile can say of it stands in docs/howto/calibrate.md."""
        words = []
        if self.counter:
            holds = "the next number" if self.is_next else "the number last used"
            mirror = ", and its mirror in the company's tables" if self.is_mirrored else ""
            words.append(f"{self.where} holds {holds}{mirror}")
        elif self.where:
            words.append(f"{self.where} moved to it: a counter of the site's own")
        if self.is_highest_plus_one:
            words.append("it is the highest number so far plus one")
        return "; ".join(words) or NOBODY


def numbers_seen(
    deltas: Sequence[RowDelta], heads: Sequence[tuple[str, str]], highest: Mapping[str, int]
) -> list[NumberSeen]:
    """One for each new document; `highest` tells the highest number of each table before."""
    return [
        _seen(delta, column, deltas, highest)
        for table, column in heads
        for delta in deltas
        if delta.table == table and delta.before is None
    ]


def _seen(new: RowDelta, column: str, deltas: Sequence[RowDelta], highest: Mapping[str, int]) -> NumberSeen:
    written = text_of((new.after or {})[column]).strip()
    digits = "".join(sign for sign in written if sign.isdecimal())
    number = int(digits) if digits else None
    moved = [] if number is None else list(_moved(number, deltas))
    mirrors = [each for each in moved if each.table.endswith(_MIRROR)]
    others = [each for each in moved if each not in mirrors]
    system = next((each for each in others if each.table == SYSTEM_TABLE), None)
    chosen = system or next(iter(others), None)
    return NumberSeen(
        table=new.table,
        column=column,
        number=written,
        counter=system.column if system else "",
        where=f"{chosen.table}.{chosen.column} of row {chosen.row}" if chosen else "",
        is_next=chosen.is_next if chosen else False,
        is_mirrored=bool(system and mirrors),
        is_highest_plus_one=number is not None and highest.get(new.table, -1) + 1 == number,
    )


@dataclass(frozen=True, slots=True)
class _Counter:
    """A whole number of a row that rose to the document's number, or to the next one."""

    table: str
    row: str
    column: str
    is_next: bool


def _moved(number: int, deltas: Sequence[RowDelta]) -> Iterator[_Counter]:
    for delta in deltas:
        before, after = delta.before, delta.after
        if before is None or after is None:
            continue
        for column in delta.changed:
            old, new = _whole(before.get(column)), _whole(after[column])
            if old is not None and new is not None and old < new and new in {number, number + 1}:
                yield _Counter(delta.table, _name_of(delta), column, new == number + 1)


def _whole(value: object) -> int | None:
    text = text_of(value).strip()
    return int(text) if text.isdecimal() else None


def _name_of(delta: RowDelta) -> str:
    """The first text of a row, by which people know it again."""
    texts = (value.strip() for value in (delta.after or {}).values() if isinstance(value, str))
    return next(filter(None, texts), str(delta.record))
