"""A structural index file: its tags, kept in step with the table's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.foxpro.errors import ReadOnlyTableError, UnsupportedExpressionError
from counterfoil.foxpro.expressions.compiler import (
    FilterExpression,
    KeyExpression,
    compile_filter,
    compile_key,
    without_null,
)
from counterfoil.foxpro.expressions.values import Kind
from counterfoil.foxpro.index.page import RECNO_BYTES, KeyShape, entry_of, recno_of
from counterfoil.foxpro.index.page_store import HEADER_BYTES, ByteFile, PageStore
from counterfoil.foxpro.index.tag_header import (
    BINARY,
    CANDIDATE,
    GENERAL,
    MACHINE,
    NAME_LENGTH,
    NAME_PAD,
    NULLABLE,
    UNIQUE,
    TagHeader,
    parse_tag_header,
)
from counterfoil.foxpro.index.tree import Tree
from counterfoil.foxpro.index.tree_check import findings
from counterfoil.foxpro.records.fields import Field

DIRECTORY_SHAPE = KeyShape(NAME_LENGTH, NAME_PAD)
DIRECTORY_AT = 0


@dataclass(frozen=True, slots=True)
class TagSpec:
    """A tag to create."""

    name: str
    expression: str
    filter: str = ""
    descending: bool = False
    candidate: bool = False


class Tag:
    """One order of a table's rows. Keys ascend in the file even where the tag is flagged as descending."""

    def __init__(self, index: IndexFile, name: str, header_offset: int, header: TagHeader) -> None:
        self.name = name
        self.header = header
        self.header_offset = header_offset
        self.expression = header.expression
        self.filter = header.filter
        self.descending = header.descending
        self.unique = bool(header.options & UNIQUE)
        self.candidate = bool(header.options & CANDIDATE)
        self.collation = header.collation or "MACHINE"
        self.key_length = header.key_length
        self.key: KeyExpression | None = None
        self.condition: FilterExpression | None = None
        self.foreign = _foreign(header)
        """Why only FoxPro keeps this tag in step, so that no change may concern it; empty where we do."""
        self.refusal = self._compile(index, header) or self._doubt(header)
        """Why nobody can tell which changes concern this tag; empty where we can."""
        self._index = index
        self._tree: Tree | None = None
        if self.key is not None and not self.is_bitmap:
            pad = pad_of(self.key) if self.is_in_machine_order else b"\0"
            self._tree = Tree(index.store, KeyShape(header.key_length, pad), header.root)

    @property
    def is_bitmap(self) -> bool:
        """A BINARY tag: a bit a row and no tree."""
        return self.header.signature == BINARY

    @property
    def is_in_machine_order(self) -> bool:
        """Whether its keys are the bytes that we build; else they can be walked and not sought."""
        return self.header.signature == MACHINE and self.collation == "MACHINE"

    def key_of(self, recno: int, record: bytes) -> bytes | None:
        """The key of a row by its number and bytes; None where the filter leaves the row out."""
        if self.key is None or self.refusal:
            raise self._unreadable()
        if self.condition is not None and not self.condition(recno, record):
            return None
        return self.key.evaluate(recno, record)

    def insert(self, key: bytes, recno: int) -> bool:
        """Add a row's key; False where it is there already. `IndexFile.flush` writes it."""
        return self._writable().insert(entry_of(key, recno))

    def delete(self, key: bytes, recno: int) -> bool:
        """Take a row's key out; False where it is not there. `IndexFile.flush` writes it."""
        return self._writable().delete(entry_of(key, recno))

    def contains(self, key: bytes, recno: int) -> bool:
        entry = entry_of(key, recno)
        return self.tree.first_from(entry) == entry

    def seek(self, prefix: bytes) -> int | None:
        """The first row whose key begins so."""
        entry = self.tree.first_from(prefix)
        return recno_of(entry) if entry is not None and entry.startswith(prefix) else None

    def scan(self, start: bytes | None = None) -> Iterator[tuple[bytes, int]]:
        """Keys with their rows, in order, from the first one not smaller than `start`."""
        for entry in self.tree.walk(start or b""):
            yield entry[:-RECNO_BYTES], recno_of(entry)

    def matching(self, prefix: bytes) -> Iterator[int]:
        """The rows whose key begins so, in order."""
        for entry in self.tree.walk(prefix):
            if not entry.startswith(prefix):
                return
            yield recno_of(entry)

    @property
    def shape(self) -> KeyShape | None:
        """What its keys have in common; None where the expression does not tell."""
        return self._tree.shape if self._tree else None

    @property
    def root(self) -> int:
        """Where its tree begins, known or not what its keys mean."""
        return self._tree.root if self._tree else self._index.store.root(self.header_offset)

    def check(self) -> list[str]:
        """What is wrong with the tag's pages; nothing where all is well."""
        if self.is_bitmap:
            return []
        return findings(self._index.store, self.tree.shape, self.tree.root)

    def find_root(self) -> None:
        """Read again where the root lies; other programs hardly ever move it."""
        if self._tree is not None:
            self._tree.root = self._index.store.root(self.header_offset)

    @property
    def tree(self) -> Tree:
        if self._tree is None:
            raise self._unreadable()
        return self._tree

    def _writable(self) -> Tree:
        if self.refusal or self.foreign:
            raise ReadOnlyTableError(self._index.name, f"tag {self.name}: {self.refusal or self.foreign}")
        return self.tree

    def _unreadable(self) -> UnsupportedExpressionError:
        reason = f"tag {self.name} cannot be read: {self.refusal or self.foreign}"
        return UnsupportedExpressionError(self.expression, reason)

    def _compile(self, index: IndexFile, header: TagHeader) -> str:
        """Whether keys may be NULL is for the header to say; where it is wrong, their length is."""
        fields, code_page, nulls = index.fields, index.code_page, bool(header.options & NULLABLE)
        try:
            key = compile_key(self.expression, fields, code_page, alias=index.name, nulls=nulls)
            self.key = without_null(key) if self.candidate else key
            if self.filter:
                self.condition = compile_filter(self.filter, fields, code_page, alias=index.name)
        except UnsupportedExpressionError as error:
            return str(error)
        return ""

    def _doubt(self, header: TagHeader) -> str:
        """Tags whose keys may be other than we think."""
        if self.key and not self.foreign and self.key.length != header.key_length:
            return f"its keys are {header.key_length} bytes long where {self.key.length} were expected"
        return ""


