"""The way to FoxPro tables measured: a backlog's rate, groups beside single postings, latency."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.operations.watch import Watch
from bench.receipts import BACKLOG, USER, Scene, await_ended, backlog, scene, workers
from bench.results import Result
from bench.sagepro_agent import post, rate_of, running_agent, taken
from bench.sagepro_postings import facts_of
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books

PACES = ((20, 10), (50, 10))
"""Events a second, and for how many seconds."""
SIZES = (10, 100)
POSTINGS = 200
"""With each group size, so that each pays for the same number."""
WARM = 20


def run() -> Iterator[Result]:
    yield from grouped()
    with scene() as at:
        numbers = itertools.count(1)
        for pace, seconds in PACES:
            yield paced(at, numbers, pace, seconds)
        for count, first in ((1, 100_000), (2, 200_000)):
            yield Result(f"backlog to FoxPro tables, {count} worker(s)", backlog(at, first, count), "per s")
        check(at.folder / "sagepro", 2 * BACKLOG + next(numbers) - 1)


def grouped() -> Iterator[Result]:
    """The same number of receipts one at a time and in groups, at one agent over TLS."""
    with tempfile.TemporaryDirectory() as name, running_agent(Path(name)) as (erp, _child, documents):
        facts = facts_of(documents)
        post(erp, taken(facts, WARM))
        rates = {}
        for size in (1, *SIZES):
            groups = [taken(facts, size) for _ in range(POSTINGS // size)]
            rates[size] = rate_of(erp, groups)
            ratio = f"{rates[size] / rates[1]:.1f} x single"
            yield Result(f"postings at the agent, groups of {size}", rates[size], "per s", ratio)


def paced(at: Scene, numbers: Iterator[int], pace: int, seconds: int) -> Result:
    """Events that come at a pace; it is held by the clock, so that slow storing does not slow it."""
    watch, pause = Watch(at.workspace.database), threading.Event()
    with workers(at, 1):
        before = at.ended()
        for _ in range(WARM):
            at.accept(next(numbers))
        await_ended(at, before + WARM)
        after, started = watch.newest(), time.perf_counter()
        for sent in range(pace * seconds):
            pause.wait(max(0.0, started + sent / pace - time.perf_counter()))
            at.accept(next(numbers))
        elapsed = time.perf_counter() - started
        await_ended(at, before + WARM + pace * seconds)
    p50, p99 = (watch.latency_ms(part, after) for part in (0.5, 0.99))
    words = f"{p99:.0f} ms p99; {pace * seconds / elapsed:.0f}/s came"
    return Result(f"stored to posted in FoxPro tables at {pace}/s", p50, "ms p50", words)


def check(folder: Path, expected: int) -> None:
    """Every event is in the books once, and the books balance."""
    books = read_books(folder)
    off = [verdict.name for verdict in audit(books) if not verdict.ok]
    posted = sum(entry.text("userid") == USER for entry in books.rows("arcash"))
    if off or posted != expected:
        raise AssertionError(f"{posted} of {expected} receipts are in the books; the books are off: {off}")
