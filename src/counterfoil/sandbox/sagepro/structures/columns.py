"""What a structure is made of: columns and index tags, each with the mark that says how well it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_COLUMN = re.compile(
    r"^(?P<name>[a-z][a-z0-9_]{0,9}) (?P<type>[CNDLMYIB])(?P<width>\d+)?(?:\.(?P<decimals>\d+))?$"
)

# Bytes in the record of the types whose width is fixed by the format.
_FIXED_WIDTHS = {"D": 8, "L": 1, "M": 4, "Y": 8, "I": 4, "B": 8}
_FIXED_DECIMALS = {"Y": 4, "B": 6}


class StructureError(ValueError):
    """A column or tag written wrongly in a structure; a defect of this package."""


class Mark(Enum):
    """How well a column or tag is known."""

    VERIFIED = "verified"
    """Name, type and width are as read in the named source."""
    INFERRED = "inferred"
    """The name is as read in the named source; type or width follow a neighbour or a stated reason."""
    PROPOSED = "proposed"
    """No source shows it; made in the manner of the others."""


class Folder(Enum):
    """Where a table lies below the system directory."""

    SYSTEM = ""
    AR = "ardata"
    SO = "sodata"
    IC = "icdata"
    GL = "gldata"


@dataclass(frozen=True, slots=True)
class Widths:
    """The widths that differ between generations of Sage Pro."""

    name: str
    customer: int
    item: int


PRO_VFP = Widths("pro-vfp", customer=6, item=15)
WIDE = Widths("wide", customer=10, item=25)
PRESETS = (PRO_VFP, WIDE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table with the mark of its certainty and the key of its source."""

    name: str
    type: str
    width: int
    decimals: int
    mark: Mark
    source: str

    @property
    def spelling(self) -> str:
        """The type as people write it: ``C10``, ``N7.3``, ``Y``."""
        if self.type in _FIXED_WIDTHS:
            return self.type
        return f"{self.type}{self.width}.{self.decimals}" if self.decimals else f"{self.type}{self.width}"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the structural index."""

    name: str
    expression: str
    mark: Mark
    source: str


@dataclass(frozen=True, slots=True)
class Structure:
    """One table: where it lies, what it holds, its columns in order and its index tags."""

    table: str
    folder: Folder
    about: str
    columns: tuple[Column, ...]
    tags: tuple[Tag, ...]

    def __post_init__(self) -> None:
        for kind, names in (
            ("column", [column.name for column in self.columns]),
            ("tag", [tag.name for tag in self.tags]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise StructureError(f"{self.table}: {kind} {', '.join(sorted(twice))} stands twice")

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise StructureError(f"{self.table} has no column {name}")


@dataclass(frozen=True, slots=True)
class Block:
    """Columns or tags that share one mark and one source; ``{customer}`` and ``{item}`` stand for widths."""

    mark: Mark
    source: str
    text: str

    def columns(self, widths: Widths) -> Iterator[Column]:
        text = self.text.format(customer=widths.customer, item=widths.item)
        for spelling in (part.strip() for part in text.split(",")):
            found = _COLUMN.match(spelling)
            if found is None:
                raise StructureError(f"not a column: {spelling!r}")
            kind = found["type"]
            width = _FIXED_WIDTHS.get(kind) or int(found["width"])
            decimals = _FIXED_DECIMALS.get(kind) or int(found["decimals"] or 0)
            yield Column(found["name"], kind, width, decimals, self.mark, self.source)

    def tags(self) -> Iterator[Tag]:
        for line in (part.strip() for part in self.text.split(";")):
            name, _, expression = line.partition(": ")
            yield Tag(name, expression, self.mark, self.source)


def verified(source: str, text: str) -> Block:
    return Block(Mark.VERIFIED, source, text)


def inferred(source: str, text: str) -> Block:
    return Block(Mark.INFERRED, source, text)


def proposed(source: str, text: str) -> Block:
    return Block(Mark.PROPOSED, source, text)


@dataclass(frozen=True, slots=True)
class Draft:
    """A structure before its widths are known."""

    table: str
    folder: Folder
    about: str
    columns: tuple[Block, ...]
    tags: tuple[Block, ...]

    def with_widths(self, widths: Widths) -> Structure:
        return Structure(
            self.table,
            self.folder,
            self.about,
            tuple(column for block in self.columns for column in block.columns(widths)),
            tuple(tag for block in self.tags for tag in block.tags()),
        )

    def history(self, table: str, about: str) -> Draft:
        """The history table: the same layout under its own name."""
        return Draft(table, self.folder, about, self.columns, self.tags)


ADDED_BY = "adduser C4, adddate D, addtime C8"
LOCKED_BY = "lckstat C1, lckuser C4, lckdate D, lcktime C8"
