"""A program that changes an index and does not raise its counter, as FoxPro itself may do."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, check_table, create_table
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Append, Posting, Written
from counterfoil.foxpro.transactions.transaction import write_group
from tests.unit.foxpro import company

COUNTER = slice(8, 12)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    rows = [{"name": f"{number:05}"} for number in range(0, 600, 2)]
    create_table(path, [Field("name", "C", 20)], [TagSpec("name", "name")], rows=rows)
    return path


def append_in_silence(path: Path) -> None:
    """Rows all over the index, so that its pages split; the counter is put back afterwards."""
    index = path.with_suffix(".cdx")
    before = index.read_bytes()[COUNTER]
    with Table.open(path, writable=True) as other:
        for number in range(1, 600, 6):
            other.append({"name": f"{number:05}"})
    data = bytearray(index.read_bytes())
    data[COUNTER] = before
    index.write_bytes(data)


def test_what_was_kept_of_the_index_is_never_written_over_what_others_wrote(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        assert len(list(table.scan("name"))) == 300
        append_in_silence(path)
        table.append({"name": "00003"})
        table.update(1, {"name": "00599x"})
    assert check_table(path) == []


def test_a_posting_is_planned_on_the_index_as_it_lies_on_the_disk(path: Path) -> None:
    with company.journal_of(path.parent) as (journal, _), Table.open(path, writable=True) as table:
        post(journal, table, "00005")
        append_in_silence(path)
        post(journal, table, "00009")
    assert check_table(path) == []


def post(journal: Journal, table: Table, name: str) -> None:
    posting = Posting(name, (Append("t", {"name": name}),))
    assert isinstance(write_group({"t": table}, journal, [posting])[name], Written)
