"""Tags that FoxPro wrote, read back and compared with the rows key by key."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.index.index_file import IndexFile

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "vfp-infused" / "foxprodb"
TABLES = ("calls", "contacts", "setup", "types")


@pytest.fixture(autouse=True)
def _files() -> None:
    if not FOLDER.exists():
        pytest.skip(f"NO FILES THAT FOXPRO WROTE: {FOLDER} is absent")


def disagreements(table: Table, index: IndexFile) -> list[str]:
    """Tags whose pages are faulty or whose keys are not those that their expressions give for the rows."""
    raws = {recno: table.raw(recno) for recno in range(1, table.record_count + 1)}
    found = list(index.refusals)
    for tag in index.tags.values():
        found.extend(tag.check())
        keys = {(tag.key_of(recno, raw), recno) for recno, raw in raws.items()}
        entries = list(tag.scan())
        if set(entries) != {pair for pair in keys if pair[0] is not None} or entries != sorted(entries):
            found.append(f"{tag.name} disagrees with its rows")
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_tag_that_foxpro_wrote_agrees_with_the_rows(name: str) -> None:
    with Table.open(FOLDER / f"{name}.dbf") as table:
        content = io.BytesIO((FOLDER / f"{name}.CDX").read_bytes())
        index = IndexFile(content, name, table.fields, "cp1252")
        assert len(index.tags) >= 1
        assert disagreements(table, index) == []


def test_the_index_of_the_container_itself_agrees_with_its_rows() -> None:
    with Table.open(FOLDER / "FOXPRO-DB-TEST.DBC") as table:
        content = io.BytesIO((FOLDER / "FOXPRO-DB-TEST.DCX").read_bytes())
        index = IndexFile(content, "container", table.fields, "cp1252")
        assert sorted(index.tags) == ["objectname", "objecttype"]
        assert disagreements(table, index) == []


def test_pages_that_foxpro_wrote_can_be_changed_and_stay_whole() -> None:
    """FoxPro's narrow leaves (2 bytes an entry) take our keys and give them back."""
    with Table.open(FOLDER / "calls.dbf") as table:
        content = io.BytesIO((FOLDER / "calls.CDX").read_bytes())
        index = IndexFile(content, "calls", table.fields, "cp1252")
        tag = index.tags["call_id"]
        before = list(tag.scan())
        added = [((number + (1 << 31)).to_bytes(4, "big"), number) for number in range(17, 3000)]
        for key, recno in added:
            assert tag.insert(key, recno)
        index.flush()
        again = IndexFile(content, "calls", table.fields, "cp1252").tags["call_id"]
        assert again.check() == []
        assert list(again.scan()) == before + added
        for key, recno in added:
            assert tag.delete(key, recno)
        index.flush()
        assert tag.check() == []
        assert list(tag.scan()) == before
