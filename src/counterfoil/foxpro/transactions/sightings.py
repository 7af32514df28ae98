"""What stands on the disk of an interrupted transaction: each row by its number, else by its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from counterfoil.foxpro.files.table_file import PAGE
from counterfoil.foxpro.records.record import DELETED, DELETED_FLAG, LIVE
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import RowChange, TableChange, digest, page_digest
from counterfoil.foxpro.transactions.verdicts import Order, Seen

KERNEL_PAGE = 4096
"""Between two of these a kill may end a write; a power cut, between two sectors of the disk."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One row: what was seen, the bytes at its number, and the number at which the row stands now."""

    row: RowChange
    seen: Seen
    found: bytes
    at: int | None


class Lookout:
    """Looks at one table, whose locks the caller holds."""

    def __init__(self, table: Table, change: TableChange, order: Order) -> None:
        self.table = table
        self.change = change
        self.count = table.record_count
        self._order = order
        self._length = table.storage.header.record_length
        sightings = [self._at_its_number(row) for row in change.in_order]
        self.has_own_pages = self._has_own_pages()
        appended = sum(row.recno > change.count for row in change.appends)
        in_place = self.count in {change.count, change.count + appended}
        calm = all(one.seen is not Seen.OTHER for one in sightings)
        self.is_quiet = in_place and calm and self.has_own_pages
        """Nobody but us wrote here since."""
        self.sightings = sightings if self.is_quiet else list(self._searched(sightings))

    @property
    def is_packed(self) -> bool:
        """Whether rows have other numbers than before."""
        moved = any(one.at not in {None, one.row.recno} for one in self.sightings if not one.row.is_append)
        return moved or self.count < self.change.count

    @property
    def pages_seen(self) -> list[Seen]:
        """The index pages in the order of writing, but for the first: others may count as far as we did."""
        index = self.table.index
        seen = []
        for page in self.change.pages if index else ():
            after = digest(page.write.data)
            if index and page.write.offset and after != page.before:
                states = {page.before: Seen.OLD, after: Seen.NEW}
                seen.append(states.get(page_digest(index.file, page.write.offset), Seen.OTHER))
        return seen

    def is_doubtful(self, sighting: Sighting) -> bool:
        """Whether a missing row might have been there and been moved or changed."""
        stranger = sighting.row.recno <= self.count and not sighting.row.key
        return self._order is Order.NONE and not self.is_quiet and (stranger or self.is_packed)

    def found(self, recno: int) -> bytes:
        """The bytes of a row; nothing behind the last one. A power cut may leave the count without them."""
        if recno > self.count:
            return b""
        storage = self.table.storage
        return storage.dbf.read_at(storage.header.offset_of(recno), self._length).ljust(self._length, b"\0")

    def _at_its_number(self, row: RowChange) -> Sighting:
        found = self.found(row.recno)
        seen = self._seen_append(row, found) if row.is_append else self._seen_update(row, found)
        return Sighting(row, seen, found, row.recno if found else None)

    def _seen_update(self, row: RowChange, found: bytes) -> Seen:
        if found == row.after:
            return Seen.NEW
        if found == row.before:
            return Seen.OLD
        return Seen.TORN if self._is_torn(row, found, (row.before, row.after)) else Seen.OTHER

    def _seen_append(self, row: RowChange, found: bytes) -> Seen:
        if not found:
            return Seen.OLD
        if found[1:] == row.after[1:] and found[:1] in {LIVE, DELETED}:
            return Seen.NEW if found[:1] == LIVE else Seen.STAGED
        behind = row.before.ljust(self._length, b"\0")
        images = (behind, bytes(self._length), row.after, DELETED + row.after[1:])
        is_torn = self._order is Order.NONE and self._is_torn(row, found, images)
        return Seen.TORN if is_torn else Seen.OTHER

    def _is_torn(self, row: RowChange, found: bytes, images: tuple[bytes, ...]) -> bool:
        """Whether an interrupted write of ours may have left these bytes: every piece is of one image."""
        step = {Order.NONE: PAGE, Order.UPDATES: KERNEL_PAGE}.get(self._order)
        if step is None or not found:
            return False
        offset = self.table.storage.header.offset_of(row.recno)
        there = min(max(self.table.storage.dbf.size() - offset, 0), self._length)
        cuts = sorted({0, *range(step - offset % step, self._length, step), there, self._length})
        return all(
            any(found[start:end] == image[start:end] for image in images) for start, end in pairwise(cuts)
        )

    def _has_own_pages(self) -> bool:
        """Each page is old or new, in any mixture that a power cut may leave.

        Whoever else writes changes the counter, on a page that is always among ours. Where that made it equal
        to ours, their pages are others than ours, and both stay.
        """
        index = self.table.index
        return index is None or all(
            page_digest(index.file, page.write.offset) in {page.before, digest(page.write.data)}
            for page in self.change.pages
        )

    def _searched(self, sightings: list[Sighting]) -> Iterator[Sighting]:
        """Rows that are not where they were to be, looked for everywhere."""
        missing = [
            one for one in sightings if one.seen is Seen.OTHER or (not one.found and one.row.is_append)
        ]
        used = {one.row.recno for one in sightings if one.row.is_append and one not in missing}
        images = _Images(self.table, missing)
        for one in sightings:
            if one not in missing:
                yield one
            elif one.row.is_append:
                yield self._searched_append(one, images, used)
            else:
                yield replace(one, at=self._place_of(one, images))

    def _place_of(self, one: Sighting, images: _Images) -> int | None:
        """Where a changed row stands: at its number if the key is the same there."""
        if one.found and images.has_key(one.row, one.found):
            return one.row.recno
        return images.place_by_key(one.row)

    def _searched_append(self, one: Sighting, images: _Images, used: set[int]) -> Sighting:
        """An appended row: behind the old last row it is ours, before it a PACK moved it there."""
        places = [at for at in images.places_by_bytes(one.row) if at not in used]
        for at in places:
            if at > self.change.count:
                used.add(at)
                found = self.found(at)
                return replace(one, seen=Seen.NEW if found[:1] == LIVE else Seen.STAGED, at=at)
        is_edited = one.found and one.row.key and images.has_key(one.row, one.found)
        is_wreck = one.found and one.found[:1] not in {LIVE, DELETED}
        if is_edited or is_wreck:  # Nobody begins a row without a flag: it is what a power cut left of ours.
            return replace(one, seen=Seen.OTHER, at=one.row.recno)
        if places:
            return replace(one, seen=Seen.OTHER, at=places[0])
        return replace(one, seen=Seen.OLD, at=None)


