from __future__ import annotations

from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.settings import Permission, SandboxUser, Settings
from tests.unit.sandbox_paytrace.client import VISA
from tests.unit.sandbox_paytrace.v3_client import V3Client, data, fields

MAY_ALL = Settings(users=(SandboxUser("demo123", "demo123", frozenset(Permission)),))


def customer(client: V3Client) -> int:
    body = client.hosted() | {"customer_label": "C-1"}
    number = data(client.post("/v3/customer/create/pt-protect", body))["customer_id"]
    assert isinstance(number, int)
    return number


def test_many_customers_are_charged_in_one_call_and_each_fails_alone() -> None:
    client = V3Client(MAY_ALL)
    number = customer(client)
    results = client.items(
        "transactions",
        {"amount": "1.00", "customer_id": number, "transaction_type": "sale", "invoice_number": "INV-1"},
        {"amount": "0.29", "customer_id": number, "transaction_type": "sale"},
        {"amount": "2.00", "customer_id": number, "transaction_type": "auth-only"},
        {"amount": "3.00", "customer_id": number, "transaction_type": "refund"},
        {"amount": "3.00", "customer_id": 7, "transaction_type": "sale"},
        {"amount": "x", "customer_id": number, "transaction_type": "sale"},
        {"amount": "1.00", "customer_id": number, "transaction_type": "gift"},
    )
    assert [result["status"] for result in results] == ["success", "failed", "success", "success"] + [
        "failed"
    ] * 3
    assert [result["response_code"] for result in results] == [101, 102, 101, 106, 1, 1, 1]
    assert (results[0]["invoice_number"], results[0]["customer_id"]) == ("INV-1", number)
    assert len(client.v1.ledger.transactions()) == 4
    assert violations(client.v1.ledger) == []


def test_a_refund_without_a_sale_is_off_by_default() -> None:
    client = V3Client()
    number = customer(client)
    (refused,) = client.items(
        "transactions", {"amount": "3.00", "customer_id": number, "transaction_type": "refund"}
    )
    assert (refused["status"], refused["status_message"]) == (
        "failed",
        "Log in failed for insufficient permissions.",
    )
    assert client.post(f"/v3/card/refund-auth/customer/{number}", {"amount": 1}).status_code == 403


def test_a_refund_is_authorised_by_card_hosted_fields_or_customer() -> None:
    client = V3Client(MAY_ALL)
    number = customer(client)
    card = {"number": client.encrypted(VISA), "expiration_month": "12", "expiration_year": "2030"}
    asked: dict[str, dict[str, object]] = {
        "keyed": {"card": card},
        "pt-protect": client.hosted(),
        f"customer/{number}": {},
    }
    for way, body in asked.items():
        told = data(client.post(f"/v3/card/refund-auth/{way}", {"amount": "2.00", **body}))
        assert (told["response_code"], told["masked_card_number"]) == (106, "xxxxxxxxxxxx5439")
        assert client.record(str(told["transaction_id"]))["transaction_type"] == "REFUND"
    assert violations(client.v1.ledger) == []


def test_what_is_wrong_with_an_authorised_refund_is_told() -> None:
    client = V3Client(MAY_ALL)
    path = "/v3/card/refund-auth"
    assert fields(client.post(f"{path}/pt-protect")) == ["hpf_token", "enc_key"]
    assert fields(client.post(f"{path}/pt-protect", {"hpf_token": "x", "enc_key": "y"})) == ["hpf_token"]
    assert fields(client.post(f"{path}/keyed", {"card": {"number": VISA}})) == ["card.number"]
    assert fields(client.post(f"{path}/pt-protect", client.hosted() | {"amount": 0})) == ["amount"]
    assert client.post(f"{path}/customer/7", {"amount": 1}).status_code == 404
