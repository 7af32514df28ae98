"""On shadow, whatever clerks key is compared with the plan for it, and each difference told in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.erp import Refused
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.structures.layouts import MODULES
from tests.integration.sagepro_calibration.conftest import CAST, DAY, Site
from tests.integration.sagepro_calibration.picks import CREDIT, EARLY, OWING, STOCKED, order_keyed, order_slip
from tests.support.outgoing import refund, reversal
from tests.support.receivables import application
from tests.support.sage_pro_clerk import Keyed, SageProClerk
from tests.support.sagepro_books import receipt, usd

PICK = CAST.unpaid[0]
BY = ("--by", "Ann Lee", "--reason", "a week beside the clerks")
FOLDERS = pytest.mark.parametrize("site", [MODULES.name], indirect=True)
EDITIONS = pytest.mark.parametrize("site", [MODULES.name, "database"], indirect=True)
"""For what is found in another way there."""


@pytest.fixture
def clerk(site: Site) -> SageProClerk:
    site.decide()
    site.run("trust", "raise", site.profile, "--to", "shadow", *BY)
    return site.clerk_with({})


def plan(site: Site, fact: Fact) -> None:
    with SageProCompany(read_profile(site.profile), SystemClock()) as company:
        (answer,) = company.post([fact])
    assert isinstance(answer, Refused)
    assert "clerks key it in Sage Pro" in answer.why


def shadow(site: Site, code: int = 0) -> str:
    return site.run("shadow", site.profile, "--all", code=code)


def paid(applied: dict[str, str], on_account: str = "0", customer: str = PICK.customer) -> ReceiptFact:
    return replace(receipt(customer, applied, on_account), received_on=DAY, batched_on=DAY)


def slip(site: Site, amount: str, **more: object) -> Keyed:
    return site.slip(PICK, amount, "CHK 77", invoice=PICK.number, **more)


def discounted(site: Site, discount: str) -> Keyed:
    taken = {"discount": Decimal(discount), "discount_account": chart.CASH_DISCOUNTS}
    return site.slip(EARLY, "99.00", "CHK 77", invoice=EARLY.number, **taken)


@pytest.mark.parametrize(("keyed", "told"), [("1.00", ""), ("2.00", "discount: keyed 2.00, planned 1.00")])
@FOLDERS
def test_a_receipt_with_a_discount(site: Site, clerk: SageProClerk, keyed: str, told: str) -> None:
    fact = paid({EARLY.number: "99.00"}, customer=EARLY.customer)
    (part,) = fact.applications
    part = replace(part, discount=usd("1.00"), assumed_open=usd("100.00"))
    plan(site, replace(fact, applications=(part,)))
    clerk.key_receipt(discounted(site, keyed))
    assert (told or "1 keyed as planned") in shadow(site, code=bool(told))


@FOLDERS
def test_an_overpayment_whose_surplus_the_clerk_left_out(site: Site, clerk: SageProClerk) -> None:
    plan(site, paid({PICK.number: f"{PICK.open}"}, "8"))
    clerk.key_receipt(slip(site, f"{PICK.open}", surplus=Decimal(7)))
    said = shadow(site, code=1)
    assert "keyed 7.00, planned 8.00" in said


@FOLDERS
def test_an_overpayment_as_planned(site: Site, clerk: SageProClerk) -> None:
    plan(site, paid({PICK.number: f"{PICK.open}"}, "8"))
    clerk.key_receipt(slip(site, f"{PICK.open}", surplus=Decimal(8)))
    assert "1 plans: 1 keyed as planned" in shadow(site)


@pytest.mark.parametrize(("keyed", "code"), [("5.00", 0), ("4.00", 1)])
@FOLDERS
def test_a_credit_that_was_applied(site: Site, clerk: SageProClerk, keyed: str, code: int) -> None:
    fact = application(OWING.customer, CREDIT.number, {OWING.number: "5.00"})
    plan(site, replace(fact, applied_on=DAY))
    assert "not keyed yet" in shadow(site)
    clerk.apply_credit(site.slip(OWING, keyed, "CHK 77", invoice=OWING.number), CREDIT.number)
    said = shadow(site, code=code)
    assert ("1 keyed as planned" in said) == (not code)
    assert (f"invoice {OWING.number}: keyed 4.00, planned 5.00" in said) == bool(code)
    assert (f"credit {CREDIT.number}: keyed -4.00, planned -5.00" in said) == bool(code)


@pytest.mark.parametrize(("account", "code"), [(chart.CARD_CLEARING, 0), (chart.BANK, 1)])
@FOLDERS
def test_a_refund_that_opens_its_invoice(site: Site, clerk: SageProClerk, account: str, code: int) -> None:
    """It builds on a receipt that was planned and never posted."""
    fact = paid({PICK.number: "5.00"})
    plan(site, fact)
    clerk.key_receipt(slip(site, "5.00"))
    plan(site, replace(refund(fact, {PICK.number: "3.00"}), refunded_on=DAY))
    clerk.key_receipt(replace(slip(site, "-3.00"), account=account, reference="BACK"))
    said = shadow(site, code=code)
    assert f"{2 - code} keyed as planned" in said
    assert (f"glaccnt: keyed '{account}', planned '{chart.CARD_CLEARING}'" in said) == bool(code)


def voided(fact: Fact) -> ReversalFact:
    return replace(reversal(fact), reversed_on=DAY)


@EDITIONS
def test_a_void_by_rows_with_the_signs_turned_is_as_planned(site: Site, clerk: SageProClerk) -> None:
    fact = paid({PICK.number: "5.00"})
    plan(site, fact)
    clerk.key_receipt(slip(site, "5.00"))
    plan(site, voided(fact))
    assert "1 keyed as planned, 1 not keyed yet" in shadow(site)
    clerk.void_receipt(slip(site, "5.00"))
    assert "2 plans: 2 keyed as planned" in shadow(site)


@FOLDERS
def test_a_void_by_a_mark_is_told_as_the_site_s_own_way(site: Site, clerk: SageProClerk) -> None:
    fact = paid({PICK.number: "5.00"})
    plan(site, fact)
    clerk.key_receipt(slip(site, "5.00"))
    plan(site, voided(fact))
    clerk.mark_reversed("CHK 77")
    said = shadow(site, code=1)
    assert "marked as taken back (recdel); planned: rows with the signs turned" in said
    assert "1 keyed as planned, 1 keyed otherwise" in said


@FOLDERS
def test_an_order_as_planned_and_its_void(site: Site, clerk: SageProClerk) -> None:
    fact = order_keyed(PICK)
    plan(site, fact)
    assert "not keyed yet" in shadow(site)
    number = clerk.enter_order(order_slip(fact))
    assert "1 keyed as planned" in shadow(site)
    plan(site, voided(fact))
    assert "1 keyed as planned, 1 not keyed yet" in shadow(site)
    clerk.void_order(number)
    assert "2 plans: 2 keyed as planned" in shadow(site)


@FOLDERS
def test_an_order_that_the_clerk_voided_and_nobody_planned_to(site: Site, clerk: SageProClerk) -> None:
    fact = order_keyed(PICK)
    plan(site, fact)
    clerk.void_order(clerk.enter_order(order_slip(fact)))
    assert "the order is void by now" in shadow(site, code=1)


@EDITIONS
def test_an_order_of_another_quantity_under_the_shop_s_own_number(site: Site, clerk: SageProClerk) -> None:
    fact = order_keyed(PICK, "4")
    plan(site, fact)
    clerk.enter_order(order_slip(fact, quantity=Decimal(3), purchase_order=fact.shop_order))
    said = shadow(site, code=1)
    assert f"item {STOCKED.number}: keyed 3 at 12.5, planned 4 at 12.5" in said
    assert "ordamt: keyed '37.5', planned '50'" in said
    assert "ponum: keyed '77001', planned 'SHOP-77001'" in said
