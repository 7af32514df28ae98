"""A tag's tree built from sorted entries, bottom up: full leaves first, then the pages above them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple, Protocol

from counterfoil.foxpro.errors import DuplicateKeysError
from counterfoil.foxpro.index.page import (
    INTERIOR,
    LEAF,
    LEAF_CAPACITY,
    NO_PAGE,
    PAGE_BYTES,
    RECNO_BYTES,
    ROOT,
    KeyShape,
    LeafLayout,
    interior_body,
    leaf_body,
    page_header,
    recno_of,
    shared_bytes,
)
from counterfoil.foxpro.index.page_store import HEADER_BYTES, ByteFile

Level = list[tuple[bytes, int]]
"""The last entry and the offset of each page of one height."""
_FREE_PAGE_LINK_BYTES = 4
_DUPLICATES_NAMED = 10


class Ground(Protocol):
    """Where new pages go."""

    def allocate(self) -> int: ...

    def write(self, offset: int, data: bytes) -> None: ...


class NewFile:
    """An index file that nobody reads yet: its pages from the start on, around those that are spoken for."""

    def __init__(self, file: ByteFile, taken: Iterable[int] = ()) -> None:
        self._file = file
        self._taken = {*range(0, HEADER_BYTES, PAGE_BYTES), *taken}
        self._next = HEADER_BYTES

    def allocate(self) -> int:
        """The next page that is not spoken for."""
        while self._next in self._taken:
            self._next += PAGE_BYTES
        self._next += PAGE_BYTES
        return self._next - PAGE_BYTES

    def allocate_header(self) -> int:
        """Room for a tag's header, in a file where nothing lies in the way."""
        offset = self.allocate()
        for _ in range(HEADER_BYTES // PAGE_BYTES - 1):
            self.allocate()
        return offset

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes where they belong."""
        self._file.seek(offset)
        while data:
            data = data[self._file.write(data) or 0 :]

    def free_the_rest(self) -> int:
        """Make a list of the pages between those that are spoken for; tells where it begins."""
        free = 0
        for offset in range(max(self._taken) - PAGE_BYTES, self._next - PAGE_BYTES, -PAGE_BYTES):
            if offset not in self._taken:
                link = free.to_bytes(_FREE_PAGE_LINK_BYTES, "little")
                self.write(offset, link.ljust(PAGE_BYTES, b"\0"))
                free = offset
        return free


class _Body(NamedTuple):
    """A page but for its place: its last entry, what it is, its key count, all behind the neighbours."""

    last: bytes
    attributes: int
    key_count: int
    rest: bytes


def refuse_duplicates(table: str, tag: str, entries: Iterable[bytes]) -> None:
    """Raise DuplicateKeysError where two rows have one key. FoxPro counts deleted ones (inferred)."""
    groups = (tuple(map(recno_of, same)) for _, same in groupby(entries, lambda entry: entry[:-RECNO_BYTES]))
    twice = tuple(islice((group for group in groups if len(group) > 1), _DUPLICATES_NAMED))
    if twice:
        raise DuplicateKeysError(table, tag, twice)


def build_tree(ground: Ground, shape: KeyShape, entries: Sequence[bytes], root: int | None = None) -> int:
    """Write the pages for entries in order and tell where the root lies: in its place, if it is given one."""
    level = _write_level(ground, _leaves(shape, entries), root)
    while len(level) > 1:
        level = _write_level(ground, _interiors(shape, level), root)
    return level[0][1]


def _leaves(shape: KeyShape, entries: Sequence[bytes]) -> Iterator[_Body]:
    layout = LeafLayout.suited(shape, max(map(recno_of, entries), default=0))
    length, pad = shape.length, shape.pad
    infos: list[bytes] = []
    tails: list[bytes] = []
    room, previous, last = LEAF_CAPACITY, b"", b"\0" * (length + RECNO_BYTES)
    for entry in entries:
        text = entry[:length].rstrip(pad)
        dup = shared_bytes(text, previous) if infos else 0
        room -= layout.info_bytes + len(text) - dup
        if room < 0:
            yield _Body(last, LEAF, len(infos), leaf_body(layout, infos, tails))
            infos, tails, dup = [], [], 0
            room = LEAF_CAPACITY - layout.info_bytes - len(text)
        infos.append(layout.info(recno_of(entry), dup, length - len(text)))
        tails.append(text[dup:])
        previous, last = text, entry
    yield _Body(last, LEAF, len(infos), leaf_body(layout, infos, tails))


def _interiors(shape: KeyShape, level: Level) -> Iterator[_Body]:
    for start in range(0, len(level), shape.fan_out):
        part = level[start : start + shape.fan_out]
        yield _Body(part[-1][0], INTERIOR, len(part), interior_body(part))


def _write_level(ground: Ground, bodies: Iterator[_Body], root: int | None) -> Level:
    """Write the pages of one height, each with its neighbours; a single one is the root."""
    level: Level = []
    body, following = next(bodies), next(bodies, None)
    is_root = ROOT if following is None else 0
    before, offset = NO_PAGE, root if is_root and root is not None else ground.allocate()
    while True:
        after = NO_PAGE if following is None else ground.allocate()
        header = page_header(body.attributes | is_root, body.key_count, before, after)
        ground.write(offset, header + body.rest)
        level.append((body.last, offset))
        if following is None:
            return level
        before, offset = offset, after
        body, following = following, next(bodies, None)
