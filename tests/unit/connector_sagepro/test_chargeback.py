from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.posting.desk import Answer
from counterfoil.connectors.sagepro.profile import ChargebackOpened, Chargebacks, FeeWhenWon, Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.chargeback import DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import FactError
from counterfoil.ports.encoding import FACT
from counterfoil.ports.erp import Changed, Refused
from tests.support.outgoing import chargeback, dispute_fee, outcome, refund, reversal
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, profile, receipt

WON, LOST = DisputeOutcome.WON, DisputeOutcome.LOST
PAID = receipt("ABC", {"1001": "100"}, "40")
CREDIT = "900000000"
OPENED = chargeback(PAID, {"1001": "100"})
DISPUTED = profile(chargebacks=Chargebacks(opened=ChargebackOpened.DISPUTED))


def books(site: Profile | None = None) -> MemoryBooks:
    return MemoryBooks([customer_row("ABC", "100"), document_row("1001", "ABC", "100")], site)


def post(company: MemoryBooks, *facts: Fact) -> list[Plan]:
    plans = []
    for fact in facts:
        answer = company.post(fact)
        assert isinstance(answer, Plan), answer
        plans.append(answer)
    return plans


def why(answer: Answer) -> str:
    assert isinstance(answer, Refused), answer
    return answer.why


def balances(company: MemoryBooks) -> tuple[Decimal, Decimal]:
    """What is open on the invoice, and what the customer owes."""
    open_ = company.one(TableName.DOCUMENTS, "1001").money("balance")
    return open_, company.one(TableName.CUSTOMERS, "ABC").money("balance")


def moved(company: MemoryBooks) -> dict[str, Decimal]:
    """What distributions and journal entries together moved on each account."""
    amounts: dict[str, Decimal] = {}
    for row in company.table(TableName.DISTRIBUTIONS):
        account = row.text("account")
        amounts[account] = amounts.get(account, Decimal(0)) + row.money("amount")
    for entry in company.entries.values():
        for journal in entry.journals:
            for line in journal.lines:
                amounts[line.account] = amounts.get(line.account, Decimal(0)) + line.amount
    return {account: amount for account, amount in amounts.items() if amount}


def test_a_chargeback_opens_the_invoice_and_a_won_one_closes_it_again() -> None:
    company = books()
    post(company, PAID)
    before = balances(company), moved(company)
    post(company, OPENED)
    assert balances(company) == (Decimal(100), Decimal(60))
    post(company, outcome(OPENED, WON))
    assert (balances(company), moved(company)) == before


def test_a_lost_chargeback_is_given_up_as_a_bad_debt() -> None:
    company = books()
    post(company, PAID, OPENED, dispute_fee(OPENED), outcome(OPENED, LOST))
    assert balances(company) == (Decimal(0), Decimal(-40))
    assert moved(company) == {
        "1050-000": Decimal(25),
        "1101-000": Decimal(-140),
        "6160-000": Decimal(15),
        "6180-000": Decimal(100),
    }
    post(company, reversal(outcome(OPENED, LOST)))
    assert balances(company) == (Decimal(100), Decimal(60))


@pytest.mark.parametrize("how", list(DisputeOutcome))
def test_in_an_account_of_disputes_receivables_stay_paid(how: DisputeOutcome) -> None:
    company = books(DISPUTED)
    post(company, PAID)
    before = balances(company), moved(company)
    (plan,) = post(company, OPENED)
    assert (plan.operations, balances(company)) == ((), before[0])
    assert moved(company)["1150-000"] == 100
    post(company, outcome(OPENED, how))
    assert balances(company) == before[0]
    after = moved(company)
    assert after == before[1] if how is WON else after.get("1150-000") is None
    assert after.get("6180-000") == (None if how is WON else 100)


