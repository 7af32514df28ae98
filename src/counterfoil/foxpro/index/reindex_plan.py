"""What an index file says about its tags, and where each of them stays when they are built anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from counterfoil.foxpro.errors import ForeignTagError, IndexDamagedError
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.index.index_file import DIRECTORY_AT, IndexFile, Tag
from counterfoil.foxpro.index.page import PAGE_BYTES, RECNO_BYTES
from counterfoil.foxpro.index.page_store import HEADER_BYTES

_TAG_BYTES = HEADER_BYTES + PAGE_BYTES


@dataclass(frozen=True, slots=True)
class TagPlan:
    """One tag: its name as the directory spells it, its header, and where that and the root lie."""

    tag: Tag
    spelling: bytes
    header: bytes
    header_offset: int
    root: int

    @property
    def blocks(self) -> list[int]:
        return [self.header_offset, self.header_offset + PAGE_BYTES, self.root]


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """The file's own header, the root of its directory, and its tags in the order of their headers.

    Headers and roots stay where they were: programs that have the table open remember where that is.
    """

    header: bytes
    root: int
    tags: tuple[TagPlan, ...]

    @property
    def roots(self) -> list[int]:
        return [tag.root for tag in self.tags]

    @property
    def taken(self) -> list[int]:
        """The blocks that are spoken for, apart from the file's own header."""
        return [self.root, *(block for tag in self.tags for block in tag.blocks)]


def read_plan(file: TableFile, storage: TableStorage) -> IndexPlan:
    """The tags that the file holds; raises IndexDamagedError where it does not tell.

    Raises ForeignTagError where there is a tag that only FoxPro can build.
    """
    index = IndexFile(file, storage.name, storage.header.fields, storage.code_page)
    for tag in index.tags.values():
        reason = tag.refusal or tag.foreign
        if reason:
            raise ForeignTagError(storage.name, tag.name, "a rebuild concerns", reason)
    if len(index.tags) < len(index.directory):
        raise IndexDamagedError(storage.name, "two tags have the same name; build the index in FoxPro")
    tags = sorted(_tags(index), key=lambda tag: tag.header_offset)
    root = index.store.root(DIRECTORY_AT)
    plan = IndexPlan(index.store.read(DIRECTORY_AT, HEADER_BYTES), root, tuple(tags))
    return plan if _is_possible(plan, index.store.end) else _afresh(plan)


def _tags(index: IndexFile) -> Iterator[TagPlan]:
    for entry, tag in zip(index.directory, index.tags.values(), strict=True):
        offset = tag.header_offset
        header = index.store.read(offset, HEADER_BYTES)
        yield TagPlan(tag, entry[:-RECNO_BYTES], header, offset, tag.root)


def _is_possible(plan: IndexPlan, end: int) -> bool:
    """Whether every header and root has blocks of its own inside the file."""
    blocks = plan.taken
    inside = all(HEADER_BYTES <= block < end and block % PAGE_BYTES == 0 for block in blocks)
    return inside and len(set(blocks)) == len(blocks)


def _afresh(plan: IndexPlan) -> IndexPlan:
    """New places where the old ones contradict each other: directory, then header and root of each tag."""
    first = HEADER_BYTES + PAGE_BYTES
    tags = tuple(
        replace(tag, header_offset=at, root=at + HEADER_BYTES)
        for tag, at in zip(
            plan.tags, range(first, first + len(plan.tags) * _TAG_BYTES, _TAG_BYTES), strict=True
        )
    )
    return replace(plan, root=HEADER_BYTES, tags=tags)
