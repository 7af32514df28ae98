"""How a company's tables are spread over folders, and which generation's names their columns bear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from counterfoil.sandbox.sagepro.structures.columns import Folder, Mark, Structure, Tag

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
class Layout:
    """One way to lay a company out below the system directory; `folder` names `{module}` and `{company}`."""

    name: str
    about: str
    mark: Mark
    source: str
    folder: str
    older_names: Mapping[str, str]

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
        if not self.older_names:
            return structure
        columns = tuple(replace(each, name=self.named(each.name)) for each in structure.columns)
        return replace(structure, columns=columns, tags=tuple(map(self._tag, structure.tags)))

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
LAYOUTS = (MODULES, SINGLE, COMPANIES)
