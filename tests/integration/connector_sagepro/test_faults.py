from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.dbf_backend import DbfBackend
from counterfoil.connectors.sagepro.records import POSTING_TABLES, TableName
from counterfoil.foxpro.files.table_locks import Deadline, Patience
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import AlreadyPosted, Busy, Conflict, Posted, PostingAnswer, Refused
from counterfoil.ports.errors import ConfigurationError, TransientError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "100"}, "5")


def soon() -> Deadline:
    return Patience(timedelta(seconds=1)).deadline()


@contextmanager
def another_program(site: Site, name: TableName) -> Iterator[Table]:
    """A table as another program has it open; locks belong to the opened file, as those of a process do."""
    with Table.open(site.path(name), writable=True) as table:
        yield table


def record(table: Table, stack: ExitStack) -> None:
    stack.enter_context(table.locks.record(1, soon()))


def header(table: Table, stack: ExitStack) -> None:
    stack.enter_context(table.locks.header(soon()))


def whole(table: Table, stack: ExitStack) -> None:
    stack.enter_context(table.locks.whole(soon()))


def index(table: Table, stack: ExitStack) -> None:
    assert table.index is not None
    stack.enter_context(table.index.writing(soon()))


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        (TableName.DOCUMENTS, record),
        (TableName.CUSTOMERS, record),
        (TableName.CASH, header),
        (TableName.DOCUMENTS, whole),
        (TableName.DISTRIBUTIONS, index),
        (TableName.DOCUMENTS, index),
    ],
)
def test_what_another_program_locks_is_busy_and_posted_when_free(
    site: Site, name: TableName, lock: Callable[[Table, ExitStack], None]
) -> None:
    before = site.contents()
    with site.open() as company:
        with another_program(site, name) as table, ExitStack() as stack:
            lock(table, stack)
            (answer,) = company.post([FACT])
        assert isinstance(answer, Busy)
        assert f"{name.value}01" in answer.what
        assert site.contents() == before
        assert company.find_posting(FACT.key) is None
        (answer,) = company.post([FACT])
        assert isinstance(answer, Posted)
    assert site.findings() == []


def test_a_locked_row_holds_only_its_own_posting(site: Site) -> None:
    other = receipt("XYZ", {"2001": "50"}, transaction="2")
    with site.open() as company, another_program(site, TableName.DOCUMENTS) as table, ExitStack() as stack:
        record(table, stack)
        answers = company.post([FACT, other])
    assert [type(answer) for answer in answers] == [Busy, Posted]
    assert site.findings() == []


def test_a_reader_meets_a_locked_index_as_something_that_passes(site: Site) -> None:
    with site.open() as company, another_program(site, TableName.DOCUMENTS) as table, ExitStack() as stack:
        index(table, stack)
        with pytest.raises(TransientError, match="armast01"):
            company.find_references("1001")


@pytest.mark.parametrize("name", [TableName.CASH, TableName.DOCUMENT_HISTORY, TableName.ORDERS])
def test_a_missing_table_is_named_at_the_start(site: Site, name: TableName) -> None:
    site.path(name).unlink()
    with pytest.raises(ConfigurationError, match=f"table not found: .*{name.value}01.dbf"):
        site.open()


def test_a_table_that_goes_away_is_named_and_nothing_is_written(site: Site) -> None:
    with site.open() as company:
        kept = site.folder / "kept.dbf"
        shutil.move(site.path(TableName.CASH), kept)
        before = site.contents()
        with pytest.raises(ConfigurationError, match=r"table not found: .*arcash01"):
            company.post([FACT])
        assert site.contents() == before
        shutil.move(kept, site.path(TableName.CASH))
        assert isinstance(company.post([FACT])[0], Posted)


def test_a_missing_column_is_named_with_the_way_out(tmp_path: Path) -> None:
    site = Site(tmp_path / "odd")
    site.drop(TableName.CASH, "refno")
    site.build()
    with pytest.raises(ConfigurationError, match=r"arcash01 has no column refno .*arcash\.reference"):
        site.open()


def test_a_missing_tag_is_named_with_the_way_out(tmp_path: Path) -> None:
    site = Site(tmp_path / "odd")
    site.tags[TableName.DOCUMENTS] = [TagSpec("invno", "invno")]
    site.build()
    with pytest.raises(ConfigurationError, match="armast01 has no index tag that begins with custno"):
        site.open()


