"""Adjusted amounts, refunds without a sale, receipts and passwords."""

from __future__ import annotations

import pytest

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.invariants import day_totals, violations
from counterfoil.sandbox.paytrace.settings import DEMO_USER, PACIFIC, Permission, SandboxUser, Settings
from tests.unit.sandbox_paytrace.client import (
    BILLING,
    VISA,
    SandboxClient,
    card,
    error_codes,
    keyed,
    transaction_id,
)

ADJUST = "/v1/transactions/adjust_amount"
ALLOWED = Settings(users=(SandboxUser(DEMO_USER.name, DEMO_USER.password, frozenset(Permission)),))


def test_an_amount_is_lowered_before_settlement_and_not_after() -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    assert client.ok(ADJUST, {"transaction_id": sale, "amount": "8.50"})["response_code"] == 180
    assert str(client.record(sale)["amount"]) == "8.5"
    assert client.call(ADJUST, {"transaction_id": sale, "amount": "8.51"}).json()["success"] is False
    client.ok("/v1/transactions/settle")
    assert client.call(ADJUST, {"transaction_id": sale, "amount": "8.00"}).json()["success"] is False
    assert violations(client.ledger) == []
    (totals,) = day_totals(client.ledger, PACIFIC).values()
    assert (totals.captured, totals.adjusted, totals.net, totals.settled) == (1000, -150, 850, 850)


def test_a_lowered_authorisation_is_captured_at_its_new_amount() -> None:
    client = SandboxClient()
    held = transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed("10.00")))
    client.ok(ADJUST, {"transaction_id": held, "amount": "4.00"})
    client.ok("/v1/transactions/authorization/capture", {"transaction_id": held})
    assert client.record(held)["amount"] == 4
    assert violations(client.ledger) == []


def test_an_unknown_transaction_or_amount_is_not_adjusted() -> None:
    client = SandboxClient()
    assert error_codes(client.call(ADJUST, {"transaction_id": 1, "amount": 1})) == ["58"]
    assert error_codes(client.call(ADJUST, {"transaction_id": client.sell("1.00")})) == ["901"]


def test_a_refund_without_a_sale_settles_like_any_other() -> None:
    client = SandboxClient(ALLOWED)
    client.ok(
        "/v1/customer/create", {"customer_id": "ACME", "credit_card": card(), "billing_address": BILLING}
    )
    keyed_refund = client.ok("/v1/transactions/refund/keyed", keyed("5.00", VISA, invoice_id="INV-1"))
    to_customer = client.ok("/v1/transactions/refund/to_customer", {"customer_id": "ACME", "amount": 3})
    assert (keyed_refund["response_code"], to_customer["response_code"]) == (106, 106)
    client.ok("/v1/transactions/settle")
    records = [client.record(transaction_id(each)) for each in (keyed_refund, to_customer)]
    assert [(each["transaction_type"], each["status_code"], each["amount"]) for each in records] == [
        ("REFUND", "GB571", 5),
        ("REFUND", "GB571", 3),
    ]
    assert violations(client.ledger) == []


def test_a_refund_without_a_sale_tells_everything_that_is_wrong() -> None:
    client = SandboxClient(ALLOWED)
    bad = {"amount": "x", "credit_card": card("4111111111111112")}
    assert error_codes(client.call("/v1/transactions/refund/keyed", bad)) == ["901", "35"]
    unknown = {"customer_id": "nobody", "amount": 1}
    assert error_codes(client.call("/v1/transactions/refund/to_customer", unknown)) == ["30"]


def test_a_receipt_is_noted_on_the_transaction() -> None:
    client = SandboxClient()
    sale = client.sell("1.00")
    path = "/v1/transactions/email_receipt"
    assert client.ok(path, {"transaction_id": sale, "email": "ap@acme.example"})["response_code"] == 149
    assert client.record(sale)["receipt_emailed_to"] == "ap@acme.example"
    assert error_codes(client.call(path, {"transaction_id": sale, "email": "nowhere"})) == ["914"]
    assert error_codes(client.call(path, {"transaction_id": 1, "email": "a@b.example"})) == ["58"]


def test_a_changed_password_counts_at_once_and_after_a_restart() -> None:
    client = SandboxClient()
    body = {"password": "demo123", "new_password": "n3w"}
    assert client.ok("/v1/user/update_password", body)["response_code"] == 100
    restarted = create_app(client.ledger, SystemClock(), SystemIds(), Settings())
    for app in (client.app, restarted):
        client.app = app
        for password, status in (("demo123", 401), ("n3w", 200)):
            form = {"grant_type": "password", "username": "demo123", "password": password}
            assert client.send("POST", "/oauth/token", data=form).status_code == status


@pytest.mark.parametrize("body", [{"password": "x", "new_password": "y"}, {"password": "demo123"}])
def test_a_password_is_not_changed_by_a_wrong_one_or_to_none(body: dict[str, str]) -> None:
    client = SandboxClient()
    assert error_codes(client.call("/v1/user/update_password", body)) == ["919"]
    client.log_in()


@pytest.mark.parametrize(
    "swipe",
    [
        f"%B{VISA}^SMITH/STEVE^3012101123456789?;{VISA}=30121011234567890123?",
        f";{VISA}=30121011234567890123?",
        f"%B{VISA}^SMITH/STEVE^3012101123456789?",
    ],
)
def test_a_swiped_card_is_charged(swipe: str) -> None:
    client = SandboxClient()
    answer = client.ok("/v1/transactions/sale/swiped", {"amount": "5.00", "swipe": swipe})
    record = client.record(transaction_id(answer))
    assert (answer["response_code"], answer["masked_card_number"]) == (101, "xxxxxxxxxxxx5439")
    assert record["credit_card"] == {
        "masked_number": "************5439",
        "expiration_month": 12,
        "expiration_year": 30,
    }


def test_a_swipe_that_cannot_be_read_is_refused() -> None:
    answer = SandboxClient().call("/v1/transactions/authorization/swiped", {"amount": 1, "swipe": "?"})
    assert error_codes(answer) == ["913"]
