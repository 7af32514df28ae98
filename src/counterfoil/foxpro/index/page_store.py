"""The pages of one index file: read, kept between counter checks, taken from and given to the free list."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Protocol

from counterfoil.foxpro.errors import IndexDamagedError, ReadOnlyTableError
from counterfoil.foxpro.index.page import (
    NO_PAGE,
    PAGE_BYTES,
    RECNO_BYTES,
    KeyShape,
    LeafPage,
    Page,
    PageDamage,
    decode,
)

HEADER_BYTES = 1024
INDEX_FILE_MAX = 1 << 31
"""Pages name their neighbours by signed numbers of 32 bits."""
_ROOT_BYTES = 4
FREE_AT = 4
_FREE_AND_COUNTER = struct.Struct("<i4s")
_FREE_PAGE = struct.Struct("<iq")
_INTERIOR_STEP = 1 << 16
"""An interior page begins with a zero word and its key count, which may look like such an offset."""
NOWHERE = 0x7FFFFE00
"""A place where no page can lie: FoxPro's files end before it."""
_COUNTER_BYTES = 4
_COUNTER_MAX = (1 << 32) - 1
NO_FREE_PAGE = 0
_PAGES_KEPT_MAX = 20_000

# The order in which changes reach the file: what nothing points to first, what everything hangs on last.
_NEW, _LEAF, _LINK, _INTERIOR = range(4)


def following_counter(counter: int) -> int:
    """What the change counter is raised to."""
    return (counter + 1) & _COUNTER_MAX


def free_and_counter(free: int, counter: int) -> bytes:
    """What stands in the file's header behind the root."""
    return _FREE_AND_COUNTER.pack(free, counter.to_bytes(_COUNTER_BYTES, "big"))


class ByteFile(Protocol):
    """The part of an unbuffered binary file that the index needs."""

    def seek(self, offset: int, whence: int = ..., /) -> int: ...
    def read(self, size: int, /) -> bytes | None: ...
    def write(self, data: bytes, /) -> int | None: ...


