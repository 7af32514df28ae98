"""A posting taken back by its key, on real tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import AlreadyPosted, Posted, Refused
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site


def reversal(fact: Fact) -> ReversalFact:
    day = date(2026, 11, 22)
    return ReversalFact(key=fact.key.reversal, reverses=fact.key, reversed_on=day, reason="voided")


def test_balances_return_and_both_stand_in_the_ledger(site: Site) -> None:
    fact = receipt("ABC", {"1001": "60"}, "5")
    with site.open() as company:
        before = site.one(TableName.CUSTOMERS, custno="ABC")["balance"]
        (first,) = company.post([fact])
        assert isinstance(first, Posted)
        (answer,) = company.post([reversal(fact)])
        assert isinstance(answer, Posted), answer
        assert company.post([reversal(fact)]) == (AlreadyPosted(first=answer),)
        assert company.post([fact]) == (AlreadyPosted(first=first),)
        assert company.find_posting(fact.key.reversal) == answer
        assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == before
    assert site.findings() == []
    assert sum(Decimal(str(row["paidamt"])) for row in site.read(TableName.CASH)) == 0
    (credit,) = [row for row in site.read(TableName.DOCUMENTS) if row["artype"] == "O"]
    assert credit["arstat"] == "V"


def test_facts_of_one_payment_sent_together_follow_each_other(site: Site) -> None:
    fact = receipt("ABC", {"1001": "60"})
    with site.open() as company:
        answers = company.post([fact, reversal(fact)])
    assert [type(answer) for answer in answers] == [Posted, Posted]


def test_nothing_is_taken_back_after_a_period_close_moved_the_invoice(site: Site) -> None:
    fact = receipt("ABC", {"1001": "60"})
    with site.open() as company:
        company.post([fact])
        site.edit(TableName.DOCUMENTS, "1001", custno="XYZ")
        (answer,) = company.post([reversal(fact)])
        assert isinstance(answer, Refused)
        assert "by hand" in answer.why
    assert len(site.read(TableName.CASH)) == 1
