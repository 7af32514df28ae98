"""Rows found by key, and how long it takes until a table is open."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, so that everybody seeks the same
from collections.abc import Sequence
from pathlib import Path

from bench.foxpro.tables import timed
from bench.foxpro.work import asked
from counterfoil.foxpro import Table
from tests.oracle.client import Oracle

TAG = "live"
"""Each of its keys is there once."""
OPENED = 50

Wanted = tuple[int, str, int]
"""A row's number and the two parts of its key."""


def wanted(path: Path, times: int) -> list[Wanted]:
    chance = random.Random(times)  # noqa: S311 - no secret
    with Table.open(path) as table:
        recnos = [chance.randrange(1, table.record_count + 1) for _ in range(times)]
        rows = ((recno, table.read(recno)) for recno in recnos)
        return [(recno, str(row["custno"]).ljust(6), int(str(row["seq"]))) for recno, row in rows]


def ours(path: Path, sought: Sequence[Wanted]) -> float:
    """Keys a second, each found under the index lock and checked."""

    def seek() -> None:
        for recno, custno, seq in sought:
            if table.seek(TAG, custno, seq) != recno:
                raise AssertionError(recno)

    with Table.open(path) as table:
        return len(sought) / timed(seek)


def by_codebase(path: Path, sought: Sequence[Wanted]) -> float:
    keys = [f"{custno}{seq:>12}" for _, custno, seq in sought]
    with Oracle(path) as oracle:
        if [oracle.seek(TAG, key.encode("ascii")) for key in keys[:1]] != [sought[0][0]]:
            raise AssertionError(keys[0])
        return asked(oracle, [f"seek {TAG} {key.encode('ascii').hex()}" for key in keys])


def opening(path: Path) -> float:
    """Milliseconds until a table with index and memo is open and closed again."""

    def often() -> None:
        for _ in range(OPENED):
            with Table.open(path):
                pass

    return timed(often) / OPENED * 1000


def opening_by_codebase(path: Path) -> float:
    def often() -> None:
        for _ in range(OPENED):
            oracle.open(path)
            oracle.close()

    with Oracle(path) as oracle:
        oracle.close()
        return timed(often) / OPENED * 1000
