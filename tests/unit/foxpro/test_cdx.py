from __future__ import annotations

import io
import random  # noqa: TID251 - seeded, to meet the same keys each time
from collections.abc import Sequence

import pytest

from counterfoil.foxpro.errors import IndexDamagedError, ReadOnlyTableError, UnsupportedExpressionError
from counterfoil.foxpro.index.create import create_index
from counterfoil.foxpro.index.index_check import index_findings
from counterfoil.foxpro.index.index_file import IndexFile, TagSpec
from counterfoil.foxpro.index.page import InteriorPage
from counterfoil.foxpro.index.tag_header import TagHeader, build_tag_header
from counterfoil.foxpro.records.fields import Field, placed

FIELDS = placed([Field("custno", "C", 6), Field("company", "C", 20), Field("balance", "N", 10, 2)])
SPECS = (
    TagSpec("custno", "custno", candidate=True),
    TagSpec("company", "UPPER(company)", filter=".NOT.DELETED()"),
    TagSpec("balance", "balance", descending=True),
)


def row(number: int, *, deleted: bool = False) -> bytes:
    flag = b"*" if deleted else b" "
    return flag + f"{number:6}{f'Company {number % 7}':20}{number * 1.5 - 40:10.2f}".encode()


def created(count: int, specs: Sequence[TagSpec] = SPECS) -> tuple[IndexFile, io.BytesIO]:
    file = io.BytesIO()
    rows = [(number, row(number)) for number in range(1, count + 1)]
    return create_index(file, "test.cdx", FIELDS, "cp1252", specs, lambda: rows), file


def put(index: IndexFile, recno: int, record: bytes) -> None:
    for tag in index.tags.values():
        key = tag.key_of(recno, record)
        if key is not None:
            assert tag.insert(key, recno)


def remove(index: IndexFile, end: int) -> None:
    """The rows before that one leave every tag."""
    for tag in index.tags.values():
        for recno in range(1, end):
            key = tag.key_of(recno, row(recno))
            assert key is not None
            assert tag.delete(key, recno)
    index.flush()


def test_a_new_index_holds_every_row_under_every_tag() -> None:
    index, _ = created(500)
    assert sorted(index.tags) == ["balance", "company", "custno"]
    for tag in index.tags.values():
        assert tag.check() == []
        found = list(tag.scan())
        assert [key for key, _ in found] == sorted(key for key, _ in found)
        assert sorted(recno for _, recno in found) == list(range(1, 501))
        assert all(tag.key_of(recno, row(recno)) == key for key, recno in found)


def test_what_was_said_about_a_tag_is_kept() -> None:
    index, _ = created(1)
    tags = index.tags
    assert (tags["custno"].candidate, tags["company"].candidate) == (True, False)
    assert (tags["balance"].descending, tags["custno"].descending) == (True, False)
    assert (tags["company"].expression, tags["company"].filter) == ("UPPER(company)", ".NOT.DELETED()")
    assert index.refusals == ()


def test_rows_outside_the_filter_are_left_out() -> None:
    file = io.BytesIO()
    rows = [(1, row(1)), (2, row(2, deleted=True))]
    index = create_index(file, "test.cdx", FIELDS, "cp1252", SPECS, lambda: rows)
    assert [recno for _, recno in index.tags["company"].scan()] == [1]
    assert [recno for _, recno in index.tags["custno"].scan()] == [1, 2]


def test_a_seek_finds_the_first_row_whose_key_begins_so() -> None:
    index, _ = created(100)
    company = index.tags["company"]
    assert company.seek(b"COMPANY 3") == 3
    assert company.seek(b"COMPANY 9") is None
    assert list(company.matching(b"COMPANY 3")) == list(range(3, 101, 7))
    assert index.tags["custno"].seek(b"    42") == 42


def test_changes_are_seen_by_another_reader_once_flushed() -> None:
    index, file = created(10)
    other = IndexFile(file, "test.cdx", FIELDS, "cp1252")
    put(index, 11, row(11))
    assert other.tags["custno"].seek(b"    11") is None
    index.flush()
    assert other.counter + 1 == index.counter
    assert other.refresh()
    assert other.tags["custno"].seek(b"    11") == 11
    assert not other.refresh()


def test_the_counter_stands_big_endian_at_byte_8_and_rises_by_one_a_flush() -> None:
    index, file = created(10)
    before = index.counter
    index.flush()
    assert index.counter == before
    put(index, 11, row(11))
    index.flush()
    assert int.from_bytes(file.getvalue()[8:12], "big") == index.counter == before + 1


def test_discarded_changes_leave_no_trace() -> None:
    index, file = created(300)
    before = file.getvalue()
    for number in range(301, 400):
        put(index, number, row(number))
    index.discard()
    assert file.getvalue() == before
    assert index.tags["custno"].seek(b"   301") is None
    put(index, 301, row(301))
    index.flush()
    assert index.tags["custno"].check() == []