class _Images:
    """Where in the table rows stand that have the bytes, or the key, of missing ones."""

    def __init__(self, table: Table, missing: Iterable[Sighting]) -> None:
        self._table = table
        sought = [one.row for one in missing]
        keys = {key for row in sought for key in self._keys(row)}
        bodies = {row.after[1:] for row in sought if row.is_append}
        names = {row.key for row in sought if row.key}
        self._by_key: dict[tuple[tuple[str, ...], bytes], list[int]] = {}
        self._by_body: dict[bytes, list[int]] = {}
        for recno, raw in table.storage.raws() if sought else ():
            for fields in names:
                key = (fields, self._key(fields, raw))
                if key in keys and raw[0] != DELETED_FLAG:
                    self._by_key.setdefault(key, []).append(recno)
            if raw[1:] in bodies:
                self._by_body.setdefault(raw[1:], []).append(recno)

    def has_key(self, row: RowChange, found: bytes) -> bool:
        """Whether bytes bear the row's key; rows without one are known by their number alone."""
        return not row.key or (row.key, self._key(row.key, found)) in self._keys(row)

    def place_by_key(self, row: RowChange) -> int | None:
        return next((at for key in self._keys(row) for at in self._by_key.get(key, ())), None)

    def places_by_bytes(self, row: RowChange) -> list[int]:
        return self._by_body.get(row.after[1:], [])

    def _keys(self, row: RowChange) -> list[tuple[tuple[str, ...], bytes]]:
        images = [row.after] if row.is_append else [row.before, row.after]
        return [(row.key, self._key(row.key, image)) for image in images] if row.key else []

    def _key(self, names: tuple[str, ...], raw: bytes) -> bytes:
        fields = (self._table.codec.field(name)[0] for name in names)
        return b"\0".join(raw[field.offset : field.end] for field in fields)
