"""Cards that the merchant's server never sees in the clear: encrypted ones and hosted fields."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from counterfoil.sandbox.paytrace.cards import read_card
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import BILLING, CSC, VISA, SandboxClient, error_codes, transaction_id

PROTECT = "/v1/transactions/sale/pt_protect"


def oaep(algorithm: HashAlgorithm) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(algorithm), algorithm, None)


def encrypt(client: SandboxClient, text: str, scheme: padding.AsymmetricPadding) -> str:
    key = load_pem_public_key(client.send("GET", "/v1/e2ee/public-key.pem").content)
    assert isinstance(key, rsa.RSAPublicKey)
    return base64.b64encode(key.encrypt(text.encode(), scheme)).decode()


def hosted(client: SandboxClient) -> dict[str, object]:
    """What the browser gets for the card, as the fields of a request."""
    ids = client.ids
    card = read_card(VISA, "12", "2030", CSC[VISA])
    assert not isinstance(card, tuple)
    token = HostedFields(Gateway(client.ledger, client.clock, ids, Settings())).tokenise(card)
    return {"hpf_token": token.hpf_token, "enc_key": token.enc_key}


@pytest.mark.parametrize("scheme", [padding.PKCS1v15(), oaep(SHA1()), oaep(SHA256())])  # noqa: S303 - as met
def test_an_encrypted_card_is_charged_whatever_the_padding(scheme: padding.AsymmetricPadding) -> None:
    client = SandboxClient()
    number = encrypt(client, VISA, scheme)
    assert len(number) == 344
    card = {"encrypted_number": number, "expiration_month": "12", "expiration_year": "30"}
    body = {"amount": "5.00", "credit_card": card, "encrypted_csc": encrypt(client, "999", scheme)}
    answer = client.ok("/v1/transactions/sale/keyed", body)
    assert (answer["masked_card_number"], answer["csc_response"]) == ("xxxxxxxxxxxx5439", "Match")


def test_what_another_key_encrypted_is_no_card() -> None:
    client = SandboxClient()
    number = encrypt(SandboxClient(), VISA, oaep(SHA1()))  # noqa: S303 - as met
    card = {"encrypted_number": number, "expiration_month": "12", "expiration_year": "30"}
    assert error_codes(client.call("/v1/transactions/sale/keyed", {"amount": 5, "credit_card": card})) == [
        "35"
    ]


def test_an_encrypted_swipe_is_charged() -> None:
    client = SandboxClient()
    swipe = encrypt(client, f";{VISA}=30121011234567890123?", padding.PKCS1v15())
    body = {"amount": "5.00", "encrypted_swipe": swipe}
    assert client.ok("/v1/transactions/sale/swiped", body)["masked_card_number"] == "xxxxxxxxxxxx5439"


def test_a_client_key_is_given() -> None:
    assert list(SandboxClient().call("/v1/payment_fields/token/create").json()) == ["clientKey"]


def test_a_one_time_token_pays_once() -> None:
    client = SandboxClient()
    body = {"amount": "5.00", "billing_address": BILLING, "invoice_id": "INV-1", **hosted(client)}
    answer = client.ok(PROTECT, body)
    assert (answer["masked_card_number"], answer["csc_response"]) == ("xxxxxxxxxxxx5439", "Match")
    assert client.record(transaction_id(answer))["invoice_id"] == "INV-1"
    assert error_codes(client.call(PROTECT, body)) == ["920"]
    held = {"amount": 0, **hosted(client)}
    assert client.ok("/v1/transactions/authorization/pt_protect", held)["response_code"] == 101


def test_a_sale_by_token_may_keep_the_customer() -> None:
    client = SandboxClient()
    path = "/v1/transactions/sale/pt_protect_customer"
    body = {"amount": "5.00", "customer_id": "ACME", "billing_address": BILLING}
    client.ok(path, body | hosted(client))
    client.ok("/v1/transactions/sale/by_customer", {"amount": 1, "customer_id": "ACME"})
    assert error_codes(client.call(path, body | hosted(client))) == ["171"]
    assert error_codes(client.call(path, body | {"customer_id": ""} | hosted(client))) == ["902"]
    declined = body | {"customer_id": "OTHER", "amount": "0.29"}
    assert client.call(path, declined | hosted(client)).json()["response_code"] == 102
    assert [row.customer_id for row in client.ledger.customers()] == ["ACME"]


def test_customers_are_made_and_changed_by_token() -> None:
    client = SandboxClient()
    body = {"customer_id": "ACME", "billing_address": BILLING}
    created = client.ok("/v1/customer/pt_protect_create", body | hosted(client))
    assert (created["response_code"], created["masked_card_number"]) == (160, "xxxxxxxxxxxx5439")
    updated = client.ok("/v1/customer/pt_protect_update", body | {"phone": "5"} | hosted(client))
    assert updated["response_code"] == 161
    for path in ("create", "update"):
        assert error_codes(client.call(f"/v1/customer/pt_protect_{path}", body)) == ["920"]
