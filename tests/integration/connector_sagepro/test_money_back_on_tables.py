"""Refunds and credit memos on real tables, their ledger and groups."""

from __future__ import annotations

from decimal import Decimal

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.ports.erp import AlreadyPosted, Busy, Conflict, Posted, Preview, Refused
from tests.support.clerk import holding
from tests.support.outgoing import credit_memo, refund, reversal
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

PAID = receipt("ABC", {"1001": "100", "1002": "80"}, "40")


def paid(company: SageProCompany) -> str:
    """The number of the open credit."""
    (answer,) = company.post([PAID])
    assert isinstance(answer, Posted), answer
    return answer.document


def test_every_meaning_leaves_the_books_whole_and_can_be_taken_back(site: Site) -> None:
    with site.open() as company:
        credit = paid(company)
        facts = [
            refund(PAID, {"1001": "60", "1002": "10"}, transaction="1"),
            refund(PAID, {credit: "30"}, RefundMeaning.OPEN_CREDIT, transaction="2"),
            refund(PAID, {"1002": "22"}, RefundMeaning.CREDIT_MEMO, tax="2", transaction="3"),
            credit_memo("ABC", "15.50", tax="0.50", invoice="1002"),
        ]
        before = site.one(TableName.CUSTOMERS, custno="ABC")["balance"]
        answers = company.post(facts)
        assert [type(answer) for answer in answers] == [Posted] * 4, answers
        assert site.findings() == []
        assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 60
        assert site.one(TableName.DOCUMENT_HISTORY, invno="1002")["balance"] == 10
        again = company.post(facts)
        assert [type(answer) for answer in again] == [AlreadyPosted] * 4
        undone = company.post([reversal(fact) for fact in facts])
        assert [type(answer) for answer in undone] == [Posted] * 4, undone
        assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == before
    assert site.findings() == []


def test_two_refunds_in_one_group_do_not_both_take_the_same_money(site: Site) -> None:
    with site.open() as company:
        paid(company)
        first = refund(PAID, {"1001": "100", "1002": "80"}, transaction="1")
        second = refund(PAID, {"1001": "41"}, RefundMeaning.CREDIT_MEMO, transaction="2")
        answers = company.post([first, second])
    assert [type(answer) for answer in answers] == [Posted, Refused]
    assert site.findings() == []


def test_a_receipt_and_its_refund_may_come_together(site: Site) -> None:
    with site.open() as company:
        answers = company.post([PAID, refund(PAID, {"1001": "30"})])
    assert [type(answer) for answer in answers] == [Posted, Posted], answers
    assert site.findings() == []


def test_a_refund_of_a_receipt_that_waits_is_not_judged_by_it(site: Site) -> None:
    fact = refund(PAID, {"1001": "30"})
    with site.open() as company:
        with holding(site.path(TableName.CUSTOMERS), "custno", "ABC"):
            (waits, refused) = company.post([PAID, fact])
        assert (type(waits), type(refused)) == (Busy, Refused)
        answers = company.post([PAID, fact])
    assert [type(answer) for answer in answers] == [Posted, Posted], answers


def test_what_was_refunded_is_known_after_a_restart(site: Site) -> None:
    with site.open() as company:
        paid(company)
        company.post([refund(PAID, {"1001": "100", "1002": "80"}, transaction="1")])
    with site.open() as company:
        (answer,) = company.post([refund(PAID, {"1001": "41"}, RefundMeaning.CREDIT_MEMO, transaction="2")])
        assert isinstance(answer, Refused)
        assert "went back already" in answer.why
        (kept,) = company.post([reversal(PAID)])
        assert isinstance(kept, Refused)


def test_another_meaning_under_the_same_key_is_a_conflict(site: Site) -> None:
    with site.open() as company:
        paid(company)
        company.post([refund(PAID, {"1001": "30"})])
        (answer,) = company.post([refund(PAID, {"1001": "30"}, RefundMeaning.CREDIT_MEMO)])
    assert isinstance(answer, Conflict)
    assert "a refund of 30.00 USD to ABC" in answer.why


def test_numbers_of_credit_memos_are_drawn_once(site: Site) -> None:
    with site.open() as company:
        preview = company.preview(credit_memo("ABC", "1", document="R1"))
        assert isinstance(preview, Preview)
        company.post([credit_memo("ABC", str(index), document=f"R{index}") for index in (1, 2)])
    with site.open() as company:
        company.post([credit_memo("ABC", "3", document="R3")])
    numbers = [str(row["invno"]).strip() for row in site.read(TableName.DOCUMENTS) if row["artype"] == "C"]
    assert numbers == ["800000000", "800000001", "800000002"]
    assert site.one(TableName.CUSTOMERS, custno="ABC")["balance"] == Decimal(180) - 6
    assert site.findings() == []
