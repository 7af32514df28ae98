"""Rebuilt indexes, as CodeBase finds them: closed, open beside the rebuild, and after a crash in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Table, TagSpec
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.index.reindex import reindex
from tests.oracle.client import Oracle, OracleError
from tests.oracle.samples import ALL_TAGS, FIVE_TAGS, Row, Rows, create, in_codebase_words

WIDE = TagSpec("wide", "UPPER(company)+DTOS(due)+custno", filter=".NOT.DELETED()")


def used(path: Path, rows: Rows, tags: tuple[TagSpec, ...]) -> Path:
    """A table whose trees grew, shrank and left free pages."""
    create(path, tags, [rows.row() for _ in range(400)])
    with Table.open(path, writable=True) as table:
        for recno in rows.chance.sample(range(1, 401), 350):
            table.delete(recno)
        for recno in rows.chance.sample(range(1, 401), 200):
            table.update(recno, {**rows.row(), "seq": recno + 10_000})
    return path


@pytest.mark.parametrize("tags", [(*ALL_TAGS, WIDE), (WIDE,)], ids=["all kinds", "long keys"])
def test_a_rebuilt_index_is_good_for_codebase_which_writes_on_in_it(
    tmp_path: Path, tags: tuple[TagSpec, ...]
) -> None:
    rows = Rows(seed=len(tags))
    path = used(tmp_path / "rebuilt.dbf", rows, tags)
    reindex(path)
    with Oracle(path) as oracle, Table.open(path, writable=True) as table:
        verdict = oracle.verify()
        assert verdict.is_good, verdict
        for name in table.tags:
            assert oracle.keys(name) == list(table.tags[name].scan())[:: -1 if name == "balance" else 1]
        for _ in range(200):
            oracle.append(**in_codebase_words(rows.row()))
            table.append(rows.row())
        for recno in rows.chance.sample(range(1, 801), 300):
            (oracle if recno % 2 else table).delete(recno)
        verdict = oracle.verify()
        assert verdict.is_good, verdict
    assert check_table(path) == []


def test_codebase_goes_on_with_a_table_that_was_rebuilt_while_it_had_it_open(tmp_path: Path) -> None:
    """It keeps pages and holds no lock; headers and roots lie where it remembers, and the counter rose."""
    rows = Rows(seed=21)
    path = used(tmp_path / "open.dbf", rows, FIVE_TAGS)
    with Oracle(path) as oracle:
        before = {spec.name: oracle.keys(spec.name) for spec in FIVE_TAGS}
        for _ in range(3):
            reindex(path)
            assert {spec.name: oracle.keys(spec.name) for spec in FIVE_TAGS} == before
        for _ in range(100):
            oracle.append(**in_codebase_words(rows.row()))
        verdict = oracle.verify()
        assert verdict.is_good, verdict
    assert check_table(path) == []


class KilledError(BaseException):
    """As nothing catches a kill."""


def test_codebase_gets_no_wrong_rows_from_a_rebuild_that_was_killed(tmp_path: Path) -> None:
    path = used(tmp_path / "killed.dbf", Rows(seed=22), FIVE_TAGS)
    index = path.with_suffix(".cdx")
    row: Row = Rows(seed=23, first_seq=9000).row()

    def kill_after_the_roots(written: Path, what: str, _data: bytes, /) -> None:
        syncs.append(what == "sync" and written == index)
        if sum(syncs) == 2:
            raise KilledError

    syncs: list[bool] = []
    with Oracle(path) as oracle:
        assert oracle.keys("custno")
        with pytest.raises(KilledError):
            reindex(path, gate=kill_after_the_roots)
        for spec in FIVE_TAGS:
            assert not answered(oracle, f"keys {spec.name}")
        assert not answered(oracle, f"seek custno {b'     1'.hex()}")
    with Oracle() as oracle:
        assert not opened(oracle, path)
    reindex(path)
    with Oracle(path) as oracle:
        assert oracle.verify().is_good
        oracle.append(**in_codebase_words(row))
    assert check_table(path) == []


def answered(oracle: Oracle, command: str) -> bool:
    """Whether the witness gives rows; an error and an empty answer are none."""
    try:
        answer = oracle.ask(command)
    except OracleError:
        return False
    return bool(answer) and not answer.startswith("0 ")


def opened(oracle: Oracle, path: Path) -> bool:
    try:
        oracle.open(path)
    except OracleError:
        return False
    return True
