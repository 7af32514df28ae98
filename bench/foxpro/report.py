"""All figures of one run, each beside its limit, its aim or a peer, and checked to be right."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench import disk
from bench.foxpro import memory, peers, seeks
from bench.foxpro.tables import copied, fresh_rows, make, timed
from bench.foxpro.work import APPEND, Rates, Work, by_codebase, in_groups, one_by_one
from bench.results import Result
from tests.oracle import setup
from tests.oracle.client import Oracle

SIZES = "1000,100000,1000000"
"""Rows of the tables; `BENCH_ROWS` names others, for a quick run."""
PEERS_ROWS_MAX = 100_000
SINGLY, DURABLE, GROUPED, GROUP = 1_000, 300, 2_000, 100
"""How many changes of each kind one by one, one by one and waited for, in groups of so many."""
SOUGHT = 2_000
DBF_APPENDS = 200
AIM_SINGLE, AIM_GROUPED, AIM_INSERT = 500, 2_000, 500
DURABLY = f"durable, groups of {GROUP}"


def run() -> Iterator[Result]:
    if reason := setup.missing():
        raise SystemExit(f"CodeBase, the peer on the same files, is missing: {reason}")
    sizes = [int(size) for size in os.environ.get("BENCH_ROWS", SIZES).split(",")]
    with setup.in_use(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            (folder / str(size)).mkdir()
            base = folder / str(size) / "base.dbf"
            yield from _of_size(base, size, with_peers=size == max(_comparable(sizes)))
            shutil.rmtree(base.parent)


def _comparable(sizes: list[int]) -> list[int]:
    """The sizes that the other libraries can take."""
    return [size for size in sizes if size <= PEERS_ROWS_MAX] or [0]


def _of_size(base: Path, size: int, *, with_peers: bool) -> Iterator[Result]:
    yield Result(f"{size:,} rows: index built, bottom up", size / make(base, size), "rows/s")
    yield from _reading(base, size)
    if with_peers:
        yield from _scans(base, size)
    theirs = _theirs(copied(base, "theirs"), size)
    ours = copied(base, "ours")
    grouped = in_groups(ours, Work.drawn(size, GROUPED), GROUP)
    limits = disk.fsyncs(base.with_name("blocks")), disk.commits(base.with_name("commits.sqlite3"))
    durable = in_groups(ours, Work.drawn(size, DURABLE), 1)
    yield from _changing(size, one_by_one(ours, Work.drawn(size, SINGLY)), theirs)
    yield from _waiting(size, durable, theirs, limits)
    for kind, rate in grouped.items():
        ratio = f"{rate / theirs[kind]:.2f} x CodeBase's single rows; aim {AIM_GROUPED:,} and 0.33"
        yield Result(f"{size:,} rows: {kind}, {DURABLY}", rate, "rows/s", ratio)
    yield from _costs(ours, size)
    if with_peers:
        yield from _insertions(base, size, 1 / durable[APPEND])


def _reading(base: Path, size: int) -> Iterator[Result]:
    sought = seeks.wanted(base, SOUGHT)
    rate, theirs = seeks.ours(base, sought), seeks.by_codebase(base, sought)
    ratio = f"{rate / theirs:.2f} x CodeBase under wine ({theirs:,.0f})"
    yield Result(f"{size:,} rows: keys sought", rate, "seeks/s", ratio)
    took, theirs = seeks.opening(base), seeks.opening_by_codebase(base)
    yield Result(f"{size:,} rows: opened and closed", took, "ms", f"CodeBase under wine {theirs:.1f} ms")


def _theirs(path: Path, size: int) -> Rates:
    rates = by_codebase(path, Work.drawn(size, SINGLY))
    with Oracle(path) as oracle:
        if not (verdict := oracle.verify()).is_good:
            raise AssertionError(verdict)
    return rates


def _changing(size: int, ours: Rates, theirs: Rates) -> Iterator[Result]:
    for kind, rate in ours.items():
        ratio = (
            f"{rate / theirs[kind]:.2f} x CodeBase under wine, which waits for the disk ({theirs[kind]:,.0f})"
        )
        yield Result(f"{size:,} rows: {kind}, not waited for", rate, "rows/s", ratio)


def _waiting(size: int, durable: Rates, theirs: Rates, limits: tuple[float, float]) -> Iterator[Result]:
    """What waits for the disk, beside what the disk did just then: other work changes it tenfold."""
    fsyncs, commits = limits
    yield Result("disk: 4 KiB written and waited for", fsyncs, "fsyncs/s")
    yield Result("disk: one row and one commit, SQLite", commits, "commits/s")
    for kind, rate in durable.items():
        beside = f"{rate / theirs[kind]:.2f} x CodeBase, {rate / fsyncs:.2f} x an fsync"
        ratio = f"{beside}, {rate / commits:.2f} x a bare commit; aim {AIM_SINGLE:,}"
        yield Result(f"{size:,} rows: {kind}, durable", rate, "rows/s", ratio)


def _costs(path: Path, size: int) -> Iterator[Result]:
    """The check stands for the correctness of everything that was written before."""
    bare = memory.cost(memory.nothing, path)
    for work in (memory.scan, memory.rebuild, memory.check):
        seconds, peak = memory.cost(work, path)
        ratio = f"{peak:,.0f} MiB at most, {bare.peak_mib:.0f} MiB of it before"
        yield Result(f"{size:,} rows: {work.__name__}", size / seconds, "rows/s", ratio)


def _scans(base: Path, size: int) -> Iterator[Result]:
    """The same file read by everybody; the memo as well, which lies in a file of its own."""
    readers = (
        ("all fields", peers.ours_all, (peers.dbfread_all, peers.dbf_all, peers.dbflib_all)),
        ("one field", peers.ours_one, (peers.dbf_one,)),
    )
    for what, our, others in readers:
        rate = _reading_rate(our, base, size)
        yield Result(f"{size:,} rows: scan, {what}", rate, "rows/s")
        for other in others:
            name, _, _ = other.__name__.partition("_")
            theirs = _reading_rate(other, base, size)
            yield Result(
                f"{size:,} rows: scan, {what}, {name}", theirs, "rows/s", f"ours {rate / theirs:.1f} x"
            )


def _reading_rate(read: peers.Reader, path: Path, size: int) -> float:
    counts: list[int] = []
    seconds = timed(lambda: counts.append(read(path)))
    if counts != [size]:
        raise AssertionError(counts)
    return size / seconds


def _insertions(base: Path, size: int, ours: float) -> Iterator[Result]:
    """One row more: dbflib builds every tag again for it, dbf leaves the tags as they are."""
    rows = list(islice(fresh_rows(size, seed=1), DBF_APPENDS))
    theirs = peers.dbflib_insert(copied(base, "dbflib"), rows[0])
    ratio = f"ours, durable, {theirs / ours:,.0f} x; aim {AIM_INSERT}"
    yield Result(f"{size:,} rows: one row inserted, dbflib", 1 / theirs, "rows/s", ratio)
    rate, stale = peers.dbf_appends(copied(base, "dbf"), rows)
    yield Result(f"{size:,} rows: append, dbf", rate, "rows/s", f"{stale} of 5 tags stale afterwards")
