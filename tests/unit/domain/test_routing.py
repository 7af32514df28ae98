from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.identifiers import CompanyCode
from counterfoil.domain.routing import Bearings, Clue, CompanyRule, Routed, Unrouted, normalised, route


def rule(clue: Clue, value: str, company: str) -> CompanyRule:
    return normalised(CompanyRule(clue=clue, value=value, company=CompanyCode(company)))


RULES = [
    rule(Clue.INVOICE_PREFIX, "W-", "01"),
    rule(Clue.INVOICE_PREFIX, "w-9", "02"),
    rule(Clue.CUSTOMER, "C1", "02"),
    rule(Clue.CUSTOMER, "C2", "01"),
]
ELSE = rule(Clue.OTHERWISE, "", "03")


def routed(rules: Sequence[CompanyRule], invoice: str = "", customer: str = "") -> str:
    found = route(rules, Bearings(invoice_reference=invoice, customer=customer))
    return found.company if isinstance(found, Routed) else f"? {found.why}"


def test_the_longest_prefix_counts_whatever_the_case_and_the_blanks() -> None:
    assert routed(RULES, " w-1001") == "01"
    assert routed(RULES, "W-9001") == "02"


def test_the_stored_customer_counts_where_no_invoice_is_given() -> None:
    assert routed(RULES, customer="C1") == "02"


def test_invoice_and_customer_that_agree_are_both_told() -> None:
    found = route(RULES, Bearings(invoice_reference="W-1", customer="C2"))
    assert isinstance(found, Routed)
    assert found.why == "customer C2 belongs to company 01; invoice W-... belongs to company 01"


def test_invoice_and_customer_that_disagree_are_a_person_s_question() -> None:
    assert routed([*RULES, ELSE], "W-1", "C1").startswith("? customer C1 belongs to company 02; invoice W-")


def test_what_no_rule_knows_is_asked_about_unless_a_rule_is_for_everything_else() -> None:
    assert routed(RULES, "X-1", "C9") == "? no rule knows invoice X-1 of customer C9"
    assert routed(RULES) == "? no rule knows a payment without invoice and customer"
    assert routed([*RULES, ELSE], "X-1") == "03"


values = st.text(alphabet="ABw-1", max_size=3)
rules = st.lists(
    st.builds(rule, st.sampled_from(Clue), values, st.sampled_from(["01", "02"])).filter(
        lambda each: bool(each.value) is (each.clue is not Clue.OTHERWISE)
    ),
    max_size=6,
)


@given(rules, values, values)
def test_a_company_is_only_named_where_all_fitting_rules_of_the_strongest_kind_agree(
    known: list[CompanyRule], invoice: str, customer: str
) -> None:
    found = route(known, Bearings(invoice_reference=invoice, customer=customer))
    again = route(known[::-1], Bearings(invoice_reference=invoice, customer=customer))
    assert isinstance(found, Unrouted) == isinstance(again, Unrouted)
    if isinstance(found, Routed) and isinstance(again, Routed):
        assert found.company == again.company
        assert found.company in {each.company for each in known}
