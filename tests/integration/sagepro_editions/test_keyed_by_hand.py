"""A clerk keyed the receipt of a payment that arrives afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.erp import AlreadyPosted, KeyedByHand, Posted
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {}, "100")


def key_receipt(site: Site) -> None:
    """What the clerk's screen writes for 100 on invoice 1001."""
    day = date(2026, 11, 20)
    cash: dict[str, Value] = {
        "invno": "1001".rjust(10),
        "custno": "ABC",
        "paidamt": Decimal(100),
        "dtepaid": day,
    }
    site.append(TableName.CASH, **cash, refno="CHK 77", userid="ANNA", adduser="ANNA")
    site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(0), paidamt=Decimal(100), dtepaid=day)
    site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(80))


def questions(site: Site) -> HandKeyed:
    return HandKeyed(site.own_folder)


def test_the_payment_waits_until_it_is_linked_and_then_stands_for_the_receipt(site: Site) -> None:
    key_receipt(site)
    before = site.contents()
    with site.open() as company:
        (answer,) = company.post([FACT])
        assert isinstance(answer, KeyedByHand)
        assert isinstance(company.preview(FACT), KeyedByHand)
        (question,) = questions(site).open_questions()
        assert question.fact == FACT
        questions(site).link(question.number, 1, "Anna", site.clock.now())
        assert questions(site).open_questions() == ()
        (linked,) = company.post([FACT])
        assert isinstance(linked, Posted)
        assert (linked.document, linked.rows) == ("1001", ())
        assert company.post([FACT]) == (AlreadyPosted(first=linked),)
        assert company.find_posting(FACT.key) == linked
    assert site.contents() == before


def test_other_money_is_posted_once_a_person_said_so(site: Site) -> None:
    key_receipt(site)
    with site.open() as company:
        company.post([FACT])
        (question,) = questions(site).open_questions()
        questions(site).set_apart(question.number, "Anna", site.clock.now())
        (answer,) = company.post([FACT])
        assert isinstance(answer, Posted)
        assert answer.rows
    assert len(site.read(TableName.CASH)) == 2


def test_asking_again_keeps_one_question_and_others_of_the_group_go_on(site: Site) -> None:
    key_receipt(site)
    other = receipt("XYZ", {"2001": "50"}, transaction="9")
    with site.open() as company:
        first, second = company.post([FACT, other])
        company.post([FACT])
    assert isinstance(first, KeyedByHand)
    assert isinstance(second, Posted)
    assert len(questions(site).open_questions()) == 1


def test_one_receipt_stands_for_one_payment(site: Site) -> None:
    key_receipt(site)
    other = receipt("ABC", {}, "100", transaction="77")
    with site.open() as company:
        company.post([FACT])
        company.post([other])
        first, second = questions(site).open_questions()
        questions(site).link(first.number, 1, "Anna", site.clock.now())
        with pytest.raises(ConfigurationError, match="one receipt is one payment"):
            questions(site).link(second.number, 1, "Anna", site.clock.now())
        linked, posted = company.post([FACT, other])
    assert isinstance(linked, Posted)
    assert isinstance(posted, Posted)
    assert (linked.rows, bool(posted.rows)) == ((), True)


def test_a_link_whose_receipt_is_gone_is_asked_about_again(site: Site) -> None:
    key_receipt(site)
    with site.open() as company:
        company.post([FACT])
        (question,) = questions(site).open_questions()
        questions(site).link(question.number, 1, "Anna", site.clock.now())
        site.delete(TableName.CASH, 1)
        site.clock.advance(timedelta(minutes=15))
        (answer,) = company.post([FACT])
        assert isinstance(answer, KeyedByHand)
        (again,) = questions(site).open_questions()
        assert again.number == question.number
        questions(site).set_apart(again.number, "Anna", site.clock.now())
        (posted,) = company.post([FACT])
        assert isinstance(posted, Posted)
        assert posted.rows
