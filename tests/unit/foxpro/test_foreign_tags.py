"""Tags that only FoxPro keeps in step stay as they are, and what concerns them is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table, table_findings
from counterfoil.foxpro.description import describe_table
from counterfoil.foxpro.errors import ForeignTagError
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Append, Posting, Refused, Set, Written
from counterfoil.foxpro.transactions.transaction import write_group

FIELDS = (Field("name", "C", 10), Field("city", "C", 10), Field("amount", "N", 8, 2))
TAGS = (
    TagSpec("amount", "amount"),
    TagSpec("city", "city"),
    TagSpec("odd", "UPPER(name)", filter="amount>0"),
)
SIGNATURE, OPTIONS, COLLATION = 15, 14, 494
UNIQUE, GENERAL, BINARY = (OPTIONS, b"\x69"), (SIGNATURE, b"\x02"), (SIGNATURE, b"\x05")
KINDS = (UNIQUE, GENERAL, BINARY, (COLLATION, b"GENERAL\0"))
Patch = tuple[int, bytes]
Write = Callable[[Table], object]


def row(number: int, *, amount: int = 1) -> dict[str, Value]:
    return {"name": f"name {number}", "city": f"city {number % 3}", "amount": amount}


def make(path: Path, patch: Patch, condition: str = "amount>0") -> Path:
    specs = [*TAGS[:2], TagSpec("odd", "UPPER(name)", filter=condition)]
    create_table(path, FIELDS, specs, rows=(row(number) for number in range(1, 10)))
    with Table.open(path) as table:
        header = table.tags["odd"].header_offset
    with path.with_suffix(".cdx").open("r+b") as file:
        file.seek(header + patch[0])
        file.write(patch[1])
    return path


@pytest.fixture(params=KINDS, ids=["UNIQUE", "GENERAL", "BINARY", "collated"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return make(tmp_path / "t.dbf", request.param)


def tree_of_odd(path: Path) -> bytes:
    with Table.open(path) as table:
        root = table.tags["odd"].root
    return path.with_suffix(".cdx").read_bytes()[root : root + 512]


def test_changes_that_do_not_concern_the_tag_are_made_and_leave_it_as_it_is(path: Path) -> None:
    before = tree_of_odd(path)
    with Table.open(path, writable=True) as table:
        table.update(1, {"city": "elsewhere", "amount": 12})
        table.update(2, {"name": "NAME 2"})
        table.delete(3)
        table.append(row(10, amount=-1))
        assert list(table.scan("city", "elsewhere")) == [1]
        assert list(table.scan("amount")) == [10, 2, 3, 4, 5, 6, 7, 8, 9, 1]
    assert tree_of_odd(path) == before
    assert check_table(path) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table.append(row(10)),
        lambda table: table.update(1, {"name": "other"}),
        lambda table: table.update(1, {"amount": 0}),
    ],
    ids=["append", "key", "filter"],
)
def test_changes_that_concern_it_are_refused_before_anything_is_written(path: Path, write: Write) -> None:
    before = [path.read_bytes(), path.with_suffix(".cdx").read_bytes()]
    with Table.open(path, writable=True) as table:
        with pytest.raises(ForeignTagError, match=r"the change concerns tag 'odd'.* in FoxPro") as caught:
            write(table)
        assert (caught.value.table, caught.value.tag) == ("t", "odd")
    assert [path.read_bytes(), path.with_suffix(".cdx").read_bytes()] == before


@pytest.mark.parametrize("patch", KINDS)
def test_a_deletion_concerns_a_tag_whose_filter_asks_for_it(tmp_path: Path, patch: Patch) -> None:
    path = make(tmp_path / "t.dbf", patch, ".NOT.DELETED()")
    with Table.open(path, writable=True) as table:
        table.update(1, {"amount": 7})
        with pytest.raises(ForeignTagError):
            table.delete(1)
        assert not table.read(1).deleted


def test_in_a_group_of_postings_only_those_that_concern_it_are_refused(path: Path, tmp_path: Path) -> None:
    postings = [
        Posting("new", (Append("t", row(10)),)),
        Posting("city", (Set("t", 1, {"city": "elsewhere"}),)),
        Posting("both", (Set("t", 2, {"city": "nowhere"}), Set("t", 2, {"name": "other"}))),
        Posting("left out", (Append("t", row(11, amount=0)),)),
    ]
    with closing(sqlite3.connect(tmp_path / "journal.db")) as file, Table.open(path, writable=True) as table:
        outcomes = write_group({"t": table}, Journal(file), postings)
        for name in ("new", "both"):
            outcome = outcomes[name]
            assert isinstance(outcome, Refused)
            assert isinstance(outcome.error, ForeignTagError)
        assert outcomes["city"] == Written(())
        assert outcomes["left out"] == Written((10,))
        assert [table.read(recno)["city"] for recno in (1, 2)] == ["elsewhere", "city 2"]
    assert check_table(path) == []


def test_an_order_that_is_not_ours_is_walked_and_not_sought(tmp_path: Path) -> None:
    path = make(tmp_path / "t.dbf", GENERAL)
    with Table.open(path) as table:
        assert list(table.scan("odd")) == list(range(1, 10))
        with pytest.raises(ForeignTagError, match="the search is by tag 'odd', and its order is GENERAL"):
            table.seek("odd", "NAME")


def test_a_unique_tag_is_sought_as_foxpro_does(tmp_path: Path) -> None:
    path = make(tmp_path / "t.dbf", UNIQUE)
    with Table.open(path) as table:
        assert table.seek("odd", "NAME 4") == 4


def test_a_bitmap_is_not_read_and_a_check_says_so(tmp_path: Path) -> None:
    path = make(tmp_path / "t.dbf", BINARY)
    with Table.open(path) as table, pytest.raises(ForeignTagError, match="BINARY"):
        list(table.scan("odd"))
    assert [str(finding) for finding in table_findings(path)] == [
        "the pages of odd are not looked at: no B-trees"
    ]


def test_a_description_names_the_reason_and_calls_the_table_writable(path: Path) -> None:
    description = describe_table(path)
    assert description.not_written == ()
    assert description.index is not None
    assert [bool(tag.not_kept) for tag in description.index.tags] == [False, False, True]
