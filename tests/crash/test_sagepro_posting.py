"""A posting process is killed at each of its writes; afterwards each posting is there whole or not at all."""

from __future__ import annotations

import os
import re
import signal
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.errors import IndexDamagedError
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Refused
from tests.support.outbox_site import outbox
from tests.support.sagepro_books import PROFILE_TEXT, receipt
from tests.support.sagepro_site import Site, invoice

FACTS = [
    receipt("ABC", {"1001": "60", "1002": "80"}, "5", transaction="1"),
    receipt("ABC", {"1001": "40"}, transaction="2"),
    receipt("XYZ", {"2001": "50"}, transaction="3"),
]


class Killer:
    """Kills its own process before the n-th write or sync of a table."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, path: Path, what: str, data: bytes) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def post_in_a_child(site: Site, kill_at: int) -> bool:
    """Posts in a process of its own; tells whether it lived to the end."""
    child = os.fork()
    if child == 0:
        with site.open(gate=Killer(kill_at)) as company:
            company.post(FACTS)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def check_after_crash(site: Site) -> None:
    with site.open() as company:
        found = [company.find_posting(fact.key) for fact in FACTS]
        cash = site.read(TableName.CASH)
        references = [str(row["refno"]).strip() for row in cash]
        for fact, posted, rows_count in zip(FACTS, found, (3, 1, 1), strict=True):
            assert references.count(fact.reference) == (rows_count if posted else 0)
        assert site.findings() == []
        answers = company.post(FACTS)
        assert [type(answer) for answer in answers] == [AlreadyPosted if p else Posted for p in found]
    assert len(site.read(TableName.CASH)) == 5
    assert site.findings() == []


@pytest.mark.timeout(110)
def test_killed_at_any_write_the_books_are_whole_after_the_next_start(tmp_path: Path) -> None:
    lived, kill_at = False, 0
    while not lived:
        kill_at += 1
        assert kill_at < 200, "the posting should have ended by now"
        site = Site(tmp_path / str(kill_at)).build()
        lived = post_in_a_child(site, kill_at)
        check_after_crash(site)
    assert kill_at > 20, "the killer should have met the writes of seven tables"


def test_a_row_that_somebody_changed_after_the_crash_waits_for_a_person(tmp_path: Path) -> None:
    site = Site(tmp_path / "edited").build()
    assert not post_in_a_child(site, 8)
    site.edit(TableName.CUSTOMERS, "XYZ", balance=Decimal(7))
    with site.open() as company:
        assert company.health.quarantined == (str(FACTS[2].key),)
        assert company.find_posting(FACTS[2].key) is None
        answers = company.post(FACTS)
    assert [type(answer) for answer in answers] == [AlreadyPosted, AlreadyPosted, Conflict]
    assert site.one(TableName.CUSTOMERS, custno="XYZ")["balance"] == Decimal(7)


def test_the_outbox_too_tells_of_a_posting_that_waits_for_a_person(tmp_path: Path) -> None:
    site = Site(tmp_path / "handed").build()
    assert not post_in_a_child(site, 8)
    site.edit(TableName.CUSTOMERS, "XYZ", balance=Decimal(7))
    with outbox(site) as agent:
        (answer,) = agent.post(FACTS[2])
    assert isinstance(answer, Conflict)
    assert "mend the rows by hand" in answer.why


def test_a_row_that_waits_for_a_person_gets_no_other_posting_until_it_is_released(tmp_path: Path) -> None:
    site = Site(tmp_path / "held").build()
    assert not post_in_a_child(site, 8)
    site.edit(TableName.CUSTOMERS, "XYZ", balance=Decimal(7))
    profile = site.folder / "profile.yaml"
    profile.write_text(PROFILE_TEXT, "utf-8")
    with site.open() as company:
        next_one, other = receipt("XYZ", {}, "5", transaction="4"), receipt("ABC", {}, "5", transaction="5")
        held, posted = company.post([next_one, other])
        assert isinstance(held, Refused)
        assert "waits for a person" in held.why
        assert isinstance(posted, Posted)

        shown = quarantine(profile)
        assert shown.exit_code == 1
        assert str(FACTS[2].key) in shown.output
        assert "arcust record 2: somebody else changed it" in shown.output
        (number,) = re.findall(r"^(\d+)  ", shown.output, re.MULTILINE)
        assert quarantine(profile, "--release", number).exit_code == 2
        assert quarantine(profile, "--release", "999", "--by", "Ann").exit_code == 2
        released = quarantine(profile, "--release", number, "--by", "Ann")
        assert released.exit_code == 0, released.output
        assert "No row waits for a person." in released.output

        assert company.health.quarantined == ()
        assert isinstance(company.find_posting(FACTS[2].key), Posted)
        assert isinstance(company.post([next_one])[0], Posted)
    assert site.one(TableName.CUSTOMERS, custno="XYZ")["balance"] == Decimal(2)


def quarantine(profile: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["sagepro", "quarantine", str(profile), *options])


@pytest.mark.timeout(110)
def test_killed_again_while_recovering_the_books_are_whole(tmp_path: Path) -> None:
    for kill_at in range(1, 30, 4):
        site = Site(tmp_path / str(kill_at)).build()
        assert not post_in_a_child(site, 8)
        post_in_a_child(site, kill_at)
        check_after_crash(site)


def test_a_customer_whom_a_clerk_invoiced_after_the_crash_gets_the_receipt_once(tmp_path: Path) -> None:
    """Balance and open items still differ by as much as before, so that it is known whether ours is in."""
    rolled_forward = 0
    for kill_at in range(8, 40, 4):
        site = Site(tmp_path / str(kill_at)).build()
        if post_in_a_child(site, kill_at):
            break
        balance = site.one(TableName.CUSTOMERS, custno="XYZ")["balance"]
        assert isinstance(balance, Decimal)
        with Table.open(site.path(TableName.DOCUMENTS), writable=True) as documents:
            try:
                documents.append(invoice("2002", "XYZ", "30"))
            except IndexDamagedError:
                continue  # The crash left no index in which others could work.
        site.edit(TableName.CUSTOMERS, "XYZ", balance=balance + 30)
        with site.open() as company:
            answers = company.post(FACTS)
            if company.health.quarantined:
                continue
        assert {type(answer) for answer in answers} <= {AlreadyPosted, Posted}
        assert site.one(TableName.CUSTOMERS, custno="XYZ")["balance"] == Decimal(30)
        rolled_forward += 1
    assert rolled_forward
