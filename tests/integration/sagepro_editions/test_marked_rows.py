"""Rows of ours that no ledger tells of: listed as unproven, accepted by a person, never posted twice."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.watch.accepted import AcceptedRows
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.closed_period import move, with_history
from tests.support.outgoing import chargeback, refund
from tests.support.receivables import UNIDENTIFIED, unidentified
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "rows-without-a-ledger.md"
KNOWN = receipt("ABC", {"1001": "10"}, transaction="5001")
APPLIED = receipt("ABC", {"1001": "20"}, transaction="5002")
OVERPAID = receipt("XYZ", {"2001": "50"}, "5", transaction="5003")
HASHED = receipt("ABC", {"1002": "30"}, transaction="transaction-with-a-long-name-4711")
LOST = (APPLIED, OVERPAID, HASHED)


def post(site: Site, *facts: Fact) -> list[object]:
    with site.open() as company:
        return list(company.post(facts))


@pytest.fixture
def profile(site: Site) -> Path:
    return site.write_profile()


def restored(profile: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["sagepro", "restored", str(profile), *words])


def unproven(profile: Path) -> dict[str, str]:
    found = json.loads(restored(profile, "--json").stdout)["unproven"]
    return {one["marker"]: one["summary"] for one in found}


def forget(site: Site, *facts: Fact) -> None:
    """The ledger is put back to before these postings, and its copy is gone."""
    assert isinstance(post(site, KNOWN)[0], Posted)
    with site.backed_up(tables=False, ledger=True):
        answers = post(site, *facts)
        assert all(isinstance(answer, Posted) for answer in answers), answers
    for path in site.own_folder.parent.glob("postings-*"):
        path.unlink()


@pytest.fixture
def forgotten(site: Site, profile: Path) -> Path:
    forget(site, *LOST)
    return profile


def test_the_page_shows_what_is_printed(site: Site, profile: Path) -> None:
    page = PAGE.read_text("utf-8")
    forget(site, APPLIED, OVERPAID)
    listed = restored(profile).stdout
    assert listed.splitlines()[:3] == page.partition("```text\n")[2].splitlines()[:3]
    accepting = '--accept-rows 5002 --accept-rows 5003 --person "Ann Lee"'
    assert accepting in page
    assert restored(profile, *shlex.split(accepting)).exit_code == 0


def test_rows_that_the_ledger_does_not_know_are_listed_with_what_they_tell(forgotten: Path) -> None:
    found = unproven(forgotten)
    assert found["5002"] == "20.00 from ABC on 2026-11-20: 20.00 on 1001"
    assert "5.00 on account, on " in found["5003"]
    assert len(found) == 3, "the posting that the ledger knows is not among them"
    listed = restored(forgotten)
    assert listed.exit_code == 1
    assert "3 receipts are ours by marker, unproven" in listed.stdout


def test_the_marker_alone_never_means_posted(site: Site, forgotten: Path) -> None:
    assert unproven(forgotten)
    assert all(isinstance(answer, Refused) for answer in post(site, *LOST))


def test_what_a_person_accepted_is_answered_as_posted_and_nothing_is_written(
    site: Site, forgotten: Path
) -> None:
    assert restored(forgotten, "--accept-rows", "all").exit_code == 2, "nobody is named"
    answer = restored(forgotten, "--accept-rows", "all", "--person", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    before = site.contents()
    first = post(site, *LOST)
    assert all(isinstance(one, AlreadyPosted) for one in first)
    assert post(site, *LOST, KNOWN)[:3] == first
    assert site.contents() == before
    kept = AcceptedRows(site.own_folder).all()
    assert {one.key for one in kept.values()} == {str(fact.key) for fact in LOST}
    assert {one.person for one in kept.values()} == {"Ann Lee"}
    assert unproven(forgotten) == {}


@pytest.mark.parametrize(
    "other",
    [
        receipt("ABC", {"1001": "21"}, transaction="5002"),
        receipt("ABC", {"1002": "20"}, transaction="5002"),
        receipt("XYZ", {"1001": "20"}, transaction="5002"),
        receipt("ABC", {"1001": "15"}, "5", transaction="5002"),
    ],
    ids=["amount", "invoice", "customer", "on account"],
)
def test_other_content_is_a_conflict_that_names_the_person(site: Site, forgotten: Path, other: Fact) -> None:
    restored(forgotten, "--accept-rows", "5002", "--person", "Ann Lee")
    before = site.contents()
    (answer,) = post(site, other)
    assert isinstance(answer, Conflict)
    assert answer.why.startswith("Ann Lee accepted on ")
    assert site.contents() == before
    assert isinstance(post(site, APPLIED)[0], AlreadyPosted), "the right content is still taken"


def test_one_accepted_marker_leaves_the_others(site: Site, forgotten: Path) -> None:
    restored(forgotten, "--accept-rows", "5002", "--person", "Ann Lee")
    assert set(unproven(forgotten)) >= {"5003"}
    answers = post(site, APPLIED, OVERPAID)
    assert [type(one) for one in answers] == [AlreadyPosted, Refused]
    assert restored(forgotten, "--accept-rows", "9999", "--person", "Ann Lee").exit_code == 2


def test_an_agent_whose_ledger_is_lost_for_good_starts_once_all_is_accepted(
    site: Site, profile: Path
) -> None:
    post(site, *LOST)
    site.lose_ledger()
    with pytest.raises(ConfigurationError, match="sagepro restored"):
        site.open()
    answer = restored(profile, "--accept-rows", "all", "--person", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    before = site.contents()
    assert all(isinstance(one, AlreadyPosted) for one in post(site, *LOST))
    assert site.contents() == before


def test_money_of_nobody_known_is_accepted_too(site: Site, profile: Path) -> None:
    accounts = site.profile.accounts.model_copy(update={"unidentified": UNIDENTIFIED})
    chosen = site.profile.model_copy(update={"accounts": accounts})
    fact = unidentified("44", transaction="7001")
    with site.open(chosen) as company:
        assert isinstance(company.post([fact])[0], Posted)
    site.lose_ledger()
    restored(profile, "--accept-rows", "all", "--person", "Ann Lee")
    with site.open(chosen) as company:
        assert isinstance(company.post([fact])[0], AlreadyPosted)
        other = unidentified("45", transaction="7001")
        assert isinstance(company.post([replace(other, key=fact.key)])[0], Conflict)


def test_rows_of_others_are_not_ours(site: Site, profile: Path) -> None:
    post(site, KNOWN)
    row = {"custno": "ABC", "refno": "CHK 1", "userid": "ANNA"}
    site.append(TableName.CASH, invno="1001".rjust(10), **row, paidamt=Decimal(0))
    assert unproven(profile) == {}


def test_a_receipt_that_a_clerk_took_back_by_its_mark_is_accepted_too(site: Site, profile: Path) -> None:
    """Else no agent starts beside it, and a repeat of its payment would bring the money once more."""
    post(site, APPLIED)
    site.edit(TableName.CASH, "1001", recdel=True)
    site.lose_ledger()
    assert unproven(profile) == {"5002": "20.00 from ABC on 2026-11-20: 20.00 on 1001, taken back since"}
    assert restored(profile, "--accept-rows", "all", "--person", "Ann Lee").exit_code == 0
    before = site.contents()
    assert isinstance(post(site, APPLIED)[0], AlreadyPosted)
    assert site.contents() == before


def test_money_of_nobody_known_is_not_posted_twice_either(site: Site) -> None:
    accounts = site.profile.accounts.model_copy(update={"unidentified": UNIDENTIFIED})
    chosen = site.profile.model_copy(update={"accounts": accounts})
    fact = unidentified("44", transaction="7001")
    post(site, KNOWN)
    with site.backed_up(tables=False, ledger=True), site.open(chosen) as company:
        assert isinstance(company.post([fact])[0], Posted)
    for path in site.own_folder.parent.glob("postings-*"):
        path.unlink()
    before = site.contents()
    with site.open(chosen) as company:
        (answer,) = company.post([fact])
        assert isinstance(answer, Refused)
        assert "a row of ours with 7001 for nobody known over 44.00 stands" in answer.why
        assert site.contents() == before
        assert isinstance(company.post([unidentified("44", transaction="7002")])[0], Posted)


def test_a_receipt_whose_rows_moved_to_history_is_not_posted_twice(odd_site: Site) -> None:
    site = with_history(odd_site).build()
    forget(site, APPLIED)
    move(site, TableName.CASH, TableName.CASH_HISTORY, "1001")
    before = site.contents()
    (answer,) = post(site, APPLIED)
    assert isinstance(answer, Refused)
    assert "stands in the books already" in answer.why
    assert site.contents() == before


MEMO = RefundMeaning.CREDIT_MEMO
GIVEN_BACK: Mapping[str, Callable[[str], Fact]] = {
    "refund": lambda amount: refund(KNOWN, {"1001": amount}, transaction="5009"),
    "credit memo": lambda amount: refund(KNOWN, {"1001": amount}, MEMO, transaction="5009"),
    "chargeback": lambda amount: chargeback(KNOWN, {"1001": amount}, "D-5009"),
}


@pytest.mark.parametrize("kind", GIVEN_BACK)
def test_money_back_is_not_posted_twice_either_and_may_be_accepted(
    site: Site, profile: Path, kind: str
) -> None:
    fact, other = map(GIVEN_BACK[kind], ("4", "5"))
    forget(site, fact)
    before = site.contents()
    (answer,) = post(site, fact)
    assert isinstance(answer, Refused), answer
    assert "stands in the books already" in answer.why
    assert restored(profile, "--accept-rows", "all", "--person", "Ann Lee").exit_code == 0
    assert isinstance(post(site, other)[0], Conflict)
    assert isinstance(post(site, fact)[0], AlreadyPosted)
    assert site.contents() == before
