from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.cash_application import Applied, apply
from counterfoil.domain.identification import Clue, Identified, Named, Source, identify
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.money import Money, total
from counterfoil.domain.receipt import receipt_fact
from counterfoil.domain.short_payment import Allowances
from counterfoil.domain.tolerance import Tolerance
from tests.support import strategies
from tests.support.samples import a_payment

amounts = strategies.payable("USD", most=30)


@st.composite
def small_invoices(draw: st.DrawFn, currency: str = "USD") -> Invoice:
    """Few amounts, so that matches, ties and near misses are common."""
    invoice = draw(strategies.invoices(currency))
    return replace(invoice, open=draw(strategies.payable(currency, least=-2, most=30)))


open_items = st.lists(small_invoices() | small_invoices("EUR"), max_size=8)
clues = st.builds(
    Clue, customer=strategies.customer_numbers, source=st.just(Source.CROSS_REFERENCE), document=st.just("v")
)


@st.composite
def named(draw: st.DrawFn) -> Named:
    return Named(
        reference=draw(st.sampled_from(["", "1001"])),
        invoices=tuple(draw(st.lists(small_invoices(), max_size=2))),
        orders=tuple(draw(st.lists(strategies.orders, max_size=2))),
    )


@st.composite
def identified(draw: st.DrawFn, books: Sequence[Invoice]) -> Identified:
    """Somebody who names an invoice, an order or nothing of these books."""
    customer = draw(strategies.customer_numbers)
    own = [item for item in books if item.customer == customer]
    invoice = draw(st.sampled_from([None, *own]))
    order = draw(st.sampled_from([None, *(item.order for item in own)])) if invoice is None else None
    return Identified(customer=customer, how="", given="nothing", invoice=invoice, order=order)


allowances = st.builds(
    Allowances,
    paid_on=st.none() | strategies.days,
    tolerance=st.none()
    | st.builds(Tolerance, amount=strategies.payable("USD", most=9), percent=st.sampled_from([Decimal(50)])),
    deposits=st.booleans(),
)


@given(st.data(), amounts, open_items, allowances)
def test_a_decision_accounts_for_every_cent_within_what_is_open_at_one_customer(
    data: st.DataObject, amount: Money, books: list[Invoice], allowed: Allowances
) -> None:
    who = data.draw(identified(books))
    decision = apply(amount, who, books, allowed)
    if not isinstance(decision, Applied):
        return
    receipt_fact(replace(a_payment(), amount=amount), decision, UTC)
    applied = total((part.amount for part in decision.applications), amount.currency)
    assert applied + decision.on_account == amount
    assert decision.customer == who.customer
    for part in decision.applications:
        assert part.settled <= part.assumed_open
        assert part.adjustments.is_zero or part.settled == part.assumed_open
        own = [item for item in books if item.customer == who.customer and item.number == part.invoice]
        assert any(item.is_payable and item.open == part.assumed_open for item in own)


@given(st.data(), amounts, open_items)
def test_the_order_of_open_items_changes_nothing(
    data: st.DataObject, amount: Money, books: list[Invoice]
) -> None:
    who = data.draw(identified(books))
    shuffled = data.draw(st.permutations(books))
    assert apply(amount, who, shuffled) == apply(amount, who, books)


@given(st.data(), amounts, open_items)
def test_a_named_invoice_wins_over_everything_else(
    data: st.DataObject, amount: Money, books: list[Invoice]
) -> None:
    who = data.draw(identified(books))
    decision = apply(amount, who, books)
    if who.invoice is not None and isinstance(decision, Applied):
        assert {part.invoice for part in decision.applications} <= {who.invoice.number}
        assert bool(decision.applications) is who.invoice.is_payable


@given(st.data(), amounts, open_items)
def test_every_decision_makes_a_fact_that_holds_together(
    data: st.DataObject, amount: Money, books: list[Invoice]
) -> None:
    decision = apply(amount, data.draw(identified(books)), books)
    if isinstance(decision, Applied):
        fact = receipt_fact(a_payment(str(amount.amount)), decision, UTC)
        assert fact.customer == decision.customer


@given(st.data(), named(), named(), st.none() | clues)
def test_the_order_in_which_the_books_answer_changes_nothing(
    data: st.DataObject, by_invoice: Named, by_order: Named, clue: Clue | None
) -> None:
    def shuffled(part: Named) -> Named:
        return Named(
            reference=part.reference,
            invoices=tuple(data.draw(st.permutations(part.invoices))),
            orders=tuple(data.draw(st.permutations(part.orders))),
        )

    assert identify(shuffled(by_invoice), shuffled(by_order), clue) == identify(by_invoice, by_order, clue)


@given(named(), named(), st.none() | clues)
def test_an_identified_customer_is_contradicted_by_no_clue(
    by_invoice: Named, by_order: Named, clue: Clue | None
) -> None:
    found = identify(by_invoice, by_order, clue)
    if isinstance(found, Identified):
        customers = {item.customer for item in by_invoice.invoices} | {o.customer for o in by_order.orders}
        customers |= {clue.customer} if clue else set()
        assert customers <= {found.customer}
        assert found.invoice is None or found.invoice.customer == found.customer
