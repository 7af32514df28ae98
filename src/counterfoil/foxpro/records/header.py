"""The header of a table file: parsed, checked and built."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from counterfoil.foxpro.errors import TableFormatError
from counterfoil.foxpro.records.code_pages import CODE_PAGES, decode_text
from counterfoil.foxpro.records.field_rules import check_field, lowest_version
from counterfoil.foxpro.records.fields import (
    ANY_WIDTH,
    AUTOINCREMENT,
    BINARY,
    NULL_FLAGS,
    STORED_WIDTHS,
    Counter,
    Field,
    placed,
)
from counterfoil.foxpro.records.null_flags import NAME, null_flags_field
from counterfoil.foxpro.records.versions import FOX2_MEMO, VERSIONS, VFP_VERSIONS, check_version

KNOWN_TYPES = frozenset("CNFDLIBYTMGPWVQ") | {NULL_FLAGS}
BINARY_TYPES = frozenset("IBYTQW")
"""Types whose fields Visual FoxPro marks as binary, besides those that say so themselves."""

HAS_CDX, HAS_MEMO, IS_CONTAINER = 0x01, 0x02, 0x04

FIXED_LENGTH = 32
FIELD_LENGTH = 32
TERMINATOR = 0x0D
BACKLINK_LENGTH = 263
RECORD_LENGTH_MAX = 65_500
FIELDS_MAX = 255
CENTURY_PIVOT = 80

ENCRYPTED_OFFSET = 15
FLAGS_OFFSET = 28
FIELD_FLAGS_OFFSET = 18
COUNTER_OFFSET = 19
"""Where an autoincrement field's description holds its next number, four bytes, and behind it the step."""
COUNT_OFFSET = 1
"""Where the part of the header starts that every append rewrites: date and record count."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a table say about it."""

    version: int
    updated: date | None
    record_count: int
    length: int
    record_length: int
    flags: int
    code_page_mark: int
    fields: tuple[Field, ...]
    backlink: str = ""

    @property
    def has_cdx(self) -> bool:
        return bool(self.flags & HAS_CDX)

    @property
    def has_memo(self) -> bool:
        return any(field.is_memo for field in self.fields)

    @property
    def is_vfp(self) -> bool:
        return self.version in VFP_VERSIONS

    def offset_of(self, recno: int) -> int:
        return self.length + (recno - 1) * self.record_length


def parse_header(data: bytes, table: str) -> Header:
    """Read a header; `data` holds at least the whole of it."""
    if len(data) < FIXED_LENGTH:
        raise TableFormatError(table, f"it is {len(data)} bytes long, too short for a table; restore it")
    check_version(data[0], table)
    if data[ENCRYPTED_OFFSET] == 1:
        raise TableFormatError(table, "it is encrypted (by dBASE IV's mark); decrypt it with its own program")
    count, length, record_length = struct.unpack_from("<IHH", data, 4)
    if not FIXED_LENGTH < length <= len(data):
        raise TableFormatError(
            table, f"the header says it is {length} bytes long, the file holds {len(data)}; restore it"
        )
    code_page = CODE_PAGES.get(data[29], "latin-1")
    fields = tuple(_parse_fields(data[:length], table, code_page))
    needed = fields[-1].end if fields else 1
    if needed != record_length:
        raise TableFormatError(
            table, f"the fields take {needed} bytes, the header says {record_length} a record"
        )
    vfp = data[0] in VFP_VERSIONS
    link = data[length - BACKLINK_LENGTH : length] if vfp and length > BACKLINK_LENGTH + FIXED_LENGTH else b""
    return Header(
        version=data[0],
        updated=_parse_date(data[1:4]),
        record_count=count,
        length=length,
        record_length=record_length,
        flags=data[FLAGS_OFFSET],
        code_page_mark=data[29],
        fields=fields,
        backlink=link.split(b"\0")[0].decode("latin-1"),
    )


def parse_count(data: bytes) -> int:
    """The record count from the first eight bytes."""
    return int.from_bytes(data[4:8], "little")


def count_bytes(count: int, updated: date | None, before: bytes) -> bytes:
    """What stands at COUNT_OFFSET after an append; without a date, the old one stays."""
    return (_date_bytes(updated) if updated else before[1:4]) + count.to_bytes(4, "little")