class IndexFile:
    """The tags of a table. The caller holds the file's lock around `refresh` and everything until `flush`."""

    def __init__(self, file: ByteFile, name: str, fields: Sequence[Field], code_page: str) -> None:
        self.name = name
        self.fields = tuple(fields)
        self.code_page = code_page
        self.store = PageStore(file, name)
        self.tags: Mapping[str, Tag] = {}
        self.directory: tuple[bytes, ...] = ()
        """Each tag's name as it is spelled, with the place of its header."""
        self.store.refresh()
        self._load_tags()

    @property
    def counter(self) -> int:
        """Raised by whoever changes the index, so that others notice."""
        return self.store.counter

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why rows of this table cannot be written by us; empty where they can."""
        return tuple(f"tag {tag.name}: {tag.refusal}" for tag in self.tags.values() if tag.refusal)

    def refresh(self) -> bool:
        """Take notice of what others changed since the last time; True where something was."""
        if not self.store.refresh():
            return False
        self._load_tags()
        return True

    def flush(self) -> None:
        """Write what was inserted and deleted, and raise the counter by one if anything was."""
        self.store.flush()

    def announce(self) -> None:
        """Make everybody who keeps pages of this index read them again; the caller wrote some itself."""
        self.store.announce()

    def look_again(self) -> None:
        """Take nothing for granted that was seen before the lock, whatever the counter says."""
        self.store.look_again()
        self.store.refresh()
        self._load_tags()

    def discard(self) -> None:
        """Forget every page, and what was inserted and deleted since the last flush."""
        self.store.forget()
        self.store.refresh()
        self._load_tags()

    def reread(self, offsets: Iterable[int]) -> None:
        """Look at these pages again before they are next used."""
        self.store.reread(offsets)

    def _load_tags(self) -> None:
        root = self.store.root(DIRECTORY_AT)
        directory = tuple(Tree(self.store, DIRECTORY_SHAPE, root).walk())
        if directory == self.directory:
            for tag in self.tags.values():
                tag.find_root()
            return
        self.directory = directory
        tags: dict[str, Tag] = {}
        for entry in directory:
            name = entry[:-RECNO_BYTES].decode(self.code_page, "replace").rstrip().lower()
            offset = recno_of(entry)
            header = parse_tag_header(self.store.read(offset, HEADER_BYTES), self.code_page)
            tags[name] = Tag(self, name, offset, header)
        self.tags = tags


def _foreign(header: TagHeader) -> str:
    """Why a tag of this kind is left to FoxPro."""
    if header.signature == BINARY:
        return "it is a BINARY index"
    if header.signature != MACHINE or header.collation not in ("", "MACHINE"):
        order = header.collation or ("GENERAL" if header.signature == GENERAL else header.signature)
        return f"its order is {order} and not the machine's"
    if header.options & UNIQUE:
        return "it is UNIQUE, which hides rows"
    return ""


def pad_of(key: KeyExpression) -> bytes:
    """The byte that fills short keys and is left out of the pages."""
    return b" " if key.kind is Kind.CHARACTER else b"\0"
