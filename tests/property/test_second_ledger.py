"""Random histories of postings and reversals, beside a ledger that another program keeps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt
from tests.support.second_ledger import CLEARING, OPENING, RECEIVABLE, Lines, SecondLedger, owed

INVOICES = {"1001": ("ABC", Decimal(100)), "1002": ("ABC", Decimal(80)), "2001": ("XYZ", Decimal(50))}
CUSTOMERS = ("ABC", "XYZ")
ACCOUNTS = {"1050-000": CLEARING, "1101-000": RECEIVABLE}
"""The general ledger's accounts of the books, and what they are in the second ledger."""
LATER = date(2026, 11, 22)

cents = st.integers(1, 12_000).map(lambda units: Decimal(units).scaleb(-2))
amounts = cents | st.sampled_from([Decimal(100), Decimal(80), Decimal(50)])


class Histories(RuleBasedStateMachine):
    """Every rule makes one business fact true in both ledgers, or in neither."""

    def __init__(self) -> None:
        super().__init__()
        owing = {name: sum(a for c, a in INVOICES.values() if c == name) for name in CUSTOMERS}
        self.books = MemoryBooks(
            [
                *(customer_row(name, str(amount)) for name, amount in owing.items()),
                *(document_row(number, owner, str(total)) for number, (owner, total) in INVOICES.items()),
            ]
        )
        self.ledger = SecondLedger()
        for number, (owner, total) in INVOICES.items():
            self.ledger.enter(f"invoice {number}", {owed(owner, number): total, OPENING: -total})
        self.posted: list[tuple[Fact, Lines]] = []
        self.reversed: set[int] = set()
        self.count = 0

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        applied=st.dictionaries(st.sampled_from(sorted(INVOICES)), amounts, max_size=3),
        rest=st.just(Decimal(0)) | amounts,
    )
    def receive(self, customer: str, applied: dict[str, Decimal], rest: Decimal) -> None:
        if not applied and not rest:
            return
        self.count += 1
        fits = all(
            INVOICES[number][0] == customer and amount <= self.ledger.balance(owed(customer, number))
            for number, amount in applied.items()
        )
        words = {number: str(amount) for number, amount in applied.items()}
        fact = receipt(customer, words, str(rest), transaction=str(self.count))
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if isinstance(plan, Plan):
            lines = {CLEARING: fact.amount.amount}
            lines |= {owed(customer, number): -amount for number, amount in applied.items()}
            lines |= {owed(customer, plan.document): -rest} if rest else {}
            self.enter(fact, lines)

    @precondition(lambda self: len(self.reversed) < len(self.posted))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        left = sorted(set(range(len(self.posted))) - self.reversed)
        index = data.draw(st.sampled_from(left))
        fact, lines = self.posted[index]
        key = fact.key
        plan = self.books.post(
            ReversalFact(key=key.reversal, reverses=key, reversed_on=LATER, reason="voided at the gateway")
        )
        assert isinstance(plan, Plan), plan
        self.reversed.add(index)
        self.ledger.enter(f"reversal of {key}", {account: -amount for account, amount in lines.items()})

    def enter(self, fact: Fact, lines: Lines) -> None:
        self.ledger.enter(fact.summary, lines)
        self.posted.append((fact, lines))

    @invariant()
    def every_document_owes_the_same(self) -> None:
        for row in self.books.table(TableName.DOCUMENTS):
            account = owed(row.text("customer"), row.text("number"))
            assert row.money("balance") == self.ledger.balance(account), account

    @invariant()
    def every_customer_owes_the_same(self) -> None:
        for name in CUSTOMERS:
            balance = self.books.one(TableName.CUSTOMERS, name).money("balance")
            assert balance == self.ledger.balance(f"{RECEIVABLE}:{name}"), name

    @invariant()
    def the_distributions_move_every_account_alike(self) -> None:
        opening = sum((total for _, total in INVOICES.values()), Decimal(0))
        rows = self.books.table(TableName.DISTRIBUTIONS)
        assert {row.text("account") for row in rows} <= set(ACCOUNTS)
        for number, account in ACCOUNTS.items():
            moved = sum((row.money("amount") for row in rows if row.text("account") == number), Decimal(0))
            start = opening if account == RECEIVABLE else Decimal(0)
            assert start + moved == self.ledger.balance(account), number


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
