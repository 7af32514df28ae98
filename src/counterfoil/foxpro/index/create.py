"""New index files: every tag built in one go from the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from counterfoil.foxpro.errors import UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import compile_filter, compile_key
from counterfoil.foxpro.index.build import NewFile, build_tree, refuse_duplicates
from counterfoil.foxpro.index.index_file import DIRECTORY_AT, DIRECTORY_SHAPE, IndexFile, TagSpec, pad_of
from counterfoil.foxpro.index.page import KeyShape, entry_of
from counterfoil.foxpro.index.page_store import HEADER_BYTES, ByteFile
from counterfoil.foxpro.index.tag_header import (
    CANDIDATE,
    COMPACT,
    COMPOUND,
    DIRECTORY,
    FILTERED,
    NAME_LENGTH,
    NULLABLE,
    TagHeader,
    build_tag_header,
)
from counterfoil.foxpro.records.fields import Field

Rows = Callable[[], Iterable[tuple[int, bytes]]]
"""All rows, by number and bytes, as often as they are asked for: once for each tag."""


def no_rows() -> tuple[tuple[int, bytes], ...]:
    """The rows of an empty table."""
    return ()


def create_index(
    file: ByteFile,
    name: str,
    fields: Sequence[Field],
    code_page: str,
    specs: Sequence[TagSpec],
    rows: Rows = no_rows,
) -> IndexFile:
    """Write a new index file, one tag after the other, so that the keys of one are in memory at a time.

    Raises DuplicateKeysError where rows share a key of a candidate tag.
    """
    tags = [_Draft(name, spec, fields, code_page) for spec in specs]
    names = [tag.name for tag in tags]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnsupportedExpressionError(twice.decode(code_page), "two tags of one table have this name")
    ground = NewFile(file, {HEADER_BYTES})
    directory = sorted(entry_of(tag.name, tag.write(ground, code_page, rows)) for tag in tags)
    root = build_tree(ground, DIRECTORY_SHAPE, directory, HEADER_BYTES)
    start = TagHeader(root, NAME_LENGTH, COMPACT | COMPOUND | DIRECTORY)
    ground.write(DIRECTORY_AT, build_tag_header(start, code_page))
    return IndexFile(file, name, fields, code_page)


class _Draft:
    """A tag on its way into a new file."""

    def __init__(self, table: str, spec: TagSpec, fields: Sequence[Field], code_page: str) -> None:
        self._table = table
        self._spec = spec
        self.name = spec.name.upper().encode(code_page).ljust(NAME_LENGTH)
        if not spec.name or len(self.name) > NAME_LENGTH:
            raise UnsupportedExpressionError(spec.expression, f"a tag's name has 1 to {NAME_LENGTH} letters")
        # Candidate keys have no room for NULL, which is not allowed there (source: CodeBase's e4expr.c).
        self._key = compile_key(spec.expression, fields, code_page, nulls=False if spec.candidate else None)
        self._condition = compile_filter(spec.filter, fields, code_page) if spec.filter else None

    def write(self, ground: NewFile, code_page: str, rows: Rows) -> int:
        """Write header and tree; tells where the header lies."""
        offset = ground.allocate_header()
        shape = KeyShape(self._key.length, pad_of(self._key))
        options = COMPACT | COMPOUND
        options |= (FILTERED if self._condition else 0) | (CANDIDATE if self._spec.candidate else 0)
        options |= NULLABLE if self._key.null_key else 0
        header = TagHeader(
            root=build_tree(ground, shape, self._entries(rows)),
            key_length=shape.length,
            options=options,
            expression=self._spec.expression,
            filter=self._spec.filter,
            descending=self._spec.descending,
        )
        ground.write(offset, build_tag_header(header, code_page))
        return offset

    def _entries(self, rows: Rows) -> list[bytes]:
        evaluate, condition = self._key.evaluate, self._condition
        entries = [
            entry_of(evaluate(recno, record), recno)
            for recno, record in rows()
            if condition is None or condition(recno, record)
        ]
        entries.sort()
        if self._spec.candidate:
            refuse_duplicates(self._table, self._spec.name, entries)
        return entries
