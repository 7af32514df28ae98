from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.journal_entries import (
    COLUMNS,
    JournalEntry,
    JournalError,
    JournalLine,
    entry_from,
    render,
)
from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.facts.settlement import SettlementFact, SettlementKind, SettlementLine
from counterfoil.domain.payment import Tender
from counterfoil.ports.encoding import FACT
from counterfoil.ports.erp import Refused
from tests.support.outgoing import DECIDED, LATER, fees, payments, reversal, settlement
from tests.support.sagepro_books import MemoryBooks, profile, usd

WHOLE = settlement(
    "80.50",
    payments("120"),
    payments("-30", "refunds"),
    payments("10", "checks", Tender.ACH),
    fees("-4.50"),
    SettlementLine(kind=SettlementKind.RESERVE, amount=usd("-15"), description="rolling reserve"),
)


def lines(fact: SettlementFact, company: MemoryBooks | None = None) -> list[tuple[str, str, Decimal]]:
    plan = (company or MemoryBooks([])).plan(fact)
    assert isinstance(plan, Plan), plan
    (journal,) = plan.journals
    assert (plan.operations, plan.document) == ((), journal.name)
    return [(line.account, line.text, line.amount) for line in journal.lines]


def test_the_bank_stands_against_clearing_with_fees_apart() -> None:
    assert lines(WHOLE) == [
        ("1010-000", "deposit B-7", Decimal("80.50")),
        ("1050-000", "receipts B-7", Decimal(-120)),
        ("1050-000", "refunds B-7", Decimal(30)),
        ("1051-000", "checks B-7", Decimal(-10)),
        ("6150-000", "discount fees B-7", Decimal("4.50")),
        ("1055-000", "rolling reserve B-7", Decimal(15)),
    ]


@pytest.mark.parametrize(("deposit", "unexplained"), [("119", "1"), ("121.25", "-1.25")])
def test_what_nobody_explained_is_one_line_of_its_own(deposit: str, unexplained: str) -> None:
    (*_, last) = lines(settlement(deposit, payments("120")))
    assert last == ("1059-000", "unreconciled difference B-7", Decimal(unexplained))


def test_a_bank_that_took_money_is_credited() -> None:
    assert lines(settlement("-30", payments("-30", "refunds")))[0][2] == -30


def test_a_settlement_is_taken_back_by_an_entry_of_its_own() -> None:
    company = MemoryBooks([])
    (first,) = plan_of(company, WHOLE).journals
    (second,) = plan_of(company, reversal(WHOLE)).journals
    assert [line.amount for line in second.lines] == [-line.amount for line in first.lines]
    assert first.name != second.name


def plan_of(company: MemoryBooks, fact: SettlementFact | object) -> Plan:
    plan = company.post(fact)  # type: ignore[arg-type]
    assert isinstance(plan, Plan), plan
    return plan


@pytest.mark.parametrize(
    ("missing", "fact"),
    [
        ("bank", WHOLE),
        ("processing_fees", WHOLE),
        ("reserve", WHOLE),
        ("unreconciled", settlement("1", payments("2"))),
    ],
)
def test_accounts_that_are_missing_are_named(missing: str, fact: SettlementFact) -> None:
    site = profile(accounts=profile().accounts.model_copy(update={missing: ""}))
    answer = MemoryBooks([], site).plan(fact)
    assert isinstance(answer, Refused)
    assert f"accounts.{missing}" in answer.why


def test_a_locked_period_holds_a_journal_entry_too() -> None:
    answer = MemoryBooks([], profile(locked_through=LATER)).plan(WHOLE)
    assert isinstance(answer, Refused)
    assert "locked through" in answer.why


@pytest.mark.parametrize(
    "change",
    [
        {"lines": ()},
        {"reference": ""},
        {"deposit": usd("0.001")},
        {"lines": (fees("0"),)},
        {"lines": (replace(fees("1"), tender=Tender.CARD),)},
        {"lines": (replace(payments("1"), tender=None),)},
        {"lines": (replace(payments("1"), description=""),)},
    ],
)
def test_a_settlement_that_contradicts_itself_cannot_be_built(change: dict[str, object]) -> None:
    with pytest.raises(FactError, match="B-7/settlement#1"):
        replace(WHOLE, **change)  # type: ignore[arg-type]


def test_a_settlement_travels_by_its_word() -> None:
    assert FACT.decode(FACT.encode(WHOLE)) == WHOLE
    assert replace(WHOLE, deposit=usd("80.51")).digest != WHOLE.digest


def test_the_file_has_debits_and_credits_in_columns_of_their_own() -> None:
    key = PostingKey.parse("paytrace/m1/B-7/settlement#1")
    amounts = {("1010-000", 'deposit "7", May'): Decimal("12.5"), ("1050-000", "receipts"): Decimal("-12.5")}
    entry = entry_from(key, date(2026, 11, 22), amounts)
    text = render(entry)
    assert text.count("\r\n") == 3
    heading, debit, credit = csv.reader(io.StringIO(text))
    assert tuple(heading) == COLUMNS
    assert entry.name == f"2026-11-22-settlement-{entry.reference}"
    assert len(entry.reference) == 10
    same = [entry.name, "2026-11-22", entry.reference]
    assert debit == [*same, "1010-000", 'deposit "7", May', "12.50", "", str(key)]
    assert credit == [*same, "1050-000", "receipts", "", "12.50", str(key)]


def test_an_entry_that_does_not_balance_cannot_be_built() -> None:
    key = PostingKey.parse("paytrace/m1/B-7/settlement#1")

    def line(amount: str, account: str = "1") -> JournalLine:
        return JournalLine(account=account, amount=Decimal(amount), text="x")

    for wrong in ((), (line("1"), line("-2")), (line("0"),), (line("1"), line("-1", ""))):
        with pytest.raises(JournalError, match="B-7"):
            JournalEntry(key=key, posted_on=DECIDED, lines=wrong)