def test_freed_pages_are_used_again() -> None:
    index, file = created(2000)
    custno = index.tags["custno"]
    entries = list(custno.scan())
    for key, recno in entries[:1500]:
        assert custno.delete(key, recno)
    index.flush()
    size = len(file.getvalue())
    other = IndexFile(file, "test.cdx", FIELDS, "cp1252")
    for key, recno in entries[:600]:
        assert other.tags["custno"].insert(key, recno)
    other.flush()
    assert len(file.getvalue()) == size
    assert other.tags["custno"].check() == []
    assert list(other.tags["custno"].scan()) == entries[:600] + entries[1500:]


def test_more_tags_than_one_page_of_the_directory_holds() -> None:
    specs = [TagSpec(f"tag{number:05}", "custno") for number in range(80)]
    index, _ = created(5, specs)
    assert len(index.tags) == 80
    assert all(tag.seek(b"     3") == 3 for tag in index.tags.values())


def test_the_directory_is_in_the_order_of_the_names_and_the_headers_in_that_of_the_tags() -> None:
    names = ["zulu", "Alpha", "mike", "_x", "b2", "b10"]
    index, file = created(5, [TagSpec(name, "custno") for name in names])
    assert [entry[:10].decode().rstrip() for entry in index.directory] == sorted(map(str.upper, names))
    assert sorted(index.tags, key=lambda name: index.tags[name].header_offset) == list(map(str.lower, names))
    lower = patched(file, file.getvalue().index(b"ALPHA"), b"alpha")
    assert lower.tags["alpha"].seek(b"     3") == 3


def test_a_directory_of_more_than_one_level_finds_every_tag() -> None:
    specs = [TagSpec(f"t{number * 7919 % 1000:03}", "custno") for number in range(400)]
    index, file = created(2, specs)
    assert len(IndexFile(file, "test.cdx", FIELDS, "cp1252").tags) == 400
    assert list(index_findings(index)) == []


def test_two_tags_of_one_name_are_refused() -> None:
    with pytest.raises(UnsupportedExpressionError, match="two tags"):
        created(0, [TagSpec("one", "custno"), TagSpec("ONE", "company")])


