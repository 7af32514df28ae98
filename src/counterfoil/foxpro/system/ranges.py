"""Which bytes FoxPro programs lock, and what a platform must offer to lock them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from counterfoil.foxpro.records.header import Header


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Bytes of a file to lock; they need not exist."""

    offset: int
    length: int = 1


VFP_HEADER = 0x7FFFFFFE
VFP_FILE = Range(0x77FFFFFF, 0x08000000)
FOX2_BASE = 0x40000000
RECORDS_MAX = 1_000_000_000
"""FoxPro's limit; the bytes of larger numbers would lie before the file's beginning."""
FOX2_FILE = Range(FOX2_BASE, 0x37FFFFFF)
"""Ends where the other scheme's range begins, so that the two never overlap."""

INDEX = (Range(VFP_HEADER),)
MEMO = (Range(0), Range(FOX2_BASE))
"""Programs disagree on the byte of a memo file, so both are taken, in this order."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which bytes stand for the header, a record and the whole of one table."""

    vfp: bool
    fox2: bool
    header_length: int
    record_length: int

    @classmethod
    def of(cls, header: Header) -> Scheme:
        """The newer scheme with a compound index, else the older; VFP tables without one take both."""
        return cls(
            vfp=header.has_cdx or header.is_vfp,
            fox2=not header.has_cdx,
            header_length=header.length,
            record_length=header.record_length,
        )

    @property
    def header(self) -> tuple[Range, ...]:
        return tuple(self._either(Range(VFP_HEADER), Range(FOX2_BASE)))

    @property
    def whole(self) -> tuple[Range, ...]:
        return tuple(self._either(VFP_FILE, FOX2_FILE))

    def record(self, recno: int) -> tuple[Range, ...]:
        offset = self.header_length + (recno - 1) * self.record_length
        return tuple(self._either(Range(VFP_HEADER - recno), Range(FOX2_BASE + offset)))

    def _either(self, vfp: Range, fox2: Range) -> Iterator[Range]:
        if self.vfp:
            yield vfp
        if self.fox2:
            yield fox2


SOMEBODY = "another program"
"""Who holds the bytes where the system does not tell; it may be another thread of this one."""


class ByteLocks(Protocol):
    """A platform's byte-range locks; none of them waits."""

    def take(self, descriptor: int, part: Range, *, exclusive: bool) -> bool: ...

    def release(self, descriptor: int, part: Range) -> None: ...

    def holder(self, descriptor: int, part: Range) -> str:
        """Who holds the bytes, in words for a person."""
        ...
