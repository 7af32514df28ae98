"""Journal entries leave as files: each once, made again after a crash, never again once people have them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from counterfoil.connectors.sagepro.ledger import FILE
from counterfoil.connectors.sagepro.profile import (
    ChargebackOpened,
    Chargebacks,
    FeeWhenWon,
    PostingDate,
    Profile,
)
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.decisions import Verdict
from counterfoil.connectors.sagepro.watch.withdrawals import Withdrawals
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.ports.erp import AlreadyPosted, Posted, Preview, Refused
from tests.support.outgoing import chargeback, dispute_fee, fees, outcome, payments, reversal, settlement
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = settlement("97", payments("100"), fees("-3"))


def folder(site: Site) -> Path:
    return site.data / "counterfoil" / "01" / "journals"


def files(site: Site) -> dict[str, str]:
    """The files by their names, without the header."""
    found = folder(site)
    return {path.name: path.read_text("utf-8") for path in sorted(found.iterdir())} if found.exists() else {}


def unwrite(site: Site) -> None:
    """What a crash after the ledger's commit leaves behind."""
    with closing(sqlite3.connect(folder(site).parent / FILE, isolation_level=None)) as ledger:
        ledger.execute("UPDATE journal_file SET written_at = NULL")
    for path in folder(site).iterdir():
        path.unlink()


def test_a_settlement_is_a_file_and_touches_no_table(site: Site) -> None:
    before = site.contents()
    with site.open() as company:
        preview = company.preview(FACT)
        assert isinstance(preview, Preview)
        (answer,) = company.post([FACT])
        assert isinstance(answer, Posted)
        assert [row.fields for row in answer.rows] == [row.fields for row in preview.rows]
        assert company.find_posting(FACT.key) == answer
        ((name, text),) = files(site).items()
        assert name == f"{answer.document}.csv"
        assert len(text.splitlines()) == 4
        again = company.post([FACT])
        assert again == (AlreadyPosted(first=answer),)
        assert files(site) == {name: text}
    assert site.contents() == before


