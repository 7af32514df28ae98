"""Each act that a clerk keys is proven where Sage Pro writes as planned, and named where the site differs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.discovery.checking import check_site
from counterfoil.connectors.sagepro.kinds import DISCOUNT, ON_INVOICES, OVERPAYMENT, reversal_of
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.foxpro.records.fields import Value
from counterfoil.ports.encoding import FACT
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.structures.layouts import MODULES
from tests.integration.sagepro_calibration.conftest import CAST, DAY, FolderSite, Site
from tests.integration.sagepro_calibration.picks import CREDIT, EARLY, OWING, order_keyed, order_slip
from tests.support.outgoing import refund
from tests.support.sage_pro_clerk import SageProClerk

BY = ("--by", "Ann Lee")
TOLD = ("--reference", "CHK 77", "--date", DAY, *BY)
PICK = CAST.unpaid[0]
COUNTERS = ("arsysd.int1", "sysdata.int1")
"""An overpayment's open credit has a number of Sage Pro's own counter, ours one of a range."""


Words = tuple[object, ...]


def receipt(site: Site, clerk: SageProClerk) -> Words:
    clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    return ("--kind", "receipt", "--customer", PICK.customer, "--invoice", f"{PICK.number}=5.00", *TOLD)


def discount(site: Site, clerk: SageProClerk) -> Words:
    taken = {"discount": Decimal("1.00"), "discount_account": chart.CASH_DISCOUNTS}
    clerk.key_receipt(site.slip(EARLY, "99.00", "CHK 77", invoice=EARLY.number, **taken))
    paid = ("--invoice", f"{EARLY.number}=99.00", "--discount", f"{EARLY.number}=1.00")
    return ("--kind", "receipt", "--customer", EARLY.customer, *paid, *TOLD)


def overpayment(site: Site, clerk: SageProClerk) -> Words:
    slip = site.slip(PICK, f"{PICK.open}", "CHK 77", invoice=PICK.number, surplus=Decimal(8))
    clerk.key_receipt(slip)
    paid = ("--invoice", f"{PICK.number}={PICK.open}", "--on-account", "8.00")
    return ("--kind", "receipt", "--customer", PICK.customer, *paid, *TOLD)


def application(site: Site, clerk: SageProClerk) -> Words:
    clerk.apply_credit(site.slip(OWING, "5.00", "CHK 77", invoice=OWING.number), CREDIT.number)
    whose = ("--customer", OWING.customer, "--credit", CREDIT.number)
    return ("--kind", "credit_application", *whose, "--invoice", f"{OWING.number}=5.00", *TOLD)


def void(site: Site, clerk: SageProClerk) -> Words:
    """Of the receipt that is keyed and compared first."""
    words = receipt(site, site.clerk_with({}))
    site.run("calibrate", "compare", site.profile, site.path("1"), site.path("paid"), *words, code=0)
    clerk.void_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    return ("--kind", "reversal", "--undoes", site.path("paid"), "--date", DAY, *BY)


def sales_order(site: Site, clerk: SageProClerk) -> Words:
    fact = order_keyed(PICK)
    clerk.enter_order(order_slip(fact))
    site.path("order.json").write_text(json.dumps(FACT.encode(fact)), "utf-8")
    return ("--kind", "order", "--fact", site.path("order.json"), *BY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a clerk does, and what proves which posting kind."""

    keyed: Callable[[Site, SageProClerk], Words]
    kind: str
    habit: Mapping[str, Value]
    """What the screens of another site fill in."""
    accepted: tuple[str, ...] = ()


ACTS = {
    "receipt": Act(keyed=receipt, kind=ON_INVOICES, habit={"arcash.apcode": "R"}),
    "discount": Act(keyed=discount, kind=DISCOUNT, habit={"ardist.dttype": "X"}),
    "overpayment": Act(
        keyed=overpayment, kind=OVERPAYMENT, habit={"artran.descrip": "SURPLUS"}, accepted=COUNTERS
    ),
    "application": Act(keyed=application, kind="credit application", habit={"arcash.refno": CREDIT.number}),
    "void": Act(keyed=void, kind=reversal_of(ON_INVOICES), habit={"arcash.recdel": True}),
    "order": Act(keyed=sales_order, kind="order", habit={"somast.release": "Y"}),
}


@pytest.fixture
def decided(site: Site) -> Site:
    site.decide()
    return site