def build_header(header: Header) -> bytes:
    """The bytes of a header."""
    fixed = bytearray(FIXED_LENGTH)
    fixed[0] = header.version
    if header.updated:
        fixed[1:4] = _date_bytes(header.updated)
    struct.pack_into("<IHH", fixed, 4, header.record_count, header.length, header.record_length)
    fixed[FLAGS_OFFSET] = header.flags
    fixed[29] = header.code_page_mark
    link = header.backlink.encode("latin-1").ljust(BACKLINK_LENGTH, b"\0") if header.is_vfp else b""
    described = b"".join(_field_bytes(field, offsets=header.is_vfp) for field in header.fields)
    return bytes(fixed) + described + bytes([TERMINATOR]) + link


def new_header(
    table: str, version: int | None, fields: Sequence[Field], mark: int, updated: date | None
) -> Header:
    """The header of an empty new table; refuses what the version cannot hold.

    Without a version it is the oldest one of Visual FoxPro that has all the fields' types.
    """
    version = lowest_version(fields) if version is None else version
    if version not in VERSIONS:
        raise TableFormatError(table, f"tables of version 0x{version:02X} are not made here")
    sized = [_sized(field, version) for field in fields]
    for field in sized:
        check_field(table, version, field)
    flags = null_flags_field(sized)
    laid = placed([*sized, flags] if flags else sized)
    length = FIXED_LENGTH + FIELD_LENGTH * len(laid) + 1 + (BACKLINK_LENGTH if version in VFP_VERSIONS else 0)
    record_length = laid[-1].end if laid else 1
    if not laid or len(laid) > FIELDS_MAX or record_length > RECORD_LENGTH_MAX:
        raise TableFormatError(
            table, f"a table has 1 to {FIELDS_MAX} fields, {RECORD_LENGTH_MAX} bytes a record"
        )
    if len({field.name for field in laid}) < len(laid):
        raise TableFormatError(table, "two fields have the same name")
    memo = HAS_MEMO if version in VFP_VERSIONS and any(field.is_memo for field in laid) else 0
    return Header(version, updated, 0, length, record_length, memo, mark, laid)


def _sized(field: Field, version: int) -> Field:
    if field.is_memo:
        field = replace(field, width=10 if version == FOX2_MEMO else 4)
    return replace(field, flags=field.flags | BINARY) if field.type in BINARY_TYPES else field


def _parse_fields(data: bytes, table: str, code_page: str) -> Iterator[Field]:
    seen: set[str] = set()
    offset = 1
    for at in range(FIXED_LENGTH, len(data) - FIELD_LENGTH + 1, FIELD_LENGTH):
        if data[at] == TERMINATOR:
            return
        entry = data[at : at + FIELD_LENGTH]
        name = decode_text(entry[:11].split(b"\0")[0], code_page).lower()
        kind = chr(entry[11])
        if kind not in KNOWN_TYPES:
            raise TableFormatError(table, f"field {name!r} is of the unknown type {kind!r}")
        if entry[16] not in STORED_WIDTHS.get(kind, ANY_WIDTH):
            raise TableFormatError(table, f"field {name!r} of type {kind} cannot be {entry[16]} bytes wide")
        while name in seen:
            name += "_"
        seen.add(name)
        field = Field(name, kind, entry[16], entry[17], offset)
        if data[0] in VFP_VERSIONS:
            field = replace(field, flags=entry[FIELD_FLAGS_OFFSET], counter=_parse_counter(entry))
        yield field
        offset += field.width


def _parse_counter(entry: bytes) -> Counter | None:
    following, step = struct.unpack_from("<iB", entry, COUNTER_OFFSET)
    return Counter(following, step) if entry[FIELD_FLAGS_OFFSET] & AUTOINCREMENT else None


def _field_bytes(field: Field, *, offsets: bool) -> bytes:
    decimals = 4 if field.type == "Y" else field.decimals
    name = NAME if field.type == NULL_FLAGS else field.name.upper()
    counter = field.counter or Counter(0, 0)
    return struct.pack(
        "<11scIBBBiB8x",
        name.encode("ascii"),
        field.type.encode("ascii"),
        field.offset if offsets else 0,
        field.width,
        decimals,
        field.flags,
        counter.next,
        counter.step,
    )


def _parse_date(data: bytes) -> date | None:
    year = data[0] + (2000 if data[0] < CENTURY_PIVOT else 1900)
    try:
        return date(year, data[1], data[2])
    except ValueError:
        return None


def _date_bytes(day: date) -> bytes:
    return bytes((day.year % 100, day.month, day.day))
