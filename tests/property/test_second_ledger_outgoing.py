"""Random histories of money that goes back, beside a ledger that another program keeps."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import ChargebackOpened, Chargebacks, FeeWhenWon
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.domain.facts.chargeback import ChargebackFact, DisputeOutcome
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.ports.erp import Refused
from tests.support.outgoing import (
    chargeback,
    credit_memo,
    dispute_fee,
    fees,
    outcome,
    payments,
    refund,
    reversal,
    settlement,
)
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, profile, receipt
from tests.support.second_ledger import CLEARING, OPENING, RECEIVABLE, Lines, SecondLedger

INVOICES = ("1001", "1002", "1003")
TOTAL = Decimal(100)
BANK, FEES, UNEXPLAINED = "Assets:Bank", "Expenses:Processing", "Assets:Unexplained"
DISPUTED, DISPUTES, BAD_DEBT = "Assets:Disputed", "Expenses:Disputes", "Expenses:BadDebt"
RETURNS, TAX = "Income:Returns", "Liabilities:Tax"
ACCOUNTS = {
    "1050-000": CLEARING,
    "1101-000": RECEIVABLE,
    "1010-000": BANK,
    "6150-000": FEES,
    "1059-000": UNEXPLAINED,
    "1150-000": DISPUTED,
    "6160-000": DISPUTES,
    "6180-000": BAD_DEBT,
    "4100-000": RETURNS,
    "2200-000": TAX,
}
"""The general ledger's accounts of the books, and what they are in the second ledger."""
FEE = Decimal(15)

amounts = st.integers(1, 11_000).map(lambda units: Decimal(units).scaleb(-2)) | st.just(TOTAL)
numbers = st.sampled_from(INVOICES)


def owed(number: str) -> str:
    return f"{RECEIVABLE}:D{number}"


