"""Money whose customer nobody could name yet, and its move to the customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, FactError
from counterfoil.ports.erp import Refused
from tests.support.receivables import (
    CLEARING,
    RECEIVABLE,
    SITE,
    UNIDENTIFIED,
    identifying,
    reversal,
    unidentified,
)
from tests.support.sagepro_books import DAY, MemoryBooks, customer_row, document_row, receipt, usd

RECEIPT = receipt("ABC", {"1001": "60"}, "10")
LATER = date(2026, 11, 25)


def books(site: Profile = SITE) -> MemoryBooks:
    return MemoryBooks([customer_row("ABC", "100"), document_row("1001", "ABC", "100")], site)


def posted(company: MemoryBooks, fact: Fact) -> Plan:
    answer = company.post(fact)
    assert isinstance(answer, Plan), answer
    return answer


def refusal(company: MemoryBooks, fact: Fact) -> str:
    answer = company.post(fact)
    assert isinstance(answer, Refused), answer
    return answer.why


def distributed(company: MemoryBooks) -> dict[str, Decimal]:
    result: dict[str, Decimal] = {}
    for row in company.table(TableName.DISTRIBUTIONS):
        result[row.text("account")] = result.get(row.text("account"), Decimal(0)) + row.money("amount")
    return result


def open_(company: MemoryBooks) -> Decimal:
    return company.one(TableName.DOCUMENTS, "1001").money("balance")


def test_money_without_a_customer_is_owed_on_its_own_account() -> None:
    company = books()
    before = company.one(TableName.CUSTOMERS, "ABC").values
    plan = posted(company, unidentified("70"))
    assert plan.document == "4053461"
    (cash,) = company.table(TableName.CASH)
    assert (cash.text("customer"), cash.text("kind"), cash.text("number")) == ("NON_AR", "N", "")
    assert (cash.text("account"), cash.money("paid"), cash.day("paid_on")) == (CLEARING, Decimal(70), DAY)
    assert distributed(company) == {CLEARING: Decimal(70), UNIDENTIFIED: Decimal(-70)}
    assert company.one(TableName.CUSTOMERS, "ABC").values == before


def test_once_it_is_known_whose_it_is_the_money_moves_in_one_posting() -> None:
    company = books()
    posted(company, unidentified("70"))
    posted(company, identifying(RECEIPT, LATER))
    assert distributed(company) == {CLEARING: Decimal(70), UNIDENTIFIED: Decimal(0), RECEIVABLE: Decimal(-70)}
    assert open_(company) == 40
    assert company.one(TableName.CUSTOMERS, "ABC").money("balance") == 30
    days = [row.day("paid_on") for row in company.table(TableName.CASH)]
    assert days == [DAY, LATER, LATER, LATER]
    assert sum(row.money("paid") for row in company.table(TableName.CASH)) == 70


def test_the_account_of_the_time_is_relieved_even_where_the_profile_names_another_one_now() -> None:
    company = books()
    posted(company, unidentified("70"))
    other = SITE.accounts.model_copy(update={"unidentified": "2051-000"})
    company.site = SITE.model_copy(update={"accounts": other})
    posted(company, identifying(RECEIPT))
    assert distributed(company)[UNIDENTIFIED] == 0


def test_the_same_money_comes_in_only_once() -> None:
    company = books()
    posted(company, unidentified("70"))
    assert "must name it" in refusal(company, RECEIPT)
    other = books()
    posted(other, RECEIPT)
    assert "stands in the books as paytrace/m1/4053461/receipt#1" in refusal(other, unidentified("70"))


@pytest.mark.parametrize("amount", ["69", "71"])
def test_the_amount_that_moves_is_the_amount_that_came(amount: str) -> None:
    company = books()
    posted(company, unidentified(amount))
    assert f"an unidentified receipt of {amount}.00 USD" in refusal(company, identifying(RECEIPT))


def test_what_does_not_stand_cannot_move() -> None:
    company = books()
    assert "does not stand" in refusal(company, identifying(RECEIPT))
    fact = unidentified("70")
    posted(company, fact)
    posted(company, reversal(fact))
    assert "does not stand" in refusal(company, identifying(RECEIPT))
    posted(company, RECEIPT)


def test_a_wrong_identification_is_taken_back_and_made_anew() -> None:
    company = books()
    first = unidentified("70")
    posted(company, first)
    fact = identifying(RECEIPT)
    posted(company, fact)
    assert "take that back first" in refusal(company, reversal(first))
    posted(company, reversal(fact))
    assert distributed(company) == {CLEARING: Decimal(70), UNIDENTIFIED: Decimal(-70), RECEIVABLE: Decimal(0)}
    assert open_(company) == 100
    again = replace(fact, key=replace(fact.key, generation=2))
    posted(company, again)
    assert open_(company) == 40
    assert distributed(company)[UNIDENTIFIED] == 0
    posted(company, reversal(again))
    posted(company, reversal(first))
    assert set(distributed(company).values()) == {Decimal(0)}


def test_an_account_is_needed() -> None:
    bare = SITE.accounts.model_copy(update={"unidentified": ""})
    company = books(SITE.model_copy(update={"accounts": bare}))
    assert "accounts.unidentified" in refusal(company, unidentified("70"))


def test_facts_that_contradict_themselves_cannot_be_built() -> None:
    fact = unidentified("70")
    for change in ({"amount": usd(0)}, {"reason": ""}, {"key": RECEIPT.key}):
        with pytest.raises(FactError):
            replace(fact, **change)
    foreign = replace(identifying(receipt("ABC", {}, "1", transaction="9")).key, effect=Effect.RECEIPT)
    with pytest.raises(FactError, match="no unidentified receipt of the same payment"):
        replace(identifying(RECEIPT), key=foreign)
