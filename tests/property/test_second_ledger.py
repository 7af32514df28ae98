"""Random histories of postings and reversals, beside a ledger that another program keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from counterfoil.connectors.sagepro.operations import Plan
from counterfoil.connectors.sagepro.profile import WriteOffs
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact, WriteOff
from counterfoil.domain.facts.refund import RefundMeaning
from counterfoil.domain.facts.unidentified import UnidentifiedReceiptFact
from counterfoil.ports.erp import Refused
from tests.support import receivables as made
from tests.support.outgoing import refund, reversal
from tests.support.sagepro_books import MemoryBooks, customer_row, document_row, profile, receipt, usd
from tests.support.second_ledger import CLEARING, OPENING, RECEIVABLE, Lines, SecondLedger

INVOICES = {"1001": ("ABC", Decimal(100)), "1002": ("ABC", Decimal(80)), "2001": ("XYZ", Decimal(50))}
ORDERS = {"ABC": "501", "XYZ": "502"}
INVOICED = {"1001": "501", "2001": "502"}
"""The orders that invoices came from; a deposit pays the invoice of its own order alone."""
DEPOSITS, UNKNOWN = "Liabilities:Deposits", "Liabilities:Unidentified"
GIVEN_UP, SURCHARGES = "Expenses:GivenUp", "Income:Surcharges"
ACCOUNTS = {
    made.CLEARING: CLEARING,
    made.RECEIVABLE: RECEIVABLE,
    made.WRITE_OFF: GIVEN_UP,
    made.SURCHARGE: SURCHARGES,
    made.DEPOSITS: DEPOSITS,
    made.UNIDENTIFIED: UNKNOWN,
}
"""The general ledger's accounts of the books, and what they are in the second ledger."""
SITE = profile(accounts=made.ACCOUNTS, write_offs=WriteOffs(amount=Decimal(1), percent=Decimal(100)))
ZERO = Decimal(0)

pennies = st.integers(1, 99).map(lambda units: Decimal(units).scaleb(-2))
amounts = st.integers(1, 12_000).map(lambda units: Decimal(units).scaleb(-2)) | st.sampled_from(
    [Decimal(100), Decimal(80), Decimal(50)]
)
invoices = st.sampled_from(sorted(INVOICES))
customers = st.sampled_from(sorted(ORDERS))


def account(place: str, customer: str, number: str) -> str:
    """Where one document of a customer stands: among what is owed to us, or what we owe."""
    return f"{place}:{customer}:D{number}"


def owed(number: str) -> str:
    return account(RECEIVABLE, INVOICES[number][0], number)


