"""How a company's tables are spread over folders, and which generation's names their columns bear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from counterfoil.sandbox.sagepro.structures.columns import Column, Folder, Mark, Structure, Tag

OLDER_NAMES: Mapping[str, str] = {
    "addrstate": "state",
    "credlimit": "limit",
    "tranlineno": "lineno",
    "transeq": "seq",
    "isoclss": "class",
}
"""What an older generation calls a column. Each name is verified at some site (W, M6, K, TW); that one has
all of them is proposed."""


@dataclass(frozen=True, slots=True)
class Format:
    """An older kind of table: other types, columns that it does not have yet, no mark of its code page."""

    version: int
    types: Mapping[str, tuple[str, int, int]]
    """What stands for a type of newer tables: type, width, decimals."""
    missing: frozenset[str]

    def columns(self, columns: Iterable[Column]) -> Iterator[Column]:
        for each in columns:
            if each.name not in self.missing:
                kind, width, decimals = self.types.get(each.type, (each.type, each.width, each.decimals))
                places = _PRICE_PLACES if each.type == "Y" and _PRICE.search(each.name) else decimals
                yield replace(each, type=kind, width=width, decimals=places)

    def tags(self, tags: Iterable[Tag]) -> Iterator[Tag]:
        """Those whose keys name no column that is missing."""
        for tag in tags:
            if not self.missing & set(_WORD.findall(tag.expression)):
                yield tag


_WORD = re.compile(r"[a-z_]\w*")
_PRICE = re.compile("price|cost|cst")
_PRICE_PLACES = 4
"""Prices are kept finer than money at one site (E)."""
FOXPRO_2 = Format(
    0x03,
    {"Y": ("N", 12, 2), "B": ("N", 12, 6), "I": ("N", 10, 0), "M": ("C", 128, 0)},
    frozenset(
        {
            *("adduser", "adddate", "addtime", "lckstat", "lckuser", "lckdate", "lcktime"),
            *("aracct", "taxtbl", "phone2", "sltxact", "fchgact", "latitude", "longitude", "url", "webcust"),
            *("eshop", "ecrmstat", "credstat", "nlacno", "custstat", "depact", "staxcrt", "cstmemo", "notes"),
            *("currid", "exchrat", "bbal", "binvamt", "bpaidamt", "bdisamt", "btax", "bprice", "bcost"),
            *("bextpri", "bamount"),
        }
    ),
)
"""Types and widths are verified (TM, customers and items of a real SBT 7 site); that all tables are so, and
which columns the others lack, is proposed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to lay a company out below the system directory; `folder` names `{module}` and `{company}`."""

    name: str
    about: str
    mark: Mark
    source: str
    folder: str
    older_names: Mapping[str, str]
    format: Format | None = None

    def folder_of(self, place: Folder, company: str) -> str:
        """The folder of a module, or the system directory itself."""
        return self.folder.format(module=place.value, company=company) if place is not Folder.SYSTEM else ""

    def path_of(self, structure: Structure, company: str) -> Path:
        """Where the table lies below the system directory: ``ardata/ARCUST01.DBF``, ``SYSDATA.DBF``."""
        if structure.folder is Folder.SYSTEM:
            return Path(f"{structure.table.upper()}.DBF")
        return Path(self.folder_of(structure.folder, company)) / f"{structure.table.upper()}{company}.DBF"

    def structured(self, structure: Structure) -> Structure:
        """The table with this generation's names, in its tags' keys too."""
        columns, tags = structure.columns, structure.tags
        if self.format is not None:
            columns, tags = tuple(self.format.columns(columns)), tuple(self.format.tags(tags))
        columns = tuple(replace(each, name=self.named(each.name)) for each in columns)
        return replace(structure, columns=columns, tags=tuple(map(self._tag, tags)))

    def named(self, column: str) -> str:
        return self.older_names.get(column, column)

    def newer(self, column: str) -> str:
        """The name that the rows of the sample company are made with."""
        return next((newer for newer, older in self.older_names.items() if older == column), column)

    def _tag(self, tag: Tag) -> Tag:
        expression = tag.expression
        for newer, older in self.older_names.items():
            expression = expression.replace(newer, older)
        return replace(tag, expression=expression)


MODULES = Layout("module-folders", "a folder for each module", Mark.VERIFIED, "E, W", "{module}", {})
SINGLE = Layout("single-folder", "one folder for all modules", Mark.VERIFIED, "M6", "data", {})
COMPANIES = Layout(
    "company-folders",
    "a folder for each module and company, and the column names of an older generation",
    Mark.INFERRED,
    "public code",
    "{module}{company}",
    OLDER_NAMES,
)
SBT_7 = Layout(
    "sbt-7",
    "FoxPro 2 tables in a folder for each module, with money as N12.2 and without the newer columns",
    Mark.INFERRED,
    "TM",
    "{module}",
    OLDER_NAMES,
    FOXPRO_2,
)
LAYOUTS = (MODULES, SINGLE, COMPANIES, SBT_7)
