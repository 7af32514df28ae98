"""A small Sage Pro company as real FoxPro tables in a folder, and what another program may do to it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.records import COLUMNS, POSTING_TABLES, Column, Kind, TableName
from counterfoil.connectors.sagepro.tables import Access
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.record import Record
from counterfoil.foxpro.table import Table
from counterfoil.ports.clock import ManualClock
from tests.support.sage_pro_clerk import SageProClerk
from tests.support.sagepro_books import PROFILE_TEXT
from tests.support.trust import stand

NOW = datetime(2026, 11, 23, 14, 30, 15, tzinfo=UTC)

_WIDTHS = {"custno": 6, "company": 35, "item": 15, "descrip": 35, "ponum": 20, "salesmn": 4, "terr": 3}
_WIDTHS |= {"refno": 10, "ref": 10, "glarec": 3, "gllink": 3, "aracct": 24, "glaccnt": 24, "account": 24}
_WIDTHS |= {"userid": 4, "adduser": 4, "addtime": 8, "lckuser": 4, "currid": 3}
_WIDTHS |= {"contact": 30, "address1": 35, "address2": 35, "address3": 35, "city": 20, "addrstate": 10}
_WIDTHS |= {"zip": 10, "country": 15, "phone": 20, "pterms": 20, "taxcode": 6, "pricecode": 3, "currency": 3}
_WIDTHS |= {"shipvia": 12, "cshipno": 6, "websono": 20, "defloc": 3, "loctid": 3, "isoclss": 6, "sysid": 12}
_WIDTHS |= {"glsale": 3, "glasst": 3, "umeasur": 6, "itmdesc": 35, "itmclss": 6, "sunmsid": 6, "qstore": 4}
_WIDTHS |= {"icacct": 24, "pass2": 10}
_TYPES = {Kind.MONEY: "Y", Kind.QUANTITY: "Y", Kind.RATE: "B", Kind.DATE: "D", Kind.FLAG: "L"}
_TYPES |= {Kind.MEMO: "M"}

TAGS: Mapping[TableName, Sequence[TagSpec]] = {
    TableName.CUSTOMERS: (TagSpec("custno", "custno"), TagSpec("company", "upper(company)")),
    TableName.DOCUMENTS: (
        TagSpec("invno", "invno"),
        TagSpec("custno", "custno+invno"),
        TagSpec("ornum", "ornum"),
        TagSpec("ponum", "upper(ponum)"),
    ),
    TableName.DOCUMENT_HISTORY: (TagSpec("invno", "invno"),),
    TableName.LINES: (TagSpec("invno", "invno"), TagSpec("sono", "sono")),
    TableName.LINE_HISTORY: (TagSpec("sono", "sono"),),
    TableName.CASH: (TagSpec("invno", "invno"),),
    TableName.DISTRIBUTIONS: (TagSpec("invno", "invno"),),
    TableName.ORDERS: (TagSpec("sono", "sono"),),
}

Rows = Mapping[TableName, Sequence[Mapping[str, Value]]]


def customer(number: str, balance: str, **fields: Value) -> dict[str, Value]:
    return {"custno": number, "company": f"{number} Ltd", "balance": Decimal(balance), **fields}


def invoice(number: str, customer: str, open_: str, **fields: Value) -> dict[str, Value]:
    row: dict[str, Value] = {
        "invno": number.rjust(10),
        "custno": customer,
        "invdte": date(2026, 10, 1),
        "pnet": Decimal(30),
        "invamt": Decimal(open_),
        "balance": Decimal(open_),
        "bbal": Decimal(open_),
        "binvamt": Decimal(open_),
    }
    return {**row, **fields}


BOOKS: Rows = {
    TableName.CUSTOMERS: [customer("ABC", "180", aracct="1101-000"), customer("XYZ", "50")],
    TableName.DOCUMENTS: [
        invoice("1001", "ABC", "100", ornum="501".rjust(10), ponum="PO-77", salesmn="AB"),
        invoice("1002", "ABC", "80", currhist="X", invdte=date(2026, 9, 1)),
        invoice("2001", "XYZ", "50"),
    ],
    TableName.DOCUMENT_HISTORY: [
        invoice("1002", "ABC", "80", currhist="X", invdte=date(2026, 9, 1)),
        invoice("900", "ABC", "0", invamt=Decimal(10), paidamt=Decimal(10)),
    ],
    TableName.LINES: [{"invno": "2001".rjust(10), "custno": "XYZ", "item": "BOLT", "sono": "502".rjust(10)}],
    TableName.ORDERS: [{"sono": "501".rjust(10), "custno": "ABC", "ponum": "PO-77"}],
}


def field_of(column: Column) -> Field:
    match column.kind:
        case Kind.NUMBER:
            return Field(column.field, "C", 10)
        case Kind.TEXT:
            return Field(column.field, "C", _WIDTHS.get(column.field, 1))
        case Kind.COUNT:
            return Field(column.field, "N", 10 if column.field.startswith("int") else 3)
        case _:
            return Field(column.field, _TYPES[column.kind])


class Site:
    """The folder of one company; what is changed before `build` makes it an odd one."""

    def __init__(self, folder: Path, rows: Rows = BOOKS) -> None:
        self.folder = folder
        self.rows = rows
        self.clock = ManualClock(NOW)
        self.fields: dict[TableName, list[Field]] = {
            table: [Field("sitefld", "C", 7), *map(field_of, columns.values())]
            for table, columns in COLUMNS.items()
        }
        self.tags = dict(TAGS)
        self.tables: Sequence[TableName] = POSTING_TABLES
        self.modules: Sequence[Mapping[str, Value]] = [{"sysid": "AR01"}, {"sysid": "SO01"}]

    def resize(self, table: TableName, name: str, width: int) -> None:
        self.fields[table] = [
            Field(name, field.type, width) if field.name == name else field for field in self.fields[table]
        ]

    def drop(self, table: TableName, name: str) -> None:
        self.fields[table] = [field for field in self.fields[table] if field.name != name]

    def build(self, version: int | None = None) -> Site:
        self.data.mkdir(parents=True)
        drive = " " * 60 + "ardata"
        modules = [{"drive": drive, **module} for module in self.modules]
        fields = [Field("sysid", "C", 12), Field("int1", "N", 10), Field("pass2", "C", 10)]
        create_table(self.folder / "SYSDATA.DBF", [*fields, Field("drive", "C", 90)], rows=modules)
        for table in self.tables:
            self.create(table, self.rows.get(table, ()), version)
        return self

    def create(
        self, table: TableName, rows: Sequence[Mapping[str, Value]], version: int | None = None
    ) -> None:
        """A new table with these rows."""
        names = {field.name for field in self.fields[table]}
        known = [{k: v for k, v in row.items() if k in names} for row in rows]
        tags = self.tags.get(table, ())
        create_table(self.path(table), self.fields[table], tags, version=version, rows=known)

    def rebuild(self, table: TableName, rows: Sequence[Mapping[str, Value]]) -> None:
        """What PACK does: the same rows under other numbers, closer together."""
        for path in self.data.glob(f"{table.value}01.*".upper()):
            path.unlink()
        self.create(table, rows)

    @property
    def data(self) -> Path:
        return self.folder / "ARDATA"

    @property
    def profile(self) -> Profile:
        return parse_profile(self.profile_text, base=self.folder)

    @property
    def profile_text(self) -> str:
        return PROFILE_TEXT

    @property
    def own_folder(self) -> Path:
        """Where our own files of the company lie."""
        return self.data / "counterfoil" / "01"

    @property
    def clerk(self) -> SageProClerk:
        return SageProClerk(self.folder)

    def write_profile(self, mode: str = "test") -> Path:
        """The profile in a file, for commands."""
        path = self.folder / "profile-01.yaml"
        path.write_text(self.profile_text.replace("mode: test", f"mode: {mode}"), "utf-8")
        return path

    def path(self, table: TableName) -> Path:
        if table is TableName.SYSTEM:
            return self.folder / "SYSDATA.DBF"
        return self.data / f"{table.value}01.dbf".upper()

    def open(self, profile: Profile | None = None, gate: WriteGate | None = None) -> SageProCompany:
        """The company behind its port, posting directly unless a test put it on another rung.

        Locks that others hold are not waited for.
        """
        chosen = profile or self.profile
        if not trust_record(chosen).moves():
            stand(chosen)
        return SageProCompany(chosen, self.clock, Access(Patience(timedelta(0)), gate))

    def read(self, table: TableName, **equal: str) -> list[dict[str, Value]]:
        with Table.open(self.path(table)) as opened:
            rows = [record.values for record in opened.records()]
        return [row for row in rows if all(str(row[k]).strip() == v for k, v in equal.items())]

    def one(self, table: TableName, **equal: str) -> dict[str, Value]:
        (row,) = self.read(table, **equal)
        return row

    def edit(self, table: TableName, number: str, **values: Value) -> None:
        """What another program does to the row with the number."""
        key = "custno" if table is TableName.CUSTOMERS else "invno"
        with Table.open(self.path(table), writable=True) as opened:
            for record in opened.records():
                if str(record[key]).strip() == number:
                    opened.update(record.recno, values)

    def append(self, table: TableName, **values: Value) -> None:
        """Another program adds a row."""
        with Table.open(self.path(table), writable=True) as opened:
            opened.append(values)

    def delete(self, table: TableName, record: int) -> None:
        """Another program deletes the row of that number."""
        with Table.open(self.path(table), writable=True) as opened:
            opened.delete(record)

    def records(self, table: TableName) -> list[Record]:
        """The rows with their numbers."""
        with Table.open(self.path(table)) as opened:
            return list(opened.records())

    @contextmanager
    def backed_up(self, *, tables: bool, ledger: bool) -> Iterator[None]:
        """What is done in between is undone by putting a backup of the tables or the ledger back."""
        backup = self.folder / "backup"
        _copy_files(self.data, backup)
        _copy_files(self.own_folder, backup / "own")
        yield
        if tables:
            _copy_files(backup, self.data)
        if ledger:
            for path in self.own_folder.iterdir():
                path.unlink()
            _copy_files(backup / "own", self.own_folder)

    def lose_ledger(self) -> None:
        """Everything of ours is gone for good."""
        shutil.rmtree(self.own_folder.parent)

    def contents(self) -> dict[str, bytes]:
        """Every byte of every table, to see that nothing was written."""
        return {path.name: path.read_bytes() for path in sorted(self.data.iterdir()) if path.is_file()}

    def findings(self) -> list[str]:
        """Broken rules of the books; none when they balance."""
        return [
            *document_findings(self),
            *customer_findings(self),
            *(f"tag {finding}" for finding in _tag_findings(self)),
        ]


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.is_file():
            shutil.copy2(path, target / path.name)


def _sum(rows: Iterable[Mapping[str, Value]], column: str) -> Decimal:
    return sum((Decimal(str(row[column] or 0)) for row in rows), Decimal(0))


def document_findings(site: Site) -> list[str]:
    cash: dict[str, Decimal] = defaultdict(Decimal)
    discounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in site.read(TableName.CASH):
        cash[str(row["invno"])] += _sum([row], "paidamt")
        discounts[str(row["invno"])] += _sum([row], "disamt")
    findings = _distribution_findings(site)
    history = {str(row["invno"]): row for row in site.read(TableName.DOCUMENT_HISTORY)}
    for row in site.read(TableName.DOCUMENTS):
        number, total, paid = str(row["invno"]), _sum([row], "invamt"), _sum([row], "paidamt")
        if _sum([row], "balance") != total - paid - _sum([row], "disamt"):
            findings.append(f"{number}: balance is not total less paid and discount")
        if discounts[number] != _sum([row], "disamt"):
            findings.append(f"{number}: discounts of cash rows sum to {discounts[number]}")
        moved = paid - total if row["artype"] == "O" else paid
        if cash[number] != (0 if row["arstat"] == "V" else moved):
            findings.append(f"{number}: cash rows sum to {cash[number]}")
        if row.get("currhist") == "X" and history[number]["balance"] != row["balance"]:
            findings.append(f"{number}: history differs")
    return findings


def _distribution_findings(site: Site) -> list[str]:
    """Each receipt balances over all its documents."""
    ledger: dict[str, Decimal] = defaultdict(Decimal)
    for row in site.read(TableName.DISTRIBUTIONS):
        ledger[f"{row['custno']!s} {row['ref']!s}"] += _sum([row], "amount")
    return [f"distributions of {receipt} sum to {amount}" for receipt, amount in ledger.items() if amount]


def customer_findings(site: Site) -> list[str]:
    return [
        f"customer {row['custno']!r}: balance {row['balance']!r}"
        for row in site.read(TableName.CUSTOMERS)
        if _sum([row], "balance")
        != _sum(site.read(TableName.DOCUMENTS, custno=str(row["custno"])), "balance")
    ]


def _tag_findings(site: Site) -> list[str]:
    findings = []
    for table in site.tables:
        with Table.open(site.path(table)) as opened:
            for tag in opened.tags.values():
                findings += tag.check()
                keys = sum(1 for _ in opened.scan(tag.name))
                if keys != opened.record_count:
                    findings.append(f"{table.value} {tag.name}: {keys} keys, {opened.record_count} rows")
    return findings