def test_a_missing_tag_of_the_cash_table_is_named_before_anything_needs_it(tmp_path: Path) -> None:
    """Receipts on a document, and those keyed by hand, are looked for by its number."""
    site = Site(tmp_path / "odd")
    site.tags[TableName.CASH] = [TagSpec("refno", "refno")]
    site.build()
    with pytest.raises(ConfigurationError, match="arcash01 has no index tag that begins with invno"):
        site.open()


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path / "odd")
    site.drop(TableName.CASH, "refno")
    site.drop(TableName.CUSTOMERS, "lpymt")
    site.build()
    with pytest.raises(ConfigurationError, match=r"lpymt.*refno"):
        site.open()


def test_columns_that_nobody_needs_may_be_missing(tmp_path: Path) -> None:
    site = Site(tmp_path / "old")
    for table in POSTING_TABLES:
        for name in ("bbal", "bpaidamt", "currid", "exchrat", "currhist", "lckstat", "aracct", "adduser"):
            site.drop(table, name)
    site.build()
    with site.open() as company:
        assert isinstance(company.post([receipt("ABC", {"1001": "100", "1002": "80"}, "5")])[0], Posted)
    assert site.one(TableName.DOCUMENT_HISTORY, invno="1002")["balance"] == 0
    assert site.findings() == []


@pytest.mark.parametrize(
    ("table", "field", "width", "says"),
    [
        (
            TableName.DISTRIBUTIONS,
            "account",
            4,
            "ardist01.account: '1050-000' needs 8 characters, the field",
        ),
        (TableName.CASH, "refno", 5, "too narrow for any marker"),
        (TableName.DOCUMENTS, "invno", 8, "armast01.invno: '900000000' needs 9 characters"),
    ],
)
def test_a_field_that_is_too_narrow_is_refused_by_name(
    tmp_path: Path, table: TableName, field: str, width: int, says: str
) -> None:
    site = Site(tmp_path / "narrow", rows={TableName.CUSTOMERS: [{"custno": "ABC", "balance": Decimal(0)}]})
    site.resize(table, field, width)
    site.build()
    before = site.contents()
    with site.open() as company:
        (answer,) = company.post([receipt("ABC", {}, "5")])
    assert isinstance(answer, Refused)
    assert says in answer.why
    assert site.contents() == before


def test_wide_customer_numbers_are_no_obstacle(tmp_path: Path) -> None:
    site = Site(tmp_path / "wide")
    for table in POSTING_TABLES:
        site.resize(table, "custno", 10)
    site.build()
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
    assert site.findings() == []


