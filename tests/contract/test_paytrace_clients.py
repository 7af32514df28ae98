"""Requests as independently written v1 clients send them, followed through as they do."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from counterfoil.sandbox.paytrace.cards import read_card
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import MASTERCARD, VISA, SandboxClient

Payload = dict[str, object]

LOG_IN = {"grant_type": "password", "username": "demo123", "password": "demo123"}
BILLING = {
    "name": "Jim Smith",
    "street_address": "456 My Street",
    "city": "Ottawa",
    "state": "ON",
    "zip": "K1C2N6",
    "country": "CA",
}


class Client:
    """Posts JSON with the token it got; what it adds to every body is its own habit."""

    def __init__(self, *, token_as: str, always: Payload) -> None:
        self.sandbox = SandboxClient()
        self._always = always
        answer = self.sandbox.send("POST", "/oauth/token", **{token_as: LOG_IN})
        self.token = answer.json()["access_token"]

    def post(self, path: str, body: Payload) -> Payload:
        """The answer's JSON, whatever its HTTP code: all these clients read it so."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        answer: httpx2.Response = self.sandbox.send("POST", path, json=body | self._always, headers=headers)
        payload: Payload = answer.json()
        return payload

    def settle(self) -> None:
        self.post("/v1/transactions/settle", {})


def errors_of(answer: Payload) -> dict[str, list[str]]:
    found = answer["errors"]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def billing_library() -> Client:
    """A billing library: token by form, and its credentials in every body too."""
    always: Payload = {"username": "demo123", "password": "demo123", "integrator_id": "928000"}
    return Client(token_as="data", always=always)


@pytest.fixture
def erp() -> Client:
    """An ERP integration: token by JSON."""
    return Client(token_as="json", always={"integrator_id": "928000"})


def keyed(amount: str, number: str = VISA, **more: object) -> Payload:
    card = {"number": number, "expiration_month": "09", "expiration_year": "2030"}
    return {"amount": amount, "credit_card": card, "csc": "999", "billing_address": BILLING, **more}


def test_a_library_sells_settles_and_refunds(billing_library: Client) -> None:
    sold = billing_library.post("/v1/transactions/sale/keyed", keyed("10.00"))
    assert (sold["success"], sold["response_code"]) == (True, 101)
    refund: Payload = {"amount": "10.00", "transaction_id": sold["transaction_id"]}
    early = billing_library.post("/v1/transactions/refund/for_transaction", refund)
    assert list(errors_of(early)) == ["817"]
    assert "Please try to void the transaction instead." in errors_of(early)["817"][0]
    billing_library.settle()
    refunded = billing_library.post("/v1/transactions/refund/for_transaction", refund)
    assert (refunded["success"], refunded["response_code"]) == (True, 106)
    assert violations(billing_library.sandbox.ledger) == []


def test_a_library_verifies_by_a_zero_authorisation_and_voids_it(billing_library: Client) -> None:
    verified = billing_library.post("/v1/transactions/authorization/keyed", keyed("0.00"))
    assert verified["success"] is True
    void: Payload = {"transaction_id": verified["transaction_id"]}
    assert billing_library.post("/v1/transactions/void", void)["response_code"] == 109


def test_a_library_captures_a_part(billing_library: Client) -> None:
    held = billing_library.post("/v1/transactions/authorization/keyed", keyed("10.00"))
    capture: Payload = {"amount": "9.99", "transaction_id": held["transaction_id"]}
    captured = billing_library.post("/v1/transactions/authorization/capture", capture)
    assert (captured["success"], captured["response_code"]) == (True, 112)


def test_a_library_reads_a_bad_number_and_month_together(billing_library: Client) -> None:
    card = {"number": "54111111111111", "expiration_month": 14, "expiration_year": 1999}
    answer = billing_library.post("/v1/transactions/sale/keyed", keyed("1.00") | {"credit_card": card})
    assert {code: texts[0] for code, texts in errors_of(answer).items()} == {
        "35": "Please provide a valid Credit Card Number.",
        "43": "Please provide a valid Expiration Month.",
    }
    assert (answer["success"], answer["response_code"]) == (False, 1)