def test_a_file_that_a_crash_kept_back_is_made_at_the_start(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
    made = files(site)
    unwrite(site)
    assert files(site) == {}
    with site.open():
        assert files(site) == made


def test_a_file_that_people_took_is_not_made_again(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
        for path in folder(site).iterdir():
            path.unlink()
        company.post([settlement("5", payments("5"), batch="B-8")])
        (name,) = files(site)
    with site.open():
        assert list(files(site)) == [name]


def test_a_folder_that_cannot_be_written_keeps_no_posting_back(site: Site) -> None:
    with site.open() as company:
        folder(site).write_text("in the way", "utf-8")
        (answer,) = company.post([FACT])
        assert isinstance(answer, Posted)
        folder(site).unlink()
        company.post([receipt("ABC", {"1001": "5"})])
        assert list(files(site)) == [f"{answer.document}.csv"]
    assert site.findings() == []


def disputed(site: Site) -> Profile:
    return site.profile.model_copy(update={"chargebacks": Chargebacks(opened=ChargebackOpened.DISPUTED)})


def test_a_dispute_goes_through_its_stages_on_real_tables(site: Site) -> None:
    paid = receipt("ABC", {"1001": "100", "1002": "80"})
    first = chargeback(paid, {"1001": "100"})
    second = chargeback(paid, {"1002": "80"}, "D-2")
    with site.open() as company:
        company.post([paid])
        owed = site.one(TableName.CUSTOMERS, custno="ABC")["balance"]
        won = [first, dispute_fee(first), outcome(first, DisputeOutcome.WON)]
        answers = company.post(won)
        assert [type(answer) for answer in answers] == [Posted] * 3, answers
        assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == owed
        lost = company.post([second, outcome(second, DisputeOutcome.LOST)])
        assert [type(answer) for answer in lost] == [Posted] * 2, lost
        assert site.one(TableName.DOCUMENT_HISTORY, invno="1002")["balance"] == 0
        assert len(files(site)) == 1
        back = company.post([reversal(outcome(second, DisputeOutcome.LOST)), reversal(second)])
        assert [type(answer) for answer in back] == [Posted] * 2, back
        assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == owed
    assert site.findings() == []


def test_a_fee_comes_back_once_where_both_are_told_in_one_group(site: Site) -> None:
    paid = receipt("ABC", {"1001": "100"})
    opened = chargeback(paid, {"1001": "100"})
    fee, won = dispute_fee(opened), outcome(opened, DisputeOutcome.WON)
    returned = Chargebacks(fee_when_won=FeeWhenWon.RETURNED)
    with site.open(site.profile.model_copy(update={"chargebacks": returned})) as company:
        company.post([paid])
        company.post([opened, fee])
        answers = company.post([won, reversal(fee)])
        assert [type(answer) for answer in answers] == [Posted, Refused], answers


def test_a_lost_dispute_of_an_open_credit_is_taken_back(site: Site) -> None:
    paid = receipt("ABC", {"1001": "60"}, "40")
    with site.open() as company:
        (first,) = company.post([paid])
        assert isinstance(first, Posted)
        opened = chargeback(paid, {first.document: "40"})
        lost = outcome(opened, DisputeOutcome.LOST)
        won = outcome(opened, DisputeOutcome.WON)
        stages = [opened, lost, reversal(lost), replace(won, key=replace(won.key, generation=2))]
        answers = company.post(stages)
        assert [type(answer) for answer in answers] == [Posted] * 4, answers
    assert site.findings() == []


def withdraw(site: Site) -> None:
    """What a person decides after a restore: everything is posted again."""
    withdrawals = Withdrawals(folder(site).parent)
    records = withdrawals.records(0, 10)
    withdrawals.withdraw(records, Verdict.REPOST, "Ann Lee", site.clock.now())
    withdrawals.close()


def test_a_journal_entry_that_is_posted_again_gets_no_second_file(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
    first = files(site)
    withdraw(site)
    with site.open() as company:
        company.post([FACT])
        assert company.find_posting(FACT.key) is not None
    assert files(site) == first


def test_a_journal_entry_that_is_posted_again_on_another_day_gets_no_second_file(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
    first = files(site)
    withdraw(site)
    with site.open(site.profile.model_copy(update={"posting_date": PostingDate.TODAY})) as company:
        company.post([FACT])
        posted = company.find_posting(FACT.key)
        assert posted is not None
        assert f"{posted.document}.csv" not in first
    assert files(site) == first


def test_a_journal_entry_whose_file_waited_is_written_once_when_posted_again(site: Site) -> None:
    with site.open() as company:
        company.post([FACT])
    unwrite(site)
    withdraw(site)
    with site.open(site.profile.model_copy(update={"posting_date": PostingDate.TODAY})) as company:
        company.post([FACT])
        posted = company.find_posting(FACT.key)
        assert posted is not None
    assert list(files(site)) == [f"{posted.document}.csv"]
    with closing(sqlite3.connect(folder(site).parent / FILE)) as ledger:
        assert ledger.execute("SELECT count(*) FROM journal_file WHERE written_at IS NULL").fetchone() == (0,)


def test_a_dispute_that_stands_apart_is_files_alone(site: Site) -> None:
    paid = receipt("ABC", {"1001": "100"})
    opened = chargeback(paid, {"1001": "100"})
    with site.open(disputed(site)) as company:
        company.post([paid])
        before = site.contents()
        answers = company.post([opened, outcome(opened, DisputeOutcome.LOST)])
        assert [type(answer) for answer in answers] == [Posted] * 2, answers
        assert site.contents() == before
    effects = sorted("-".join(name.split("-")[3:-1]) for name in files(site))
    assert effects == ["chargeback", "chargeback-outcome"]


def test_entries_of_an_older_ledger_are_read(site: Site) -> None:
    """Version 3 kept no journal entries."""
    paid = receipt("ABC", {"1001": "100"})
    with site.open() as company:
        company.post([paid])
        path = folder(site).parent / FILE
    with closing(sqlite3.connect(path, isolation_level=None)) as ledger:
        ledger.execute("DROP TABLE journal_file")
        ledger.execute("UPDATE posting SET entry = json_remove(entry, '$.journals')")
        ledger.execute("PRAGMA user_version = 3")
    with site.open() as company:
        (answer,) = company.post([reversal(paid)])
        assert isinstance(answer, Posted)
        company.post([FACT])
    assert len(files(site)) == 1
    assert site.findings() == []
