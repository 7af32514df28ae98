"""The profile of one Sage Pro site: what no table header tells, read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from counterfoil.connectors.sagepro.additions import AddedColumn, AddedRow, OwnColumn, OwnRow
from counterfoil.connectors.sagepro.database import Database
from counterfoil.connectors.sagepro.notes import NOTED_TABLES, NoteColumn
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName
from counterfoil.connectors.sagepro.sales_rules import CustomerRules, Numbering, OrderRules
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.domain.tolerance import Tolerance
from counterfoil.foxpro.containers.membership import ContainerUse
from counterfoil.ports.errors import ConfigurationError


class PostingDate(Enum):
    """Which day a receipt bears in the books."""

    RECEIVED = "received"
    """The day the gateway took the money."""
    BATCH = "batch"
    """The day of the gateway's batch; a payment that is in none yet is held."""
    TODAY = "today"
    """The day it is posted, in the company's time zone."""


class Discounts(Enum):
    """Where a document keeps the discounts taken; discovery learns it from the site's own rows."""

    APART = "apart"
    """Beside what was paid: the balance is the total less paid less discount."""
    IN_PAID = "in_paid"
    """Within what was paid: the balance is the total less paid."""


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as America/New_York") from error
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accounts(_Section):
    """General ledger accounts of the postings."""

    receivable: str = ""
    """Accounts receivable, where the customer's own row names none."""
    clearing: Mapping[Tender, str]
    """Where the gateway's money waits for its payout, per tender."""
    discount: str = ""
    """Discounts that customers took within the terms of their invoices."""
    write_off: str = ""
    """What was left of invoices and given up."""
    surcharge: str = ""
    """What was charged on top for paying by card."""
    returns: str = ""
    """What credit memos take back of sales."""
    sales_tax: str = ""
    """Sales tax payable, where the customer's own row names no account."""
    bank: str = ""
    """Where payouts arrive."""
    processing_fees: str = ""
    """What the processor takes of payouts."""
    reserve: str = ""
    """What the processor keeps back of payouts for a time."""
    unreconciled: str = ""
    """What payouts differ by from what they are made of, until somebody explains it."""
    disputed: str = ""
    """What customers' banks took back, while the dispute is open and the invoice stays paid."""
    chargeback_fees: str = ""
    bad_debt: str = ""
    """What disputes lost."""
    unidentified: str = ""
    """Money whose customer nobody could name yet."""
    deposits: str = ""
    """Deposits on sales orders, owed until they are invoiced, where the customer's own row names none."""


class ChargebackOpened(Enum):
    """What a chargeback does to receivables while the dispute is open."""

    REOPEN = "reopen"
    """The invoice is open again."""
    DISPUTED = "disputed"
    """The invoice stays paid; the amount stands in an account of its own."""


class FeeWhenWon(Enum):
    """What the processor does with a dispute's fee when the dispute is won."""

    KEPT = "kept"
    RETURNED = "returned"


class Chargebacks(_Section):
    """How disputes are kept."""

    opened: ChargebackOpened = ChargebackOpened.REOPEN
    fee_when_won: FeeWhenWon = FeeWhenWon.KEPT


class WriteOffs(_Section):
    """How much of an invoice may be given up where a payment falls short; both bounds hold."""

    amount: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(100)
    """Of the invoice's total."""


class NumberRange(_Section):
    """A range of document numbers that no one else draws from.

    The default is proposed: one older series numbers open credits from 100000000 upwards, so that a
    range of its own far above keeps out of Sage Pro's way.
    """

    first: Annotated[int, Field(gt=0)] = 900_000_000
    last: Annotated[int, Field(gt=0)] = 999_999_999

    def __contains__(self, number: int) -> bool:
        return self.first <= number <= self.last

    @model_validator(mode="after")
    def _in_order(self) -> NumberRange:
        if self.first > self.last:
            raise ValueError("the first number lies above the last")
        return self


