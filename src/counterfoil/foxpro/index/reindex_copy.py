"""The new index file beside the old one: built tag by tag from the rows, and read back before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from counterfoil.foxpro.errors import IndexDamagedError, KeyValueError
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.index.build import NewFile, build_tree, refuse_duplicates
from counterfoil.foxpro.index.index_check import Census
from counterfoil.foxpro.index.index_file import DIRECTORY_AT, DIRECTORY_SHAPE, IndexFile, Tag
from counterfoil.foxpro.index.page import entry_of
from counterfoil.foxpro.index.page_store import FREE_AT, free_and_counter
from counterfoil.foxpro.index.reindex_plan import IndexPlan
from counterfoil.foxpro.index.tag_header import with_root

Progress = Callable[[int, int], None]
"""Is told how many rows were read and how many there are to read; each row is read once for each tag."""

ROWS_BETWEEN = 1000


def silent(_done: int, _total: int) -> None:
    """Nobody asks how far it is."""


class Builder:
    """Writes the index that a plan asks for."""

    def __init__(self, storage: TableStorage, plan: IndexPlan, progress: Progress) -> None:
        self._storage = storage
        self._plan = plan
        self._progress = progress
        self._rows = storage.count()

    def build(self, file: TableFile, counter: int) -> dict[str, int]:
        """Write the file and tell how many keys each tag has."""
        ground = NewFile(file, self._plan.taken)
        counts = {}
        for number, plan in enumerate(self._plan.tags):
            entries = self._entries(plan.tag, number)
            build_tree(ground, plan.tag.tree.shape, entries, plan.root)
            ground.write(plan.header_offset, with_root(plan.header, plan.root))
            counts[plan.tag.name] = len(entries)
        directory = sorted(entry_of(plan.spelling, plan.header_offset) for plan in self._plan.tags)
        build_tree(ground, DIRECTORY_SHAPE, directory, self._plan.root)
        ground.write(DIRECTORY_AT, with_root(self._plan.header, self._plan.root))
        ground.write(FREE_AT, free_and_counter(ground.free_the_rest(), counter))
        return counts

    def refuse_unsound(self, file: TableFile, counts: dict[str, int]) -> None:
        """Read the file back: raises IndexDamagedError where it is not what was to be built."""
        storage = self._storage
        index = IndexFile(file, storage.name, storage.header.fields, storage.code_page)
        census = Census(index)
        faults = [str(finding) for finding in census.findings()]
        if not faults and census.entry_counts != counts:
            faults = ["a tag does not hold all of its keys"]
        if faults:
            raise IndexDamagedError(
                storage.name, f"the new index does not read back ({faults[0]}); the old one was not touched"
            )

    def _entries(self, tag: Tag, number: int) -> list[bytes]:
        entries = []
        for recno, raw in self._counted(number):
            try:
                key = tag.key_of(recno, raw)
            except KeyValueError as error:
                raise KeyValueError(error.expression, f"record {recno}: {error.reason}") from error
            if key is not None:
                entries.append(entry_of(key, recno))
        entries.sort()
        if tag.candidate:
            refuse_duplicates(self._storage.name, tag.name, entries)
        return entries

    def _counted(self, number: int) -> Iterator[tuple[int, bytes]]:
        done, total = number * self._rows, len(self._plan.tags) * self._rows
        rows = islice(self._storage.raws(), self._rows)
        for recno, raw in rows:
            yield recno, raw
            if recno % ROWS_BETWEEN == 0 or recno == self._rows:
                self._progress(done + recno, total)