def test_an_invoice_in_history_cannot_be_opened_so_that_its_dispute_stands_apart() -> None:
    company = books()
    post(company, PAID)
    row = company.rows.pop((TableName.DOCUMENTS, company.one(TableName.DOCUMENTS, "1001").record))
    company.rows[TableName.DOCUMENT_HISTORY, row.record] = replace(row, table=TableName.DOCUMENT_HISTORY)
    (plan,) = post(company, OPENED)
    assert (plan.operations, len(plan.journals)) == ((), 1)
    accounts = company.site.accounts.model_copy(update={"disputed": ""})
    company.site = company.site.model_copy(update={"accounts": accounts})
    assert "history only" in why(company.plan(chargeback(PAID, {"1001": "1"}, "D-2")))


@pytest.mark.parametrize(("policy", "kept"), [(FeeWhenWon.KEPT, 15), (FeeWhenWon.RETURNED, None)])
@pytest.mark.parametrize("opened", list(ChargebackOpened))
def test_the_fee_of_a_won_dispute_is_kept_or_returned(
    policy: FeeWhenWon, kept: int | None, opened: ChargebackOpened
) -> None:
    company = books(profile(chargebacks=Chargebacks(opened=opened, fee_when_won=policy)))
    post(company, PAID, OPENED, dispute_fee(OPENED), outcome(OPENED, WON))
    assert moved(company).get("6160-000") == kept
    assert moved(company)["1050-000"] == 140 - (kept or 0)
    post(company, reversal(outcome(OPENED, WON)))
    assert moved(company)["6160-000"] == 15


def returned() -> MemoryBooks:
    return books(profile(chargebacks=Chargebacks(fee_when_won=FeeWhenWon.RETURNED)))


def test_a_fee_that_a_won_dispute_gave_back_is_not_taken_back_as_well() -> None:
    company = returned()
    fee, won = dispute_fee(OPENED), outcome(OPENED, WON)
    post(company, PAID, OPENED, fee, won)
    assert "take that back first" in why(company.plan(reversal(fee)))
    post(company, reversal(won), reversal(fee))
    assert moved(company).get("6160-000") is None


def test_a_won_dispute_gives_back_the_fee_that_stands() -> None:
    company = returned()
    fee = dispute_fee(OPENED)
    again = replace(fee, key=replace(fee.key, generation=2))
    post(company, PAID, OPENED, fee, reversal(fee), again, outcome(OPENED, WON))
    assert moved(company).get("6160-000") is None
    assert "take that back first" in why(company.plan(reversal(again)))


def test_a_fee_that_a_won_dispute_left_is_taken_back() -> None:
    company = books()
    fee = dispute_fee(OPENED)
    post(company, PAID, OPENED, fee, outcome(OPENED, WON), reversal(fee))
    assert moved(company).get("6160-000") is None


def test_one_dispute_ends_once() -> None:
    company = books()
    post(company, PAID, OPENED, outcome(OPENED, LOST))
    won = outcome(OPENED, WON)
    assert won.key == outcome(OPENED, LOST).key
    assert won.digest != outcome(OPENED, LOST).digest
    assert "take that back first" in why(company.plan(reversal(OPENED)))
    again = replace(won, key=replace(won.key, generation=2))
    assert "reverse it first" in why(company.plan(again))
    post(company, reversal(outcome(OPENED, LOST)), again)
    assert balances(company) == (Decimal(0), Decimal(-40))


def test_a_chargeback_after_a_refund_waits_for_a_person() -> None:
    company = books()
    post(company, PAID, refund(PAID, {"1001": "30"}))
    part = chargeback(PAID, {"1001": "70"})
    assert "lost twice" in why(company.plan(part))
    assert isinstance(company.plan(replace(part, confirmed_by="ann")), Plan)
    whole = chargeback(PAID, {"1001": "100", CREDIT: "40"}, confirmed_by="ann")
    assert "went back already" in why(company.plan(whole))


