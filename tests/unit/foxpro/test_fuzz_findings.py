"""What fuzzing found, one test each."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.checking.keys import ENTRIES_AT_ONCE
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import (
    IndexDamagedError,
    KeyValueError,
    ReadOnlyTableError,
    TableFormatError,
    UnsupportedExpressionError,
)
from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.index.create import create_index
from counterfoil.foxpro.index.index_file import IndexFile
from counterfoil.foxpro.index.page import InteriorPage, KeyShape, LeafPage, PageDamage, decode, entry_of
from counterfoil.foxpro.index.tree import Tree
from counterfoil.foxpro.records.fields import placed
from counterfoil.foxpro.records.header import FIXED_LENGTH

FIELDS = placed([Field("name", "C", 10), Field("weight", "B", 8, 2), Field("paid", "L")])


@pytest.mark.parametrize(("kind", "width"), [("I", 5), ("B", 0), ("D", 6), ("M", 8), ("L", 0), ("C", 0)])
def test_a_field_of_a_width_that_its_type_cannot_have_is_refused(
    tmp_path: Path, kind: str, width: int
) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("name", "C", 10)])
    content = bytearray(path.read_bytes())
    content[FIXED_LENGTH + 11], content[FIXED_LENGTH + 16] = ord(kind), width
    content[10:12] = (1 + width).to_bytes(2, "little")
    path.write_bytes(content)
    with pytest.raises(TableFormatError, match=f"of type {kind} cannot be {width} bytes wide"):
        Table.open(path)


@pytest.mark.parametrize("bits", [(12, 9, 3), (12, 3, 9), (33, 4, 4)])
def test_a_leaf_with_counts_wider_than_a_byte_is_damaged(bits: tuple[int, int, int]) -> None:
    header = struct.pack("<HHiiHIBBBBBB", 2, 1, -1, -1, 480, 0xFFF, 0, 0, *bits, 6)
    with pytest.raises(PageDamage):
        decode(1024, header.ljust(512, b"\0"), KeyShape(10, b" "))


def test_a_leaf_whose_entries_take_no_room_is_damaged() -> None:
    header = struct.pack("<HHiiHIBBBBBB", 2, 1, -1, -1, 488, 0, 0, 0, 0, 0, 0, 0)
    with pytest.raises(PageDamage):
        decode(1024, header.ljust(512, b"\0"), KeyShape(10, b" "))


def test_a_page_that_two_tags_claim_is_named() -> None:
    file = io.BytesIO()
    specs = (TagSpec("name", "name"), TagSpec("weight", "weight"))
    row = b" " + b"name".ljust(10) + bytes(8) + b"T"
    index = create_index(file, "t", FIELDS, "cp1252", specs, lambda: [(1, row)])
    roots = [index.tags[name].tree.root for name in ("name", "weight")]
    content = bytearray(file.getvalue())
    for at in range(0, len(content), 512):
        if content[at : at + 4] == roots[1].to_bytes(4, "little"):
            content[at : at + 4] = roots[0].to_bytes(4, "little")
    damaged = IndexFile(io.BytesIO(bytes(content)), "t", FIELDS, "cp1252")
    assert list(damaged.tags["name"].scan())
    with pytest.raises(IndexDamagedError, match="belongs to two tags"):
        list(damaged.tags["weight"].scan())


def test_a_number_larger_than_any_is_refused_with_its_place() -> None:
    with pytest.raises(UnsupportedExpressionError, match=r"more than 20 digits \(at position 11\)"):
        compile_key(f"LEFT(name, {'9' * 400})".replace(" ", ""), FIELDS, "cp1252")


def test_a_condition_that_is_denied_hundreds_of_times_is_refused() -> None:
    assert compile_filter("!" * 40 + "paid", FIELDS, "cp1252")(1, b" " * 19 + b"T") is True
    with pytest.raises(UnsupportedExpressionError, match="nested too deeply"):
        compile_filter("!" * 400 + "paid", FIELDS, "cp1252")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300, -1e300])
def test_the_text_of_a_number_that_has_none_is_a_key_value_error(number: float) -> None:
    key = compile_key("STR(weight,12,2)", FIELDS, "cp1252")
    with pytest.raises(KeyValueError):
        key.evaluate(1, b" " * 11 + struct.pack("<d", number) + b"T")


def test_the_text_of_a_number_has_as_many_places_as_a_number_has() -> None:
    key = compile_key("STR(weight,240,18)", FIELDS, "cp1252")
    assert key.evaluate(1, b" " * 11 + struct.pack("<d", 0.5) + b"T").strip() == b"0.5" + b"0" * 17
    with pytest.raises(UnsupportedExpressionError, match="gives up to 18 decimals"):
        compile_key("STR(weight,240,200)", FIELDS, "cp1252")


@pytest.mark.parametrize("backlink", [b"x" * 262, b".", b"..\\..", b"con\x01tainer.dbc", b"/dev/zero"])
def test_a_backlink_that_can_be_no_container_leaves_the_table_readable(
    tmp_path: Path, backlink: bytes
) -> None:
    path = tmp_path / "t.dbf"
    create_table(path, [Field("name", "C", 10)], rows=[{"name": "here"}])
    content = bytearray(path.read_bytes())
    at = FIXED_LENGTH + 32 + 1
    content[at : at + len(backlink)] = backlink
    path.write_bytes(content)
    with Table.open(path, writable=True) as table:
        assert table.read(1)["name"] == "here"
        with pytest.raises(ReadOnlyTableError, match="it belongs to the database"):
            table.append({"name": "more"})


def test_a_check_of_entries_that_lead_back_to_the_beginning_ends(tmp_path: Path) -> None:
    """Entries are looked at some thousands at a time, each time from the last one on."""
    path = tmp_path / "t.dbf"
    rows = ({"name": f"{number:06}"} for number in range(ENTRIES_AT_ONCE + 1000))
    create_table(path, FIELDS[:1], [TagSpec("name", "name")], rows=rows)
    with Table.open(path) as table:
        tree = table.tags["name"].tree
        leaf, passed = next(iter_leaves(tree)), 0
        for leaf in iter_leaves(tree):
            if passed + len(leaf.entries) >= ENTRIES_AT_ONCE:
                break
            passed += len(leaf.entries)
        at = ENTRIES_AT_ONCE - passed - 1
        kept = len(leaf.entries) - at - 8
        leaf.entries[at:] = [entry_of(b"000001".ljust(10), 2)] * kept
        leaf._pack_all()
        raw = leaf.encode()
    with path.with_suffix(".cdx").open("r+b") as file:
        file.seek(leaf.offset)
        file.write(raw)
    assert "tag name: its entries are out of order; reindex the table" in check_table(path)


def iter_leaves(tree: Tree) -> Iterator[LeafPage]:
    page = tree.page(tree.root)
    while isinstance(page, InteriorPage):
        page = tree.page(page.children[0])
    while isinstance(page, LeafPage):
        yield page
        page = tree.page(page.right)