class Outgoing(RuleBasedStateMachine):
    """Every rule makes one business fact true in both ledgers, or in neither."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = SecondLedger()
        for number in INVOICES:
            self.ledger.enter(f"invoice {number}", {owed(number): TOTAL, OPENING: -TOTAL})
        self.account_of = {number: owed(number) for number in INVOICES}
        self.paid: dict[str, ReceiptFact] = {}
        self.disputes: dict[str, list[ChargebackFact]] = {number: [] for number in INVOICES}
        self.ended: dict[PostingKey, DisputeOutcome] = {}
        self.lines: dict[PostingKey, Lines] = {}
        self.refunded: dict[str, Decimal] = dict.fromkeys(INVOICES, Decimal(0))
        self.count = 0

    @initialize(opened=st.sampled_from(ChargebackOpened), fee=st.sampled_from(FeeWhenWon))
    def keep_disputes(self, opened: ChargebackOpened, fee: FeeWhenWon) -> None:
        self.apart = opened is ChargebackOpened.DISPUTED
        self.fee_returns = fee is FeeWhenWon.RETURNED
        self.books = MemoryBooks(
            [
                customer_row("ABC", str(3 * TOTAL)),
                *(document_row(number, "ABC", str(TOTAL)) for number in INVOICES),
            ],
            profile(chargebacks=Chargebacks(opened=opened, fee_when_won=fee)),
        )

    @rule(number=numbers)
    def pay(self, number: str) -> None:
        """In full, once."""
        if number not in self.paid:
            self.paid[number] = receipt("ABC", {number: str(TOTAL)}, transaction=self.next())
            self.post(self.paid[number], {CLEARING: TOTAL, owed(number): -TOTAL})

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), amount=amounts, with_memo=st.booleans())
    def refund(self, data: st.DataObject, amount: Decimal, with_memo: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.paid)))
        meaning = RefundMeaning.CREDIT_MEMO if with_memo else RefundMeaning.REOPEN
        fact = refund(self.paid[number], {number: str(amount)}, meaning, transaction=self.next())
        moves = {CLEARING: -amount, RETURNS if with_memo else owed(number): amount}
        fits = amount <= self.left(number) and not self.standing_disputes(number)
        if self.post(fact, moves, fits=fits and (with_memo or amount <= self.held(number))):
            self.refunded[number] += amount

    @rule(amount=amounts, tax=st.sampled_from([Decimal(0), Decimal("0.01")]))
    def credit(self, amount: Decimal, tax: Decimal) -> None:
        if amount > tax:
            fact = credit_memo("ABC", str(amount), tax=str(tax), document=self.next())
            number = str(800_000_000 + sum(row.text("kind") == "C" for row in self.documents()))
            self.account_of[number] = owed(number)
            self.post(fact, {RETURNS: amount - tax, TAX: tax, owed(number): -amount})

    @precondition(lambda self: self.paid)
    @rule(data=st.data(), amount=amounts)
    def dispute(self, data: st.DataObject, amount: Decimal) -> None:
        number = data.draw(st.sampled_from(sorted(self.paid)))
        fact = chargeback(self.paid[number], {number: str(amount)}, f"D-{self.next()}")
        moves = {CLEARING: -amount, DISPUTED if self.apart else owed(number): amount}
        fits = amount <= self.left(number) and not self.refunded[number]
        if self.post(fact, moves, fits=fits and (self.apart or amount <= self.held(number))):
            self.disputes[number].append(fact)

    @precondition(lambda self: any(self.disputes.values()))
    @rule(data=st.data())
    def charge_a_fee(self, data: st.DataObject) -> None:
        opened = data.draw(st.sampled_from([one for each in self.disputes.values() for one in each]))
        fact = dispute_fee(opened)
        if fact.key not in self.lines:
            self.post(fact, {DISPUTES: FEE, CLEARING: -FEE})

    @precondition(lambda self: any(self.disputes.values()))
    @rule(data=st.data(), how=st.sampled_from(DisputeOutcome))
    def end(self, data: st.DataObject, how: DisputeOutcome) -> None:
        opened = data.draw(st.sampled_from([one for each in self.disputes.values() for one in each]))
        if opened.key in self.ended:
            return
        amount, lines = opened.amount.amount, self.lines[opened.key]
        moves = {BAD_DEBT: amount, **{name: -moved for name, moved in lines.items() if name != CLEARING}}
        if how is DisputeOutcome.WON:
            moves = {name: -moved for name, moved in lines.items()}
            if self.fee_returns and PostingKey(opened.key.lineage, Effect.CHARGEBACK_FEE) in self.lines:
                moves = {**moves, CLEARING: amount + FEE, DISPUTES: -FEE}
        self.post(outcome(opened, how), moves)
        self.ended[opened.key] = how

    @rule(deposit=amounts, gross=amounts, fee=amounts)
    def settle(self, deposit: Decimal, gross: Decimal, fee: Decimal) -> None:
        fact = settlement(str(deposit), payments(str(gross)), fees(str(-fee)), batch=f"B-{self.next()}")
        odd = deposit - gross + fee
        moves = {BANK: deposit, CLEARING: -gross, FEES: fee, UNEXPLAINED: -odd}
        self.post(fact, {name: moved for name, moved in moves.items() if moved})

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def take_back_what_others_build_on(self, data: st.DataObject) -> None:
        """Receipts with refunds or disputes, and disputes with an end, stay."""
        held = [fact for number, fact in self.paid.items() if self.refunded[number] or self.disputes[number]]
        ends: list[Fact] = [one for each in self.disputes.values() for one in each if one.key in self.ended]
        if held or ends:
            fact = data.draw(st.sampled_from([*held, *ends]))
            assert isinstance(self.books.plan(reversal(fact)), Refused)

    def post(self, fact: Fact, lines: Lines, *, fits: bool = True) -> bool:
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if isinstance(plan, Plan):
            self.lines[fact.key] = lines
            self.ledger.enter(fact.summary, {name: moved for name, moved in lines.items() if moved})
        return fits

    @invariant()
    def documents_and_customer_owe_the_same(self) -> None:
        if not hasattr(self, "books"):
            return
        for row in self.documents():
            if row.text("number") in self.account_of:
                name = self.account_of[row.text("number")]
                assert row.money("balance") == self.ledger.balance(name), name
            else:
                assert row.money("balance") == 0, "a credit memo that was paid out"
        balance = self.books.one(TableName.CUSTOMERS, "ABC").money("balance")
        assert balance == self.ledger.balance(RECEIVABLE)

    @invariant()
    def distributions_and_journals_move_every_account_alike(self) -> None:
        if not hasattr(self, "books"):
            return
        moved = dict.fromkeys(ACCOUNTS, Decimal(0))
        for row in self.books.table(TableName.DISTRIBUTIONS):
            moved[row.text("account")] += row.money("amount")
        for entry in self.books.entries.values():
            for journal in entry.journals:
                for line in journal.lines:
                    moved[line.account] += line.amount
        for number, name in ACCOUNTS.items():
            start = 3 * TOTAL if name == RECEIVABLE else Decimal(0)
            assert start + moved[number] == self.ledger.balance(name), name

    def documents(self) -> list[Row]:
        return self.books.table(TableName.DOCUMENTS)

    def next(self) -> str:
        self.count += 1
        return str(self.count)

    def standing_disputes(self, number: str) -> list[ChargebackFact]:
        return [one for one in self.disputes[number] if self.ended.get(one.key) is not DisputeOutcome.WON]

    def left(self, number: str) -> Decimal:
        """What of the receipt did not go back yet."""
        gone = sum((one.amount.amount for one in self.standing_disputes(number)), Decimal(0))
        return TOTAL - self.refunded[number] - gone

    def held(self, number: str) -> Decimal:
        """The money on the invoice: neither open nor given up."""
        ended = ((one, self.ended.get(one.key)) for one in self.disputes[number])
        lost = (one.amount.amount for one, how in ended if how is DisputeOutcome.LOST and not self.apart)
        return TOTAL - self.ledger.balance(owed(number)) - sum(lost, Decimal(0))


TestOutgoing = Outgoing.TestCase
TestOutgoing.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)