def test_a_refund_after_a_chargeback_waits_for_a_person_unless_it_was_won() -> None:
    company = books()
    part = chargeback(PAID, {"1001": "30"})
    post(company, PAID, part)
    wanted = refund(PAID, {"1001": "20"})
    assert "do not refund it as well" in why(company.plan(wanted))
    assert isinstance(company.plan(replace(wanted, confirmed_by="ann")), Plan)
    post(company, outcome(part, WON), refund(PAID, {"1001": "100"}))


def test_several_chargebacks_never_exceed_the_payment() -> None:
    company = books()
    post(company, PAID, OPENED, chargeback(PAID, {CREDIT: "40"}, "D-2"))
    assert "went back already" in why(company.plan(chargeback(PAID, {CREDIT: "0.01"}, "D-3")))


def test_of_a_credit_that_shrank_nothing_is_lost() -> None:
    company = books()
    on_credit = chargeback(PAID, {CREDIT: "40"})
    post(company, PAID, on_credit)
    owed = balances(company)
    (plan,) = post(company, outcome(on_credit, LOST))
    assert (plan.operations, balances(company)) == ((), owed)


def test_a_lost_dispute_that_wrote_nothing_is_taken_back_and_then_won() -> None:
    company = books()
    on_credit = chargeback(PAID, {CREDIT: "40"})
    post(company, PAID)
    before = balances(company), moved(company)
    lost, won = outcome(on_credit, LOST), outcome(on_credit, WON)
    post(company, on_credit, lost, reversal(lost), replace(won, key=replace(won.key, generation=2)))
    assert (balances(company), moved(company)) == before


def test_what_was_paid_again_meanwhile_is_not_given_up() -> None:
    company = books()
    post(company, PAID, OPENED, receipt("ABC", {"1001": "60"}, transaction="9"))
    answer = company.plan(outcome(OPENED, LOST))
    assert isinstance(answer, Changed)
    assert "1001" in answer.why


def test_no_outcome_without_its_chargeback() -> None:
    company = books()
    post(company, PAID)
    assert "post the chargeback first" in why(company.plan(outcome(OPENED, WON)))
    post(company, OPENED, reversal(OPENED))
    assert "was taken back" in why(company.plan(outcome(OPENED, WON)))


def test_a_won_dispute_closes_the_invoice_in_history_too_where_its_period_ended_meanwhile() -> None:
    company = books()
    post(company, PAID, OPENED)
    row = company.one(TableName.DOCUMENTS, "1001")
    twin = replace(row, values={**row.values, "twin": "X"})
    company.rows[row.table, row.record] = twin
    company.rows[TableName.DOCUMENT_HISTORY, 99] = replace(twin, table=TableName.DOCUMENT_HISTORY, record=99)
    post(company, outcome(OPENED, WON))
    assert company.one(TableName.DOCUMENT_HISTORY, "1001").money("balance") == 0
    assert balances(company)[0] == 0


def test_accounts_that_are_missing_are_named() -> None:
    bare = profile(accounts=profile().accounts.model_copy(update={"chargeback_fees": "", "bad_debt": ""}))
    company = books(bare)
    post(company, PAID, OPENED)
    assert "accounts.chargeback_fees" in why(company.plan(dispute_fee(OPENED)))
    assert "accounts.bad_debt" in why(company.plan(outcome(OPENED, LOST)))


def test_stages_bear_the_number_of_their_dispute() -> None:
    with pytest.raises(FactError, match="dispute's number"):
        replace(outcome(OPENED, WON), chargeback=chargeback(PAID, {"1001": "1"}, "D-2").key)
    with pytest.raises(FactError, match="no key of a chargeback"):
        replace(OPENED, key=dispute_fee(OPENED).key)
    with pytest.raises(FactError, match="no key of a chargeback's fee"):
        replace(dispute_fee(OPENED), key=OPENED.key)
    for fact in (OPENED, dispute_fee(OPENED), outcome(OPENED, LOST)):
        assert FACT.decode(FACT.encode(fact)) == fact