class Histories(RuleBasedStateMachine):
    """Every rule makes one business fact true in both ledgers, or in neither."""

    def __init__(self) -> None:
        super().__init__()
        owing = {name: sum(a for c, a in INVOICES.values() if c == name) for name in ORDERS}
        self.books = MemoryBooks(
            [
                *(customer_row(name, str(amount)) for name, amount in owing.items()),
                *(
                    document_row(number, owner, str(total), order=INVOICED.get(number, ""))
                    for number, (owner, total) in INVOICES.items()
                ),
                *(made.order_row(number, owner) for owner, number in ORDERS.items()),
            ],
            SITE,
        )
        self.ledger = SecondLedger()
        self.account_of = {number: owed(number) for number in INVOICES}
        for number, (_, total) in INVOICES.items():
            self.ledger.enter(f"invoice {number}", {owed(number): total, OPENING: -total})
        self.posted: list[tuple[Fact, Lines]] = []
        self.reversed: set[int] = set()
        self.needs: dict[int, int] = {}
        """What a posting builds on, by their places: that is taken back only after it."""
        self.maker: dict[str, int] = {}
        """Which receipt made a credit."""
        self.count = 0

    @rule(
        customer=customers,
        applied=st.dictionaries(invoices, amounts, max_size=3),
        rest=st.just(ZERO) | amounts,
    )
    def receive(self, customer: str, applied: dict[str, Decimal], rest: Decimal) -> None:
        if not applied and not rest:
            return
        fits = all(
            INVOICES[number][0] == customer and amount <= self.ledger.balance(owed(number))
            for number, amount in applied.items()
        )
        words = {number: str(amount) for number, amount in applied.items()}
        fact = receipt(customer, words, str(rest), transaction=self.transaction())
        self.pay(fact, CLEARING, rest, fits=fits)

    @rule(customer=customers, amount=amounts)
    def receive_for_an_order(self, customer: str, amount: Decimal) -> None:
        """A deposit: owed to the customer until it pays an invoice."""
        fact = made.deposit(customer, str(amount), ORDERS[customer], transaction=self.transaction())
        self.pay(fact, CLEARING, amount, place=DEPOSITS)

    @rule(number=invoices, short=pennies, surcharge=st.just(ZERO) | pennies)
    def receive_a_little_less(self, number: str, short: Decimal, surcharge: Decimal) -> None:
        """The rest is given up, and something is charged on top."""
        open_ = self.ledger.balance(owed(number))
        paid = open_ - short
        if paid <= 0:
            return
        plain = receipt(INVOICES[number][0], {number: str(paid)}, transaction=self.transaction())
        given_up = WriteOff(amount=usd(short), reason="small rest")
        part = replace(plain.applications[0], assumed_open=usd(open_), write_off=given_up)
        fact = replace(plain, applications=(part,))
        fact = made.surcharged(fact, str(surcharge)) if surcharge else fact
        more = {SURCHARGES: -surcharge} if surcharge else {}
        self.post(fact, {CLEARING: paid + surcharge, GIVEN_UP: short, owed(number): -open_} | more)

    @rule(amount=amounts)
    def receive_from_nobody_known(self, amount: Decimal) -> None:
        fact = made.unidentified(str(amount), transaction=self.transaction())
        self.post(fact, {CLEARING: amount, UNKNOWN: -amount})

    @precondition(lambda self: self.unnamed())
    @rule(data=st.data(), customer=customers)
    def name_the_payer(self, data: st.DataObject, customer: str) -> None:
        """The money moves to the customer's account; none comes in."""
        place = data.draw(st.sampled_from(self.unnamed()))
        money, _ = self.posted[place]
        assert isinstance(money, UnidentifiedReceiptFact)
        fact = receipt(customer, {}, str(money.amount.amount), transaction=money.reference)
        generation = 1 + sum(
            str(old.key).startswith(f"{fact.key.lineage}/receipt#") for old, _ in self.posted
        )
        fact = made.identifying(replace(fact, key=replace(fact.key, generation=generation)))
        self.pay(fact, UNKNOWN, money.amount.amount, needs=place)

    @precondition(lambda self: self.credits())
    @rule(data=st.data(), number=invoices, amount=amounts)
    def apply_a_credit(self, data: st.DataObject, number: str, amount: Decimal) -> None:
        credit = data.draw(st.sampled_from(self.credits()))
        holder = self.account_of[credit]
        left, owner = -self.ledger.balance(holder), INVOICES[number][0]
        fact = made.application(
            owner, credit, {number: str(amount)}, left=str(max(left, amount)), transaction=self.transaction()
        )
        is_own = f":{owner}:" in holder and (number in INVOICED or not holder.startswith(DEPOSITS))
        fits = is_own and amount <= min(left, self.ledger.balance(owed(number)))
        self.post(fact, {holder: amount, owed(number): -amount}, fits=fits, needs=self.maker[credit])

    @precondition(lambda self: self.receipts())
    @rule(data=st.data(), amount=amounts)
    def give_back(self, data: st.DataObject, amount: Decimal) -> None:
        """A refund opens the invoice again or shrinks the credit, while the receipt has money left."""
        place = data.draw(st.sampled_from(self.receipts()))
        payment, lines = self.posted[place]
        assert isinstance(payment, ReceiptFact)
        documents = sorted(name for name in lines if ":D" in name)
        number = data.draw(st.sampled_from(documents)).rpartition(":D")[2]
        is_credit = number not in INVOICES
        left = payment.amount.amount - self.given_back(place)
        held = -self.ledger.balance(self.account_of[number]) if is_credit else self.money_on(number)
        meaning = RefundMeaning.OPEN_CREDIT if is_credit else RefundMeaning.REOPEN
        fact = refund(payment, {number: str(amount)}, meaning, transaction=self.transaction())
        moves = {CLEARING: -amount, self.account_of[number]: amount}
        self.post(fact, moves, fits=amount <= min(left, held), needs=place)

    @precondition(lambda self: len(self.reversed) < len(self.posted))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        place = data.draw(st.sampled_from(self.standing()))
        fact, lines = self.posted[place]
        plan = self.books.post(reversal(fact))
        if any(self.needs.get(other) == place for other in self.standing()) or self.would_overpay(lines):
            assert isinstance(plan, Refused), plan
            return
        assert isinstance(plan, Plan), plan
        self.reversed.add(place)
        self.ledger.enter(f"reversal of {fact.key}", {name: -amount for name, amount in lines.items()})

    def would_overpay(self, lines: Lines) -> bool:
        """Whether an invoice that was opened again and paid since would be paid twice."""
        return any(
            not 0 <= self.ledger.balance(owed(number)) - lines.get(owed(number), ZERO) <= total
            for number, (_, total) in INVOICES.items()
        )

    @invariant()
    def every_document_owes_the_same(self) -> None:
        for row in self.books.table(TableName.DOCUMENTS):
            name = self.account_of[row.text("number")]
            assert row.money("balance") == self.ledger.balance(name), name

    @invariant()
    def nothing_is_open_beyond_the_invoice(self) -> None:
        for row in self.books.table(TableName.DOCUMENTS):
            if row.text("number") in INVOICES:
                assert 0 <= row.money("balance") <= row.money("total"), row.text("number")

    @invariant()
    def every_customer_owes_the_same(self) -> None:
        for name in ORDERS:
            balance = self.books.one(TableName.CUSTOMERS, name).money("balance")
            places = (f"{RECEIVABLE}:{name}", f"{DEPOSITS}:{name}")
            assert balance == sum(map(self.ledger.balance, places)), name

    @invariant()
    def the_distributions_move_every_account_alike(self) -> None:
        opening = sum((total for _, total in INVOICES.values()), ZERO)
        rows = self.books.table(TableName.DISTRIBUTIONS)
        assert {row.text("account") for row in rows} <= set(ACCOUNTS)
        for number, name in ACCOUNTS.items():
            moved = sum((row.money("amount") for row in rows if row.text("account") == number), ZERO)
            start = opening if name == RECEIVABLE else ZERO
            assert start + moved == self.ledger.balance(name), number

    def pay(
        self,
        fact: ReceiptFact,
        source: str,
        rest: Decimal,
        *,
        place: str = RECEIVABLE,
        fits: bool = True,
        needs: int | None = None,
    ) -> None:
        """A receipt, of which the rest becomes a credit."""
        lines = {source: fact.amount.amount}
        lines |= {owed(part.invoice): -part.amount.amount for part in fact.applications}
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if not isinstance(plan, Plan):
            return
        if rest:
            name = account(place, fact.customer, plan.document)
            self.account_of[plan.document] = name
            self.maker[plan.document] = len(self.posted)
            lines[name] = -rest
        self.enter(fact, lines, needs)

    def post(self, fact: Fact, lines: Lines, *, fits: bool = True, needs: int | None = None) -> None:
        plan = self.books.post(fact)
        assert isinstance(plan, Plan) == fits, plan
        if isinstance(plan, Plan):
            self.enter(fact, lines, needs)

    def enter(self, fact: Fact, lines: Lines, needs: int | None) -> None:
        self.ledger.enter(fact.summary, lines)
        if needs is not None:
            self.needs[len(self.posted)] = needs
        self.posted.append((fact, lines))

    def transaction(self) -> str:
        self.count += 1
        return str(self.count)

    def standing(self) -> list[int]:
        """The places of postings that were not taken back."""
        return [place for place in range(len(self.posted)) if place not in self.reversed]

    def receipts(self) -> list[int]:
        return [place for place in self.standing() if isinstance(self.posted[place][0], ReceiptFact)]

    def unnamed(self) -> list[int]:
        """Unidentified receipts whose payer nobody named yet."""
        named = {self.needs[place] for place in self.standing() if place in self.needs}
        return [
            place
            for place in self.standing()
            if isinstance(self.posted[place][0], UnidentifiedReceiptFact) and place not in named
        ]

    def credits(self) -> list[str]:
        """The numbers of credits with something left."""
        return sorted(number for number in self.maker if self.ledger.balance(self.account_of[number]) < 0)

    def given_back(self, place: int) -> Decimal:
        refunds = (self.posted[other][1] for other in self.standing() if self.needs.get(other) == place)
        return sum((-lines[CLEARING] for lines in refunds if CLEARING in lines), ZERO)

    def money_on(self, number: str) -> Decimal:
        """What is settled on an invoice, less what was given up."""
        entries: Iterable[Lines] = (self.posted[place][1] for place in self.standing())
        rests = (lines[GIVEN_UP] for lines in entries if GIVEN_UP in lines and owed(number) in lines)
        return INVOICES[number][1] - self.ledger.balance(owed(number)) - sum(rests, ZERO)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
