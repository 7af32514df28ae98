"""Tables or ledger put back to an earlier time: noticed, held, and decided once for the whole batch."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.calibration.file import Calibration, KindSeen, write_calibration
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.connectors.sagepro.trust.rungs import Mode, Move, Rung
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Refused
from counterfoil.ports.errors import ConfigurationError, TransientError
from tests.support.receivables import UNIDENTIFIED, unidentified
from tests.support.sagepro_books import DAY, receipt
from tests.support.sagepro_site import NOW, Site
from tests.support.sagepro_sql_site import SqlSite

EARLY = receipt("ABC", {"1001": "10"}, transaction="5001")
LATE = [
    receipt("ABC", {"1001": "20"}, transaction="5002"),
    receipt("XYZ", {"2001": "50"}, "5", transaction="5003"),
]
NEW = receipt("ABC", {"1002": "80"}, transaction="5004")


def post(company: SageProCompany, *facts: Fact) -> None:
    answers = company.post(facts)
    assert all(isinstance(answer, Posted) for answer in answers), answers


@pytest.fixture
def profile(site: Site) -> Path:
    return site.write_profile()


def restored(profile: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["sagepro", "restored", str(profile), *words])


@pytest.fixture
def tables_of_yesterday(site: Site) -> None:
    with site.open() as company:
        post(company, EARLY)
    with site.backed_up(tables=True, ledger=False), site.open() as company:
        post(company, *LATE)


@pytest.fixture
def ledger_of_an_hour_ago(site: Site) -> None:
    with site.open() as company:
        post(company, EARLY)
    with site.backed_up(tables=False, ledger=True), site.open() as company:
        post(company, *LATE)


@pytest.mark.usefixtures("tables_of_yesterday")
def test_missing_postings_are_noticed_at_start_and_nothing_is_posted(site: Site) -> None:
    before = site.contents()
    with site.open() as company:
        assert company.health.held.startswith("2 postings are not in the tables any more")
        with pytest.raises(TransientError, match="sagepro restored"):
            company.post([NEW])
    assert site.contents() == before


@pytest.mark.usefixtures("tables_of_yesterday")
def test_the_batch_is_listed_and_posted_again_once_under_the_same_keys(site: Site, profile: Path) -> None:
    listed = restored(profile, "--json")
    assert listed.exit_code == 1
    found = json.loads(listed.stdout)["astray"]
    assert [(one["key"], one["lacks"]) for one in found] == [(str(fact.key), "tables") for fact in LATE]
    assert restored(profile, "--repost").exit_code == 2, "nobody is named"
    answer = restored(profile, "--repost", "--person", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.count("posted again") == 2
    assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0, "again does no harm"
    assert site.findings() == []
    assert len(site.read(TableName.CASH)) == 4
    with site.open() as company:
        assert all(isinstance(answer, AlreadyPosted) for answer in company.post([EARLY, *LATE]))
        post(company, NEW)
        assert company.health.held == ""
    assert site.findings() == []


@pytest.mark.usefixtures("tables_of_yesterday")
def test_what_is_accepted_as_gone_is_not_posted_by_a_repeat(site: Site, profile: Path) -> None:
    answer = restored(profile, "--accept", "--person", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    before = site.contents()
    with site.open() as company:
        assert company.health.held == ""
        answers = company.post(LATE)
        assert [type(answer) for answer in answers] == [Conflict, Conflict]
        assert "Ann Lee accepted" in str(answers[0])
        assert company.find_posting(LATE[0].key) is None
    assert site.contents() == before


@pytest.mark.usefixtures("tables_of_yesterday")
def test_an_agent_that_runs_posts_the_decided_batch_again(site: Site, profile: Path) -> None:
    with site.open() as company:
        with pytest.raises(TransientError):
            company.post([NEW])
        decided = restored(profile, "--repost", "--person", "Ann Lee")
        assert decided.exit_code == 1
        assert decided.stdout.count("to be posted again") == 2
        with pytest.raises(TransientError, match="about to be posted again"):
            company.find_posting(LATE[0].key)
        post(company, NEW)
        assert all(isinstance(answer, AlreadyPosted) for answer in company.post(LATE))
    assert restored(profile).exit_code == 0
    assert site.findings() == []


def test_tables_put_back_under_a_running_agent_are_noticed_before_the_next_posting(site: Site) -> None:
    with site.open() as company:
        post(company, EARLY)
        with site.backed_up(tables=True, ledger=False):
            post(company, *LATE)
        with pytest.raises(TransientError, match="2 postings"):
            company.post([NEW])


def test_a_row_that_somebody_changed_is_no_restore(site: Site) -> None:
    with site.open() as company:
        post(company, EARLY)
    site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(3))
    with site.open() as company:
        assert company.health.held == ""


@pytest.mark.usefixtures("ledger_of_an_hour_ago")
def test_a_ledger_put_back_holds_and_is_noted_again_from_its_copy(site: Site, profile: Path) -> None:
    before = site.contents()
    with site.open() as company:
        assert company.health.held.startswith("2 postings are not in the posting ledger any more")
        with pytest.raises(TransientError):
            company.post(LATE)
        with pytest.raises(TransientError, match="was posted and is missing"):
            company.find_posting(LATE[0].key)
        assert company.find_posting(NEW.key) is None
    listed = json.loads(restored(profile, "--json").stdout)["astray"]
    assert [(one["key"], one["lacks"]) for one in listed] == [(str(fact.key), "ledger") for fact in LATE]
    assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0
    with site.open() as company:
        assert company.health.held == ""
        assert all(isinstance(answer, AlreadyPosted) for answer in company.post([EARLY, *LATE]))
    assert site.contents() == before


@pytest.mark.usefixtures("ledger_of_an_hour_ago")
def test_a_decision_without_a_name_leaves_the_copy_s_evidence(site: Site, profile: Path) -> None:
    assert restored(profile, "--repost").exit_code == 2, "nobody is named"
    assert restored(profile, "--accept").exit_code == 2, "nobody is named"
    listed = json.loads(restored(profile, "--json").stdout)["astray"]
    assert [(one["key"], one["lacks"]) for one in listed] == [(str(fact.key), "ledger") for fact in LATE]
    with site.open() as company, pytest.raises(TransientError):
        company.post([NEW])


def test_both_put_back_are_posted_again_from_the_copy(site: Site, profile: Path) -> None:
    with site.open() as company:
        post(company, EARLY)
    with site.backed_up(tables=True, ledger=True), site.open() as company:
        post(company, *LATE)
    listed = json.loads(restored(profile, "--json").stdout)["astray"]
    assert [(one["key"], one["lacks"]) for one in listed] == [(str(fact.key), "both") for fact in LATE]
    assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0
    assert site.findings() == []
    assert len(site.read(TableName.CASH)) == 4


@pytest.mark.usefixtures("ledger_of_an_hour_ago")
def test_without_the_copy_rows_with_our_marker_hold_their_own_posting(site: Site) -> None:
    for path in site.own_folder.parent.glob("postings-*"):
        path.unlink()
    before = site.contents()
    with site.open() as company:
        assert company.health.held == ""
        answers = company.post(LATE)
        assert [type(answer) for answer in answers] == [Refused, Refused]
        assert "stands in the books already" in str(answers[0])
    assert site.contents() == before


def test_a_period_close_that_moves_receipts_away_is_no_restore(site: Site) -> None:
    with site.open() as company:
        post(company, EARLY, *LATE[:1])
    for table in (TableName.CASH, TableName.DISTRIBUTIONS):
        for record in site.records(table):
            site.delete(table, record.recno)
    with site.open() as company:
        assert company.health.held == ""


@pytest.mark.usefixtures("tables_of_yesterday")
def test_a_decision_that_nobody_carried_out_is_carried_out_at_the_next_start(
    site: Site, profile: Path
) -> None:
    with site.open():
        assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 1
    with site.open() as company:
        post(company, NEW)
        assert company.find_posting(LATE[1].key) is not None
    assert len(site.read(TableName.CASH)) == 5
    assert site.findings() == []


@pytest.mark.usefixtures("tables_of_yesterday")
def test_what_a_clerk_keyed_again_meanwhile_is_asked_about_and_not_posted_twice(
    site: Site, profile: Path
) -> None:
    day = LATE[0].received_on
    row: dict[str, Value] = {"custno": "ABC", "refno": "CHK", "userid": "ANNA", "dtepaid": day}
    site.append(TableName.CASH, invno="1001".rjust(10), **row, paidamt=Decimal(20))
    site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(70), paidamt=Decimal(30), dtepaid=day)
    site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(150))
    answer = restored(profile, "--repost", "--person", "Ann Lee")
    assert answer.exit_code == 1
    assert "keyed by hand already?" in answer.stdout
    assert f"to be posted again  {LATE[0].summary}" in answer.stdout
    by_hand = ["sagepro", "by-hand", str(profile), "--link", "1", "--by", "Ann Lee"]
    assert CliRunner().invoke(app, by_hand).exit_code == 0
    assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0
    assert len(site.read(TableName.CASH)) == 4
    assert site.findings() == []


def test_a_reversal_is_posted_again_behind_its_receipt(site: Site, profile: Path) -> None:
    back = ReversalFact(key=LATE[0].key.reversal, reverses=LATE[0].key, reversed_on=DAY, reason="twice")
    with site.open() as company:
        post(company, EARLY)
    with site.backed_up(tables=True, ledger=False), site.open() as company:
        post(company, LATE[0])
        post(company, back)
    answer = restored(profile, "--repost", "--person", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.count("posted again") == 2
    assert site.findings() == []


def test_tables_put_back_twice_are_posted_again_twice(site: Site, profile: Path) -> None:
    with site.open() as company:
        post(company, EARLY)
    with site.backed_up(tables=True, ledger=False):
        with site.backed_up(tables=True, ledger=False), site.open() as company:
            post(company, *LATE)
        assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0
    listed = json.loads(restored(profile, "--json").stdout)["astray"]
    assert [one["key"] for one in listed] == [str(fact.key) for fact in LATE]
    assert restored(profile, "--repost", "--person", "Ben Roe").exit_code == 0
    assert len(site.read(TableName.CASH)) == 4
    assert site.findings() == []


def test_thousands_of_postings_cost_a_look_at_the_newest_alone(site: Site) -> None:
    """Whatever is older than a whole page was there before any restore that could have happened since."""
    facts = [receipt("ABC", {"1001": "0.01"}, transaction=f"9{number:04}") for number in range(250)]
    with site.open() as company:
        post(company, *facts)
    site.delete(TableName.CASH, 1)
    with site.open() as company:
        assert company.health.held == ""


def test_what_was_posted_is_told_as_posted_where_the_copy_s_disk_is_full(site: Site) -> None:
    full = "CREATE TRIGGER full BEFORE INSERT ON posting BEGIN SELECT RAISE(FAIL, 'disk is full'); END"
    with site.open() as company:
        post(company, EARLY)
        (path,) = site.own_folder.parent.glob("postings-*-copy.sqlite3")
        with closing(sqlite3.connect(path)) as copy:
            copy.execute(full)
        post(company, *LATE)
        with closing(sqlite3.connect(path)) as copy:
            copy.execute("DROP TRIGGER full")
        post(company, NEW)
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("SELECT COUNT(*) FROM posting").fetchone() == (4,)


@pytest.mark.usefixtures("tables_of_yesterday")
def test_what_the_rung_does_not_allow_any_more_is_not_posted_again(site: Site, profile: Path) -> None:
    """The second of the two brings money on account, of which the company is not raised any more."""
    with site.open() as company:
        assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 1
        move = Move(
            rung=Rung.DIRECT,
            person="Ann Lee",
            reason="calibrated",
            at=NOW,
            mode=Mode.TEST,
            kinds=("receipt on invoices",),
            is_calibrated=True,
        )
        trust_record(site.profile).add(move)
        assert site.profile.calibration is not None
        seen = KindSeen(
            fact="a receipt",
            by="Ann Lee",
            compared_at=NOW,
            program="1",
            structures={},
            posting=posting_digest(site.profile, ()),
        )
        write_calibration(site.profile.calibration, Calibration(company="01", kinds={move.kinds[0]: seen}))
        post(company, NEW)
        assert company.find_posting(LATE[0].key) is not None
        with pytest.raises(TransientError, match="about to be posted again"):
            company.find_posting(LATE[1].key)
    assert len(site.read(TableName.CASH)) == 3
    assert site.findings() == []


@pytest.mark.usefixtures("tables_of_yesterday")
def test_nothing_is_posted_again_while_the_lock_is_another_file(site: Site, profile: Path) -> None:
    with site.open() as company:
        assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 1
        (lock,) = site.folder.rglob("*.lock")
        line = lock.read_bytes()
        lock.unlink()
        lock.write_bytes(line)
        before = site.contents()
        company.changes(None, 10)
        with pytest.raises(ConfigurationError, match="another file now"):
            company.post([NEW])
    assert site.contents() == before


def test_a_company_whose_lock_is_another_file_does_not_take_up_work_again(site: Site) -> None:
    """Taking up work finishes what was interrupted, which writes."""
    with site.open() as company:
        company.pause()
        (lock,) = site.folder.rglob("*.lock")
        line = lock.read_bytes()
        lock.unlink()
        lock.write_bytes(line)
        with pytest.raises(ConfigurationError, match="another file now"):
            company.resume()
        assert company.health.paused


def test_postings_that_cannot_be_looked_for_do_not_end_the_search(site: Site) -> None:
    """Money of no customer bears no document number, so that no index leads to its row; a database needs
    none."""
    accounts = site.profile.accounts.model_copy(update={"unidentified": UNIDENTIFIED})
    profile = site.profile.model_copy(update={"accounts": accounts})
    nobodys = [unidentified("1", transaction=f"6{number:03}") for number in range(10)]
    with site.open(profile) as company:
        post(company, EARLY)
    with site.backed_up(tables=True, ledger=False), site.open(profile) as company:
        post(company, *LATE)
        post(company, *nobodys)
    with site.open(profile) as company:
        found = 2 + len(nobodys) if isinstance(site, SqlSite) else 2
        assert company.health.held.startswith(f"{found} postings are not in the tables any more")
        with pytest.raises(TransientError):
            company.post([NEW])
