from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from tests.oracle import workload
from tests.oracle.client import Oracle, Verdict
from tests.oracle.samples import ALL_TAGS, FIVE_TAGS, Rows, create, depth, faults, in_codebase_words

CHANGES = 10_000


def verdict_on(path: Path) -> Verdict:
    with Oracle(path) as oracle:
        return oracle.verify()


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_codebase_finds_nothing_wrong_with_a_table_that_we_made(tmp_path: Path, count: int) -> None:
    rows = Rows(seed=count)
    create(tmp_path / "made.dbf", ALL_TAGS, [rows.row() for _ in range(count)])
    verdict = verdict_on(tmp_path / "made.dbf")
    assert verdict.is_good, verdict
    assert all(verdict.tags[spec.name].count == count for spec in ALL_TAGS if not spec.filter)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_ten_thousand_random_changes_every_tag_is_as_built_anew(tmp_path: Path, seed: int) -> None:
    """The soak does so for many more seeds."""
    path = tmp_path / "changed.dbf"
    create_table(path, workload.FIELDS, workload.TAGS)
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        work = workload.Workload(path, table, seed)
        for phase in work.changes(CHANGES):
            work.check(oracle)
            if phase == "shrink":
                assert work.depth_max >= 3
                assert depth(table.tags[workload.DEEP]) == 1
    assert verdict_on(path).is_good


def test_a_tree_of_depth_three_and_back_is_good_for_codebase(tmp_path: Path) -> None:
    path, rows = tmp_path / "deep.dbf", Rows(seed=3)
    wide = TagSpec("wide", "UPPER(company)+DTOS(due)+custno", filter=".NOT.DELETED()")
    create(path, (wide,), [])
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        for number in range(600):
            table.append({**rows.row(), "company": f"{rows.chance.randrange(10**9)}{number}".rjust(60, "x")})
        assert depth(table.tags["wide"]) >= 3
        assert oracle.verify().is_good
        for recno in range(1, 601):
            table.delete(recno)
            if recno % 150 == 0:
                verdict = oracle.verify()
                assert verdict.is_good, verdict
                assert verdict.tags["wide"].count == 600 - recno
        assert depth(table.tags["wide"]) == 1
        for recno in range(1, 601, 2):
            table.recall(recno)
        assert oracle.verify().tags["wide"].count == 300
        assert faults(table) == []


@pytest.mark.parametrize("width", [1, 120, 240])
def test_short_and_long_keys_are_good_for_codebase(tmp_path: Path, width: int) -> None:
    path, chance = tmp_path / "keys.dbf", Rows(seed=width).chance
    create_table(path, [Field("name", "C", width)], [TagSpec("name", "name")])
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        for _ in range(400):
            common = "k" * chance.randrange(width)
            table.append({"name": (common + chance.choice("ab ") * 3)[:width]})
        for _ in range(200):
            table.update(chance.randrange(1, 401), {"name": chance.choice("ab") * chance.randrange(width)})
        verdict = oracle.verify()
        assert verdict.is_good, verdict
        assert oracle.keys("name") == list(table.tags["name"].scan())


def test_codebase_seeks_and_walks_as_we_do(tmp_path: Path) -> None:
    path, rows = tmp_path / "walked.dbf", Rows(seed=5)
    create(path, FIVE_TAGS, [rows.row() for _ in range(400)])
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        for _ in range(400):
            table.update(rows.chance.randrange(1, 401), rows.row())
        for spec in FIVE_TAGS:
            tag = table.tags[spec.name]
            ours = list(tag.scan())
            assert oracle.keys(spec.name) == ours
            for key, _ in ours[::5]:
                assert oracle.seek(spec.name, key) == tag.seek(key)
                assert oracle.seek(spec.name, key[:4]) == tag.seek(key[:4])


def test_we_read_seek_and_write_on_after_codebase_appended(tmp_path: Path) -> None:
    path, rows = tmp_path / "shared.dbf", Rows(seed=7)
    create(path, ALL_TAGS, [rows.row() for _ in range(100)])
    theirs = [rows.row() for _ in range(300)]
    with Oracle(path) as oracle, Table.open(path, writable=True) as table:
        numbers = [oracle.append(**in_codebase_words(row)) for row in theirs]
        assert numbers == list(range(101, 401))
        for recno, row in zip(numbers, theirs, strict=True):
            values = table.read(recno).values
            assert {**values, "notes": (values["notes"] or "")} == {**row, "notes": row["notes"] or ""}
            assert table.seek("seq", row["seq"]) == recno
        ours = [rows.row() for _ in range(300)]
        for row in ours:
            table.append(row)
        assert faults(table) == []
        verdict = oracle.verify()
        assert verdict.is_good, verdict
        assert verdict.tags["seq"].count == 700
        for recno, row in enumerate(ours, start=401):
            assert oracle.memo(recno, "notes").decode("cp1252") == (row["notes"] or "")


def test_rows_deleted_and_recalled_by_either_side_enter_and_leave_the_tags(tmp_path: Path) -> None:
    path, rows = tmp_path / "deleted.dbf", Rows(seed=9)
    create(path, FIVE_TAGS, [rows.row() for _ in range(60)])
    with Oracle(path) as oracle, Table.open(path, writable=True) as table:
        for recno in range(1, 21):
            table.delete(recno)
        for recno in range(11, 41):
            oracle.delete(recno)
        assert [record.recno for record in table.records()] == list(range(41, 61))
        assert list(table.scan("live")) == [recno for _, recno in oracle.keys("live")]
        for recno in range(1, 11):
            oracle.recall(recno)
        for recno in range(31, 36):
            table.recall(recno)
        live = {*range(1, 11), *range(31, 36), *range(41, 61)}
        assert {recno for _, recno in oracle.keys("live")} == live
        assert set(table.scan("live")) == live
        assert oracle.verify().is_good
        assert faults(table) == []


def test_record_numbers_beyond_16_bits_under_the_longest_keys_are_good_for_codebase(tmp_path: Path) -> None:
    path, chance = tmp_path / "many.dbf", Rows(seed=15).chance

    def row() -> dict[str, Value]:
        return {"name": "common beginning " * chance.randrange(12) + str(chance.randrange(10**6))}

    create_table(
        path, [Field("name", "C", 240)], [TagSpec("name", "name")], rows=(row() for _ in range(66_000))
    )
    with Table.open(path, writable=True) as table, Oracle(path) as oracle:
        for recno in range(65_500, 65_600):
            table.update(recno, row())
            table.append(row())
        for _ in range(50):
            oracle.append(**in_codebase_words(row()))
        verdict = oracle.verify()
        assert verdict.is_good, verdict
        assert verdict.tags["name"].count == 66_150
        assert faults(table) == []
