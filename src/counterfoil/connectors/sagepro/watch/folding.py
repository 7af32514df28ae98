"""One document as it was and as it is, whether its row stands in the current table or in history; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.watch.columns import HISTORY, Watched
from counterfoil.connectors.sagepro.watch.comparing import Pair, pair, values_of
from counterfoil.connectors.sagepro.watch.store import Staged, State

_Values = tuple[str, ...]


def without_moved(rows: Sequence[Staged]) -> list[Staged]:
    """Rows of one key without those that only moved within their table."""
    moved = Counter((one.name, one.row) for one in rows if one.state is State.WAS)
    moved &= Counter((one.name, one.row) for one in rows if one.state is State.IS)
    left = {State.WAS: Counter(moved), State.IS: moved, State.STANDS: Counter[tuple[TableName, bytes]]()}
    return [one for one in rows if not _take(left[one.state], (one.name, one.row))]


def _take(left: Counter[tuple[TableName, bytes]], row: tuple[TableName, bytes]) -> bool:
    if not left[row]:
        return False
    left[row] -= 1
    return True


def folded(group: Sequence[Staged], watched: Watched, parse: Callable[[Staged], Row]) -> Iterator[Pair]:
    """What differs between the rows of one key as they were and as they are.

    A document counts as it stands in the current table, or else in history. Rows of which several may bear
    one key count once where they stand alike in both.
    """
    rows = without_moved(group)
    if all(one.state is State.STANDS for one in rows):
        return
    known: dict[_Values, Row] = {}
    sides: dict[tuple[State, bool], Counter[_Values]] = {
        (state, is_history): Counter() for state in State for is_history in (False, True)
    }
    for one in rows:
        row = parse(one)
        values = values_of(watched, row)
        known[values] = row
        sides[one.state, one.name in HISTORY.values()][values] += 1
    before, after = _states(sides, watched)
    for old, new in pair(list(before.elements()), list(after.elements())):
        yield known[old] if old is not None else None, known[new] if new is not None else None


def _states(
    sides: dict[tuple[State, bool], Counter[_Values]], watched: Watched
) -> tuple[Counter[_Values], Counter[_Values]]:
    """All that was and all that is under the key, as far as it was put aside."""
    was: list[Counter[_Values]] = []
    stands: list[Counter[_Values]] = []
    for is_history in (False, True):
        new = sides[State.IS, is_history]
        now = sides[State.STANDS, is_history] or new
        stands.append(now)
        was.append(now - new + sides[State.WAS, is_history])
    return _union(was, watched), _union(stands, watched)


def _union(shelves: Sequence[Counter[_Values]], watched: Watched) -> Counter[_Values]:
    current, history = shelves
    return current | history if watched.is_repeated else current or history
