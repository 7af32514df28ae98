"""Finds in the books what clerks keyed for each plan; a clerk's row stands for one plan at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.planning import Tables
from counterfoil.connectors.sagepro.posting.by_hand import Sought, grouped, money_groups, rows_of_others
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import Row, TableName
from counterfoil.connectors.sagepro.shadow.book import Shadow
from counterfoil.connectors.sagepro.shadow.comparing import (
    Keyed,
    State,
    Wanted,
    choose,
    compare_money,
    compared,
    told,
)
from counterfoil.connectors.sagepro.shadow.orders import compare_order
from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.sales_order import SalesOrderFact

DAYS = timedelta(days=10)
"""How many days around a plan's own day a clerk's work for it is looked for."""

_Place = tuple[TableName, int]
_Money = ReceiptFact | CreditApplicationFact | RefundFact | ChargebackFact


class Matching:
    """Takes the plans in the order in which they were made."""

    def __init__(self, tables: Tables, profile: Profile, plans: Sequence[Shadow]) -> None:
        self._tables = tables
        self._profile = profile
        self._taken: set[_Place] = set()
        self._found: dict[PostingKey, Sequence[Row]] = {}
        self._entries = {plan.fact.key: plan.entry for plan in plans}
        self._undone = {plan.fact.reverses for plan in plans if isinstance(plan.fact, ReversalFact)}

    def of(self, plan: Shadow) -> Keyed:
        """What became of the plan."""
        fact = plan.fact
        match fact:
            case ReceiptFact() | CreditApplicationFact() | RefundFact() | ChargebackFact():
                return self._money(plan.entry, fact.customer, _wanted(fact), is_applied=_is_applied(fact))
            case SalesOrderFact():
                return self._order(plan.entry, fact)
            case ReversalFact():
                return self._reversal(plan.entry, fact)
            case _:
                return told(fact, State.APART)

    def _money(self, entry: Entry, customer: str, wanted: Wanted, *, is_applied: bool) -> Keyed:
        rows = self._left(customer, wanted.day, tuple(wanted.documents))
        # A receipt that was taken back by a mark was keyed all the same.
        groups = grouped(row for row in rows if bool(row.text("applied_to")) is is_applied)
        return self._compared(entry, wanted, groups if is_applied else _and_apart(groups))

    def _compared(self, entry: Entry, wanted: Wanted, groups: Sequence[Sequence[Row]]) -> Keyed:
        found = choose(wanted, groups)
        if found is None:
            return told(entry.fact, State.WAITING)
        self._take(entry.fact, found)
        return compare_money(entry, wanted, found)

    def _order(self, entry: Entry, fact: SalesOrderFact) -> Keyed:
        for row in self._orders(fact):
            self._take(fact, [row])
            lines = list(self._tables.find(TableName.ORDER_LINES, "number", row.text("number")))
            is_void = row.text("status") in self._profile.orders.codes.void and fact.key not in self._undone
            return compare_order(entry, row, lines, is_void=is_void)
        return told(fact, State.WAITING)

    def _reversal(self, entry: Entry, fact: ReversalFact) -> Keyed:
        former = self._entries.get(fact.reverses)
        match former.fact if former else None:
            case SalesOrderFact():
                return self._void_order(fact)
            case ReceiptFact() | CreditApplicationFact() | RefundFact() | ChargebackFact() as undone:
                return self._void_money(entry, fact, undone)
            case _:
                return told(fact, State.APART)

    def _void_order(self, fact: ReversalFact) -> Keyed:
        """Found by the order that the clerk entered, which may be void by now."""
        void = self._profile.orders.codes.void
        keyed = self._found.get(fact.reverses, ())
        if any(row.text("status") in void for row in keyed):
            return compared(fact, keyed, ())
        return told(fact, State.WAITING)

    def _void_money(self, entry: Entry, fact: ReversalFact, undone: _Money) -> Keyed:
        """By a mark on the clerk's own rows, else by rows with the signs turned."""
        keyed = self._found.get(fact.reverses, ())
        if keyed and all(row.values.get("reversed") for row in keyed):
            why = "the clerk's rows are marked as taken back (recdel); planned: rows with the signs turned"
            return compared(fact, keyed, (why,))
        wanted = _turned(_wanted(undone), fact.reversed_on)
        rows = self._left(undone.customer, wanted.day, tuple(wanted.documents))
        groups = grouped(rows) if _is_applied(undone) else _and_apart(money_groups(rows))
        return self._compared(entry, wanted, groups)

    def _left(self, customer: str, day: date, documents: tuple[str, ...]) -> Iterator[Row]:
        sought = Sought(customer=customer, around=day, documents=documents)
        find, moved = self._tables.find, self._tables.moved_receipts
        for row in rows_of_others(sought, DAYS, find, moved, self._profile):
            if (row.table, row.record) not in self._taken:
                yield row

    def _orders(self, fact: SalesOrderFact) -> Iterator[Row]:
        """By the customer's order number, with the channel or as the shop has it."""
        tables = [name for name in (TableName.ORDERS, TableName.ORDER_HISTORY) if self._tables.has(name)]
        for number in (fact.purchase_order, fact.shop_order):
            for table in tables:
                for row in self._tables.find(table, "purchase_order", number):
                    is_theirs = self._profile.user != row.text("added_by")
                    is_free = (row.table, row.record) not in self._taken
                    if row.text("customer") == fact.customer and is_theirs and is_free:
                        yield row

    def _take(self, fact: Fact, rows: Iterable[Row]) -> None:
        self._found[fact.key] = list(rows)
        self._taken |= {(row.table, row.record) for row in self._found[fact.key]}


def _and_apart(groups: Sequence[Sequence[Row]]) -> list[Sequence[Row]]:
    """The groups, and of each what came in and what went out: a void may bear the receipt's reference."""
    found = list(groups)
    for group in groups:
        came = [row for row in group if row.money("paid") >= 0]
        went = [row for row in group if row.money("paid") < 0]
        found += (came, went) if came and went else ()
    return found


def _is_applied(fact: _Money) -> bool:
    return isinstance(fact, CreditApplicationFact)


def _wanted(fact: _Money) -> Wanted:
    match fact:
        case ReceiptFact():
            invoices = {str(part.invoice): "invoice" for part in fact.applications}
            return Wanted(amount=fact.amount.amount, day=fact.received_on, documents=invoices)
        case CreditApplicationFact():
            invoices = {str(part.invoice): "invoice" for part in fact.applications}
            return Wanted(
                amount=fact.amount.amount,
                day=fact.applied_on,
                documents={**invoices, str(fact.credit): "credit"},
                counted=frozenset(invoices),
            )
        case RefundFact():
            return Wanted(amount=-fact.amount.amount, day=fact.refunded_on, documents=_parts(fact))
        case ChargebackFact():
            return Wanted(amount=-fact.amount.amount, day=fact.opened_on, documents=_parts(fact))


def _parts(fact: RefundFact | ChargebackFact) -> Mapping[str, str]:
    """A credit memo has a number of its own, which no two draw alike."""
    if isinstance(fact, RefundFact) and fact.meaning is RefundMeaning.CREDIT_MEMO:
        return {}
    return {str(part.document): "document" for part in fact.parts}


def _turned(wanted: Wanted, day: date) -> Wanted:
    return Wanted(
        amount=Decimal(0) - wanted.amount, day=day, documents=wanted.documents, counted=wanted.counted
    )
