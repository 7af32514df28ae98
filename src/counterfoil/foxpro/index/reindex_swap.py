"""How a new index is written over the bytes of the old one, so that a crash in between is noticed."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.foxpro.errors import DiskFullError
from counterfoil.foxpro.files.table_file import TableFile
from counterfoil.foxpro.index.index_file import DIRECTORY_AT
from counterfoil.foxpro.index.page import (
    INTERIOR,
    NO_PAGE,
    PAGE_BYTES,
    RECNO_BYTES,
    ROOT,
    interior_body,
    page_header,
)
from counterfoil.foxpro.index.page_store import (
    FREE_AT,
    NO_FREE_PAGE,
    NOWHERE,
    following_counter,
    free_and_counter,
)
from counterfoil.foxpro.index.reindex_plan import IndexPlan
from counterfoil.foxpro.index.tag_header import NAME_LENGTH

CHUNK_BYTES = 1 << 20


COUNTER_AT, COUNTER_BYTES = 8, 4


def counter_of(file: TableFile) -> int:
    """The change counter as it stands in the file."""
    return int.from_bytes(file.read_at(COUNTER_AT, COUNTER_BYTES), "big")


def make_room(file: TableFile, size: int) -> None:
    """Make the file at least so long, with zeros that nothing points to; or leave it as it was."""
    end = file.size()
    try:
        for start in range(end, size, CHUNK_BYTES):
            file.write_at(start, bytes(min(CHUNK_BYTES, size - start)))
    except DiskFullError:
        file.truncate(end)
        raise


def overwrite(file: TableFile, copy: TableFile, plan: IndexPlan) -> None:
    """Put the copy's bytes into the file: first the roots lead nowhere, at last they are the copy's."""
    size = copy.size()
    file.forgive()  # Every page is written again, whatever an earlier wait for the disk lost.
    lengths = {plan.root: NAME_LENGTH} | {tag.root: tag.tag.key_length for tag in plan.tags}
    for root, key_length in lengths.items():
        file.write_at(root, _nowhere(key_length))
    file.write_at(FREE_AT, free_and_counter(NO_FREE_PAGE, following_counter(counter_of(file))))
    file.sync()
    for start, end in _between(sorted({DIRECTORY_AT, *lengths}), size):
        for at in range(start, end, CHUNK_BYTES):
            file.write_at(at, copy.read_at(at, min(CHUNK_BYTES, end - at)))
    if file.size() > size:
        file.truncate(size)
    file.sync()
    for page in (*plan.roots, plan.root, DIRECTORY_AT):
        file.write_at(page, copy.read_at(page, PAGE_BYTES))
    file.sync()


def _nowhere(key_length: int) -> bytes:
    """A root whose only child does not exist (that FoxPro calls such an index damaged is inferred)."""
    pair = (b"\xff" * (key_length + RECNO_BYTES), NOWHERE)
    return page_header(INTERIOR | ROOT, 1, NO_PAGE, NO_PAGE) + interior_body([pair])


def _between(pages: list[int], end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a file between some of its pages."""
    for page, after in zip(pages, [*pages[1:], end], strict=True):
        if page + PAGE_BYTES < after:
            yield page + PAGE_BYTES, after