class FullDisk:
    """Refuses writes from the n-th on, until there is room."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, path: Path, what: str, data: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.parametrize("after", [0, 1, 5, 11, 18])
def test_a_full_disk_loses_nothing_and_leaves_no_half_posting(site: Site, after: int) -> None:
    disk = FullDisk(after)
    with site.open(gate=disk) as company:
        with pytest.raises(TransientError, match=r"disk is full\. Make room"):
            company.post([FACT])
        disk.left = 10_000
        (answer,) = company.post([FACT])
    assert isinstance(answer, AlreadyPosted | Posted)
    assert len(site.read(TableName.CASH)) == 2
    assert site.findings() == []


def test_a_full_disk_under_the_ledger_decides_nothing(site: Site) -> None:
    before = site.contents()
    with site.open() as company:
        assert company._work is not None
        assert isinstance(company._work.backend, DbfBackend)
        connection = company._work.backend._ledger._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(TransientError, match="the disk is full"):
            company.post([FACT])
        assert site.contents() == before
        connection.execute("PRAGMA max_page_count = 100000")
        assert isinstance(company.post([FACT])[0], Posted)
    assert site.findings() == []


def test_a_second_agent_is_turned_away(site: Site, company: SageProCompany) -> None:
    assert company.health.company == "01"
    with pytest.raises(ConfigurationError, match="another agent writes the company"):
        site.open()


def test_paused_lets_go_and_resumes_where_it_was(site: Site, company: SageProCompany) -> None:
    company.pause()
    company.pause()
    assert company.health.paused
    for ask in (lambda: company.find_references("1001"), lambda: company.post([FACT])):
        with pytest.raises(TransientError, match="is paused"):
            ask()
    for table in POSTING_TABLES:
        with another_program(site, table) as opened, ExitStack() as stack:
            whole(opened, stack)
    company.resume()
    (answer,) = company.post([FACT])
    assert isinstance(answer, Posted)


def test_open_credit_numbers_skip_what_is_taken_and_end_with_the_range(site: Site) -> None:
    ranges = {"open_credits": site.profile.open_credits.model_copy(update={"first": 1001, "last": 1003})}
    with site.open(site.profile.model_copy(update=ranges)) as company:
        answers: list[PostingAnswer] = []
        for number in ("1", "2"):
            answers += company.post([receipt("ABC", {}, "5", transaction=number)])
    first, second = answers
    assert isinstance(first, Posted)
    assert first.document == "1003"
    assert isinstance(second, Refused)
    assert "widen open_credits" in second.why


def test_two_companies_in_one_folder_have_a_writer_and_a_ledger_each(site: Site) -> None:
    for path in list(site.data.iterdir()):
        shutil.copy(path, path.with_name(path.name.replace("01.", "02.")))
    with Table.open(site.folder / "sysdata.dbf", writable=True) as table:
        for record in list(table.records()):
            table.append(dict(record.values) | {"sysid": str(record.values["sysid"]).replace("01", "02")})
    with (
        site.open() as first,
        site.open(site.profile.model_copy(update={"company": "02"})) as second,
    ):
        assert isinstance(first.post([FACT])[0], Posted)
        assert second.find_posting(FACT.key) is None
        assert isinstance(second.post([FACT])[0], Posted)
    assert len(site.read(TableName.CASH)) == 2
    assert site.findings() == []


def test_receipts_without_their_posting_ledger_are_not_posted_again(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
    shutil.move(site.data / "counterfoil", site.folder / "kept")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="put the folder counterfoil/01 back"):
            site.open()
    shutil.rmtree(site.data / "counterfoil")
    shutil.move(site.folder / "kept", site.data / "counterfoil")
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], AlreadyPosted)
    assert len(site.read(TableName.CASH)) == 2


class FullOnce:
    """A disk that is full for one write of the named table; meanwhile another program changes the table."""

    def __init__(self, table: str, change: Callable[[Path], None]) -> None:
        self._table = table
        self._change = change
        self._is_spent = False

    def __call__(self, path: Path, what: str, data: bytes) -> None:
        if not self._is_spent and path.stem.lower() == self._table:
            self._is_spent = True
            self._change(path)
            raise OSError(errno.ENOSPC, "No space left on device", str(path))


def test_a_posting_that_recovery_sets_aside_is_not_called_posted(site: Site) -> None:
    def restore_an_older_row(path: Path) -> None:
        content = path.read_bytes()
        hundred = (100 * 10_000).to_bytes(8, "little", signed=True)
        assert hundred in content
        path.write_bytes(content.replace(hundred, (99 * 10_000).to_bytes(8, "little", signed=True)))

    with site.open(gate=FullOnce("armast01", restore_an_older_row)) as company:
        with pytest.raises(TransientError, match="disk is full"):
            company.post([FACT])
        assert company.find_posting(FACT.key) is None
        assert isinstance(company.post([FACT])[0], Conflict)


def test_a_posting_that_is_not_finished_is_not_called_posted(site: Site) -> None:
    disk = FullDisk(11)
    with site.open(gate=disk) as company:
        with pytest.raises(TransientError, match="disk is full"):
            company.post([FACT])
        with pytest.raises(TransientError, match="interrupted: ask again"):
            company.find_posting(FACT.key)
        disk.left = 10_000
        (answer,) = company.post([FACT])
        assert isinstance(answer, AlreadyPosted)
        assert company.find_posting(FACT.key) == answer.first


class LockedOnce:
    """A file that refuses one write, as Windows does where another program locked the bytes."""

    def __init__(self, table: str) -> None:
        self._table = table

    def __call__(self, path: Path, what: str, data: bytes) -> None:
        if what == "write" and path.stem.lower() == self._table:
            self._table = ""
            raise OSError(errno.EACCES, "Permission denied", str(path))


def test_what_becomes_busy_after_the_decision_is_posted_and_not_called_busy(site: Site) -> None:
    with site.open(gate=LockedOnce("armast01")) as company:
        (answer,) = company.post([FACT])
        assert isinstance(answer, Posted)
        assert company.find_posting(FACT.key) == answer
    assert len(site.read(TableName.CASH)) == 2
    assert site.findings() == []
