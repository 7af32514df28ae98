"""Files that end early, lie or run in circles: errors that say what to do, and nothing half-done."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import (
    FoxProError,
    MemoError,
    ReadOnlyTableError,
    StorageError,
    TableFormatError,
    TableMissingError,
)
from counterfoil.foxpro.system.ranges import RECORDS_MAX
from tests.fuzz import seeds
from tests.fuzz.bundle import Bundle
from tests.fuzz.targets import read_table, write_table

PAGE = 512
SHARE = 17
"""Each so-many-th lie is told; the soak's fuzzer tells them all."""
PAST_2_GIB, PAST_4_GIB = 5 << 29, 9 << 29
ADVICE = re.compile(
    r"\b(restore|repair|reindex|check|pack|open|choose|give|mount|close|try|put|use)\b", re.IGNORECASE
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Twelve fields, nine tags, memos; 60 rows."""
    seeds.tables()[2].write(tmp_path / "t.dbf")
    return tmp_path / "t.dbf"


def refusals(path: Path) -> Iterator[str]:
    """What a caller is told, whatever it tries."""
    attempts: list[Callable[[Table], object]] = [
        lambda table: list(table.records(deleted=True)),
        *(lambda table, tag=spec.name: list(table.find(tag)) for spec in seeds.TAGS),
        lambda table: table.append(seeds.row(99)),
        lambda table: table.update(1, seeds.row(98)),
        lambda table: table.delete(60),
    ]
    for attempt in attempts:
        try:
            with Table.open(path, writable=True) as table:
                attempt(table)
        except FoxProError as error:
            yield str(error)


def lengths(content: bytes, *interesting: int) -> list[int]:
    """Shorter than it should be, at every place where something begins or ends."""
    pages = range(0, len(content), PAGE)
    edges = {*interesting, *(at + by for at in pages for by in (0, 1, 24)), len(content) - 1}
    return sorted(length for length in edges if 0 <= length < len(content))


@pytest.mark.parametrize("suffix", [".dbf", ".cdx", ".fpt"])
def test_a_file_that_ends_early_gives_advice_and_nothing_is_half_done(path: Path, suffix: str) -> None:
    sound, told = Bundle.read(path), 0
    content = path.with_suffix(suffix).read_bytes()
    for length in lengths(content, 1, 4, 8, 31, 32, 33, 263, 416, 648, 649, 1025):
        parts = {".dbf": sound.dbf, ".cdx": sound.cdx, ".fpt": sound.fpt} | {suffix: content[:length]}
        bundle = Bundle(parts[".dbf"], parts[".cdx"] or b"", parts[".fpt"])
        read_table(bundle.packed(), path.parent)
        write_table(bundle.packed(), path.parent)
        bundle.write(path)
        path.with_suffix(suffix).write_bytes(content[:length])
        messages = list(refusals(path))
        assert [message for message in messages if not ADVICE.search(message)] == []
        told += bool(messages)
        assert bool(check_table(path)) >= bool(messages)
    assert told > len(lengths(content)) // 2


def pages(content: bytes) -> range:
    return range(0, len(content), PAGE)


@pytest.mark.parametrize("number", [2, 3, 4])
def test_no_lie_in_an_index_page_hangs_or_is_half_written(tmp_path: Path, number: int) -> None:
    """Roots, free list, counts, neighbours and children that lead to themselves, up, out or between pages."""
    bundle = seeds.tables()[number]
    size = len(bundle.cdx)
    fields = ((0, "<i"), (4, "<i"), (0, "<H"), (2, "<H"), (4, "<i"), (8, "<i"))
    for at in pages(bundle.cdx):
        lies = (at, 0, 1024, 1536, size, size - PAGE, -1, 1, 0x7FFFFE00)
        children = [(offset, ">I") for offset in range(22, 40, 1) if at >= 1024][:: max(1, number - 1)]
        for offset, form in (*fields, *children):
            for lie in lies:
                content = bytearray(bundle.cdx)
                width = struct.calcsize(form)
                bits = (lie % (1 << 8 * width)).to_bytes(width, "big")
                content[at + offset : at + offset + width] = bits if form[0] == ">" else bits[::-1]
                if content == bundle.cdx or (lie * 7 + at // PAGE + offset) % SHARE:
                    continue
                packed = Bundle(bundle.dbf, bytes(content), bundle.fpt).packed()
                write_table(packed, tmp_path)


def test_memo_pointers_that_lead_out_of_the_file_are_named(path: Path) -> None:
    with Table.open(path) as table:
        field = next(one for one in table.fields if one.type == "M")
        start = table.storage.header.offset_of(5) + field.offset
    for block in (1, 7, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF):
        with path.open("r+b") as file:
            file.seek(start)
            file.write(block.to_bytes(4, "little"))
        with Table.open(path) as table, pytest.raises(MemoError, match=f"block {block}"):
            table.read(5)
        assert any("record 5" in finding for finding in check_table(path))


def test_a_table_beyond_two_gib_is_read_and_not_written(path: Path) -> None:
    with Table.open(path) as table:
        header = table.storage.header
    count = (PAST_4_GIB - header.length) // header.record_length
    os.truncate(path, PAST_4_GIB)
    with path.open("r+b") as file:
        file.seek(4)
        file.write(count.to_bytes(4, "little"))
    with Table.open(path, writable=True) as table:
        assert table.raw(count) == bytes(header.record_length)
        with pytest.raises(ReadOnlyTableError, match="larger than 1 GiB"):
            table.append({})


@pytest.mark.parametrize("recno", [RECORDS_MAX + 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_count_that_points_beyond_every_file_locks_nothing(path: Path, recno: int) -> None:
    with path.open("r+b") as file:
        file.seek(4)
        file.write((0xFFFFFFFF).to_bytes(4, "little"))
    with Table.open(path, writable=True) as table:
        for change in (lambda: table.delete(recno), lambda: table.append({}), lambda: table.read(recno)):
            with pytest.raises(TableFormatError, match="repair"):
                change()


def test_an_index_beyond_two_gib_is_read_and_not_written(path: Path) -> None:
    os.truncate(path.with_suffix(".cdx"), PAST_2_GIB)
    with Table.open(path, writable=True) as table:
        assert table.seek("seq", 7) == 8
        with pytest.raises(ReadOnlyTableError, match="reindex"):
            table.update(1, {"seq": 1000})
        assert table.index
        table.read_only_reason = None

        def fill() -> None:
            for number in range(200, 400):
                table.append(seeds.row(number))

        with pytest.raises(ReadOnlyTableError, match=r"full \(2 GiB\)"):
            fill()


def test_memos_beyond_two_gib_are_read_and_no_more_are_written(path: Path) -> None:
    memo = path.with_suffix(".fpt")
    block = (PAST_2_GIB - 1024) // 64
    os.truncate(memo, PAST_2_GIB)
    with memo.open("r+b") as file:
        file.write((block + 16).to_bytes(4, "big"))
        file.seek(block * 64)
        file.write(struct.pack(">II", 1, 4) + b"here")
    with Table.open(path) as table:
        field = next(one for one in table.fields if one.type == "M")
        start = table.storage.header.offset_of(5) + field.offset
    with path.open("r+b") as file:
        file.seek(start)
        file.write(block.to_bytes(4, "little"))
    with Table.open(path, writable=True) as table:
        assert table.read(5)["notes"] == "here"
        before = path.read_bytes()
        with pytest.raises(MemoError, match="pack the table"):
            table.append({"notes": "more"})
        assert path.read_bytes() == before


@pytest.mark.parametrize("suffix", [".dbf", ".cdx", ".fpt"])
def test_a_folder_or_a_pipe_in_a_files_place_is_named(path: Path, suffix: str) -> None:
    for make in (Path.mkdir, os.mkfifo):
        file = path.with_suffix(suffix)
        file.unlink() if file.is_file() or file.is_fifo() else file.rmdir()
        make(file)
        for writable in (False, True):
            with pytest.raises(StorageError, match="a folder or a device"):
                Table.open(path, writable=writable)
        file.rmdir() if file.is_dir() else file.unlink()
        file.touch()


@pytest.mark.parametrize("suffix", [".dbf", ".cdx", ".fpt"])
def test_a_link_is_followed_and_one_that_leads_nowhere_is_a_missing_file(path: Path, suffix: str) -> None:
    file, real = path.with_suffix(suffix), path.with_name("real" + suffix)
    file.rename(real)
    file.symlink_to(real)
    with Table.open(path, writable=True) as table:
        table.append(seeds.row(61))
    assert check_table(path) == []
    assert file.is_symlink()
    real.unlink()
    with pytest.raises((TableMissingError, StorageError)):
        Table.open(path, writable=True)


def test_a_sound_table_that_is_only_read_is_not_changed_by_one_byte(path: Path) -> None:
    files = [path.with_suffix(suffix) for suffix in (".dbf", ".cdx", ".fpt")]

    def state() -> list[tuple[bytes, int, int]]:
        return [(file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ctime_ns) for file in files]

    before = state()
    for writable in (False, True):
        with Table.open(path, writable=writable) as table:
            assert len(list(table.records(deleted=True))) == 60
            for spec in seeds.TAGS:
                assert list(table.find(spec.name))
                table.seek(spec.name, "c")
                table.tags[spec.name].check()
            if writable:
                table.update(3, {})
                table.update(4, table.read(4).values)
                table.recall(5)
    assert check_table(path) == []
    assert state() == before


def test_a_memo_file_cut_off_and_then_appended_to_shows_what_was_lost(path: Path) -> None:
    """The next memo goes where the header says; what is missing before it must not read as empty memos."""
    with path.with_suffix(".fpt").open("r+b") as file:
        file.truncate(1000)
    with Table.open(path, writable=True) as table:
        added = table.append({"seq": 999, "notes": "after the cut"})
        assert table.read(added)["notes"] == "after the cut"
        with pytest.raises(MemoError, match="lies outside"):
            table.read(59)
    assert any("record 59" in finding for finding in check_table(path))
