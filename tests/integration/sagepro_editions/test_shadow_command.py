"""On shadow, clerks key what Counterfoil only plans; the two are compared and differences explained."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.domain.facts.fact import Fact
from tests.support.sage_pro_clerk import Keyed, SageProClerk
from tests.support.sagepro_books import DAY, receipt
from tests.support.sagepro_site import Site
from tests.support.trust import stand

CLEARING, RECEIVABLE = "1050-000", "1101-000"
ON_INVOICE = receipt("ABC", {"1001": "60"}, transaction="1")
ON_TWO = receipt("ABC", {"1001": "10", "1002": "20"}, transaction="2")
ON_ACCOUNT = receipt("XYZ", {}, "5", transaction="3")


@pytest.fixture
def clerk(site: Site) -> SageProClerk:
    stand(site.profile, Rung.SHADOW)
    return site.clerk


def plan(site: Site, *facts: Fact) -> None:
    before = site.contents()
    with site.open() as company:
        company.post(facts)
    assert site.contents() == before


def slip(amount: str, invoice: str = "", **more: object) -> Keyed:
    values = {"customer": "ABC", "reference": "CHK 9", "day": DAY, "account": CLEARING, **more}
    return Keyed(amount=Decimal(amount), receivable=RECEIVABLE, invoice=invoice, **values)  # type: ignore[arg-type]


def shadow(site: Site, *options: str, code: int = 0) -> str:
    path = site.write_profile()
    result = CliRunner().invoke(app, ["sagepro", "shadow", str(path), *options])
    assert result.exit_code == code, result.output
    return result.output


def test_what_nobody_keyed_yet_waits(site: Site) -> None:
    stand(site.profile, Rung.SHADOW)
    assert shadow(site) == "0 plans\n"
    plan(site, ON_INVOICE)
    assert "not keyed yet     a receipt of 60.00 USD from ABC" in shadow(site)


def test_what_was_keyed_as_planned_is_counted(site: Site, clerk: SageProClerk) -> None:
    plan(site, ON_INVOICE)
    clerk.key_receipt(slip("60", "1001"))
    assert shadow(site) == "1 plans: 1 keyed as planned\n"
    (entry,) = json.loads(shadow(site, "--json"))["plans"]
    assert (entry["state"], entry["keyed_by"], entry["differences"]) == ("keyed as planned", "SARA", [])


def test_other_day_other_account_and_other_amounts_are_told(site: Site, clerk: SageProClerk) -> None:
    plan(site, ON_TWO)
    late = {"day": date(2026, 11, 23), "account": "1000-000"}
    clerk.key_receipt(slip("25", "1001", **late))
    clerk.key_receipt(slip("5", "1002", **late))
    said = shadow(site, code=1)
    assert "keyed otherwise   a receipt of 30.00 USD from ABC by SARA" in said
    assert "invoice 1001: keyed 25.00, planned 10.00" in said
    assert "invoice 1002: keyed 5.00, planned 20.00" in said
    assert "dated 2026-11-23, planned 2026-11-20: see posting_date" in said
    assert "glaccnt: keyed '1000-000', planned '1050-000'" in said


def test_money_keyed_on_another_invoice_is_found_by_its_amount(site: Site, clerk: SageProClerk) -> None:
    plan(site, ON_INVOICE)
    clerk.key_receipt(slip("60", "1002"))
    said = shadow(site, code=1)
    assert "invoice 1001: keyed 0.00, planned 60.00" in said
    assert "other documents (1002): keyed 60.00, planned 0.00" in said


def test_money_on_account_agrees_whatever_its_number(site: Site, clerk: SageProClerk) -> None:
    plan(site, ON_ACCOUNT)
    clerk.key_on_account(slip("5", customer="XYZ"))
    assert shadow(site) == "1 plans: 1 keyed as planned\n"


def test_what_was_keyed_before_it_was_planned_has_no_plan(site: Site, clerk: SageProClerk) -> None:
    clerk.key_receipt(slip("60", "1001"))
    plan(site, ON_INVOICE)
    assert "keyed before      a receipt of 60.00 USD from ABC by SARA" in shadow(site)


def test_a_row_of_the_clerk_stands_for_one_plan(site: Site, clerk: SageProClerk) -> None:
    twice = receipt("ABC", {"1001": "60"}, transaction="8")
    plan(site, ON_INVOICE, twice)
    clerk.key_receipt(slip("60", "1001"))
    assert "2 plans: 1 keyed as planned, 1 not keyed yet" in shadow(site)