_Written = Annotated[tuple[str, ...], Field(min_length=1)]
"""Codes of which the first is written to new rows."""


class Codes(_Section):
    """Code tables of receivables: which one-letter codes mean what at this site."""

    invoice: tuple[str, ...] = ("",)
    credit_memo: tuple[str, ...] = ("C",)
    open_credit: _Written = ("O",)
    live: _Written = ("",)
    void: tuple[str, ...] = ("V", "X")


_FOXPRO_ALONE = frozenset({"system_folder", "folders", "drives", "code_page", "container_tables"})


class Profile(_Section):
    """One company of one site; widths, types and columns present come from the tables' own headers."""

    preset: Literal["pro-vfp", "sbt-7", "mssql"] = "pro-vfp"
    """Visual FoxPro tables with currency fields and memos, FoxPro 2 tables as SBT 7 had them, or the SQL
    Server edition."""
    company: Annotated[str, Field(pattern="^[A-Za-z0-9]{2}$")]
    mode: Mode = Mode.LIVE
    """Whether the company keeps real books; a sandbox gateway is bound to a test company alone."""
    database: Database | None = None
    """Where the books of the SQL Server edition lie."""
    system_folder: Path = Path()
    """Where the system table SYSDATA lies; the modules' folders are found through it."""
    folders: Mapping[str, Path] = Field(default_factory=dict)
    """A module's folder (``AR``, ``SO``) where the system table does not tell it rightly for this machine."""
    drives: Mapping[str, Path] = Field(default_factory=dict)
    """What a drive or share in the system table is on this machine, such as ``Y: /srv/sagepro``."""
    columns: Mapping[TableName, Mapping[str, str]] = Field(default_factory=dict)
    """The site's own name of a column, by table and our name: ``arcash: {reference: checkno}``."""
    code_page: str | None = None
    """The tables' code page, such as ``cp437``, where their headers do not tell it."""
    added_columns: Mapping[TableName, Mapping[str, AddedColumn]] = Field(default_factory=dict)
    """Columns of the site's own that new rows bear, by table and the site's name of the column."""
    notes: Mapping[TableName, NoteColumn] = Field(default_factory=dict)
    """By table: the site's own column that tells how the payment of an order or invoice stands."""
    added_rows: tuple[AddedRow, ...] = ()
    """Rows that postings of some kinds add beside their own."""
    own_rows: tuple[OwnRow, ...] = ()
    """Rows that postings of some kinds add to tables of the site's own."""
    container_tables: Mapping[str, ContainerUse] = Field(default_factory=dict)
    """Tables of a FoxPro database that may be written, and whether FoxPro's rules for them are bypassed."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "America/New_York"
    user: Annotated[str, Field(min_length=1, max_length=4)] = "CFOL"
    """The four characters that Sage Pro shows as the user who added a row."""
    accounts: Accounts
    open_credits: NumberRange = NumberRange()
    numbering: Numbering = Numbering()
    codes: Codes = Codes()
    orders: OrderRules = OrderRules()
    customers: CustomerRules = CustomerRules()
    discounts: Discounts = Discounts.APART
    write_offs: WriteOffs = WriteOffs()
    chargebacks: Chargebacks = Chargebacks()
    posting_date: PostingDate = PostingDate.RECEIVED
    locked_through: date | None = None
    """What would be posted on this day or before is held for a person, never moved to another day."""
    ledger_copy: Path | None = None
    """A folder of this site alone, outside the tables' folders, for the second copy of the posting ledger."""
    outbox: Path | None = None
    """Where postings are left for a FoxPro program to enter, instead of being written to the tables."""
    by_hand_days: Annotated[int, Field(ge=0, le=60)] = 5
    """How far apart the days of a payment and of a receipt keyed by hand for it may lie; 0 asks nobody."""
    calibration: Path | None = None
    """Where what was learned of Sage Pro's own writing stands; beside the profile where it is not named."""

    @model_validator(mode="after")
    def _known_names(self) -> Profile:
        for table, names in self.columns.items():
            unknown = set(names) - set(COLUMNS[table])
            if unknown:
                known = ", ".join(COLUMNS[table])
                raise ValueError(f"columns.{table.value}: {', '.join(sorted(unknown))} is none of {known}")
        return self

    @model_validator(mode="after")
    def _own_columns_of_one_kind(self) -> Profile:
        kinds: dict[tuple[str, str], Kind] = {}
        for row in self.own_rows:
            for name, column in row.columns.items():
                if kinds.setdefault((row.table, name), column.kind) is not column.kind:
                    raise ValueError(f"own_rows: {row.table}.{name} is given two kinds")
        return self

    @model_validator(mode="after")
    def _noted_tables(self) -> Profile:
        for table in self.notes:
            if table not in NOTED_TABLES:
                known = ", ".join(one.value for one in NOTED_TABLES)
                raise ValueError(f"notes: {table.value} is none of {known}")
        return self

    @property
    def own_tables(self) -> tuple[TableName, ...]:
        """The tables of the site's own that postings add rows to."""
        return tuple(dict.fromkeys(TableName.own(row.table) for row in self.own_rows))

    def own_columns(self, table: TableName) -> Mapping[str, OwnColumn]:
        """The site's own columns of a table that postings read or write, by the site's names."""
        if table.is_own:
            return {k: v for row in self.own_rows if row.table == table.value for k, v in row.columns.items()}
        noted = self.notes.get(table)
        return {**self.added_columns.get(table, {}), **(noted.added if noted else {})}

    @model_validator(mode="after")
    def _of_one_edition(self) -> Profile:
        """Folders for FoxPro tables, a database for the SQL Server edition, never both."""
        if self.preset != "mssql":
            if self.database is not None:
                raise ValueError("database: belongs to preset mssql alone")
            if "system_folder" not in self.model_fields_set:
                raise ValueError("system_folder: name the folder where SYSDATA.DBF lies")
            return self
        if self.database is None:
            raise ValueError("database: preset mssql needs dsn and company_db")
        if odd := sorted(_FOXPRO_ALONE & self.model_fields_set):
            raise ValueError(f"{', '.join(odd)}: belongs to FoxPro tables, not to preset mssql")
        return self

    @property
    def tolerance(self) -> Tolerance:
        limits = self.write_offs
        return Tolerance(amount=Money(limits.amount, self.currency), percent=limits.percent)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def parse_profile(text: str, *, source: str = "profile", base: Path | None = None) -> Profile:
    """A profile from YAML text; relative folders are taken from `base`.

    Raises:
        ConfigurationError: the text is no profile; names each entry that is wrong.
    """
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{source} is no YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{source} must be a mapping with company, system_folder and accounts")
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        raise ConfigurationError(f"{source}: {_explain(error)}") from error
    return profile if base is None else _anchored(profile, base)


def read_profile(path: Path) -> Profile:
    """The profile in a YAML file; relative folders are taken from the file's own folder.

    Raises:
        ConfigurationError: the file is missing or is no profile.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the profile {path}: {error}") from error
    return parse_profile(text, source=str(path), base=path.parent)


def _anchored(profile: Profile, base: Path) -> Profile:
    ours = {
        "ledger_copy": base / profile.ledger_copy if profile.ledger_copy else None,
        "calibration": base / (profile.calibration or f"calibration-{profile.company}.yaml"),
    }
    if profile.database is not None:
        database = profile.database
        own_folder = base / database.own_folder
        placed = database.model_copy(update={"own_folder": own_folder})
        return profile.model_copy(update={**ours, "database": placed})
    return profile.model_copy(
        update={
            **ours,
            "system_folder": base / profile.system_folder,
            "folders": {module: base / folder for module, folder in profile.folders.items()},
            "drives": {letter: base / folder for letter, folder in profile.drives.items()},
            "outbox": profile.outbox and base / profile.outbox,
        }
    )


def _explain(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'profile'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
