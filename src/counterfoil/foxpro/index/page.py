"""The two kinds of 512-byte index pages: compressed leaves and plain interior pages."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PAGE_BYTES = 512
NO_PAGE = -1
RECNO_BYTES = 4
INTERIOR, ROOT, LEAF = 0, 1, 2

_HEADER = struct.Struct("<HHii")
_LEAF_HEADER = struct.Struct("<HIBBBBBB")
_LEAF_START = _HEADER.size + _LEAF_HEADER.size
LEAF_CAPACITY = PAGE_BYTES - _LEAF_START
INTERIOR_CAPACITY = PAGE_BYTES - _HEADER.size
_CHILD_BYTES = 4
_RECNO_BITS_MIN, _RECNO_BITS_MAX = 12, 32
# FoxPro 8 and later also write leaves of 2 bytes an entry and mark them with a third attribute bit (seen in
# files that FoxPro wrote). Such a page stays as it is while it holds what it must; ours take 3 bytes or more.
_INFO_BYTES_MIN = 3
_BYTE_BITS = 8


class PageDamage(ValueError):  # noqa: N818 - not an error of the tree; the store turns it into one
    """A page's bytes contradict each other."""


@dataclass(frozen=True, slots=True)
class KeyShape:
    """What all keys of one tag have in common: their length and the byte that pads them."""

    length: int
    pad: bytes

    @property
    def fan_out(self) -> int:
        """How many children an interior page can hold."""
        return INTERIOR_CAPACITY // (self.length + RECNO_BYTES + _CHILD_BYTES)


