"""Every tag is built anew in place; whatever goes wrong, readers get an error or the right rows."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table, table_findings
from counterfoil.foxpro.errors import (
    DiskFullError,
    DuplicateKeysError,
    ForeignTagError,
    IndexDamagedError,
    KeyValueError,
    TableBusyError,
    TableFormatError,
)
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.reindex import reindex
from tests.unit.foxpro.other_program import started

FIELDS = (Field("custno", "C", 6), Field("name", "C", 30), Field("amount", "N", 10, 2))
TAGS = (
    TagSpec("zcust", "custno", candidate=True),
    TagSpec("name", "UPPER(name)+custno", filter=".NOT. DELETED()"),
    TagSpec("amount", "amount", descending=True),
)
AT_ONCE = Patience(timedelta(0))
INDEX_LOCK, FIRST_RECORD_LOCK = 0x7FFFFFFE, 0x7FFFFFFD


def row(number: int) -> dict[str, Value]:
    return {"custno": f"{number:>6}", "name": f"name {number * 7919 % 1000}", "amount": number % 17}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index with free pages and rows that came and went."""
    path = tmp_path / "t.dbf"
    create_table(path, FIELDS, TAGS, rows=(row(number) for number in range(1, 301)))
    with Table.open(path, writable=True) as table:
        for recno in range(1, 301, 2):
            table.delete(recno)
        for number in range(301, 340):
            table.append(row(number))
    return path


def index_of(path: Path) -> Path:
    return path.with_suffix(".cdx")


def garble(path: Path) -> None:
    """Overwrite every tree but for the directory."""
    with Table.open(path) as table:
        kept = {0, 512, 1024}
        for tag in table.tags.values():
            kept |= {tag.header_offset, tag.header_offset + 512}
    content = bytearray(index_of(path).read_bytes())
    for page in range(0, len(content), 512):
        if page not in kept:
            content[page : page + 512] = b"\xa5" * 512
    index_of(path).write_bytes(content)


def leftovers(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if file.suffix not in {".dbf", ".cdx"})


def test_a_garbled_index_is_sound_again_and_its_tags_are_what_they_were(path: Path) -> None:
    with Table.open(path) as table:
        before = {name: (tag.header, tag.header_offset, tag.root) for name, tag in table.tags.items()}
        keys = {name: list(tag.scan()) for name, tag in table.tags.items()}
        counter = table.index.counter if table.index else 0
    garble(path)
    assert check_table(path) != []
    done = reindex(path)
    assert list(table_findings(path)) == []
    assert (done.rows, done.keys) == (339, {"zcust": 339, "name": 189, "amount": 339})
    with Table.open(path) as table:
        assert {n: (tag.header, tag.header_offset, tag.root) for n, tag in table.tags.items()} == before
        assert {name: list(tag.scan()) for name, tag in table.tags.items()} == keys
        assert table.index is not None
        assert table.index.counter == counter + 2
    assert leftovers(path) == []


