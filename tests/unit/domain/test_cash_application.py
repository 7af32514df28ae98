from __future__ import annotations

from typing import Any

import pytest

from counterfoil.domain.cash_application import Applied, apply
from counterfoil.domain.identification import Identified
from counterfoil.domain.identifiers import CustomerNumber, OrderNumber
from counterfoil.domain.invoice import Invoice, ItemKind
from counterfoil.domain.money import Money
from counterfoil.domain.review import Hold, ReviewKind
from tests.support.samples import an_invoice, usd

ABC = CustomerNumber("ABC")
ORDER = OrderNumber("5521")


def identified(invoice: Invoice | None = None, **changes: Any) -> Identified:
    values: dict[str, Any] = {
        "customer": ABC,
        "how": "",
        "given": "no invoice number was given",
        "invoice": invoice,
    }
    return Identified(**(values | changes))


def applied(amount: str, who: Identified, *items: Invoice) -> Applied:
    decision = apply(usd(amount), who, items)
    assert isinstance(decision, Applied)
    return decision


def parts(decision: Applied) -> tuple[list[tuple[str, str]], str]:
    applications = [(str(part.invoice), str(part.amount.amount)) for part in decision.applications]
    return applications, str(decision.on_account.amount)


def test_a_named_invoice_is_paid_even_when_another_has_just_this_amount() -> None:
    named, exact = an_invoice("1001", "300.00"), an_invoice("1002", "120.00")
    decision = applied("120.00", identified(named), named, exact)
    assert parts(decision) == ([("1001", "120.00")], "0.00")
    assert decision.why == (
        "invoice 1001 is named and 300.00 USD is open on it; 120.00 USD is a partial payment"
    )


def test_what_is_paid_above_the_named_invoice_waits_on_account() -> None:
    named = an_invoice("1001", "120.00")
    decision = applied("125.00", identified(named), named, an_invoice("1002", "5.00"))
    assert parts(decision) == ([("1001", "120.00")], "5.00")
    assert "5.00 USD more was paid and waits on account as an overpayment" in decision.why
    assert decision.review is None


def test_a_paid_invoice_means_on_account_and_a_suspected_duplicate() -> None:
    decision = applied("120.00", identified(an_invoice(open_amount="0.00")), an_invoice("1002"))
    assert parts(decision) == ([], "120.00")
    assert decision.review is not None
    assert decision.review.kind is ReviewKind.SUSPECTED_DUPLICATE
    assert decision.review.title == "120.00 USD for invoice 1001, which is paid"


@pytest.mark.parametrize(
    ("invoice", "reason"),
    [
        (an_invoice(void=True), "1001 is named but is void; the money waits on account"),
        (
            an_invoice(kind=ItemKind.OPEN_CREDIT, open_amount="-5.00"),
            "1001 is named but is a credit, not an invoice; the money waits on account",
        ),
    ],
)
def test_a_document_that_takes_no_money_means_on_account(invoice: Invoice, reason: str) -> None:
    decision = applied("120.00", identified(invoice))
    assert (parts(decision), decision.why, decision.review) == (([], "120.00"), reason, None)


def test_the_only_open_invoice_of_exactly_this_amount_is_paid() -> None:
    decision = applied("120.00", identified(), an_invoice("1001", "119.99"), an_invoice("1002", "120.00"))
    assert parts(decision) == ([("1002", "120.00")], "0")
    assert decision.why == (
        "no invoice number was given; invoice 1002 is the only open one of ABC with exactly 120.00 USD"
    )


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([], "no invoice number was given and ABC has no open invoice"),
        (
            [an_invoice("1001", "1.00")],
            "no invoice number was given and no open invoice of ABC is exactly 120.00 USD; 1 invoice is open",
        ),
        (
            [an_invoice(str(n), "1.00") for n in range(3)],
            (
                "no invoice number was given and no open invoice of ABC is exactly 120.00 USD;"
                " 3 invoices are open"
            ),
        ),
        (
            [an_invoice("1002"), an_invoice("1001")],
            "no invoice number was given and 2 open invoices of ABC are exactly 120.00 USD: 1001, 1002",
        ),
        (
            [an_invoice(str(1000 + n)) for n in range(7)],
            (
                "no invoice number was given and 7 open invoices of ABC are exactly 120.00 USD:"
                " 1000, 1001, 1002, 1003, 1004 and 2 more"
            ),
        ),
    ],
)
def test_what_matches_nothing_waits_on_account_with_a_reason(items: list[Invoice], reason: str) -> None:
    decision = applied("120.00", identified(), *items)
    assert (parts(decision), decision.why, decision.review) == (([], "120.00"), reason, None)


@pytest.mark.parametrize(
    "item",
    [
        an_invoice(void=True),
        an_invoice(kind=ItemKind.CREDIT_MEMO),
        an_invoice(kind=ItemKind.OPEN_CREDIT),
        an_invoice(customer=CustomerNumber("XYZ")),
        an_invoice(open=Money.of("120.00", "EUR")),
    ],
)
def test_an_item_that_takes_no_money_of_this_customer_never_matches(item: Invoice) -> None:
    assert parts(applied("120.00", identified(), item, an_invoice("7", "1.00"))) == ([], "120.00")


def test_a_reference_that_names_nothing_is_shown_to_a_person_when_the_amount_matches_nothing() -> None:
    who = identified(given="999 is not in the books", unknown_reference="999")
    on_account = applied("120.00", who)
    assert on_account.review is not None
    assert on_account.review.kind is ReviewKind.UNKNOWN_REFERENCE
    assert applied("120.00", who, an_invoice()).review is None


def test_the_money_of_an_order_pays_the_one_open_invoice_of_the_order() -> None:
    exact = an_invoice("1001", "120.00", order=OrderNumber("5522"))
    of_order = an_invoice("1002", "200.00", order=ORDER)
    assert parts(applied("120.00", identified(order=ORDER), exact, of_order)) == (
        [("1002", "120.00")],
        "0.00",
    )


def test_the_money_of_an_order_without_an_invoice_waits_on_account() -> None:
    decision = applied("120.00", identified(order=ORDER), an_invoice("1001", "120.00"))
    assert parts(decision) == ([], "120.00")
    assert decision.why == "order 5521 is named, which has no open invoice; the money waits on account"


def test_of_several_invoices_of_an_order_the_one_of_exactly_this_amount_is_paid() -> None:
    items = [an_invoice("1001"), an_invoice("1002", order=ORDER), an_invoice("1003", "5.00", order=ORDER)]
    assert parts(applied("120.00", identified(order=ORDER), *items)) == ([("1002", "120.00")], "0")


@pytest.mark.parametrize("named", [True, False])
def test_another_currency_is_held_and_never_converted(*, named: bool) -> None:
    euro = an_invoice(open=Money.of("120.00", "EUR"))
    decision = apply(usd("120.00"), identified(euro if named else None), [euro])
    assert decision == Hold(
        kind=ReviewKind.CURRENCY,
        title="120.00 USD for invoices in EUR",
        why="1001 is open in EUR; an amount in USD is not converted",
    )


def test_a_number_that_several_documents_bear_pays_neither_of_them_nor_another() -> None:
    who = identified(given="1001 names 2 invoices", ambiguous_reference="1001")
    decision = applied("120.00", who, an_invoice("1001", "300.00"), an_invoice("2002", "120.00"))
    assert parts(decision) == ([], "120.00")
    assert decision.why == "1001 names 2 invoices; the money waits on account"
    assert decision.review is not None
    assert decision.review.kind is ReviewKind.AMBIGUOUS_REFERENCE
