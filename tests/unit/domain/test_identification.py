from __future__ import annotations

from counterfoil.domain.identification import (
    Clue,
    Disagreement,
    Identified,
    Named,
    Source,
    Unidentified,
    identify,
)
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.review import ReviewKind
from tests.support.samples import an_invoice, an_order

NOTHING = Named()


def stored(customer: str) -> Clue:
    return Clue(customer=CustomerNumber(customer), source=Source.CROSS_REFERENCE, document="vault-9")


def test_an_invoice_names_its_customer_and_itself() -> None:
    found = identify(Named(reference="1001", invoices=(an_invoice(),)), NOTHING, None)
    assert found == Identified(
        customer=CustomerNumber("ABC"),
        how="invoice 1001 belongs to ABC",
        given="1001 is given",
        invoice=an_invoice(),
    )


def test_an_order_number_in_the_invoice_field_names_the_order() -> None:
    found = identify(Named(reference="5521", orders=(an_order(),)), NOTHING, None)
    assert isinstance(found, Identified)
    assert (found.customer, found.order, found.invoice) == ("ABC", "5521", None)


def test_a_number_that_is_an_invoice_of_one_and_an_order_of_another_means_the_invoice() -> None:
    both = Named(reference="1001", invoices=(an_invoice(),), orders=(an_order("1001", "XYZ"),))
    found = identify(both, NOTHING, None)
    assert isinstance(found, Identified)
    assert (found.customer, found.order) == ("ABC", None)


def test_an_order_reference_names_no_invoice() -> None:
    by_order = Named(reference="1001", invoices=(an_invoice(),))
    found = identify(NOTHING, by_order, None)
    assert isinstance(found, Unidentified)
    assert found.why == "1001 is not an order in the books, and nothing else names a customer"


def test_the_stored_payment_method_names_the_customer() -> None:
    found = identify(Named(reference="999"), NOTHING, stored("ABC"))
    assert isinstance(found, Identified)
    assert found.how == "vault customer vault-9 belongs to ABC"
    assert found.unknown_reference == "999"


def test_all_clues_that_agree_are_told() -> None:
    found = identify(
        Named(reference="1001", invoices=(an_invoice(),)),
        Named(reference="5521", orders=(an_order(),)),
        stored("ABC"),
    )
    assert isinstance(found, Identified)
    assert found.how == (
        "invoice 1001 belongs to ABC; order 5521 belongs to ABC; vault customer vault-9 belongs to ABC"
    )


def test_clues_that_disagree_go_to_a_person_with_where_each_came_from() -> None:
    found = identify(Named(reference="1001", invoices=(an_invoice(),)), NOTHING, stored("XYZ"))
    assert isinstance(found, Disagreement)
    assert found.hold.kind is ReviewKind.CUSTOMER_DISAGREEMENT
    assert found.hold.why == "invoice 1001 belongs to ABC; vault customer vault-9 belongs to XYZ"


def test_one_number_on_invoices_of_two_customers_is_a_disagreement() -> None:
    twice = (an_invoice(), an_invoice(customer=CustomerNumber("XYZ")))
    assert isinstance(identify(Named(reference="1001", invoices=twice), NOTHING, None), Disagreement)


def test_two_invoices_of_one_customer_name_the_customer_but_no_invoice() -> None:
    twice = (an_invoice(), an_invoice(open_amount="5.00"))
    found = identify(Named(reference="1001", invoices=twice), NOTHING, None)
    assert isinstance(found, Identified)
    assert (found.customer, found.invoice, found.given) == ("ABC", None, "1001 names 2 invoices")
    assert found.ambiguous_reference == "1001"


def test_no_clue_is_an_unidentified_receipt_and_says_what_was_given() -> None:
    found = identify(Named(reference="999"), NOTHING, None)
    assert isinstance(found, Unidentified)
    assert found.hold.kind is ReviewKind.UNIDENTIFIED_RECEIPT
    assert found.why == "999 is not in the books, and nothing else names a customer"