@pytest.mark.parametrize("seed", range(3))
def test_two_programs_join_split_and_free_pages_in_turn(seed: int) -> None:
    """Each keeps its pages between its turns and must notice what the other did to them."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    index, file = created(0, [TagSpec("company", "company")])
    sides = [index, IndexFile(file, "test.cdx", FIELDS, "cp1252")]
    model: set[tuple[bytes, int]] = set()
    for turn in range(200):
        side = sides[chance.random() < 0.5]
        side.refresh()
        tag = side.tags["company"]
        if turn % 40 < 25:
            added = {(f"{chance.randrange(999):020}".encode(), turn * 20 + at) for at in range(12)}
            assert all(tag.insert(*entry) for entry in added)
            model |= added
        else:
            gone = set(chance.sample(sorted(model), min(len(model), 18)))
            assert all(tag.delete(*entry) for entry in gone)
            model -= gone
        side.flush()
        for looking in sides:
            looking.refresh()
            assert list(looking.tags["company"].scan()) == sorted(model)
    assert list(index_findings(index)) == []


def patched(file: io.BytesIO, offset: int, data: bytes) -> IndexFile:
    file.seek(offset)
    file.write(data)
    return IndexFile(file, "test.cdx", FIELDS, "cp1252")


def tag_header_at(file: io.BytesIO, expression: bytes) -> int:
    return file.getvalue().index(expression + b"\0") - 512


@pytest.mark.parametrize(
    ("offset", "data", "reason"),
    [
        (14, b"\x62", "6 bytes long where 7 were expected"),
        (12, b"\x07\x00", "7 bytes long where 6"),
        (512, b"BINTOC\0", "no field 'bintoc'"),
    ],
)
def test_a_tag_that_we_cannot_keep_in_step_is_refused_with_the_reason(
    offset: int, data: bytes, reason: str
) -> None:
    _, file = created(0)
    index = patched(file, tag_header_at(file, b"custno") + offset, data)
    assert len(index.refusals) == 1
    with pytest.raises(ReadOnlyTableError, match=reason):
        index.tags["custno"].insert(b"      ", 1)


@pytest.mark.parametrize(
    ("offset", "data", "reason"),
    [
        (14, b"\x61", "UNIQUE"),
        (15, b"\x02", "GENERAL and not the machine's"),
        (15, b"\x03", "3 and not the machine's"),
        (494, b"CZECH\0", "CZECH and not the machine's"),
        (15, b"\x05", "BINARY"),
    ],
)
def test_a_tag_of_another_kind_is_left_to_foxpro(offset: int, data: bytes, reason: str) -> None:
    _, file = created(0)
    index = patched(file, tag_header_at(file, b"custno") + offset, data)
    assert index.refusals == ()
    assert reason in index.tags["custno"].foreign
    with pytest.raises((ReadOnlyTableError, UnsupportedExpressionError), match=reason):
        index.tags["custno"].insert(b"      ", 1)


def test_a_tag_with_an_unknown_expression_cannot_be_read_either() -> None:
    _, file = created(3)
    index = patched(file, tag_header_at(file, b"custno") + 512, b"PROPER(custno)+'1234'\0")
    tag = patched(file, tag_header_at(file, b"PROPER(custno)+'1234'") + 510, b"\x16\x00").tags["custno"]
    assert index.tags["balance"].seek(b"") == 1
    with pytest.raises(UnsupportedExpressionError, match="tag custno cannot be read"):
        tag.seek(b"")


@pytest.mark.parametrize(
    ("offset", "data"),
    [
        (2, b"\xff\xff"),  # More entries than fit.
        (8, (1 << 20).to_bytes(4, "little")),  # A neighbour beyond the end of the file.
        (8, (77).to_bytes(4, "little")),  # A neighbour between two pages.
        (20, b"\x40"),  # More bits for the record number than an entry has.
    ],
)
def test_a_damaged_page_is_named(offset: int, data: bytes) -> None:
    index, file = created(30)
    root = index.tags["custno"].tree.root
    index = patched(file, root + offset, data)
    with pytest.raises(IndexDamagedError, match="Reindex the table"):
        list(index.tags["custno"].scan())
    assert index.tags["custno"].check() != []


def test_leaves_that_run_in_a_circle_are_noticed() -> None:
    index, file = created(2000)
    first = index.tags["custno"].tree.page(index.tags["custno"].tree.root)
    while hasattr(first, "children"):
        first = index.tags["custno"].tree.page(first.children[0])
    second = index.tags["custno"].tree.page(first.right)
    index = patched(file, second.offset + 8, first.offset.to_bytes(4, "little"))
    with pytest.raises(IndexDamagedError, match="circle"):
        list(index.tags["custno"].scan())
    assert any("neighbours" in finding for finding in index.tags["custno"].check())


def test_a_page_out_of_order_is_found() -> None:
    index, file = created(30)
    root = index.tags["custno"].tree.root
    raw = file.getvalue()[root : root + 512]
    infos = 24
    swapped = raw[infos + 3 : infos + 6] + raw[infos : infos + 3]
    index = patched(file, root + infos, swapped)
    assert index.tags["custno"].check() != []


def test_texts_that_have_no_room_in_the_header_are_refused() -> None:
    header = TagHeader(0, 10, 0x60, "custno" + "+custno" * 80)
    with pytest.raises(UnsupportedExpressionError, match="more than 510 characters"):
        build_tag_header(header, "cp1252")


def test_a_tag_needs_a_name_of_ten_letters_at_most() -> None:
    with pytest.raises(UnsupportedExpressionError, match="1 to 10 letters"):
        created(0, [TagSpec("elevenchars", "custno")])


def test_an_index_that_ends_early_is_named() -> None:
    with pytest.raises(IndexDamagedError, match="ends inside"):
        IndexFile(io.BytesIO(b"abc"), "short.cdx", FIELDS, "cp1252")


@pytest.mark.parametrize("length", [1, 2])
def test_a_free_list_in_a_circle_gives_no_page_twice(length: int) -> None:
    """A crash leaves a page on the list that is in use again; once it is freed, the list leads back to it."""
    index, file = created(600)
    remove(index, 400)
    assert list(index_findings(index)) == []
    store = index.store
    pages = [store.free]
    while len(pages) < length:
        pages.append(store.following_free(pages[-1]))
    file.seek(pages[-1])
    file.write(pages[0].to_bytes(4, "little"))
    for recno in range(1, 400):
        put(index, recno, row(recno))
    index.flush()
    again = IndexFile(file, "test.cdx", FIELDS, "cp1252")
    assert [str(found) for found in index_findings(again) if found.is_fault] == []
    assert len(list(again.tags["custno"].scan())) == 600


def test_a_page_that_a_crash_left_on_the_free_list_is_freed_without_a_circle() -> None:
    index, file = created(600)
    leaf = index.tags["custno"].tree.page(index.tags["custno"].root)
    assert isinstance(leaf, InteriorPage)
    file.seek(4)
    file.write(leaf.children[2].to_bytes(4, "little"))
    again = IndexFile(file, "test.cdx", FIELDS, "cp1252")
    remove(again, 400)
    assert [str(found) for found in index_findings(again) if found.is_fault] == []
