"""Every tag that FoxPro itself built is what we would build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import table_findings
from counterfoil.foxpro.index.reindex import reindex

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "vfp-infused" / "foxprodb"
TABLES = {
    "calls.dbf": {"call_id", "contact_id"},
    "contacts.dbf": {"contact_id", "type_id"},
    "setup.dbf": {"key_name"},
    "types.dbf": {"type_id"},
    "foxpro-db-test.dbc": {"objectname", "objecttype"},
}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"REAL FOXPRO INDEXES NOT READ: {FOLDER} is absent"
)


def entries(table: Table) -> dict[str, list[tuple[bytes, int]]]:
    return {name: list(tag.scan()) for name, tag in table.tags.items()}


@pytest.mark.parametrize("name", TABLES)
def test_every_key_is_what_its_expression_says(name: str) -> None:
    with Table.open(FOLDER / name) as table:
        assert set(table.tags) == TABLES[name]
        assert [tag.refusal or tag.foreign for tag in table.tags.values() if tag.refusal or tag.foreign] == []
        for tag in table.tags.values():
            keys = ((tag.key_of(recno, raw), recno) for recno, raw in table.storage.raws())
            assert list(tag.scan()) == sorted((key, recno) for key, recno in keys if key is not None)
    assert [str(finding) for finding in table_findings(FOLDER / name) if finding.is_fault] == []


@pytest.mark.parametrize("name", [name for name in TABLES if name.endswith(".dbf")])
def test_a_rebuild_gives_the_same_keys_and_changes_no_tag(tmp_path: Path, name: str) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    with Table.open(tmp_path / name) as table:
        before = entries(table), {name: tag.header for name, tag in table.tags.items()}
    rows = (tmp_path / name).read_bytes()
    reindex(tmp_path / name)
    with Table.open(tmp_path / name) as table:
        assert (entries(table), {name: tag.header for name, tag in table.tags.items()}) == before
    assert (tmp_path / name).read_bytes() == rows
    assert [str(finding) for finding in table_findings(tmp_path / name) if finding.is_fault] == []
