"""What every ERP backend must do, whatever keeps its books."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money
from counterfoil.ports.erp import (
    AlreadyPosted,
    Changed,
    Conflict,
    Erp,
    Posted,
    Preview,
    References,
    Refused,
)
from tests.support.receivables import application, deposit, discounted, identifying, surcharged, unidentified
from tests.support.sagepro_books import receipt, usd

ABC = CustomerNumber("ABC")


class ErpSuite:
    """Tests over a fixture `erp` whose books hold, in US dollars:

    customers ABC and XYZ; invoices 1001 (ABC, 100 open, from order 501), 1002 (ABC, 80 open) and
    2001 (XYZ, 50 open); invoice 3001 (XYZ), void; order 501 (ABC). Invoice 1001 allows a discount of 2
    percent, and 5 dollars may be written off.
    """

    def test_a_reference_names_documents_and_orders(self, erp: Erp) -> None:
        (item,) = erp.find_references("1001").invoices
        assert (item.number, item.customer, item.open, item.order) == ("1001", "ABC", usd(100), "501")
        (order,) = erp.find_references("501").orders
        assert (order.number, order.customer) == ("501", "ABC")
        assert erp.find_references("4711") == References()
        (void,) = erp.find_references("3001").invoices
        assert void.void

    def test_customers_are_found_or_not(self, erp: Erp) -> None:
        found = erp.find_customer(ABC)
        assert found is not None
        assert found.number == "ABC"
        assert erp.find_customer(CustomerNumber("NOPE")) is None

    def test_open_items_are_those_of_the_customer(self, erp: Erp) -> None:
        assert {item.number for item in erp.find_open_items(ABC)} == {"1001", "1002"}
        assert erp.find_open_items(CustomerNumber("NOPE")) == ()

    def test_a_receipt_lowers_what_is_open_and_is_found_by_its_key(self, erp: Erp) -> None:
        fact = receipt("ABC", {"1001": "60.25"})
        assert erp.find_posting(fact.key) is None
        (answer,) = erp.post([fact])
        assert isinstance(answer, Posted), answer
        assert (answer.key, answer.fact) == (fact.key, fact)
        assert answer.document
        assert answer.rows
        assert erp.find_posting(fact.key) == answer
        assert self.open(erp, "1001") == usd("39.75")

    def test_receipts_are_found_by_the_document_that_they_pay(self, erp: Erp) -> None:
        assert erp.find_receipts(InvoiceNumber("1001")) == ()
        erp.post(
            [
                receipt("ABC", {"1001": "60.25"}, transaction="1"),
                receipt("ABC", {"1001": "10"}, transaction="2"),
            ]
        )
        entries = erp.find_receipts(InvoiceNumber("1001"))
        assert [(entry.reference, entry.amount, entry.discount) for entry in entries] == [
            ("1", usd("60.25"), usd(0)),
            ("2", usd(10), usd(0)),
        ]
        assert {(entry.document, entry.customer) for entry in entries} == {("1001", "ABC")}

    def test_a_repeat_answers_the_first_and_changes_nothing(self, erp: Erp) -> None:
        fact = receipt("ABC", {"1001": "60"})
        (first,) = erp.post([fact])
        assert isinstance(first, Posted)
        # The books changed, so cash application decides otherwise this time; the first decision stands.
        again = receipt("ABC", {"1001": "40"}, "20")
        assert erp.post([again]) == (AlreadyPosted(first=first),)
        assert self.open(erp, "1001") == usd(40)

    def test_other_content_under_the_key_is_a_conflict(self, erp: Erp) -> None:
        fact = receipt("ABC", {"1001": "60"})
        erp.post([fact])
        (answer,) = erp.post([replace(receipt("XYZ", {"2001": "50"}), key=fact.key)])
        assert isinstance(answer, Conflict)
        assert self.open(erp, "2001") == usd(50)

    def test_books_that_moved_answer_how_they_stand(self, erp: Erp) -> None:
        erp.post([receipt("ABC", {"1001": "60"}, transaction="1")])
        (answer,) = erp.post([receipt("ABC", {"1001": "60"}, transaction="2")])
        assert isinstance(answer, Changed)
        assert [(item.number, item.open) for item in answer.current] == [("1001", usd(40))]
        assert self.open(erp, "1001") == usd(40)

    def test_void_foreign_and_vanished_invoices_are_changed(self, erp: Erp) -> None:
        for number, customer in (("3001", "XYZ"), ("1001", "XYZ"), ("4711", "ABC")):
            (answer,) = erp.post([receipt(customer, {number: "5"}, transaction=number)])
            assert isinstance(answer, Changed), answer
            assert erp.find_posting(answer.key) is None

    def test_an_unknown_customer_is_refused(self, erp: Erp) -> None:
        (answer,) = erp.post([receipt("NOPE", {}, "5")])
        assert isinstance(answer, Refused)
        assert "NOPE" in answer.why

    def test_money_on_account_touches_no_invoice(self, erp: Erp) -> None:
        (answer,) = erp.post([receipt("ABC", {}, "70")])
        assert isinstance(answer, Posted), answer
        assert (self.open(erp, "1001"), self.open(erp, "1002")) == (usd(100), usd(80))

    def test_a_discount_and_a_write_off_close_an_invoice_with_less_money(self, erp: Erp) -> None:
        fact = discounted("ABC", "1001", "97.50", discount="2", write_off="0.50")
        (answer,) = erp.post([fact])
        assert isinstance(answer, Posted), answer
        assert self.open(erp, "1001") == usd(0)
        assert erp.find_posting(fact.key) == answer

    def test_a_surcharge_is_nobodys_credit(self, erp: Erp) -> None:
        (answer,) = erp.post([surcharged(receipt("ABC", {"1001": "100"}), "3")])
        assert isinstance(answer, Posted), answer
        assert {item.number for item in erp.find_open_items(ABC)} == {"1002"}

    def test_a_deposit_pays_the_invoice_of_its_order_once(self, erp: Erp) -> None:
        (received,) = erp.post([deposit("ABC", "70", "501")])
        assert isinstance(received, Posted), received
        assert (self.open(erp, received.document), self.open(erp, "1001")) == (usd(-70), usd(100))
        fact = application("ABC", received.document, {"1001": "70"})
        (answer,) = erp.post([fact])
        assert isinstance(answer, Posted), answer
        assert erp.post([fact]) == (AlreadyPosted(first=answer),)
        assert (self.open(erp, received.document), self.open(erp, "1001")) == (usd(0), usd(30))

    def test_a_credit_that_was_used_meanwhile_is_changed(self, erp: Erp) -> None:
        (received,) = erp.post([receipt("ABC", {}, "70")])
        assert isinstance(received, Posted)
        erp.post([application("ABC", received.document, {"1001": "70"})])
        (answer,) = erp.post([application("ABC", received.document, {"1002": "1"})])
        assert isinstance(answer, Changed)
        assert [(item.number, item.open) for item in answer.current] == [(received.document, usd(0))]
        assert self.open(erp, "1002") == usd(80)

    def test_unidentified_money_moves_to_its_customer_and_comes_in_once(self, erp: Erp) -> None:
        (first,) = erp.post([unidentified("60")])
        assert isinstance(first, Posted), first
        assert (self.open(erp, "1001"), self.open(erp, "1002")) == (usd(100), usd(80))
        fact = receipt("ABC", {"1001": "60"})
        (unnamed,) = erp.post([fact])
        assert isinstance(unnamed, Refused)
        (answer,) = erp.post([identifying(fact)])
        assert isinstance(answer, Posted), answer
        assert self.open(erp, "1001") == usd(40)

    def test_answers_come_in_order_and_each_stands_alone(self, erp: Erp) -> None:
        answers = erp.post(
            [
                receipt("ABC", {"1001": "100"}, "5", transaction="1"),
                receipt("ABC", {"1001": "1"}, transaction="2"),
                receipt("NOPE", {}, "1", transaction="3"),
                receipt("ABC", {"1002": "30"}, transaction="4"),
                receipt("ABC", {"1002": "50"}, transaction="5"),
            ]
        )
        assert [type(answer) for answer in answers] == [Posted, Changed, Refused, Posted, Posted]
        assert (self.open(erp, "1001"), self.open(erp, "1002")) == (usd(0), usd(0))
        assert erp.post([]) == ()

    def test_a_preview_writes_nothing(self, erp: Erp) -> None:
        fact = receipt("ABC", {"1001": "60"})
        preview = erp.preview(fact)
        assert isinstance(preview, Preview)
        assert preview.rows
        assert self.open(erp, "1001") == usd(100)
        assert erp.find_posting(fact.key) is None
        assert isinstance(erp.preview(receipt("ABC", {"1001": "100.01"})), Changed)

    def test_an_unknown_key_stands_nowhere(self, erp: Erp) -> None:
        assert erp.find_posting(PostingKey.parse("paytrace/none/1/receipt#1")) is None

    @staticmethod
    def open(erp: Erp, number: str) -> Money:
        (item,) = erp.find_references(InvoiceNumber(number)).invoices
        return Money(item.open.amount + Decimal(0), item.open.currency)
