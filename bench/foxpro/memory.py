"""What a piece of work on a large table costs in memory: each runs in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench.peak import peak_mib
from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.index.reindex import reindex


class Cost(NamedTuple):
    """Seconds, and the process's peak of resident memory with Python and the engine in it."""

    seconds: float
    peak_mib: float


def cost(work: Callable[[Path], None], path: Path) -> Cost:
    """What a piece of work costs; a function of this module, as it goes to another process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, path).result()


def nothing(path: Path) -> None:
    """The engine loaded and the table opened."""
    with Table.open(path):
        pass


def scan(path: Path) -> None:
    with Table.open(path) as table:
        for _ in table.records():
            pass


def rebuild(path: Path) -> None:
    """REINDEX as a customer runs it: built beside, read back, written over the old index."""
    reindex(path)


def check(path: Path) -> None:
    if found := check_table(path):
        raise AssertionError(found[:10])


def _measured(work: Callable[[Path], None], path: Path) -> Cost:
    started = time.perf_counter()
    work(path)
    return Cost(time.perf_counter() - started, peak_mib())
