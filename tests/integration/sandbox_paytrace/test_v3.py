"""An independent V3 client's way through the sandbox, over a socket: a shop's card and bank payments."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.invariants import violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.server import running
from counterfoil.sandbox.paytrace.settings import Settings

MERCHANT = "100001"
# What the client takes for paid.
GOOD_STATUSES = {
    "APPROVED",
    "SUCCESS",
    "CAPTURED",
    "AUTHORIZED",
    "AUTHORIZATION APPROVED",
    "ACCEPTED",
    "A",
    "C",
    "S",
}
BILLING = {
    "billing_address": {
        "street": "12 Elm St",
        "street2": None,
        "city": "Spokane",
        "state": "WA",
        "country": "US",
        "postal_code": "99201",
    },
    "billing_name": "Ann Lee",
    "merchant_id": MERCHANT,
}


@dataclass
class Shop:
    """A shop's plugin: what it sends and which fields it reads."""

    http: httpx2.Client

    @classmethod
    def connected(cls, url: str) -> Shop:
        form = {"grant_type": "client_credentials", "client_id": "demo123", "client_secret": "demo123"}
        answer = httpx2.post(f"{url}/v3/token", data=form)
        assert answer.status_code == 201
        headers = {
            "Authorization": f"Bearer {answer.json()['data']['access_token']}",
            "X-Integrator-Id": "9999Shopware",
            "X-Permalinks": "1",
        }
        return cls(httpx2.Client(base_url=url, headers=headers))

    def send(self, method: str, path: str, body: object = None) -> dict[str, object]:
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    def token(self) -> dict[str, str]:
        """The hosted fields in the shopper's browser."""
        told = self.send("POST", "/v3/payment-fields/token")["data"]
        assert isinstance(told, dict)
        typed = {
            "clientKey": told["clientKey"],
            "number": "5499740000000057",
            "expiration": "12/35",
            "csc": "998",
        }
        message = self.send("POST", "/sandbox/protect/process", typed)["message"]
        assert isinstance(message, dict)
        return message

    def data(self, method: str, path: str, body: object = None) -> dict[str, object]:
        found = self.send(method, path, body)["data"]
        assert isinstance(found, dict)
        return found

    def follow(self, name: str, transaction: object, amount: str | None = None) -> object:
        """The one status of a batch call with one item."""
        item = {"transaction_id": transaction, "custom_dba": f"{name}: {transaction}"}
        body = {"merchant_id": MERCHANT, "batch_items": [item | ({"amount": amount} if amount else {})]}
        results = self.send("POST", f"/v3/card/batch/{name}", body)["data"]
        assert isinstance(results, list)
        return results[0]["status"]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = Ledger.open(None, SystemIds())
    yield ledger
    assert violations(ledger) == []
    ledger.close()


@pytest.fixture
def shop(ledger: Ledger) -> Iterator[Shop]:
    with running(create_app(ledger, SystemClock(), SystemIds(), Settings())) as url:
        shop = Shop.connected(url)
        yield shop
        shop.http.close()


def test_a_shop_sells_keeps_the_card_verifies_and_charges_again(shop: Shop) -> None:
    body = {**shop.token(), "amount": "19.90", **BILLING, "create_customer": True, "customer_label": 1}
    sold = shop.data("POST", "/v3/card/sale/pt-protect/customer/", body)
    customer = shop.data("GET", f"/v3/customer/{sold['customer_id']}")
    assert str(customer["card_masked"])[-4:] == "0057"
    again = shop.data(
        "POST", f"/v3/card/sale/customer/{sold['customer_id']}", {"amount": "5.00", "merchant_id": MERCHANT}
    )
    for transaction, amount in ((sold, 19.9), (again, 5)):
        record = shop.data(
            "GET", f"/v3/card/transaction/{transaction['transaction_id']}?merchant_id={MERCHANT}"
        )
        assert record["transaction_id"] == transaction["transaction_id"]
        assert record["requested_amount"] == amount
        assert str(record["status"]).upper() in GOOD_STATUSES
    shop.send("DELETE", f"/v3/customer/{sold['customer_id']}")


def test_a_shop_authorises_captures_and_voids(shop: Shop, ledger: Ledger) -> None:
    held = shop.data("POST", "/v3/card/authorize/pt-protect", {**shop.token(), "amount": "30.00", **BILLING})
    by_transaction = {
        "transaction_id": held["transaction_id"],
        "billing_address": {"name": "Ann Lee", "street_address": "12 Elm St", "postal_code": "99201"},
        "customer_label": 2,
    }
    assert "customer_id" in shop.data("POST", "/v3/customer/create/by-transaction", by_transaction)
    assert shop.follow("capture", held["transaction_id"], "20.00") == "success"
    assert shop.follow("refund", held["transaction_id"], "20.00") != "success"
    assert shop.follow("void", held["transaction_id"]) == "success"
    assert [row.amount_cents for row in ledger.transactions()] == [2000]


def encrypted(shop: Shop, text: str) -> str:
    key = serialization.load_pem_public_key(shop.http.get("/v3/e2ee/public-key.pem").content)
    assert isinstance(key, rsa.RSAPublicKey)
    return base64.b64encode(key.encrypt(text.encode(), padding.PKCS1v15())).decode()


def bank_payment(shop: Shop, amount: str, key: str) -> httpx2.Response:
    account = {
        "account_number": encrypted(shop, "123456"),
        "routing_number": "325070760",
        "account_type": "Checking",
    }
    body = {
        **BILLING,
        "std_entry_class": "WEB",
        "bank_account": account,
        "amount": amount,
        "merchant_id": int(MERCHANT),
        "idempotency_key": key,
    }
    return shop.http.post("/v3/checks/payment", json=body)


def test_a_bank_payment_is_verified_by_id_amount_and_status(shop: Shop) -> None:
    answer = bank_payment(shop, "44.00", "key-1").json()
    assert answer["data"] == []
    record = shop.data("GET", f"/v3/checks/transactions/{answer['transaction_id']}")
    assert (record["transaction_id"], record["amount"]) == (answer["transaction_id"], 44)
    assert record["transaction_status"] in GOOD_STATUSES


def test_a_bank_payment_answered_as_refused_is_found_by_key_and_by_search(shop: Shop) -> None:
    answer = bank_payment(shop, "1.50", "key-2")
    assert answer.status_code == 422
    assert answer.json()["message"]["data"][0]["field"] == "path/record_id"
    by_key = shop.data("GET", "/v3/checks/transactions/idempotency-keys/key-2")
    search: dict[str, str | int] = {"merchant_id": int(MERCHANT), "idempotency_key": "key-2", "limit": 1}
    found = shop.http.get("/v3/checks/transactions", params=search).json()["items"]
    assert found[0]["transaction_id"] == by_key["transaction_id"]


def test_what_a_shopper_typed_wrong_is_told_in_the_fields_that_the_client_shows(shop: Shop) -> None:
    answer = shop.http.post("/v3/card/sale/pt-protect", json={"hpf_token": "x", "enc_key": "y", **BILLING})
    assert answer.status_code == 422
    assert answer.json()["message"]["data"][0]["detail"].startswith("amount")
