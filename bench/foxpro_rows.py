"""FoxPro rows a second with five tags and a memo: ours, beside CodeBase under wine on the same files."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench.results import Result
from counterfoil.foxpro import Table
from tests.oracle import setup
from tests.oracle.client import Oracle, assignments
from tests.oracle.samples import FIVE_TAGS, Row, Rows, create, faults, in_codebase_words

ROWS_BEFORE = 20_000
CHANGES = 2_000


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder))


def _measured(folder: Path) -> list[Result]:
    base, rows = folder / "base.dbf", Rows(seed=1)
    create(base, FIVE_TAGS, [rows.row() for _ in range(ROWS_BEFORE)])
    added = [rows.row() for _ in range(CHANGES)]
    changed = [(rows.chance.randrange(1, ROWS_BEFORE + 1), rows.row()) for _ in range(CHANGES)]
    ours = _ours(_copy(base, "ours"), added, changed)
    theirs = _theirs(_copy(base, "theirs"), added, changed)
    results = []
    for name, seconds in ours.items():
        other = theirs.get(name)
        ratio = f"{other / seconds:.2f} x CodeBase under wine" if other else f"CodeBase: {setup.missing()}"
        results.append(Result(f"{name}, ours", CHANGES / seconds, "rows/s", ratio))
        if other:
            results.append(Result(f"{name}, CodeBase under wine", CHANGES / other, "rows/s"))
    return results


def _copy(base: Path, name: str) -> Path:
    for suffix in (".dbf", ".cdx", ".fpt"):
        shutil.copy(base.with_suffix(suffix), base.with_name(name + suffix))
    return base.with_name(f"{name}.dbf")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ours(path: Path, added: list[Row], changed: list[tuple[int, Row]]) -> dict[str, float]:
    with Table.open(path, writable=True) as table:

        def append() -> None:
            for row in added:
                table.append(row)

        def update() -> None:
            for recno, row in changed:
                table.update(recno, row)

        seconds = {"append": _timed(append), "update of every key": _timed(update)}
        if found := faults(table):
            raise AssertionError(found)
    return seconds


def _theirs(path: Path, added: list[Row], changed: list[tuple[int, Row]]) -> dict[str, float]:
    """Commands are sent ahead of their answers, so that the pipe costs CodeBase next to nothing."""
    if setup.missing():
        return {}
    appends = [f"append {assignments(in_codebase_words(row))}" for row in added]
    updates = [f"update {recno} {assignments(in_codebase_words(row))}" for recno, row in changed]
    with Oracle(path) as oracle:

        def perform(commands: list[str]) -> None:
            feeder = threading.Thread(target=oracle.send_all, args=(commands,))
            feeder.start()
            for _ in commands:
                oracle.answer()
            feeder.join()

        seconds = {
            "append": _timed(lambda: perform(appends)),
            "update of every key": _timed(lambda: perform(updates)),
        }
        if not (verdict := oracle.verify()).is_good:
            raise AssertionError(verdict)
    return seconds
