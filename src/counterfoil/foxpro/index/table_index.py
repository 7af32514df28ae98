"""The index tags of an open table: read and changed under the index lock, one set of pages at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from counterfoil.foxpro.errors import ForeignTagError, IndexDamagedError, KeyExistsError, TagMissingError
from counterfoil.foxpro.expressions.search_keys import key_for
from counterfoil.foxpro.files.table_file import PageWrite, TableFile
from counterfoil.foxpro.files.table_locks import Deadline, TableLocks
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.index.findings import Finding
from counterfoil.foxpro.index.index_check import index_findings
from counterfoil.foxpro.index.index_file import IndexFile, Tag
from counterfoil.foxpro.records.fields import Value


class Edit(NamedTuple):
    """What a changed row means to one tag; a key of None: the row is not in it."""

    tag: Tag
    recno: int
    before: bytes | None
    after: bytes | None


class TableIndex:
    """Keeps the tags of one table. Changes are planned in memory and then put on the disk in one go."""

    def __init__(self, storage: TableStorage, file: TableFile, locks: TableLocks) -> None:
        self.table = storage.name
        self.file = file
        self._locks = locks
        # No lock: which tags there are changes only while nobody else has the table open.
        self._index = IndexFile(file, self.table, storage.header.fields, storage.code_page)

    @property
    def tags(self) -> Mapping[str, Tag]:
        return self._index.tags

    @property
    def kept(self) -> list[Tag]:
        """The tags that we keep in step; FoxPro alone keeps the others."""
        return [tag for tag in self.tags.values() if not tag.foreign]

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why rows of the table cannot be written by us."""
        return self._index.refusals

    @property
    def counter(self) -> int:
        """Raised by whoever changes the index; as it was when we last looked."""
        return self._index.counter

    @contextmanager
    def reading(self, deadline: Deadline) -> Iterator[None]:
        """Others may read as well; nobody writes. Pages are kept as long as nobody raises the counter."""
        with self._locks.index(self.file, deadline, exclusive=False):
            self._index.refresh()
            yield

    @contextmanager
    def writing(self, deadline: Deadline) -> Iterator[None]:
        """Nobody else reads or writes; what was planned and not put on the disk is forgotten on an error.

        No page is taken over from before, whatever the counter says: that FoxPro itself raises it is said by
        others who rely on it, and was never seen. A stale page must not be written over FoxPro's.
        """
        with self._locks.index(self.file, deadline, exclusive=True):
            self._index.look_again()
            finished = False
            try:
                yield
                finished = True
            finally:
                if not finished:
                    self._index.discard()

    def forget(self) -> None:
        """Keep no page, so that the next look is at the disk; the caller holds the lock."""
        self._index.discard()

    def reread(self, offsets: Iterable[int]) -> None:
        """Keep none of these pages, so that the next look is at the disk; the caller holds the lock."""
        self._index.reread(offsets)

    def check(self) -> Iterator[Finding]:
        """What is wrong with the file's pages or worth knowing; the caller holds the lock."""
        return index_findings(self._index)

    def lacking(self, recno: int, raw: bytes) -> list[Edit]:
        """What puts the row's keys into the tags that lack them; the caller holds the lock."""
        keys = ((tag, tag.key_of(recno, raw)) for tag in self.kept)
        return [
            Edit(tag, recno, None, key)
            for tag, key in keys
            if key is not None and not tag.contains(key, recno)
        ]

    def completed(self, edits: Sequence[Edit], recno: int, raw: bytes) -> list[Edit]:
        """The edits of a row, and what other tags lack of it; the caller holds the lock."""
        named = {edit.tag.name for edit in edits}
        return [*edits, *(edit for edit in self.lacking(recno, raw) if edit.tag.name not in named)]

    def tag(self, name: str) -> Tag:
        try:
            return self.tags[name.lower()]
        except KeyError:
            raise TagMissingError(self.table, name) from None

    def matching(self, name: str, parts: tuple[Value, ...], deadline: Deadline) -> list[int]:
        """The rows whose key begins with the parts (all without parts), in the tag's order."""
        tag, prefix = self._sought(name, parts)
        if prefix is None:
            return []
        with self.reading(deadline):
            recnos = list(tag.matching(prefix))
        return recnos[::-1] if tag.descending else recnos

    def first(self, name: str, parts: tuple[Value, ...], deadline: Deadline) -> int | None:
        """The first of the rows that `matching` tells, without a look at the others."""
        tag, prefix = self._sought(name, parts)
        if prefix is None:
            return None
        if tag.descending:
            return next(iter(self.matching(name, parts, deadline)), None)
        with self.reading(deadline):
            return tag.seek(prefix)

    def _sought(self, name: str, parts: tuple[Value, ...]) -> tuple[Tag, bytes | None]:
        """The tag and what its keys must begin with; None where none can."""
        tag = self.tag(name)
        if tag.key is None:
            raise TagMissingError(self.table, f"{name} ({tag.refusal})")
        if tag.is_bitmap or (parts and not tag.is_in_machine_order):
            raise ForeignTagError(self.table, tag.name, "the search is by", tag.foreign)
        return tag, key_for(tag.key, *parts) if parts else b""

    def edits(self, recno: int, before: bytes | None, after: bytes | None) -> list[Edit]:
        """What it means to the tags that a row changes from some bytes to others; None: it is not there.

        Raises ForeignTagError where it concerns a tag that only FoxPro keeps in step.
        """
        found = (
            Edit(
                tag,
                recno,
                tag.key_of(recno, before) if before else None,
                tag.key_of(recno, after) if after else None,
            )
            for tag in self.tags.values()
        )
        edits = [edit for edit in found if edit.before != edit.after]
        for edit in edits:
            if edit.tag.foreign:
                raise ForeignTagError(self.table, edit.tag.name, "the change concerns", edit.tag.foreign)
        return edits

    def refuse_taken(self, edits: Iterable[Edit]) -> None:
        """Raise KeyExistsError where a candidate tag already holds the new key for another row."""
        for tag, recno, _, key in edits:
            if tag.candidate and key is not None:
                taken = next((other for other in tag.matching(key) if other != recno), None)
                if taken is not None:
                    raise KeyExistsError(self.table, tag.name, taken)

    def refuse_damaged(self, edits: Iterable[Edit]) -> None:
        """Raise IndexDamagedError where a tag lacks the key that a row has now."""
        for tag, recno, before, _ in edits:
            if before is not None and not tag.contains(before, recno):
                raise self._lacks(tag, recno)

    def plan_anew(self, base: Iterable[PageWrite], edits: Callable[[], Iterable[Edit]]) -> list[PageWrite]:
        """The pages as they must become after a crash: some that were decided, and edits on top of them.

        The counter rises in any case: others may have counted as far as the pages that were decided.
        """
        with self.file.staging():
            for page in base:
                self.file.write_at(page.offset, page.data)
            self._index.discard()
            self._edit(edits())
            self._index.flush()
            self._index.announce()
            return self.file.staged_writes()

    def plan(self, edits: Iterable[Edit]) -> list[PageWrite]:
        """The pages as they must become, in the order in which they must be written."""
        with self.file.staging():
            self._edit(edits)
            self._index.flush()
            return self.file.staged_writes()

    def _edit(self, edits: Iterable[Edit]) -> None:
        for tag, recno, before, after in edits:
            if before is not None and not tag.delete(before, recno):
                raise self._lacks(tag, recno)
            if after is not None:
                tag.insert(after, recno)

    def _lacks(self, tag: Tag, recno: int) -> IndexDamagedError:
        return IndexDamagedError(
            self.table, f"tag {tag.name} lacks record {recno}; reindex the table in FoxPro"
        )