def test_a_library_reads_a_bad_transaction_id(billing_library: Client) -> None:
    for path in ("authorization/capture", "void"):
        answer = billing_library.post(f"/v1/transactions/{path}", {"transaction_id": ""})
        assert errors_of(answer) == {"58": ["Please provide a valid Transaction ID."]}


def test_a_library_stores_sells_redacts_and_meets_a_duplicate(billing_library: Client) -> None:
    customer: Payload = {"customer_id": "5f3a0b9c8d7e6f5a4b3c2d1e", **keyed("0.00", MASTERCARD)}
    assert billing_library.post("/v1/customer/create", customer)["response_code"] == 160
    again = billing_library.post("/v1/customer/create", customer)
    assert errors_of(again) == {"171": ["Please provide a unique customer ID."]}
    by_customer: Payload = {"amount": "5.00", "customer_id": customer["customer_id"]}
    assert billing_library.post("/v1/transactions/sale/by_customer", by_customer)["response_code"] == 101
    named: Payload = {"customer_id": customer["customer_id"]}
    assert billing_library.post("/v1/customer/delete", named)["response_code"] == 162
    gone = billing_library.post("/v1/transactions/sale/by_customer", by_customer)
    assert list(errors_of(gone)) == ["30"]


@pytest.mark.parametrize(("scheme", "number"), [("visa", VISA), ("mastercard", MASTERCARD)])
def test_a_library_adds_level_three_after_the_sale(billing_library: Client, scheme: str, number: str) -> None:
    sold = billing_library.post("/v1/transactions/sale/keyed", keyed("42.00", number))
    line = {
        "additional_tax_amount": "0.40",
        "additional_tax_rate": "8",
        "amount": "1.00",
        "commodity_code": "123commodity",
        "debit_or_credit": "D",
        "description": "plumbing",
        "discount_amount": "0.50",
        "discount_rate": "50",
        "product_id": "product1",
        "quantity": "1",
        "tax_included": True,
        "unit_of_measure": "EA",
        "unit_cost": "1.00",
    }
    details: Payload = {
        "transaction_id": sold["transaction_id"],
        "invoice_id": "inv12345",
        "customer_reference_id": "123abcd",
        "tax_amount": "5.00",
        "national_tax_amount": "10.00",
        "merchant_tax_id": "3456test",
        "customer_tax_id": "test5678",
        "commodity_code": "1234",
        "discount_amount": "5.00",
        "freight_amount": "10.00",
        "duty_amount": "0.00",
        "source_address": {"zip": "94947"},
        "shipping_address": {"zip": "94947", "country": "US"},
        "additional_tax_amount": "5.00",
        "additional_tax_rate": "10",
        "line_items": [line, line],
    }
    answer = billing_library.post(f"/v1/level_three/{scheme}", details)
    assert answer["success"] is True
    assert "2 line item records were created." in str(answer["status_message"])


def test_a_library_holds_funds_and_refunds_a_check(billing_library: Client) -> None:
    check: Payload = {
        "amount": "10.00",
        "check": {"account_number": "544654", "routing_number": "325070760"},
        "billing_address": BILLING,
    }
    held = billing_library.post("/v1/checks/hold/by_account", check)
    assert held["success"] is True
    named: Payload = {"check_transaction_id": held["check_transaction_id"], "amount": "10.00"}
    funded = billing_library.post("/v1/checks/manage/fund", named)
    assert (funded["success"], funded["response_code"]) == (True, 124)
    unknown: Payload = {"check_transaction_id": "", "amount": "10.00"}
    assert list(errors_of(billing_library.post("/v1/checks/manage/fund", unknown))) == ["80"]
    sold = billing_library.post("/v1/checks/sale/by_account", check)
    assert sold["response_code"] == 120


def test_a_library_logs_in_again_when_its_token_died(billing_library: Client) -> None:
    billing_library.token = "dead"
    answer = billing_library.post("/v1/transactions/sale/keyed", keyed("1.00"))
    assert answer["error"] == "invalid_token"
    assert billing_library.sandbox.ledger.transactions() == []


