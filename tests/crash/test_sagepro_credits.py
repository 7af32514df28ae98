"""Killed at each write, credits and unidentified money are where they were or where they should be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import AlreadyPosted, Posted
from tests.crash.test_sagepro_posting import Killer
from tests.support.receivables import (
    ACCOUNTS,
    WRITE_OFFS,
    application,
    deposit,
    discounted,
    identifying,
    unidentified,
)
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

BEFORE: list[Fact] = [deposit("ABC", "70", "501", transaction="1"), unidentified("20", transaction="2")]
CREDIT = "900000000"
FACTS: list[Fact] = [
    application("ABC", CREDIT, {"1001": "70"}, transaction="1"),
    identifying(receipt("XYZ", {"2001": "20"}, transaction="2")),
    discounted("ABC", "1002", "79.50", write_off="0.50"),
]


def profile(site: Site) -> Profile:
    return site.profile.model_copy(update={"accounts": ACCOUNTS, "write_offs": WRITE_OFFS})


def post_in_a_child(site: Site, kill_at: int) -> bool:
    """Posts in a process of its own; tells whether it lived to the end."""
    child = os.fork()
    if child == 0:
        with site.open(profile(site), gate=Killer(kill_at)) as company:
            company.post(FACTS)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def started(folder: Path) -> Site:
    site = Site(folder).build()
    with site.open(profile(site)) as company:
        answers = company.post(BEFORE)
    assert [type(answer) for answer in answers] == [Posted, Posted], answers
    return site


def check_after_crash(site: Site) -> None:
    with site.open(profile(site)) as company:
        found = [company.find_posting(fact.key) for fact in FACTS]
        assert site.findings() == []
        answers = company.post(FACTS)
        assert [type(answer) for answer in answers] == [AlreadyPosted if p else Posted for p in found]
    assert site.findings() == []
    open_ = {str(row["invno"]).strip(): row["balance"] for row in site.read(TableName.DOCUMENTS)}
    assert open_ == {"1001": 30, "1002": 0, "2001": 30, CREDIT: 0}
    # Two rows of the deposit and the unidentified money, then a pair, a counter row and a receipt, and two.
    assert len(site.read(TableName.CASH)) == 2 + 2 + 2 + 2


@pytest.mark.timeout(110)
def test_killed_at_any_write_every_credit_is_whole_after_the_next_start(tmp_path: Path) -> None:
    lived, kill_at = False, 0
    while not lived:
        kill_at += 1
        assert kill_at < 200, "the postings should have ended by now"
        site = started(tmp_path / str(kill_at))
        lived = post_in_a_child(site, kill_at)
        check_after_crash(site)
    assert kill_at > 15, "the killer should have met the writes of six tables"
