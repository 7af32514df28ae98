"""What happened to a company between two snapshots: rows added, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterfoil.connectors.sagepro.calibration.snapshot import Snapshot
from counterfoil.connectors.sagepro.describing import Fields
from counterfoil.ports.errors import ConfigurationError

ROWS_MAX = 1000
"""What a clerk keys changes a handful of rows; more mean that others worked, or that a table was packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDelta:
    """One row that is not as it was; without `before` it is new, without `after` it was deleted."""

    table: str
    record: int
    before: Fields | None
    after: Fields | None

    @property
    def changed(self) -> tuple[str, ...]:
        """The columns of a changed row that hold something else."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in after if before.get(name) != after[name])


def changed_rows(before: Snapshot, after: Snapshot) -> tuple[RowDelta, ...]:
    """Every row that differs, table by table.

    Raises:
        ConfigurationError: the snapshots are not of one company in this order, a table was changed in its
            structure or is in one of them only, or far too much differs.
    """
    if before.company != after.company or before.taken_at > after.taken_at:
        raise ConfigurationError("name the earlier and the later snapshot of one company, in this order")
    found: list[RowDelta] = []
    for name in sorted(before.sources.keys() | after.sources.keys()):
        first, second = before.sources.get(name), after.sources.get(name)
        if first is None or second is None:
            where = "first" if second is None else "second"
            raise ConfigurationError(f"table {name} is in the {where} snapshot only: take both anew")
        if first.format.structure != second.format.structure or first.unread != second.unread:
            raise ConfigurationError(f"table {name} got other columns between the snapshots: take both anew")
        for delta in _changed(before, after, name):
            found.append(delta)
            if len(found) > ROWS_MAX:
                raise ConfigurationError(
                    f"more than {ROWS_MAX} rows differ, the last in {name}: keep others out, and take both"
                    " snapshots anew around one thing that is keyed"
                )
    return tuple(found)


def _changed(before: Snapshot, after: Snapshot, name: str) -> Iterator[RowDelta]:
    firsts, seconds = before.digests(name), after.digests(name)
    for block in sorted(firsts.keys() | seconds.keys()):
        if firsts.get(block) != seconds.get(block):
            olds, news = before.block(name, block), after.block(name, block)
            for number in sorted(olds.keys() | news.keys()):
                old, new = olds.get(number), news.get(number)
                if old != new:
                    form = before.sources[name].format
                    yield RowDelta(
                        table=name,
                        record=number,
                        before=None if old is None else form.decode(old, number),
                        after=None if new is None else form.decode(new, number),
                    )
