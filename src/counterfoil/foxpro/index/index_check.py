"""Whether an index file holds together: headers, directory, trees, free pages, and who owns each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterfoil.foxpro.expressions.compiler import KEY_LENGTH_MAX
from counterfoil.foxpro.index.findings import Finding, Severity
from counterfoil.foxpro.index.index_file import DIRECTORY_AT, DIRECTORY_SHAPE, IndexFile, Tag
from counterfoil.foxpro.index.page import PAGE_BYTES, KeyShape
from counterfoil.foxpro.index.page_store import HEADER_BYTES
from counterfoil.foxpro.index.tag_header import BINARY, COMPACT, COMPOUND
from counterfoil.foxpro.index.tree_check import TreeCheck

_HEADER = "the file's header"
_FREE = "the free list"
_UNKNOWN_PAD = b"\0"


def index_findings(index: IndexFile) -> Iterator[Finding]:
    """Everything about the file's pages that is wrong or worth knowing; the caller holds the index lock."""
    return Census(index).findings()


class Census:
    """Asks of every page who uses it."""

    def __init__(self, index: IndexFile) -> None:
        self._index = index
        self._store = index.store
        self._owners: dict[int, str] = {}
        self.entry_counts: dict[str, int] = {}
        """How many keys each tag was found to hold."""

    def findings(self) -> Iterator[Finding]:
        for fault in (*self._claim(_HEADER, _blocks(DIRECTORY_AT)), *self._directory()):
            yield Finding(fault)
        for tag in self._index.tags.values():
            for fault in self._tag(tag):
                yield Finding(fault, tag=tag.name)
        for fault in self._free_list():
            yield Finding(fault)
        yield from self._notes()

    def _claim(self, owner: str, pages: Iterable[int]) -> Iterator[str]:
        for page in pages:
            other = self._owners.setdefault(page, owner)
            if other != owner:
                yield f"page {page} belongs to {other} and to {owner}"

    def _directory(self) -> Iterator[str]:
        yield from self._tree(
            "the tag directory", TreeCheck(self._store, DIRECTORY_SHAPE, self._store.root(DIRECTORY_AT))
        )

    def _tag(self, tag: Tag) -> Iterator[str]:
        owner = f"tag {tag.name}"
        if tag.header_offset < HEADER_BYTES or tag.header_offset % PAGE_BYTES:
            yield f"its header is said to lie at {tag.header_offset}"
        yield from self._claim(owner, _blocks(tag.header_offset))
        header = tag.header
        if not 0 < header.key_length <= KEY_LENGTH_MAX:
            yield f"its header says that its keys are {header.key_length} bytes long"
            return
        if not header.expression:
            yield "its header holds no key expression"
        if header.options & (COMPACT | COMPOUND) != COMPACT | COMPOUND:
            yield f"its header has the options 0x{header.options:02X}, which no compound index has"
        if header.signature != BINARY:
            shape = tag.shape or KeyShape(header.key_length, _UNKNOWN_PAD)
            check = TreeCheck(self._store, shape, tag.root, pad_known=tag.shape is not None)
            yield from self._tree(owner, check)
            self.entry_counts[tag.name] = check.entry_count

    def _tree(self, owner: str, check: TreeCheck) -> Iterator[str]:
        yield from check.faults()
        yield from self._claim(owner, sorted(check.pages))

    def _free_list(self) -> Iterator[str]:
        store, offset = self._store, self._store.free
        seen: set[int] = set()
        while offset > 0:
            if offset % PAGE_BYTES or offset + PAGE_BYTES > store.end:
                yield f"the free list points to {offset}, where no page lies"
                return
            if offset in seen:
                yield f"the free list runs in a circle through {offset}"
                return
            seen.add(offset)
            owner = self._owners.setdefault(offset, _FREE)
            if owner != _FREE:
                yield f"the free list holds page {offset}, which {owner} uses"
                return
            offset = store.following_free(offset)

    def _notes(self) -> Iterator[Finding]:
        bitmaps = [tag.name for tag in self._index.tags.values() if tag.header.signature == BINARY]
        if bitmaps:
            names = ", ".join(bitmaps)
            yield Finding(f"the pages of {names} are not looked at: no B-trees", Severity.NOTE)
            return
        orphans = [page for page in range(0, self._store.end, PAGE_BYTES) if page not in self._owners]
        if orphans:
            where = f"the first lies at {orphans[0]}"
            yield Finding(
                f"{len(orphans)} pages are neither in use nor free ({where}); a reindex gives them back",
                Severity.NOTE,
            )


def _blocks(header_offset: int) -> range:
    return range(header_offset, header_offset + HEADER_BYTES, PAGE_BYTES)
