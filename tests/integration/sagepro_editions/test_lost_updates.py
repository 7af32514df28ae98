"""A user's screen writes back its old whole row after our posting: found and named in the next look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.changes import LostUpdate, Page
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_change_feed import Reader
from tests.support.sagepro_books import DAY, receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "40", "1002": "10"})


@pytest.fixture
def company(site: Site) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company


@pytest.fixture
def reader(company: SageProCompany) -> Reader:
    return Reader(company)


def post(company: SageProCompany, *facts: object) -> None:
    assert all(isinstance(answer, Posted) for answer in company.post(facts))  # type: ignore[arg-type]


@contextmanager
def stale_screen(site: Site, table: TableName, number: str, **edited: Value) -> Iterator[None]:
    """A screen that reads a whole row, and writes all of it back at the end with what the user edited."""
    key = "custno" if table is TableName.CUSTOMERS else "invno"
    row = site.one(table, **{key: number})
    yield
    site.edit(table, number, **{**row, **edited})


def lost(reader: Reader) -> list[LostUpdate]:
    return [one for one in reader.news() if isinstance(one, LostUpdate)]


def named(notice: LostUpdate) -> str:
    """The table without the company's code, which a file's name ends with."""
    return notice.table.removesuffix("01")


def fields(notice: LostUpdate) -> dict[str, tuple[str, str]]:
    return {one.field: (one.expected, one.found) for one in notice.fields}


def test_nothing_is_lost_where_nobody_interferes(company: SageProCompany, reader: Reader) -> None:
    post(company, FACT)
    assert lost(reader) == []
    assert lost(reader) == []


def test_an_invoice_that_a_screen_put_back_is_named(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, FACT)
    (notice,) = lost(reader)
    assert (named(notice), notice.record, notice.number) == ("armast", 1, "1001")
    assert notice.postings == (FACT.key,)
    told = fields(notice)
    assert told["balance"] == ("60.00", "100.00")
    assert told["paidamt"] == ("40.00", "0.00")
    assert told["dtepaid"] == (DAY.isoformat(), "")
    assert "must not be keyed again" in notice.advice
    assert lost(reader) == [], "told once"


def test_the_feed_that_looked_in_between_finds_it_too(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, FACT)
        assert lost(reader) == []
    assert [one.number for one in lost(reader)] == ["1001"]


def test_what_the_user_edited_on_the_stale_screen_does_not_hide_it(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with stale_screen(site, TableName.CUSTOMERS, "ABC", company="ABC Limited"):
        post(company, FACT)
    (notice,) = lost(reader)
    assert (named(notice), fields(notice)["balance"]) == ("arcust", ("130.00", "180.00"))


def test_another_payment_on_the_stale_row_does_not_hide_it(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    """The clerk took 25 for the same invoice, on a screen that did not know our 40."""
    paid = {"balance": Decimal(75), "paidamt": Decimal(25)}
    with stale_screen(site, TableName.DOCUMENTS, "1001", **paid):
        post(company, FACT)
    row: dict[str, Value] = {"custno": "ABC", "refno": "CHK", "paidamt": Decimal(25), "userid": "ANNA"}
    site.append(TableName.CASH, invno="1001".rjust(10), **row)
    (notice,) = lost(reader)
    assert fields(notice)["balance"] == ("35.00", "75.00")


def test_invoice_and_customer_put_back_together_are_both_named(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with (
        stale_screen(site, TableName.DOCUMENTS, "1001"),
        stale_screen(site, TableName.CUSTOMERS, "ABC"),
    ):
        post(company, FACT)
    assert {named(one): fields(one)["balance"] for one in lost(reader)} == {
        "armast": ("60.00", "100.00"),
        "arcust": ("130.00", "180.00"),
    }


def test_only_the_postings_behind_the_screen_are_named(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    later = [receipt("ABC", {"1001": amount}, transaction=f"77{amount}") for amount in ("20", "5")]
    post(company, FACT)
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, *later)
    (notice,) = lost(reader)
    assert notice.postings == tuple(fact.key for fact in later)
    assert fields(notice)["balance"] == ("35.00", "60.00")


def test_our_own_reversal_is_no_lost_update(company: SageProCompany, reader: Reader) -> None:
    back = ReversalFact(key=FACT.key.reversal, reverses=FACT.key, reversed_on=DAY, reason="entered twice")
    post(company, FACT)
    post(company, back)
    assert lost(reader) == []


def test_a_reversal_that_a_screen_undid_is_named(site: Site, company: SageProCompany, reader: Reader) -> None:
    back = ReversalFact(key=FACT.key.reversal, reverses=FACT.key, reversed_on=DAY, reason="entered twice")
    post(company, FACT)
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, back)
    (notice,) = lost(reader)
    assert notice.postings == (back.key,)
    assert fields(notice)["balance"] == ("100.00", "60.00")


def test_a_clerk_who_takes_the_receipt_back_properly_is_no_lost_update(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    post(company, receipt("ABC", {"1001": "40"}))
    assert lost(reader) == []
    (row,) = site.read(TableName.CASH)
    site.append(
        TableName.CASH, **{**row, "paidamt": Decimal(-40), "bpaidamt": Decimal(-40), "userid": "ANNA"}
    )
    site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(100), paidamt=Decimal(0))
    site.edit(TableName.CUSTOMERS, "ABC", balance=Decimal(180))
    assert lost(reader) == []


def test_once_mended_it_is_forgotten_and_found_again(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, FACT)
    assert len(lost(reader)) == 1
    before = site.one(TableName.DOCUMENTS, invno="1001")
    site.edit(TableName.DOCUMENTS, "1001", balance=Decimal(60), paidamt=Decimal(40))
    assert lost(reader) == []
    site.edit(TableName.DOCUMENTS, "1001", **before)
    assert len(lost(reader)) == 1


def test_the_twin_in_history_is_looked_after_too(site: Site, company: SageProCompany, reader: Reader) -> None:
    with stale_screen(site, TableName.DOCUMENT_HISTORY, "1002"):
        post(company, FACT)
    assert [(named(one), one.number) for one in lost(reader)] == [("arymst", "1002")]


def test_a_day_later_nobody_looks_any_more(site: Site, company: SageProCompany, reader: Reader) -> None:
    before = site.one(TableName.DOCUMENTS, invno="1001")
    post(company, FACT)
    assert lost(reader) == []
    site.clock.advance(timedelta(hours=25))
    assert lost(reader) == []
    site.edit(TableName.DOCUMENTS, "1001", **before)
    assert lost(reader) == []


def test_what_was_put_back_on_friday_is_told_to_who_asks_on_monday(
    site: Site, company: SageProCompany, reader: Reader
) -> None:
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, FACT)
        assert lost(reader) == []
    site.clock.advance(timedelta(days=3))
    assert [fields(one)["balance"] for one in lost(reader)] == [("60.00", "100.00")]


def test_who_begins_to_read_is_told_what_still_stands(site: Site, company: SageProCompany) -> None:
    with stale_screen(site, TableName.DOCUMENTS, "1001"):
        post(company, FACT)
    answer = company.changes(None, 10)
    assert isinstance(answer, Page)
    assert [type(one) for one in answer.notices] == [LostUpdate]
