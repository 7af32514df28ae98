"""New index files: every tag built in one go from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counterfoil.foxpro.cdx import DIRECTORY_AT, DIRECTORY_SHAPE, IndexFile, TagSpec, pad_of
from counterfoil.foxpro.cdx_build import build_tree
from counterfoil.foxpro.cdx_header import (
    CANDIDATE,
    COMPACT,
    COMPOUND,
    DIRECTORY,
    FILTERED,
    NAME_LENGTH,
    TagHeader,
    build_tag_header,
)
from counterfoil.foxpro.cdx_page import PAGE_BYTES, KeyShape, LeafLayout, LeafPage, entry_of
from counterfoil.foxpro.cdx_store import HEADER_BYTES, ByteFile, PageStore
from counterfoil.foxpro.cdx_tree import Tree
from counterfoil.foxpro.errors import UnsupportedExpressionError
from counterfoil.foxpro.expressions import compile_filter, compile_key
from counterfoil.foxpro.fields import Field


def create_index(
    file: ByteFile,
    name: str,
    fields: Sequence[Field],
    code_page: str,
    specs: Sequence[TagSpec],
    rows: Iterable[tuple[int, bytes]] = (),
) -> IndexFile:
    """Write a new index file for rows given as record number and bytes."""
    tags = [_Draft(spec, fields, code_page) for spec in specs]
    for recno, record in rows:
        for tag in tags:
            tag.take(recno, record)
    store = PageStore(file, name)
    start = TagHeader(HEADER_BYTES, NAME_LENGTH, COMPACT | COMPOUND | DIRECTORY)
    leaf = LeafPage(HEADER_BYTES, DIRECTORY_SHAPE, LeafLayout.suited(DIRECTORY_SHAPE, 0))
    leaf.is_root = True
    store.write(DIRECTORY_AT, build_tag_header(start, code_page))
    store.write(leaf.offset, leaf.encode())
    store.refresh()
    places = {tag.name: tag.write(store, code_page) for tag in tags}
    directory = Tree(store, DIRECTORY_SHAPE, leaf.offset)
    for tag_name, offset in places.items():
        directory.insert(entry_of(tag_name, offset))
    store.flush()
    return IndexFile(file, name, fields, code_page)


class _Draft:
    """A tag on its way into a new file."""

    def __init__(self, spec: TagSpec, fields: Sequence[Field], code_page: str) -> None:
        self._spec = spec
        self.name = spec.name.upper().encode(code_page).ljust(NAME_LENGTH)
        if not spec.name or len(self.name) > NAME_LENGTH:
            raise UnsupportedExpressionError(spec.expression, f"a tag's name has 1 to {NAME_LENGTH} letters")
        self._key = compile_key(spec.expression, fields, code_page)
        self._condition = compile_filter(spec.filter, fields, code_page) if spec.filter else None
        self._entries: list[bytes] = []

    def take(self, recno: int, record: bytes) -> None:
        if self._condition is None or self._condition(recno, record):
            self._entries.append(entry_of(self._key.evaluate(recno, record), recno))

    def write(self, store: PageStore, code_page: str) -> int:
        """Write header and tree; tells where the header lies."""
        offset = store.allocate()
        for _ in range(HEADER_BYTES // PAGE_BYTES - 1):
            store.allocate()
        shape = KeyShape(self._key.length, pad_of(self._key))
        options = COMPACT | COMPOUND
        options |= (FILTERED if self._condition else 0) | (CANDIDATE if self._spec.candidate else 0)
        header = TagHeader(
            root=build_tree(store, shape, sorted(self._entries)),
            key_length=shape.length,
            options=options,
            expression=self._spec.expression,
            filter=self._spec.filter,
            descending=self._spec.descending,
        )
        store.write(offset, build_tag_header(header, code_page))
        return offset