class PageStore:
    """Pages by offset. Changes stay in memory until `flush`; whoever changes pages holds the file's lock."""

    def __init__(self, file: ByteFile, name: str) -> None:
        self.name = name
        self.counter = 0
        self.free = NO_FREE_PAGE
        self._file = file
        self._pages: dict[int, Page] = {}
        self._known: dict[int, tuple[bytes, Page]] = {}
        """Pages with the bytes that they stand for, from earlier looks: where the bytes still lie there, the
        page need not be taken apart again."""
        self._dirty: dict[int, tuple[int, int]] = {}
        self._freed: list[int] = []
        self.end = 0
        """Where the file ends, rounded up to whole pages."""

    @property
    def is_dirty(self) -> bool:
        return bool(self._dirty or self._freed)

    def damaged(self, reason: str) -> IndexDamagedError:
        return IndexDamagedError(self.name, f"{reason}. Reindex the table in FoxPro before writing to it.")

    def read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        data = self._file.read(size) or b""
        if len(data) < size:
            raise self.damaged(f"the file ends inside the block at {offset}")
        return data

    def write(self, offset: int, data: bytes) -> None:
        self._file.seek(offset)
        while data:
            written = self._file.write(data)
            if not written:
                raise OSError(f"{self.name}: nothing was written at {offset}")
            data = data[written:]

    def refresh(self) -> bool:
        """Forget every page if another program changed the index. Call it under the lock."""
        free, counter_bytes = _FREE_AND_COUNTER.unpack(self.read(FREE_AT, _FREE_AND_COUNTER.size))
        counter = int.from_bytes(counter_bytes, "big")
        self.end = -(-self._file.seek(0, 2) // PAGE_BYTES) * PAGE_BYTES
        if len(self._known) > _PAGES_KEPT_MAX:
            self._known.clear()
        if (free, counter) == (self.free, self.counter) and len(self._pages) < _PAGES_KEPT_MAX:
            return False
        self.free, self.counter = free, counter
        self.look_again()
        return True

    def look_again(self) -> None:
        """Take no page for granted any more; nothing may wait to be flushed."""
        self._pages.clear()

    def forget(self) -> None:
        """Drop every page and every change not flushed; `refresh` must follow before the next use."""
        self._pages.clear()
        self._known.clear()
        self._dirty.clear()
        self._freed.clear()

    def reread(self, offsets: Iterable[int]) -> None:
        """Drop these pages, so that the next look at them is at the disk; they hold nothing to flush."""
        for offset in offsets:
            self._pages.pop(offset, None)
            self._known.pop(offset, None)

    def root(self, header_offset: int) -> int:
        """Where the tree of a header begins."""
        return int.from_bytes(self.read(header_offset, _ROOT_BYTES), "little", signed=True)

    def page(self, offset: int, shape: KeyShape) -> Page:
        page = self._pages.get(offset)
        if page is None:
            raw = self._raw(offset)
            page = self._same(offset, raw, shape) or self._decoded(offset, raw, shape)
            self._pages[offset], self._known[offset] = page, (raw, page)
        elif not _is_of(page, shape):
            raise self.damaged(f"the page at {offset} belongs to two tags")
        return page

    def peek(self, offset: int, shape: KeyShape) -> Page:
        """A page that is not kept: for long walks, which would fill the memory."""
        return self._pages.get(offset) or self._decoded(offset, self._raw(offset), shape)

    def _same(self, offset: int, raw: bytes, shape: KeyShape) -> Page | None:
        """The page as it is known, where it stands for these bytes."""
        known, page = self._known.get(offset, (b"", None))
        return page if page is not None and known == raw and _is_of(page, shape) else None

    def _raw(self, offset: int) -> bytes:
        if offset == NOWHERE:
            raise self.damaged("a rebuild of the index was interrupted")
        if offset < HEADER_BYTES or offset % PAGE_BYTES:
            raise self.damaged(f"a page is said to lie at {offset}")
        return self.read(offset, PAGE_BYTES)

    def _decoded(self, offset: int, raw: bytes, shape: KeyShape) -> Page:
        try:
            return decode(offset, raw, shape)
        except PageDamage as damage:
            raise self.damaged(f"the page at {offset} is damaged: {damage}") from damage

    def touch(self, page: Page, *, level: int = 0) -> None:
        """Its entries changed, or it takes the place of another; `level` 0 is a leaf."""
        self._pages[page.offset] = page
        self._mark(page, (_INTERIOR, level) if level else (_LEAF, 0))

    def touch_link(self, page: Page) -> None:
        """Only its neighbours changed."""
        self._mark(page, (_LINK, 0))

    def _mark(self, page: Page, rank: tuple[int, int]) -> None:
        known = self._dirty.get(page.offset)
        if known is None or known[0] == _LINK:
            self._dirty[page.offset] = rank
        elif rank[0] != _LINK:
            self._dirty[page.offset] = min(known, rank)

    def add(self, page: Page) -> None:
        """A page at an offset from `allocate`, where nothing points to it yet."""
        self._pages[page.offset] = page
        self._dirty[page.offset] = (_NEW, 0)

    def put_root(self, page: Page, *, level: int) -> None:
        """Another page in the place of the root: it is written after everything below it."""
        page.is_root = True
        self._pages[page.offset] = page
        self._dirty[page.offset] = (_INTERIOR, level)

    def allocate(self) -> int:
        """An offset for a new page, from the free list or at the end of the file."""
        if self.free <= NO_FREE_PAGE:
            if self.end >= INDEX_FILE_MAX:
                raise ReadOnlyTableError(self.name, "its index file is full (2 GiB); reindex it")
            self.end += PAGE_BYTES
            return self.end - PAGE_BYTES
        offset = self.free
        if offset % PAGE_BYTES or offset >= self.end:
            raise self.damaged(f"the free list points to {offset}")
        following = self._after_free(offset)
        self.free = NO_FREE_PAGE if following is None else following
        return self.allocate() if following is None else offset

    def _after_free(self, offset: int) -> int | None:
        """The free page behind one; None where the page is in use.

        A crash between a page and the file's header leaves it on the free list, and freeing it again makes a
        circle. Such a list is given up: that costs room, trusting it costs keys.
        """
        if offset in self._pages:  # Kept since it was read, or new since the last flush.
            return None
        following, neighbours = _FREE_PAGE.unpack(self.read(offset, _FREE_PAGE.size))
        if (following % PAGE_BYTES and following != NO_PAGE) or following >= self.end:
            return None  # The attributes and the key count of a leaf or a root are no offset.
        is_interior = following > NO_FREE_PAGE and following % _INTERIOR_STEP == 0 and neighbours != 0
        return None if is_interior else following

    def following_free(self, offset: int) -> int:
        """What stands where a free page says which one follows it."""
        return int.from_bytes(self.read(offset, _ROOT_BYTES), "little", signed=True)

    def release(self, offset: int) -> None:
        """Nothing points to the page any more; `flush` puts it on the free list."""
        del self._pages[offset]
        self._known.pop(offset, None)
        self._dirty.pop(offset, None)
        self._freed.append(offset)

    def flush(self) -> None:
        """Write what changed: new pages, leaves, links, parents, root, freed pages; the counter last."""
        if not self.is_dirty:
            return
        for offset in sorted(self._dirty, key=lambda at: (self._dirty[at], at)):
            page = self._pages[offset]
            raw = self._encoded(page)
            self.write(offset, raw)
            self._known[offset] = (raw, page)
        self._chain_freed()
        self._raise_counter()
        self._dirty.clear()
        self._freed.clear()

    def _chain_freed(self) -> None:
        """Put the freed pages before the free list, unless that begins with a page in use."""
        if self._freed and 0 < self.free < self.end and self._after_free(self.free) is None:
            self.free = NO_FREE_PAGE
        for offset in self._freed:
            link = self.free.to_bytes(_ROOT_BYTES, "little", signed=True)
            self.write(offset, link.ljust(PAGE_BYTES, b"\0"))
            self.free = offset

    def announce(self) -> None:
        """Raise the counter, so that whoever keeps pages reads them again."""
        self.forget()
        self.refresh()
        self._raise_counter()

    def _raise_counter(self) -> None:
        self.counter = following_counter(self.counter)
        self.write(FREE_AT, free_and_counter(self.free, self.counter))

    def _encoded(self, page: Page) -> bytes:
        unfit = isinstance(page, LeafPage) and not page.fits
        if unfit or len(raw := page.encode()) > PAGE_BYTES:
            raise AssertionError(f"page at {page.offset} of {self.name} was never split")
        return raw


def _is_of(page: Page, shape: KeyShape) -> bool:
    """Whether a page that is kept was read for keys of this shape."""
    if isinstance(page, LeafPage):
        return page.shape is shape or page.shape == shape
    return not page.entries or len(page.entries[0]) == shape.length + RECNO_BYTES