def compare(site: Site, act: Act, habit: Mapping[str, Value], code: int) -> list[dict[str, str]]:
    """The differences; what is voided was keyed at a site without habits."""
    site.calibrate("snapshot", site.path("1"))
    words = act.keyed(site, site.clerk_with(habit))
    before = site.path("paid" if act.keyed is void else "1")
    said = site.calibrate("compare", before, site.path("2"), *words, "--json", code=code)
    findings = json.loads(said[said.index("{") :])["findings"]
    return [each for each in findings if each["verdict"] != "agrees"]


def places(differences: list[dict[str, str]]) -> set[str]:
    return {f"{each['table']}.{each['column']}" for each in differences}


def proofs(site: Site, code: int) -> Mapping[str, list[str]]:
    """What is still open, by posting kind."""
    found: Mapping[str, list[str]] = json.loads(site.calibrate("show", "--json", code=code))["kinds"]
    return found


def safe_kinds(site: Site) -> frozenset[str]:
    return check_site(read_profile(site.profile)).safe_kinds


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_that_sage_pro_writes_as_planned_is_proven(decided: Site, act: Act) -> None:
    differences = compare(decided, act, {}, code=1 if act.accepted else 0)
    assert places(differences) == set(act.accepted)
    if act.accepted:
        why = ("--reason", "open credits have a range of their own")
        decided.calibrate("accept", *act.accepted, "--kind", act.kind, *BY, *why)
    assert proofs(decided, code=0)[act.kind] == []
    assert act.kind in safe_kinds(decided)


@pytest.mark.parametrize("site", [MODULES.name], indirect=True)
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_that_the_site_writes_otherwise_is_named_and_not_proven(decided: Site, act: Act) -> None:
    (habit,) = act.habit
    differences = compare(decided, act, act.habit, code=1)
    assert places(differences) == {habit, *act.accepted}
    open_ = proofs(decided, code=1)[act.kind]
    (why,) = [each for each in open_ if habit in each]
    written = act.habit[habit]
    assert f"{act.kind}: {habit} in new rows: Sage Pro wrote {str(written)!r}" in why
    assert act.kind not in safe_kinds(decided)


@pytest.mark.parametrize("site", [MODULES.name], indirect=True)
def test_the_transfer_to_the_general_ledger_is_seen_again_and_told_where_it_is_otherwise(site: Site) -> None:
    clerk = site.clerk_with({})
    clerk.transfer_to_ledger()
    words = ("--kind", "observe", "--what", "GL transfer", *BY)
    for number, (code, expected) in enumerate((("P", 0), ("P", 0), ("T", 1), ("T", 0))):
        clerk.key_receipt(site.slip(PICK, "5.00", f"CHK {number}", invoice=PICK.number))
        before, after = site.path(f"{number}a"), site.path(f"{number}b")
        site.calibrate("snapshot", before)
        assert clerk.transfer_to_ledger(code, batch=f"00077{number}") == 2
        said = site.calibrate("compare", before, after, *words, code=expected)
        assert f"ardist.dtstat in changed rows: Sage Pro wrote '{code}'" in said
        assert ("seen 2 times alike" in said) == (number in {1, 3})
        assert ("before it wrote 'P'" in said) == expected


def test_a_refund_keyed_as_a_negative_receipt_is_compared_although_sage_pro_may_have_no_other_way(
    folders: FolderSite,
) -> None:
    clerk = folders.clerk_with({})
    folders.calibrate("snapshot", folders.path("1"))
    words = receipt(folders, clerk)
    folders.calibrate("compare", folders.path("1"), folders.path("2"), *words)
    payment = FACT.decode(json.loads(folders.path("2.keyed.json").read_text("utf-8"))["fact"])
    assert isinstance(payment, ReceiptFact)
    fact = replace(refund(payment, {PICK.number: "3.00"}), refunded_on=DAY)
    folders.path("refund.json").write_text(json.dumps(FACT.encode(fact)), "utf-8")
    clerk.void_receipt(folders.slip(PICK, "3.00", fact.reference, invoice=PICK.number))
    told = ("--kind", "refund", "--fact", folders.path("refund.json"), "--undoes", folders.path("2"), *BY)
    folders.calibrate("compare", folders.path("2"), folders.path("3"), *told)
    assert proofs(folders, code=0)["refund that re-opens an invoice"] == []
