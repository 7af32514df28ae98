"""What discovery found at a site, as values; each conclusion says what it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Ground(StrEnum):
    """What a conclusion stands on."""

    VERIFIED = "verified-here"
    """Seen in the site's own files."""
    INFERRED = "inferred"
    """Concluded from what was seen; a person should look at it."""
    UNKNOWN = "unknown"
    """The files do not tell."""


class Layout(StrEnum):
    """How a company's tables are spread over folders."""

    SINGLE = "single-folder"
    MODULES = "module-folders"
    COMPANIES = "company-folders"
    """Module folders that bear the company's code too."""
    DATABASES = "databases"
    """The SQL Server edition: a database for each company, and one of the system."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing that was concluded."""

    topic: str
    text: str
    ground: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFolder:
    """Where a module's tables lie; None where that is not clear."""

    module: str
    folder: Path | None
    written: str
    """The folder as the system table writes it; empty where it has no row."""
    ground: Ground
    why: str
    is_told: bool = False
    """Whether the agent finds the folder by itself, through the system table."""


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column as the table's header describes it; `standard` is None where nobody knows."""

    name: str
    type: str
    width: int
    decimals: int
    standard: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Our columns against a table's."""

    named: Mapping[str, str] = field(default_factory=dict)
    """Our columns that bear the name of another generation."""
    missing: Sequence[str] = ()
    """Columns that we cannot do without, by our names."""
    absent: Sequence[str] = ()
    """Columns that we can do without."""
    unfit: Sequence[str] = ()
    """Columns of a type that cannot hold what we put there, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """One table, from its headers alone."""

    table: str
    path: Path
    kind: str = ""
    version: int = 0
    rows: int = 0
    code_page: str = ""
    code_page_mark: int = 0
    container: str = ""
    """The database container that it belongs to, as the table writes it; empty for a free table."""
    listed_as: str = ""
    """Its name in that container."""
    duties: Sequence[str] = ()
    container_problem: str = ""
    """Why the container tells nothing of it."""
    columns: Sequence[FoundColumn] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    matched: Matched = Matched()
    problem: str = ""
    """Why it could not be looked at."""

    @property
    def custom(self) -> list[FoundColumn]:
        return [column for column in self.columns if column.standard is False]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRule:
    """Which rule the site's own documents follow, measured."""

    looked_at: int = 0
    telling: int = 0
    """Rows with a discount: those alone tell the rules apart."""
    fits: Mapping[str, int] = field(default_factory=dict)
    """How many rows each rule fits."""
    telling_fits: Mapping[str, int] = field(default_factory=dict)
    rule: str = ""
    """The rule that fits; empty where the rows do not decide."""
    ground: Ground = Ground.UNKNOWN
    exceptions: Sequence[str] = ()
    """Documents that no rule or another one fits, in words; the first few."""
    exceptions_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What rows of the site told; `total` is how many rows there are."""

    rows: int = 0
    total: int = 0
    balance: BalanceRule = BalanceRule()
    kinds: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    currencies: Mapping[str, int] = field(default_factory=dict)
    receivables: Mapping[str, int] = field(default_factory=dict)
    """How many customers name each receivables account."""
    customers: int = 0
    company_currency: str = ""
    clearing: Sequence[str] = ()
    """Accounts of the chart whose names speak of clearing, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDatabase:
    """Where a company of the SQL Server edition lies."""

    dsn: str
    company_db: str
    system_db: str
    """Empty where none was found."""
    code_ground: Ground
    """What the company's code stands on: a database bears no code of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCompany:
    """One company with everything that was found of it."""

    code: str
    is_deleted: bool
    layout: Layout
    modules: Sequence[ModuleFolder]
    tables: Sequence[FoundTable] = ()
    others: Sequence[str] = ()
    """Tables in its folders that no source names."""
    sampled: Sampled = Sampled()
    conclusions: Sequence[Conclusion] = ()
    problems: Sequence[str] = ()
    """What keeps the agent from working, with what to do."""
    database: FoundDatabase | None = None
    """None for folders of FoxPro tables."""

    def module(self, name: str) -> ModuleFolder | None:
        return next((each for each in self.modules if each.module == name), None)

    def table(self, name: str) -> FoundTable | None:
        return next((each for each in self.tables if each.table == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """Everything that was found below a path."""

    path: Path
    system_folder: Path | None
    companies: Sequence[FoundCompany]
    conclusions: Sequence[Conclusion] = ()
    address: str = ""
    """Of the database server; empty for folders."""

    @property
    def live(self) -> list[FoundCompany]:
        """Companies that were not deleted and have receivables somewhere."""
        return [company for company in self.companies if not company.is_deleted]
