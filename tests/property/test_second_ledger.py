"""Random histories of postings and reversals, beside a ledger that another program keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact, WriteOff
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import Refused
from tests.support.outgoing import refund
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, receipt, usd
from tests.support.second_ledger import CLEARING, OPENING, RECEIVABLE, Lines, SecondLedger, owed

INVOICES = {"1001": ("ABC", Decimal(100)), "1002": ("ABC", Decimal(80)), "2001": ("XYZ", Decimal(50))}
CUSTOMERS = ("ABC", "XYZ")
GIVEN_UP, SURCHARGES = "Expenses:GivenUp", "Income:Surcharges"
ACCOUNTS = {
    "1050-000": CLEARING,
    "1101-000": RECEIVABLE,
    "6100-000": GIVEN_UP,
    "4200-000": SURCHARGES,
}
SITE = parse_profile(
    """
company: "01"
system_folder: .
accounts: {clearing: {card: 1050-000}, write_off: 6100-000, surcharge: 4200-000}
write_offs: {amount: 1, percent: 100}
"""
)
"""The general ledger's accounts of the books, and what they are in the second ledger."""
LATER = date(2026, 11, 22)

cents = st.integers(1, 12_000).map(lambda units: Decimal(units).scaleb(-2))
pennies = st.integers(1, 99).map(lambda units: Decimal(units).scaleb(-2))
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
            ],
            SITE,
        )
        self.ledger = SecondLedger()
        for number, (owner, total) in INVOICES.items():
            self.ledger.enter(f"invoice {number}", {owed(owner, number): total, OPENING: -total})
        self.posted: list[tuple[Fact, Lines]] = []
        self.reversed: set[int] = set()
        self.refunded: dict[int, Decimal] = {}
        self.refund_of: dict[int, int] = {}
        """Which receipt a refund gave back from, by their places."""
        self.count = 0

    @rule(number=st.sampled_from(sorted(INVOICES)), short=pennies, surcharge=st.just(Decimal(0)) | pennies)
    def receive_a_little_less(self, number: str, short: Decimal, surcharge: Decimal) -> None:
        """The rest is given up, and something is charged on top."""
        owner, open_ = INVOICES[number][0], self.ledger.balance(owed(INVOICES[number][0], number))
        paid = open_ - short
        if paid <= 0:
            return
        self.count += 1
        plain = receipt(owner, {number: str(paid)}, transaction=str(self.count))
        part = replace(
            plain.applications[0],
            assumed_open=usd(open_),
            write_off=WriteOff(amount=usd(short), reason="small rest"),
        )
        fact = replace(
            plain,
            applications=(part,),
            amount=usd(paid + surcharge),
            surcharge=usd(surcharge) if surcharge else None,
        )
        plan = self.books.post(fact)
        assert isinstance(plan, Plan), plan
        lines = {CLEARING: paid + surcharge, GIVEN_UP: short, owed(owner, number): -open_}
        self.enter(fact, lines | ({SURCHARGES: -surcharge} if surcharge else {}))

    @precondition(lambda self: self.standing())
    @rule(data=st.data(), amount=amounts)
    def give_back(self, data: st.DataObject, amount: Decimal) -> None:
        """A refund opens the invoice again or shrinks the open credit, while the receipt has money left."""
        index = data.draw(st.sampled_from(self.standing()))
        payment, lines = self.posted[index]
        documents = sorted(account for account in lines if account.startswith(f"{RECEIVABLE}:"))
        account = data.draw(st.sampled_from(documents))
        number = account.rpartition(":D")[2]
        is_credit = number not in INVOICES
        assert isinstance(payment, ReceiptFact)
        left = payment.amount.amount - self.refunded.get(index, Decimal(0))
        held = -self.ledger.balance(account) if is_credit else self.money_on(account)
        self.count += 1
        meaning = RefundMeaning.OPEN_CREDIT if is_credit else RefundMeaning.REOPEN
        fact = refund(payment, {number: str(amount)}, meaning, transaction=str(self.count))
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == (amount <= min(left, held)), plan
        if isinstance(plan, Plan):
            self.refunded[index] = self.refunded.get(index, Decimal(0)) + amount
            self.refund_of[len(self.posted)] = index
            self.enter(fact, {CLEARING: -amount, account: amount})

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
        if self.refunded.get(index):
            assert isinstance(plan, Refused), plan
            return
        assert isinstance(plan, Plan), plan
        self.reversed.add(index)
        if index in self.refund_of:
            (given_back,) = (amount for account, amount in lines.items() if account != CLEARING)
            self.refunded[self.refund_of[index]] -= given_back
        self.ledger.enter(f"reversal of {key}", {account: -amount for account, amount in lines.items()})

    def standing(self) -> list[int]:
        """The places of receipts that were not taken back."""
        return [
            place
            for place, (fact, _) in enumerate(self.posted)
            if isinstance(fact, ReceiptFact) and place not in self.reversed
        ]

    def money_on(self, account: str) -> Decimal:
        """What receipts brought for an invoice, less what refunds took."""
        standing = (place for place in range(len(self.posted)) if place not in self.reversed)
        entries = (self.posted[place][1] for place in standing)
        return sum(
            (-lines[account] - lines.get(GIVEN_UP, Decimal(0)) for lines in entries if account in lines),
            Decimal(0),
        )

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
TestHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