@dataclass(frozen=True, slots=True)
class LeafLayout:
    """How many bits record number, duplicate count and trail count take; it differs from page to page."""

    recno_bits: int
    dup_bits: int
    trail_bits: int
    info_bytes: int

    @property
    def recno_mask(self) -> int:
        return (1 << self.recno_bits) - 1

    @property
    def count_max(self) -> int:
        """The longest key whose counts fit."""
        return (1 << min(self.dup_bits, self.trail_bits)) - 1

    @property
    def masks(self) -> list[int]:
        """The masks of the three widths, which a page holds as well: other programs may use either."""
        return [(1 << bits) - 1 for bits in (self.recno_bits, self.dup_bits, self.trail_bits)]

    def refuse_impossible(self, masks: list[int]) -> None:
        """Raise PageDamage where the widths have no room in an entry or are not those of the masks."""
        bits = self.recno_bits + self.dup_bits + self.trail_bits
        if not 0 < bits <= self.info_bytes * _BYTE_BITS or self.recno_bits > _RECNO_BITS_MAX:
            raise PageDamage("its bit widths are impossible")
        if masks != self.masks:
            raise PageDamage("its masks are not those of its bit widths")

    def info(self, recno: int, dup: int, trail: int) -> bytes:
        """What stands for an entry in the front part of a page."""
        counts = dup | trail << self.dup_bits
        return (recno | counts << self.recno_bits).to_bytes(self.info_bytes, "little")

    def holds(self, shape: KeyShape, recno: int) -> bool:
        return recno <= self.recno_mask and shape.length <= self.count_max

    @classmethod
    def suited(cls, shape: KeyShape, recno: int) -> LeafLayout:
        """The narrowest layout that holds a record number."""
        count_bits = shape.length.bit_length()
        recno_bits = max(_RECNO_BITS_MIN, recno.bit_length())
        info_bytes = max(_INFO_BYTES_MIN, -(-(recno_bits + 2 * count_bits) // _BYTE_BITS))
        recno_bits = min(_RECNO_BITS_MAX, info_bytes * _BYTE_BITS - 2 * count_bits)
        return cls(recno_bits, count_bits, count_bits, info_bytes)


def entry_of(key: bytes, recno: int) -> bytes:
    """Key and record number in one: entries compare as the index orders them."""
    return key + recno.to_bytes(RECNO_BYTES, "big")


def recno_of(entry: bytes) -> int:
    return int.from_bytes(entry[-RECNO_BYTES:], "big")


@dataclass(slots=True)
class InteriorPage:
    """The last entry of each child, and where the child lies."""

    offset: int
    left: int = NO_PAGE
    right: int = NO_PAGE
    is_root: bool = False
    entries: list[bytes] = field(default_factory=list)
    children: list[int] = field(default_factory=list)

    def encode(self) -> bytes:
        pairs = zip(self.entries, self.children, strict=True)
        header = page_header(INTERIOR | self.is_root, len(self.entries), self.left, self.right)
        return header + interior_body(pairs)

    def joined(self, right: InteriorPage) -> InteriorPage:
        """This page with the children of its right neighbour."""
        entries, children = self.entries + right.entries, self.children + right.children
        return InteriorPage(self.offset, self.left, right.right, entries=entries, children=children)


class LeafPage:
    """Entries in order, each with its packed form beside it: a change packs two entries and not the page.

    `dup` bytes are shared with the previous key, `trail` bytes are padding that is not stored. Shared bytes
    never reach into the padding of the previous key: other writers rely on that.
    """

    __slots__ = (
        "_infos",
        "_tails",
        "entries",
        "extra_attributes",
        "is_root",
        "layout",
        "left",
        "offset",
        "right",
        "said_free",
        "shape",
        "used",
    )

    def __init__(self, offset: int, shape: KeyShape, layout: LeafLayout) -> None:
        self.offset = offset
        self.shape = shape
        self.layout = layout
        self.left = NO_PAGE
        self.right = NO_PAGE
        self.is_root = False
        self.extra_attributes = 0
        self.entries: list[bytes] = []
        self.used = 0
        self.said_free: int | None = None
        """The free bytes as another writer counted them, until we write the page."""
        self._infos: list[bytes] = []
        self._tails: list[bytes] = []

    @property
    def free(self) -> int:
        return LEAF_CAPACITY - self.used

    @property
    def fits(self) -> bool:
        return self.used <= LEAF_CAPACITY

    def insert(self, index: int, entry: bytes) -> None:
        """Put an entry at its place; afterwards the page may no longer fit."""
        self.said_free = None
        self.entries.insert(index, entry)
        if not self.layout.holds(self.shape, recno_of(entry)):
            self._pack_all()
            return
        info, tail = self._packed(index)
        self._infos.insert(index, info)
        self._tails.insert(index, tail)
        self.used += len(info) + len(tail)
        self._repack(index + 1)

    def remove(self, index: int) -> None:
        self.said_free = None
        del self.entries[index]
        if not self.layout.holds(self.shape, 0):
            self._pack_all()
            return
        self.used -= len(self._infos.pop(index)) + len(self._tails.pop(index))
        self._repack(index)

    def split_off(self, cut: int, offset: int) -> LeafPage:
        """Move the entries from `cut` on to a new page."""
        other = LeafPage(offset, self.shape, self.layout)
        for name in ("entries", "_infos", "_tails"):
            whole: list[bytes] = getattr(self, name)
            setattr(other, name, whole[cut:])
            del whole[cut:]
        self._measure()
        other._measure()
        other._repack(0)
        return other

    def joined(self, right: LeafPage) -> LeafPage:
        """This page with the entries of its right neighbour, in the wider of their layouts."""
        wider = right if right.layout.info_bytes > self.layout.info_bytes else self
        page = LeafPage(self.offset, self.shape, wider.layout)
        page.left, page.right, page.extra_attributes = self.left, right.right, wider.extra_attributes
        page.entries = self.entries + right.entries
        if (self.layout, self.extra_attributes) == (right.layout, right.extra_attributes):
            page._infos = self._infos + right._infos
            page._tails = self._tails + right._tails
            page._measure()
            page._repack(len(self.entries))
        else:
            page._pack_all()
        return page

    def middle(self) -> int:
        """Where half of the bytes lie to the left, at least one entry on each side."""
        half, seen = self.used // 2, 0
        for index, tail in enumerate(self._tails):
            seen += len(tail) + self.layout.info_bytes
            if seen >= half:
                return min(max(index, 1), len(self.entries) - 1)
        return 1

    def _measure(self) -> None:
        self.said_free = None
        self.used = sum(map(len, self._tails)) + len(self.entries) * self.layout.info_bytes

    def _repack(self, index: int) -> None:
        if index < len(self.entries):
            self.used -= len(self._tails[index])
            self._infos[index], self._tails[index] = self._packed(index)
            self.used += len(self._tails[index])

    def _pack_all(self) -> None:
        highest = max(map(recno_of, self.entries), default=0)
        if not self.layout.holds(self.shape, highest):
            self.layout = LeafLayout.suited(self.shape, highest)
            self.extra_attributes = 0
        packed = [self._packed(index) for index in range(len(self.entries))]
        self._infos = [info for info, _ in packed]
        self._tails = [tail for _, tail in packed]
        self._measure()

    def _packed(self, index: int) -> tuple[bytes, bytes]:
        length, pad = self.shape.length, self.shape.pad
        entry = self.entries[index]
        text = entry[:length].rstrip(pad)
        dup = shared_bytes(text, self.entries[index - 1][:length].rstrip(pad)) if index else 0
        return self.layout.info(int.from_bytes(entry[length:], "big"), dup, length - len(text)), text[dup:]

    def encode(self) -> bytes:
        self.said_free = self.free
        attributes = self.extra_attributes | LEAF | self.is_root
        header = page_header(attributes, len(self.entries), self.left, self.right)
        return header + leaf_body(self.layout, self._infos, self._tails)

    def load(self, raw: bytes, count: int) -> None:
        """Take the entries from a page's bytes, packed as another writer packed them."""
        length, pad, layout = self.shape.length, self.shape.pad, self.layout
        recno_mask, dup_mask, trail_mask = layout.masks
        recno_bits, trail_shift = layout.recno_bits, layout.recno_bits + layout.dup_bits
        size, end, key = layout.info_bytes, PAGE_BYTES, b""
        first = _LEAF_START + count * size
        if first > end:
            raise PageDamage("its entries do not fit the page")
        self._infos = [raw[at : at + size] for at in range(_LEAF_START, first, size)]
        for info in self._infos:
            number = int.from_bytes(info, "little")
            dup = number >> recno_bits & dup_mask if key else 0
            trail = number >> trail_shift & trail_mask
            start = end - length + dup + trail
            if not first <= start <= end:
                raise PageDamage("its keys do not fit the page")
            tail = raw[start:end]
            key = key[:dup] + tail + pad * trail
            self.entries.append(key + (number & recno_mask).to_bytes(RECNO_BYTES, "big"))
            self._tails.append(tail)
            end = start
        self.used = first - _LEAF_START + PAGE_BYTES - end


def page_header(attributes: int, count: int, left: int, right: int) -> bytes:
    """What both kinds of pages begin with."""
    return _HEADER.pack(attributes, count, left, right)


def leaf_body(layout: LeafLayout, infos: Sequence[bytes], tails: Sequence[bytes]) -> bytes:
    """The rest of a leaf: infos from the front, tails from the end; too long where they do not fit."""
    front, back = b"".join(infos), b"".join(reversed(tails))
    free = LEAF_CAPACITY - len(front) - len(back)
    widths = (layout.recno_bits, layout.dup_bits, layout.trail_bits, layout.info_bytes)
    return _LEAF_HEADER.pack(max(free, 0), *layout.masks, *widths) + front + bytes(max(free, 0)) + back


def interior_body(pairs: Iterable[tuple[bytes, int]]) -> bytes:
    """The rest of an interior page, from the last entries and the places of its children."""
    body = b"".join(entry + child.to_bytes(_CHILD_BYTES, "big") for entry, child in pairs)
    return body.ljust(INTERIOR_CAPACITY, b"\0")


Page = LeafPage | InteriorPage


def decode(offset: int, raw: bytes, shape: KeyShape) -> Page:
    """A page from its bytes; raises PageDamage where they contradict each other."""
    attributes, count, left, right = _HEADER.unpack_from(raw)
    page = (
        _decode_leaf(offset, raw, shape, count)
        if attributes & LEAF
        else _decode_interior(offset, raw, shape, count)
    )
    page.left, page.right, page.is_root = left, right, bool(attributes & ROOT)
    return page


def _decode_leaf(offset: int, raw: bytes, shape: KeyShape, count: int) -> LeafPage:
    free, *masks, recno_bits, dup_bits, trail_bits, info_bytes = _LEAF_HEADER.unpack_from(raw, _HEADER.size)
    layout = LeafLayout.suited(shape, 0)
    if count:
        layout = LeafLayout(recno_bits, dup_bits, trail_bits, info_bytes)
        layout.refuse_impossible(masks)
    page = LeafPage(offset, shape, layout)
    page.extra_attributes = int.from_bytes(raw[0:2], "little") & ~(ROOT | LEAF) if count else 0
    page.load(raw, count)
    page.said_free = free if count else None
    return page


def _decode_interior(offset: int, raw: bytes, shape: KeyShape, count: int) -> InteriorPage:
    if not 0 < count <= shape.fan_out:
        raise PageDamage(f"it claims {count} children")
    page = InteriorPage(offset)
    entry_length = shape.length + RECNO_BYTES
    step = entry_length + _CHILD_BYTES
    for start in range(_HEADER.size, _HEADER.size + count * step, step):
        page.entries.append(raw[start : start + entry_length])
        page.children.append(int.from_bytes(raw[start + entry_length : start + step], "big"))
    return page


def shared_bytes(text: bytes, previous: bytes) -> int:
    """How many leading bytes two keys without their padding share."""
    limit = min(len(text), len(previous))
    first, second = text[:limit], previous[:limit]
    if first == second:
        return limit
    differing = int.from_bytes(first, "big") ^ int.from_bytes(second, "big")
    return limit - -(-differing.bit_length() // _BYTE_BITS)
