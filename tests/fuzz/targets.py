"""What is done to damaged input: everything that a caller could do; only declared errors may come out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from counterfoil.foxpro import Table, Value
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.containers.container import parse_properties
from counterfoil.foxpro.errors import FoxProError
from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.index_file import IndexFile
from counterfoil.foxpro.index.page import KeyShape, LeafPage, PageDamage, decode, entry_of
from counterfoil.foxpro.records.fields import placed
from counterfoil.foxpro.records.header import parse_header
from counterfoil.foxpro.records.record import RecordCodec
from tests.fuzz import flows, seeds
from tests.fuzz.bundle import Bundle
from tests.fuzz.mutation import Dice, altered, damaged, damaged_bytes

AT_ONCE = Patience(timedelta(0))
LAYOUT = placed(seeds.FIELDS)
RECORD_BYTES = LAYOUT[-1].end
ROWS_MAX = 40
SEARCHES: tuple[Value, ...] = ("c", "C001", "", 0, 7, Decimal("1.5"), True, date(2026, 1, 2), None)


class Target(NamedTuple):
    """`run` raises only where something is wrong with us; `mutate` and `seeds` speak its input's language."""

    run: Callable[[bytes, Path], None]
    mutate: Callable[[bytes, Dice], bytes]
    seeds: Callable[[], Sequence[bytes]]


def read_table(data: bytes, folder: Path) -> None:
    """Open, read, walk and check; not one byte of the files changes."""
    bundle, path = Bundle.unpacked(data), folder / "t.dbf"
    bundle.write(path)
    check_table(path)
    with suppress(FoxProError), Table.open(path, patience=AT_ONCE) as table:
        with suppress(FoxProError):
            list(table.records(deleted=True))
        for recno in range(min(ROWS_MAX, table.record_count) + 2):
            with suppress(FoxProError):
                table.read(recno)
        for tag in table.tags:
            _search(table, tag)
    assert Bundle.read(path) == bundle, "reading changed a file"


def _search(table: Table, tag: str) -> None:
    with suppress(FoxProError):
        list(table.find(tag))
    for value in SEARCHES:
        with suppress(FoxProError):
            table.seek(tag, value)


def write_table(data: bytes, folder: Path) -> None:
    """Append, change, delete and recall; what is refused has changed neither rows nor keys."""
    path = folder / "t.dbf"
    Bundle.unpacked(data).write(path)
    try:
        with Table.open(path, writable=True, patience=AT_ONCE) as table:
            for change in _changes(table):
                before = _rows_and_keys(path)
                try:
                    change()
                except FoxProError:
                    assert _rows_and_keys(path) == before, "refused and yet written"
    except FoxProError:
        return


def _rows_and_keys(path: Path) -> list[bytes]:
    """Memos are left out: a text may lie in the file without a row that points to it."""
    files = (path, path.with_suffix(".cdx"))
    return [file.read_bytes() for file in files if file.exists()]


def _changes(table: Table) -> list[Callable[[], object]]:
    values = {field.name: value for field in table.fields for value in [seeds.row(77).get(field.name)]}
    last = table.record_count
    return [
        lambda: table.append(values),
        lambda: table.update(1, values),
        lambda: table.update(last, {**values, "seq": 78}),
        lambda: table.delete(2),
        lambda: table.recall(2),
        lambda: table.append({}),
        *(lambda recno=recno: table.delete(recno) for recno in range(1, min(last, ROWS_MAX) + 1)),
    ]


def read_header(data: bytes) -> None:
    """A header, and what follows it as a record."""
    with suppress(FoxProError):
        header = parse_header(data, "t")
        codec = RecordCodec("t", header.fields, "cp1252")
        raw = data[header.length : header.length + header.record_length].ljust(header.record_length)
        codec.decode(raw, 1)


def read_page(data: bytes) -> None:
    """A page; where it can be read, it can also be changed and written."""
    shape = KeyShape(max(1, data[0] if data else 0) % 241 or 240, b" " if data[1:2] < b"\x80" else b"\0")
    try:
        page = decode(1024, data[2:514].ljust(512, b"\0"), shape)
    except PageDamage:
        return
    assert all(len(entry) == shape.length + 4 for entry in page.entries)
    if isinstance(page, LeafPage):
        for at in range(0, len(page.entries), 3):
            page.remove(min(at, len(page.entries) - 1))
        page.insert(0, entry_of(bytes(shape.length), 1))
        if page.fits:
            assert decode(1024, page.encode(), shape).entries == page.entries