def test_an_erp_sells_with_numbers_and_reads_the_record(erp: Client) -> None:
    card = {"number": VISA, "expiration_month": 12, "expiration_year": 2030}
    body: Payload = {"amount": 110, "credit_card": card, "billing_address": BILLING, "invoice_id": "100234"}
    sold = erp.post("/v1/transactions/sale/keyed", body)
    assert sold["response_code"] == 101
    details: Payload = {
        "transaction_id": sold["transaction_id"],
        "tax_amount": -1,
        "line_items": [{"quantity": 1, "unit_cost": 110, "amount": 110, "description": "x" * 35}],
    }
    assert erp.post("/v1/level_three/visa", details)["response_code"] == 170
    exported = erp.post("/v1/transactions/export/by_id", {"transaction_id": sold["transaction_id"]})
    records = exported["transactions"]
    assert isinstance(records, list)
    assert (records[0]["status_code"], records[0]["invoice_id"]) == ("Y", "100234")
    erp.settle()
    named: Payload = {"transaction_id": sold["transaction_id"]}
    settled = erp.post("/v1/transactions/export/by_id", named)["transactions"]
    assert isinstance(settled, list)
    assert settled[0]["status_code"] == "GB571"


def test_a_shop_with_hosted_fields_pays_stores_and_exports(erp: Client) -> None:
    """The shop's page gets a client key; the browser turns the card into a one-time token."""
    sandbox = erp.sandbox
    assert "clientKey" in erp.post("/v1/payment_fields/token/create", {})
    card = read_card(VISA, "12", "2030", "999")
    assert not isinstance(card, tuple)
    fields = HostedFields(Gateway(sandbox.ledger, sandbox.clock, sandbox.ids, Settings()))

    def token() -> Payload:
        made = fields.tokenise(card)
        return {"hpf_token": made.hpf_token, "enc_key": made.enc_key}

    body: Payload = {"amount": "12.00", "billing_address": BILLING, "invoice_id": "0041"}
    assert erp.post("/v1/transactions/sale/pt_protect", body | token())["response_code"] == 101
    stored: Payload = {"customer_id": "shopper-1", "billing_address": BILLING}
    assert erp.post("/v1/customer/pt_protect_create", stored | token())["response_code"] == 160
    by_customer: Payload = {"amount": "3.00", "customer_id": "shopper-1", "invoice_id": "0042"}
    assert erp.post("/v1/transactions/sale/by_customer", by_customer)["response_code"] == 101
    exported = erp.post("/v1/customer/export", {})["customers"]
    assert isinstance(exported, list)
    assert exported[0]["credit_card"]["masked_number"] == "************5439"


def test_a_subscription_site_reads_the_result_four_days_later(erp: Client) -> None:
    customer: Payload = {"customer_id": "sub-1", **keyed("0.00")}
    erp.post("/v1/customer/create", customer)
    recurrence = {
        "amount": "25.00",
        "customer_receipt": True,
        "frequency": "3",
        "start_date": "6/5/2026",
        "total_count": "999",
        "transaction_type": "sale",
    }
    created = erp.post("/v1/recurrence/create", {"customer_id": "sub-1", "recurrence": recurrence})
    made = created["recurrence"]
    assert isinstance(made, dict)
    erp.sandbox.later(timedelta(days=6))
    erp.token = erp.sandbox.token
    approved = erp.post("/v1/recurrence/export_approved", {"customer_id": "sub-1"})["transactions"]
    assert isinstance(approved, list)
    assert [str(record["amount"]) for record in approved] == ["25"]
    deleted = erp.post("/v1/recurrence/delete", {"recurrence": {"id": made["id"]}})
    assert deleted["response_code"] == 152


def test_an_exporter_reads_days_and_batches(erp: Client) -> None:
    erp.post("/v1/transactions/sale/keyed", keyed("8.00"))
    erp.settle()
    days: Payload = {
        "start_date": "06/03/2026",
        "end_date": "06/04/2026",
        "transaction_type": "SETTLED",
        "include_bin": True,
        "including_text": "",
    }
    found = erp.post("/v1/transactions/export/by_date_range", days)
    assert (found["success"], found["response_code"]) == (True, 1)
    batches = erp.post("/v1/batches/export", days)["batches"]
    assert isinstance(batches, list)
    assert erp.post("/v1/batches/export_one", {})["batches"] == batches
    listed = erp.post("/v1/batches/transaction_list", {"batchNumber": batches[0]["batch_number"]})
    assert listed["transactions"] == found["transactions"]
