"""Every lock against every other: between two processes, and between two threads of one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import BusyError
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.records.versions import FOX2, VFP
from tests.unit.foxpro.lock_holder import EXCLUDE, LOCKS, LockHolder, lock, started

KINDS = {
    "visual-foxpro-with-index": (VFP, True, LOCKS),
    "visual-foxpro": (VFP, False, ("record 1", "record 2", "header", "file", "memo")),
    "foxpro-2-with-index": (FOX2, True, ("record 1", "record 2", "header", "file", "index exclusive")),
    "foxpro-2": (FOX2, False, ("record 1", "record 2", "header", "file")),
}
COMBINATIONS = [
    pytest.param(kind, one, other, id=f"{kind}: {one}, {other}")
    for kind, (_, _, names) in KINDS.items()
    for one, other in product(names, names)
]


@pytest.fixture(scope="module")
def holder() -> Iterator[LockHolder]:
    with started() as process:
        yield process


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tables")
    paths = {kind: folder / f"{number}.dbf" for number, kind in enumerate(KINDS)}
    for kind, (version, with_index, names) in KINDS.items():
        fields = [Field("a", "C", 9), *([Field("m", "M")] if "memo" in names else [])]
        tags = [TagSpec("a", "a")] if with_index else []
        create_table(paths[kind], fields, tags, version=version, rows=[{"a": "x"}] * 3)
    return paths


def is_free(table: Table, name: str) -> bool:
    try:
        with lock(table, name):
            return True
    except BusyError:
        return False


@pytest.mark.parametrize(("kind", "theirs", "ours"), COMBINATIONS)
def test_between_two_processes(
    holder: LockHolder, paths: dict[str, Path], kind: str, theirs: str, ours: str
) -> None:
    with Table.open(paths[kind], writable=True) as table:
        with holder.holding(paths[kind], theirs):
            assert is_free(table, ours) is not (frozenset({theirs, ours}) in EXCLUDE)
        assert is_free(table, ours)


@pytest.mark.parametrize(("kind", "theirs", "ours"), COMBINATIONS)
def test_between_two_threads_that_opened_the_table_each_for_itself(
    paths: dict[str, Path], kind: str, theirs: str, ours: str
) -> None:
    with (
        ThreadPoolExecutor(1) as thread,
        Table.open(paths[kind], writable=True) as table,
        Table.open(paths[kind], writable=True) as other,
    ):
        with lock(other, theirs):
            free = thread.submit(is_free, table, ours).result()
        assert free is not (frozenset({theirs, ours}) in EXCLUDE)
        assert thread.submit(is_free, table, ours).result()


def test_a_row_that_another_process_appends_is_found_at_once(
    holder: LockHolder, paths: dict[str, Path]
) -> None:
    """Pages of the index stay in memory between two uses; the counter says that they are out of date."""
    path = paths["visual-foxpro-with-index"]
    with Table.open(path, writable=True) as table:
        for number in range(3):
            assert table.seek("a", f"new {number}") is None
            recno = holder.ask("append", path, f"new {number}")
            assert table.seek("a", f"new {number}") == int(recno)
            table.update(int(recno), {"a": f"ours {number}"})
            assert table.seek("a", f"new {number}") is None


def test_rows_appended_by_two_threads_are_all_there(paths: dict[str, Path]) -> None:
    path = paths["visual-foxpro-with-index"]
    patient = Patience(timedelta(seconds=30))

    def append(sign: str) -> None:
        with Table.open(path, writable=True, patience=patient) as table:
            for number in range(40):
                table.append({"a": f"{sign} {number}", "m": sign})

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(append, sign) for sign in "PQ"]:
            done.result()
    with Table.open(path) as table:
        found = {str(row["a"]) for row in table.records()} & {
            f"{sign} {n}" for sign in "PQ" for n in range(40)
        }
        assert len(found) == 80
        assert all(row["m"] == str(row["a"])[0] for row in table.records() if row["a"] in found)
    assert check_table(path) == []


def test_the_process_that_holds_a_lock_is_named(holder: LockHolder, paths: dict[str, Path]) -> None:
    path = paths["visual-foxpro-with-index"]
    with Table.open(path, writable=True, patience=Patience.none()) as table, holder.holding(path, "record 2"):
        with pytest.raises(BusyError, match=rf"record 2 is locked by process {holder.pid} \("):
            table.update(2, {"a": "y"})
        with Table.open(path, writable=True) as other, lock(other, "record 1"):
            with pytest.raises(BusyError, match="record 1 is locked by this program itself"):
                table.update(1, {"a": "y"})
            with pytest.raises(BusyError, match=r"file is locked by (this|process)"), lock(table, "file"):
                pass
