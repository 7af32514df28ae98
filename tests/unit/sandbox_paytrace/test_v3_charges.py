from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.unit.sandbox_paytrace.client import AMEX, VISA
from tests.unit.sandbox_paytrace.v3_client import ADDRESS, V3Client, data, fields

PADDINGS = {
    "pkcs1": padding.PKCS1v15(),
    "oaep": padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),  # noqa: S303 - a scheme of old
    "oaep256": padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
}


def keyed(client: V3Client, scheme: str = "pkcs1", path: str = "sale") -> httpx2.Response:
    card = {
        "number": client.encrypted(VISA, PADDINGS[scheme]),
        "expiration_month": "12",
        "expiration_year": "2030",
    }
    body = {
        "amount": "10.00",
        "card": card,
        "csc": client.encrypted("999", PADDINGS[scheme]),
        "billing_address": ADDRESS,
    }
    return client.post(f"/v3/card/{path}/keyed", body)


@pytest.mark.parametrize("scheme", PADDINGS)
def test_an_encrypted_card_is_charged_whatever_its_padding(scheme: str) -> None:
    paid = data(keyed(V3Client(), scheme))
    assert (paid["response_code"], paid["csc_response"]) == (101, "Match")
    assert paid["masked_card_number"] == "xxxxxxxxxxxx5439"


def test_an_encrypted_value_is_as_long_as_documented() -> None:
    assert 329 <= len(V3Client().encrypted(VISA)) <= 359


def test_an_encrypted_card_is_authorised_by_analogy() -> None:
    client = V3Client()
    authorised = data(keyed(client, path="authorize"))
    assert client.record(str(authorised["transaction_id"]))["status"] == "AUTHORIZED"


def test_a_card_in_the_clear_is_refused() -> None:
    client = V3Client()
    body = {
        "amount": "1.00",
        "csc": "999",
        "card": {"number": VISA, "expiration_month": 12, "expiration_year": 30},
    }
    assert fields(client.post("/v3/card/sale/keyed", body)) == ["card.number", "csc"]
    assert client.v1.ledger.transactions() == []


def test_noise_is_no_card() -> None:
    client = V3Client()
    card = {"number": "A" * 344, "expiration_month": "12", "expiration_year": "2030"}
    assert fields(client.post("/v3/card/sale/keyed", {"amount": 1, "card": card})) == ["card.number"]


def test_a_sale_by_hosted_fields_is_in_the_books_of_both_wires() -> None:
    client = V3Client()
    transaction = client.sell("12.34", invoice_number="INV-7")
    v1 = client.v1.record(int(transaction))
    assert (v1["amount"], v1["invoice_id"], v1["status_code"]) == (12.34, "INV-7", "Y")
    v3 = client.record(transaction)
    assert (v3["transaction_id"], v3["invoice_number"], v3["status"]) == (transaction, "INV-7", "CAPTURED")
    assert (v3["amount"], v3["billing_name"], v3["billing_address"]) == (
        12.34,
        "Ann Lee",
        {**ADDRESS, "street2": ""},
    )


def test_a_sale_on_v1_is_a_record_on_v3() -> None:
    client = V3Client()
    transaction = client.v1.sell("5.00", invoice_id="INV-8")
    assert client.record(str(transaction))["invoice_number"] == "INV-8"


def test_a_hosted_token_is_good_once_even_for_a_decline() -> None:
    client = V3Client()
    token = client.hosted()
    path = "/v3/card/sale/pt-protect"
    assert data(client.post(path, {"amount": "0.29", **token}))["response_code"] == 102
    assert fields(client.post(path, {"amount": "1.00", **token})) == ["hpf_token"]


def test_a_hosted_token_needs_its_own_key_and_ends() -> None:
    client = V3Client()
    mixed = client.hosted() | {"enc_key": client.hosted()["enc_key"]}
    path = "/v3/card/sale/pt-protect"
    assert fields(client.post(path, {"amount": "1.00", **mixed})) == ["hpf_token"]
    late = client.hosted()
    client.v1.clock.advance(timedelta(minutes=15))
    assert fields(client.post(path, {"amount": "1.00", **late})) == ["hpf_token"]
    assert client.v1.ledger.transactions() == []


def test_a_bad_amount_spends_no_token() -> None:
    client = V3Client()
    token = client.hosted()
    path = "/v3/card/sale/pt-protect"
    assert fields(client.post(path, {"amount": "1.001", **token})) == ["amount"]
    assert client.post(path, {"amount": "1.00", **token}).status_code == 200


def test_everything_that_is_missing_is_told_at_once() -> None:
    answer = V3Client().post("/v3/card/sale/pt-protect", {"billing_name": "x" * 51})
    assert fields(answer) == ["hpf_token", "enc_key", "billing_name", "amount"]


def test_a_sale_may_put_its_card_into_the_vault() -> None:
    client = V3Client()
    body = client.hosted() | {"amount": "9.00", "create_customer": True, "customer_label": "C-1"}
    paid = data(client.post("/v3/card/sale/pt-protect/customer/", body))
    assert (paid["response_code"], paid["customer_label"]) == (101, "C-1")
    again = data(client.post(f"/v3/card/sale/customer/{paid['customer_id']}", {"amount": "3.00"}))
    assert client.record(str(again["transaction_id"]))["customer_label"] == "C-1"
    assert client.v1.ok("/v1/transactions/sale/by_customer", {"amount": 4, "customer_id": "C-1"})


def test_a_label_that_is_taken_charges_nothing() -> None:
    client = V3Client()
    for expected in ("paid", "refused"):
        body = client.hosted() | {"amount": "9.00", "customer_label": "C-1"}
        answer = client.post("/v3/card/sale/pt-protect/customer", body)
        assert (answer.status_code == 200) == (expected == "paid")
    assert len(client.v1.ledger.transactions()) == 1


def test_a_declined_card_is_not_kept() -> None:
    client = V3Client()
    body = client.hosted() | {"amount": "0.29", "customer_label": "C-1"}
    assert data(client.post("/v3/card/sale/pt-protect/customer", body))["response_code"] == 102
    assert client.v1.ledger.customers() == []


def test_an_unknown_customer_is_not_found() -> None:
    client = V3Client()
    assert client.post("/v3/card/sale/customer/40000009", {"amount": 1}).status_code == 404
    assert client.post("/v3/card/authorize/customer/C-1", {"amount": 1}).status_code == 404


def test_a_customer_keeps_the_number_when_renamed_and_loses_it_when_deleted() -> None:
    client = V3Client()
    body = client.hosted(AMEX) | {"amount": "9.00", "customer_label": "C-1"}
    number = data(client.post("/v3/card/sale/pt-protect/customer", body))["customer_id"]
    client.v1.ok("/v1/customer/update", {"customer_id": "C-1", "new_id": "C-2"})
    path = f"/v3/card/authorize/customer/{number}"
    assert (
        client.record(str(data(client.post(path, {"amount": 0}))["transaction_id"]))["customer_label"]
        == "C-2"
    )
    client.v1.ok("/v1/customer/delete", {"customer_id": "C-2"})
    assert client.post(path, {"amount": 1}).status_code == 404


def test_an_amount_sets_off_the_same_on_both_wires() -> None:
    client = V3Client()
    answers = [
        client.post("/v3/card/sale/pt-protect", client.hosted() | {"amount": amount}).status_code
        for amount in ("0.33", "0.34")
    ]
    assert answers == [500, 500]
    assert [row.amount_cents for row in client.v1.ledger.transactions()] == [34]