def work_on_index(data: bytes) -> None:
    """An index file in memory: tags read, checked, walked and changed."""
    file = io.BytesIO(data)
    with suppress(FoxProError):
        index = IndexFile(file, "t", LAYOUT, "cp1252")
        for tag in index.tags.values():
            with suppress(FoxProError):
                tag.check()
            with suppress(FoxProError):
                list(tag.scan())
            if not tag.refusal:
                _rekey(index, tag.name)


def _rekey(index: IndexFile, name: str) -> None:
    tag = index.tags[name]
    codec = RecordCodec("t", LAYOUT, "cp1252")
    raws = [codec.encode({**seeds.row(number), "notes": None}) for number in range(0, 120, 2)]
    try:
        for number, raw in enumerate(raws, start=1):
            key = tag.key_of(number, raw)
            if key is not None:
                tag.delete(key, number)
                tag.insert(key, number + 1000)
        index.flush()
    except FoxProError:
        with suppress(FoxProError):
            index.discard()


def work_with_expression(data: bytes) -> None:
    """An expression over a record; keys have the length that was said, twice the same."""
    record, text = data[:RECORD_BYTES].ljust(RECORD_BYTES), data[RECORD_BYTES:].decode("latin-1")
    with suppress(FoxProError):
        key = compile_key(text, LAYOUT, "cp1252")
        for value in SEARCHES:
            key_for(key, value)
            key_for(key, value, value, exact=True)
        found = key.evaluate(1, record)
        assert len(found) == key.length
        assert found == key.evaluate(1, record)
    with suppress(FoxProError):
        assert isinstance(compile_filter(text, LAYOUT, "cp1252")(1, record), bool)


def read_properties(data: bytes) -> None:
    """The properties of an object in a database container."""
    with suppress(FoxProError):
        assert all(number >= 0 for number in parse_properties(data, "t", "cp1252"))


def _properties() -> list[bytes]:
    texts = (b"t.dbf", b"rule()", b"x" * 300, b"")
    one = [(len(text) + 8).to_bytes(4, "little") + b"\1\0" + bytes((9,)) + text + b"\0" for text in texts]
    return [*one, b"".join(one)]


def _record_and_text(data: bytes, dice: Dice) -> bytes:
    record, text = data[:RECORD_BYTES], data[RECORD_BYTES:].decode("latin-1")
    if dice.randrange(4) == 0:
        return damaged_bytes(record, dice).ljust(RECORD_BYTES)[:RECORD_BYTES] + text.encode("latin-1")
    return record + altered(text, dice).encode("latin-1")


def _expressions() -> list[bytes]:
    codec = RecordCodec("t", LAYOUT, "cp1252")
    records = [codec.encode({**seeds.row(number), "notes": None}) for number in (0, 3, 7)]
    return [record + text.encode("latin-1") for record in records for text in seeds.EXPRESSIONS]


def _pages() -> list[bytes]:
    cdx = seeds.tables()[2].cdx
    return [
        bytes((length, 0)) + cdx[at : at + 512] for length in (4, 6, 106) for at in range(1024, len(cdx), 512)
    ]


def _bundles() -> list[bytes]:
    return [bundle.packed() for bundle in seeds.tables()]


def _damaged_bundle(data: bytes, dice: Dice) -> bytes:
    return damaged(Bundle.unpacked(data), dice).packed()


def _alone(run: Callable[[bytes], None]) -> Callable[[bytes, Path], None]:
    """A target that needs no folder."""
    return lambda data, _: run(data)


TARGETS = {
    "reading": Target(read_table, _damaged_bundle, _bundles),
    "writing": Target(write_table, _damaged_bundle, _bundles),
    "header": Target(_alone(read_header), damaged_bytes, lambda: [bundle.dbf for bundle in seeds.tables()]),
    "page": Target(_alone(read_page), damaged_bytes, _pages),
    "index": Target(_alone(work_on_index), damaged_bytes, lambda: [b.cdx for b in seeds.tables() if b.cdx]),
    "properties": Target(_alone(read_properties), damaged_bytes, _properties),
    "expression": Target(_alone(work_with_expression), _record_and_text, _expressions),
    "condition": Target(_alone(flows.ask_condition), flows.altered_condition, flows.conditions),
    "flow": Target(_alone(flows.read_odd_flow), flows.altered_flow, flows.flows),
}
