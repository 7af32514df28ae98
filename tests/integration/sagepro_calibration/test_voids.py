"""The void of each act proves the reversal of just that kind, whatever number Sage Pro drew for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.kinds import DISCOUNT, ON_ACCOUNT, OVERPAYMENT, reversal_of
from counterfoil.ports.encoding import FACT
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.structures.layouts import MODULES
from tests.integration.sagepro_calibration.conftest import CAST, DAY, Site
from tests.integration.sagepro_calibration.picks import CREDIT, EARLY, OWING, order_keyed, order_slip
from tests.support.sage_pro_clerk import SageProClerk

PICK = CAST.unpaid[0]
BY = ("--by", "Ann Lee")
TOLD = ("--reference", "CHK 77", "--date", DAY, *BY)
RECEIPT = ("--kind", "receipt", "--customer")
Words = tuple[object, ...]
Undo = Callable[[], object]


def discount(site: Site, clerk: SageProClerk) -> tuple[Words, Undo]:
    taken = {"discount": Decimal("1.00"), "discount_account": chart.CASH_DISCOUNTS}
    slip = site.slip(EARLY, "99.00", "CHK 77", invoice=EARLY.number, **taken)
    clerk.key_receipt(slip)
    paid = ("--invoice", f"{EARLY.number}=99.00", "--discount", f"{EARLY.number}=1.00")
    return (*RECEIPT, EARLY.customer, *paid, *TOLD), lambda: clerk.void_receipt(slip)


def on_account(site: Site, clerk: SageProClerk) -> tuple[Words, Undo]:
    slip = site.slip(PICK, "12.00", "CHK 77")
    number = clerk.key_on_account(slip)
    words = (*RECEIPT, PICK.customer, "--on-account", "12.00", *TOLD)
    return words, lambda: clerk.void_receipt(slip, number)


def overpayment(site: Site, clerk: SageProClerk) -> tuple[Words, Undo]:
    slip = site.slip(PICK, f"{PICK.open}", "CHK 77", invoice=PICK.number, surplus=Decimal(8))
    number = clerk.key_receipt(slip)
    paid = ("--invoice", f"{PICK.number}={PICK.open}", "--on-account", "8.00")
    return (*RECEIPT, PICK.customer, *paid, *TOLD), lambda: clerk.void_receipt(slip, number)


def application(site: Site, clerk: SageProClerk) -> tuple[Words, Undo]:
    slip = site.slip(OWING, "5.00", "CHK 77", invoice=OWING.number)
    clerk.apply_credit(slip, CREDIT.number)
    whose = ("--customer", OWING.customer, "--credit", CREDIT.number)
    words = ("--kind", "credit_application", *whose, "--invoice", f"{OWING.number}=5.00", *TOLD)
    return words, lambda: clerk.apply_credit(replace(slip, amount=Decimal("-5.00")), CREDIT.number)


def sales_order(site: Site, clerk: SageProClerk) -> tuple[Words, Undo]:
    fact = order_keyed(PICK)
    slip = order_slip(fact)
    number = clerk.enter_order(slip)
    site.path("order.json").write_text(json.dumps(FACT.encode(fact)), "utf-8")
    words = ("--kind", "order", "--fact", site.path("order.json"), *BY)
    return words, lambda: clerk.void_order(number, slip)


ACTS = {
    DISCOUNT: discount,
    ON_ACCOUNT: on_account,
    OVERPAYMENT: overpayment,
    "credit application": application,
    "order": sales_order,
}


@pytest.mark.parametrize("site", [MODULES.name], indirect=True)
@pytest.mark.parametrize(("kind", "act"), ACTS.items(), ids=ACTS)
def test_a_void_proves_the_reversal_of_what_it_takes_back(
    site: Site, kind: str, act: Callable[[Site, SageProClerk], tuple[Words, Undo]]
) -> None:
    site.decide()
    site.calibrate("snapshot", site.path("1"))
    words, undo = act(site, site.clerk_with({}))
    numbered = kind in {ON_ACCOUNT, OVERPAYMENT}
    site.calibrate("compare", site.path("1"), site.path("2"), *words, code=int(numbered))
    undo()
    void = ("--kind", "reversal", "--undoes", site.path("2"), "--date", DAY, *BY)
    site.calibrate("compare", site.path("2"), site.path("3"), *void)
    proofs = json.loads(site.calibrate("show", "--json", code=int(numbered)))["kinds"]
    assert proofs[reversal_of(kind)] == []
    assert set(proofs) == {kind, reversal_of(kind)}