def test_a_table_that_is_open_elsewhere_goes_on_with_the_new_index(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        expected = list(table.scan("name"))
        reindex(path)
        assert list(table.scan("name")) == expected
        table.append(row(1000))
        table.delete(2)
        assert table.seek("zcust", f"{1000:>6}") == 340
    assert check_table(path) == []


def test_bytes_of_the_headers_that_we_do_not_know_are_kept(path: Path) -> None:
    with Table.open(path) as table:
        offset = table.tags["amount"].header_offset
    content = bytearray(index_of(path).read_bytes())
    content[offset + 16 : offset + 28] = bytes(range(1, 13))
    content[300:310] = content[offset + 300 : offset + 310] = b"0123456789"
    index_of(path).write_bytes(content)
    reindex(path)
    after = index_of(path).read_bytes()
    assert after[offset + 4 : offset + 1024] == content[offset + 4 : offset + 1024]
    assert after[12:1024] == content[12:1024]


def test_a_file_that_grew_is_cut_and_pages_before_the_last_root_are_free(path: Path) -> None:
    size = len(index_of(path).read_bytes())
    with index_of(path).open("ab") as file:
        file.write(bytes(512 * 100))
    reindex(path)
    assert len(index_of(path).read_bytes()) <= size
    assert list(table_findings(path)) == []


def test_tags_whose_places_contradict_each_other_get_new_ones(path: Path) -> None:
    with Table.open(path) as table:
        first, second = (table.tags[name] for name in ("zcust", "amount"))
    content = bytearray(index_of(path).read_bytes())
    content[second.header_offset : second.header_offset + 4] = first.root.to_bytes(4, "little")
    index_of(path).write_bytes(content)
    assert any("belongs to tag" in finding for finding in check_table(path))
    reindex(path)
    assert list(table_findings(path)) == []
    with Table.open(path, writable=True) as table:
        table.append(row(2000))
    assert check_table(path) == []


def test_an_empty_table_and_many_tags(tmp_path: Path) -> None:
    path = tmp_path / "empty.dbf"
    create_table(path, FIELDS, [TagSpec(f"tag{number}", "custno") for number in range(150)])
    assert set(reindex(path).keys.values()) == {0}
    with Table.open(path, writable=True) as table:
        table.append(row(1))
        assert all(table.seek(f"tag{number}", f"{1:>6}") == 1 for number in range(150))
    assert check_table(path) == []


def test_progress_counts_each_row_once_for_each_tag(path: Path) -> None:
    told: list[tuple[int, int]] = []
    reindex(path, progress=lambda done, total: told.append((done, total)))
    assert told == [(339, 1017), (678, 1017), (1017, 1017)]


@pytest.mark.parametrize(("file", "offset"), [(".cdx", INDEX_LOCK), (".dbf", FIRST_RECORD_LOCK)])
def test_a_lock_of_anybody_else_keeps_it_from_beginning(path: Path, file: str, offset: int) -> None:
    before = index_of(path).read_bytes()
    with started() as other:
        assert other.lock(path.with_suffix(file), offset)
        with pytest.raises(TableBusyError):
            reindex(path, patience=AT_ONCE)
    assert index_of(path).read_bytes() == before
    assert leftovers(path) == []


@pytest.mark.parametrize(
    ("offset", "data", "reason"),
    [(14, b"\x61", "UNIQUE"), (15, b"\x02", "GENERAL"), (15, b"\x05", "BINARY"), (512, b"SOUNDX", "SOUNDX")],
)
def test_a_tag_that_only_foxpro_can_build_is_named(path: Path, offset: int, data: bytes, reason: str) -> None:
    with Table.open(path) as table:
        header = table.tags["amount"].header_offset
    with index_of(path).open("r+b") as file:
        file.seek(header + offset)
        file.write(data)
    before = index_of(path).read_bytes()
    with pytest.raises(ForeignTagError, match=f"(?i)a rebuild concerns tag 'amount'.*{reason}"):
        reindex(path)
    assert index_of(path).read_bytes() == before
    assert leftovers(path) == []


def test_rows_that_share_a_candidate_key_are_named(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        for recno, other in ((7, 5), (9, 5), (20, 30)):
            table.storage.write_raw(recno, table.raw(recno)[:1] + table.raw(other)[1:])
    before = index_of(path).read_bytes()
    with pytest.raises(DuplicateKeysError, match=r"share one: 5, 7, 9; 20, 30\. Deleted") as caught:
        reindex(path)
    assert (caught.value.tag, caught.value.groups) == ("zcust", ((5, 7, 9), (20, 30)))
    assert index_of(path).read_bytes() == before
    assert leftovers(path) == []


def test_a_row_without_a_key_is_named(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        table.storage.write_raw(5, table.raw(5)[:37] + b"**********")
    with pytest.raises(KeyValueError, match="record 5: "):
        reindex(path)
    assert leftovers(path) == []


def test_a_table_without_an_index_is_refused(tmp_path: Path) -> None:
    create_table(tmp_path / "t.dbf", FIELDS)
    with pytest.raises(TableFormatError, match="nothing to rebuild"):
        reindex(tmp_path / "t.dbf")


def test_an_index_whose_directory_is_gone_is_refused(path: Path) -> None:
    index_of(path).write_bytes(index_of(path).read_bytes()[:1024])
    with pytest.raises(IndexDamagedError):
        reindex(path)


class KilledError(BaseException):
    """Nothing catches this, as nothing catches a kill."""


class Fault:
    """Ends the work, or fills the disk, at one call of the operating system."""

    def __init__(self, at: int, error: Callable[[], BaseException]) -> None:
        self.left = at
        self._error = error

    def __call__(self, _path: Path, _what: str, _data: bytes, /) -> None:
        self.left -= 1
        if self.left < 0:
            raise self._error()


def calls_of_a_rebuild(path: Path) -> int:
    endless = Fault(1 << 30, KilledError)
    reindex(path, gate=endless)
    return (1 << 30) - endless.left


def is_right(look: Callable[[], Sequence[object]], expected: Sequence[object]) -> bool:
    """False where an error says that the index must not be used; nothing in between is right."""
    try:
        found = look()
    except IndexDamagedError as error:
        found = [str(error)]
    if found == expected:
        return True
    assert len(found) == 1
    assert str(found[0]).startswith("t: a rebuild of the index was interrupted")
    return False


def test_a_kill_at_any_call_leaves_a_right_index_or_an_error_and_can_be_repeated(path: Path) -> None:
    calls = calls_of_a_rebuild(path)
    original = index_of(path).read_bytes()
    errors = 0
    for at in range(calls):
        index_of(path).write_bytes(original)
        with Table.open(path) as table:
            expected = list(table.scan("zcust"))
            with pytest.raises(KilledError):
                reindex(path, gate=Fault(at, KilledError))
            errors += not is_right(partial(lambda opened: list(opened.scan("zcust")), table), expected)
        is_right(lambda: check_table(path), [])
        reindex(path)
        assert list(table_findings(path)) == []
        assert leftovers(path) == []
    assert 3 < errors < calls


def test_a_full_disk_is_an_error_and_takes_nothing(path: Path) -> None:
    calls = calls_of_a_rebuild(path)
    original = index_of(path).read_bytes()
    for at in range(calls):
        index_of(path).write_bytes(original)
        with pytest.raises(DiskFullError):
            reindex(path, gate=Fault(at, lambda: OSError(errno.ENOSPC, "full")))
        is_right(lambda: check_table(path), [])
        reindex(path)
        assert list(table_findings(path)) == []
        assert leftovers(path) == []
