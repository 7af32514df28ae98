"""Reads days of a gateway's records in parts, where an answer would be too long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from counterfoil.ports.gateway import AnyRecord, CutOffError

ReadDays = Callable[[date, date], Sequence[AnyRecord]]


def halves(first: date, last: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Two parts of several days."""
    middle = first + (last - first) // 2
    return (first, middle), (middle + timedelta(days=1), last)


def read_in_parts(read: ReadDays, first: date, last: date) -> list[AnyRecord]:
    """All records of the days.

    Raises:
        CutOffError: a single day is too long.
    """
    try:
        return list(read(first, last))
    except CutOffError:
        if first >= last:
            raise
        early, late = halves(first, last)
        return [*read_in_parts(read, *early), *read_in_parts(read, *late)]
