"""Random histories of deposits, credits and unidentified money, beside a second ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from tests.support import receivables
from tests.support.receivables import (
    SITE,
    application,
    deposit,
    identifying,
    order_row,
    reversal,
    unidentified,
)
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt
from tests.support.second_ledger import CLEARING, OPENING, RECEIVABLE, Lines, SecondLedger, owed

INVOICES = {"1001": ("ABC", "501"), "1002": ("ABC", ""), "2001": ("XYZ", "502")}
OPEN = Decimal(100)
ORDERS = {"501": "ABC", "502": "XYZ"}
DEPOSITS, UNIDENTIFIED = "Liabilities:Deposits", "Liabilities:Unidentified"
ACCOUNTS = {
    receivables.CLEARING: CLEARING,
    receivables.RECEIVABLE: RECEIVABLE,
    receivables.DEPOSITS: DEPOSITS,
    receivables.UNIDENTIFIED: UNIDENTIFIED,
}

amounts = st.integers(1, 12_000).map(lambda units: Decimal(units).scaleb(-2)) | st.just(OPEN)


@dataclass(frozen=True)
class Credit:
    """What was left of received money: its customer, the account it stands in, the order it was for."""

    customer: str
    account: str
    order: str


class Histories(RuleBasedStateMachine):
    """Every rule makes one business fact true in both ledgers, or in neither."""

    def __init__(self) -> None:
        super().__init__()
        rows = [
            document_row(number, owner, "100", order=order) for number, (owner, order) in INVOICES.items()
        ]
        rows += [order_row(number, owner) for number, owner in ORDERS.items()]
        self.books = MemoryBooks([customer_row("ABC", "200"), customer_row("XYZ", "100"), *rows], SITE)
        self.ledger = SecondLedger()
        for number, (owner, _) in INVOICES.items():
            self.ledger.enter(f"invoice {number}", {owed(owner, number): OPEN, OPENING: -OPEN})
        self.credits: dict[str, Credit] = {}
        self.waiting: dict[PostingKey, Decimal] = {}
        """Unidentified money that stands, by its posting."""
        self.standing: dict[PostingKey, tuple[Fact, Lines]] = {}
        self.reversed_receipts: list[PostingKey] = []
        self.count = 0

    def transaction(self) -> str:
        self.count += 1
        return str(self.count)

    @rule(order=st.sampled_from(sorted(ORDERS)), amount=amounts)
    def receive_a_deposit(self, order: str, amount: Decimal) -> None:
        owner = ORDERS[order]
        fact = deposit(owner, str(amount), order, transaction=self.transaction())
        number = self.post(fact).document
        account = f"{DEPOSITS}:{owner}:D{number}"
        self.credits[number] = Credit(owner, account, order)
        self.enter(fact, {CLEARING: amount, account: -amount})

    @rule(owner=st.sampled_from(["ABC", "XYZ"]), amount=amounts)
    def receive_on_account(self, owner: str, amount: Decimal) -> None:
        fact = receipt(owner, {}, str(amount), transaction=self.transaction())
        number = self.post(fact).document
        self.credits[number] = Credit(owner, owed(owner, number), "")
        self.enter(fact, {CLEARING: amount, owed(owner, number): -amount})

    @rule(amount=amounts)
    def receive_from_nobody(self, amount: Decimal) -> None:
        fact = unidentified(str(amount), transaction=self.transaction())
        self.post(fact)
        self.waiting[fact.key] = amount
        self.enter(fact, {CLEARING: amount, UNIDENTIFIED: -amount})

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), number=st.sampled_from(sorted(INVOICES)))
    def say_whose_it_is(self, data: st.DataObject, number: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.waiting, key=str)))
        amount, owner = self.waiting[key], INVOICES[number][0]
        transaction = key.lineage.rpartition("/")[2]
        fact = identifying(receipt(owner, {number: str(amount)}, transaction=transaction))
        before = sum(fact.key.lineage == old.lineage for old in self.reversed_receipts)
        fact = replace(fact, key=replace(fact.key, generation=before + 1))
        fits = amount <= self.ledger.balance(owed(owner, number))
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if fits:
            del self.waiting[key]
            self.enter(fact, {UNIDENTIFIED: amount, owed(owner, number): -amount})

    @precondition(lambda self: self.credits)
    @rule(data=st.data(), number=st.sampled_from(sorted(INVOICES)), amount=amounts)
    def apply_a_credit(self, data: st.DataObject, number: str, amount: Decimal) -> None:
        document = data.draw(st.sampled_from(sorted(self.credits)))
        credit, (owner, order) = self.credits[document], INVOICES[number]
        fact = application(credit.customer, document, {number: str(amount)}, transaction=self.transaction())
        fits = (
            owner == credit.customer
            and credit.order in {"", order}
            and amount <= -self.ledger.balance(credit.account)
            and amount <= self.ledger.balance(owed(owner, number))
        )
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if fits:
            self.enter(fact, {credit.account: amount, owed(owner, number): -amount})

    @precondition(lambda self: self.standing)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.standing, key=str)))
        fact, lines = self.standing[key]
        used = {account: amount for account, amount in lines.items() if account in self.accounts_of_credits}
        is_application = CLEARING not in lines and UNIDENTIFIED not in lines
        intact = all(self.ledger.balance(account) == amount for account, amount in used.items())
        free = is_application or (intact and not any(key in other.cites for other, _ in self.others(key)))
        plan = self.books.post(reversal(fact))
        assert isinstance(plan, Plan) == free, plan
        if free:
            del self.standing[key]
            self.forget(fact, lines)
            self.ledger.enter(f"reversal of {key}", {account: -amount for account, amount in lines.items()})

    def forget(self, fact: Fact, lines: Lines) -> None:
        self.waiting.pop(fact.key, None)
        for cited in fact.cites:
            self.waiting[cited] = lines[UNIDENTIFIED]
            self.reversed_receipts.append(fact.key)
        if CLEARING in lines:
            self.credits = {n: c for n, c in self.credits.items() if c.account not in lines}

    @property
    def accounts_of_credits(self) -> set[str]:
        return {credit.account for credit in self.credits.values()}

    def others(self, key: PostingKey) -> list[tuple[Fact, Lines]]:
        return [entry for other, entry in self.standing.items() if other != key]

    def post(self, fact: Fact) -> Plan:
        plan = self.books.post(fact)
        assert isinstance(plan, Plan), plan
        return plan

    def enter(self, fact: Fact, lines: Lines) -> None:
        self.ledger.enter(fact.summary, lines)
        self.standing[fact.key] = fact, lines

    @invariant()
    def every_document_holds_the_same(self) -> None:
        for row in self.books.table(TableName.DOCUMENTS):
            number = row.text("number")
            known = self.credits.get(number)
            account = known.account if known else owed(row.text("customer"), number)
            assert row.money("balance") == self.ledger.balance(account), account

    @invariant()
    def every_customer_owes_the_same(self) -> None:
        for name in ("ABC", "XYZ"):
            balance = self.books.one(TableName.CUSTOMERS, name).money("balance")
            places = (f"{RECEIVABLE}:{name}", f"{DEPOSITS}:{name}")
            assert balance == sum(map(self.ledger.balance, places), Decimal(0)), name

    @invariant()
    def the_distributions_move_every_account_alike(self) -> None:
        rows = self.books.table(TableName.DISTRIBUTIONS)
        for number, account in ACCOUNTS.items():
            moved = sum((row.money("amount") for row in rows if row.text("account") == number), Decimal(0))
            start = OPEN * len(INVOICES) if account == RECEIVABLE else Decimal(0)
            assert start + moved == self.ledger.balance(account), number


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
