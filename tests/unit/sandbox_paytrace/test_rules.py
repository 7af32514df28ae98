"""What the account's own security settings refuse or void."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.settings import (
    DEMO_USER,
    USUAL_PERMISSIONS,
    AutoVoid,
    Permission,
    RequiredField,
    SandboxUser,
    Settings,
)
from counterfoil.sandbox.paytrace.v1.permissions import permission_for
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS
from tests.unit.sandbox_paytrace.client import BILLING, SandboxClient, card, error_codes, keyed

SALE = "/v1/transactions/sale/keyed"
MATCHING = {"name": "S", "street_address": "8320 E. West St.", "zip": "85284"}


def user(**more: object) -> Settings:
    """An account with the demo user, differently allowed."""
    return Settings(users=(SandboxUser(DEMO_USER.name, DEMO_USER.password, **more),))  # type: ignore[arg-type] # passed through


@pytest.mark.parametrize(
    ("field", "code", "without"),
    [
        (RequiredField.INVOICE_ID, "907", {"invoice_id": ""}),
        (RequiredField.BILLING_ADDRESS, "908", {"billing_address": {"zip": "99201"}}),
        (RequiredField.ZIP, "909", {"billing_address": {"street_address": "12 Elm St"}}),
        (RequiredField.CSC, "148", {"csc": ""}),
    ],
)
def test_a_required_field_is_asked_for(field: RequiredField, code: str, without: dict[str, object]) -> None:
    client = SandboxClient(Settings(required_fields=frozenset({field})))
    full = keyed("5.00", invoice_id="INV-1")
    assert error_codes(client.call(SALE, full | without)) == [code]
    client.ok(SALE, full)
    assert len(client.ledger.transactions()) == 1


def test_everything_that_is_missing_is_told_at_once() -> None:
    client = SandboxClient(Settings(required_fields=frozenset(RequiredField)))
    assert set(error_codes(client.call(SALE, {"amount": 1, "credit_card": card()}))) == {
        "148",
        "907",
        "908",
        "909",
    }


def test_a_card_in_the_vault_needs_no_code() -> None:
    client = SandboxClient(Settings(required_fields=frozenset({RequiredField.CSC})))
    profile = {"customer_id": "ACME", "credit_card": card(), "billing_address": BILLING}
    client.ok("/v1/customer/create", profile)
    client.ok("/v1/transactions/sale/by_customer", {"amount": 1, "customer_id": "ACME"})


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (AutoVoid.AVS, {}, {"billing_address": MATCHING}),
        (AutoVoid.CSC, {"csc": "111"}, {}),
    ],
)
def test_a_check_that_finds_no_match_voids_what_was_approved(
    check: AutoVoid, bad: dict[str, object], good: dict[str, object]
) -> None:
    client = SandboxClient(Settings(auto_void=frozenset({check})))
    voided = client.call(SALE, keyed("5.00") | bad).json()
    assert (voided["success"], voided["response_code"]) == (True, 103)
    assert client.record(voided["transaction_id"])["status_message"] == "VOIDED"
    assert client.ok(SALE, keyed("5.00") | good)["response_code"] == 101
    assert violations(client.ledger) == []


def test_a_sale_above_the_users_ceiling_is_refused() -> None:
    client = SandboxClient(user(sale_ceiling_cents=1000))
    client.sell("10.00")
    assert error_codes(client.call(SALE, keyed("10.01"))) == ["910"]


def test_a_refund_above_the_users_ceiling_is_refused() -> None:
    client = SandboxClient(user(refund_ceiling_cents=500))
    sale = client.sell("10.00")
    client.ok("/v1/transactions/settle")
    refund = "/v1/transactions/refund/for_transaction"
    assert error_codes(client.call(refund, {"transaction_id": sale})) == ["911"]
    client.ok(refund, {"transaction_id": sale, "amount": "5.00"})


def test_the_day_has_a_limit_and_declines_do_not_count() -> None:
    client = SandboxClient(Settings(daily_transactions_max=2))
    client.sell("1.00")
    client.call(SALE, keyed("0.29"))
    client.sell("2.00")
    assert error_codes(client.call(SALE, keyed("3.00"))) == ["912"]
    client.later(timedelta(hours=5))
    client.sell("3.00")


def test_a_duplicate_is_told_by_card_amount_invoice_and_user_within_the_window() -> None:
    client = SandboxClient(Settings(duplicate_window=timedelta(minutes=10)))
    client.sell("5.00", invoice_id="INV-1")
    again = keyed("5.00", invoice_id="INV-1")
    assert error_codes(client.call(SALE, again)) == ["903"]
    client.sell("5.00", invoice_id="INV-2")
    client.sell("5.01", invoice_id="INV-1")
    client.sell("5.00", "5499740000000057", invoice_id="INV-1")
    client.later(timedelta(minutes=10))
    client.ok(SALE, again)


def test_declined_and_voided_ones_may_be_sent_again() -> None:
    client = SandboxClient(Settings(duplicate_window=timedelta(minutes=10)))
    for _ in range(2):
        assert client.call(SALE, keyed("0.29", invoice_id="INV-1")).json()["response_code"] == 102
    for _ in range(2):
        sale = client.sell("5.00", invoice_id="INV-1")
        client.ok("/v1/transactions/void", {"transaction_id": sale})


@pytest.mark.parametrize("path", [path for path in OPERATIONS if permission_for(path)])
def test_without_its_permission_a_call_answers_981(path: str) -> None:
    permission = permission_for(path)
    assert permission is not None
    client = SandboxClient(user(permissions=frozenset(Permission) - {permission}))
    answer = client.call(path, {"transaction_id": 1})
    assert error_codes(answer) == ["981"]
    assert answer.json()["errors"]["981"] == ["Log in failed for insufficient permissions."]


def test_every_call_but_a_few_needs_a_permission() -> None:
    assert {path for path in OPERATIONS if permission_for(path) is None} <= {
        "/v1/transactions/email_receipt",
        "/v1/user/update_password",
        "/v1/level_three/visa",
        "/v1/level_three/mastercard",
        "/v1/payment_fields/token/create",
    }


def test_refunds_without_a_sale_are_off_by_default() -> None:
    client = SandboxClient()
    for path in ("/v1/transactions/refund/keyed", "/v1/transactions/refund/to_customer"):
        answer = client.call(path, keyed("5.00"))
        assert error_codes(answer) == ["981"]
        assert answer.json()["external_transaction_id"] == ""
    assert frozenset(Permission) - {Permission.UNREFERENCED_REFUND} == USUAL_PERMISSIONS
