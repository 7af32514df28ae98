"""A V3 client for the tests of the sandbox, over the app itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding

from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import CSC, VISA, SandboxClient

MERCHANT = 100_001
CREDENTIALS = {"grant_type": "client_credentials", "client_id": "demo123", "client_secret": "demo123"}
ADDRESS = {"street": "12 Elm St", "city": "Spokane", "state": "WA", "postal_code": "99201", "country": "US"}


class V3Client:
    """Speaks V3 to the same app as the v1 client that it holds."""

    def __init__(self, settings: Settings | None = None, *, path: Path | None = None) -> None:
        self.v1 = SandboxClient(settings, path=path)
        self.gateway = Gateway(self.v1.ledger, self.v1.clock, self.v1.ids, settings or Settings())
        self.token = ""

    def log_in(self, **instead: str) -> dict[str, object]:
        answer = self.v1.send("POST", "/v3/token", data=CREDENTIALS | instead)
        assert answer.status_code == 201, answer.text
        told: dict[str, object] = answer.json()
        found = told.get("data", told)
        assert isinstance(found, dict)
        self.token = found["access_token"]
        return told

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx2.Response:
        if not self.token:
            self.log_in()
        headers = {"authorization": f"Bearer {self.token}", "x-integrator-id": "9999Test", **headers}
        arguments = {} if body is None else {"json": body}
        return self.v1.send(method, path, headers=headers, **arguments)

    def post(self, path: str, body: Mapping[str, object] | None = None) -> httpx2.Response:
        return self.send("POST", path, {"merchant_id": MERCHANT, **(body or {})})

    def get(self, path: str) -> httpx2.Response:
        return self.send("GET", path)

    def encrypted(self, text: str, scheme: AsymmetricPadding | None = None) -> str:
        """A value as a page encrypts it with the gateway's public key."""
        key = serialization.load_pem_public_key(self.v1.send("GET", "/v3/e2ee/public-key.pem").content)
        assert isinstance(key, rsa.RSAPublicKey)
        return base64.b64encode(key.encrypt(text.encode(), scheme or padding.PKCS1v15())).decode()

    def check(self, amount: object, *, account: object = "123456", **more: object) -> httpx2.Response:
        """A check by keyed account."""
        bank = {"account_number": self.encrypted(str(account)), "routing_number": "325070760"}
        body = {"amount": amount, "std_entry_class": "WEB", "bank_account": bank, "billing_name": "Ann Lee"}
        return self.post("/v3/checks/payment", body | more)

    def take(self, amount: object, **more: object) -> str:
        """The id of a check that must be accepted."""
        answer = self.check(amount, **more)
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"] == []
        return str(answer.json()["transaction_id"])

    def pass_days(self, days: int) -> None:
        """Days go by; a client logs in anew then."""
        self.v1.clock.advance(timedelta(days=days))
        self.log_in()

    def hosted(self, number: str = VISA, year: str = "2030") -> dict[str, object]:
        """What hosted fields give a page for a typed card."""
        card = read_card(number, "12", year, CSC.get(number, ""))
        assert isinstance(card, Card)
        token = HostedFields(self.gateway).tokenise(card)
        return {"hpf_token": token.hpf_token, "enc_key": token.enc_key}

    def pay(self, amount: object, *, kind: str = "sale", **more: object) -> dict[str, object]:
        """The data of a payment by hosted fields."""
        body = {"amount": amount, "billing_address": ADDRESS, "billing_name": "Ann Lee", **more}
        return data(self.post(f"/v3/card/{kind}/pt-protect", self.hosted() | body))

    def sell(self, amount: object, *, kind: str = "sale", **more: object) -> str:
        """The transaction id of an approved payment."""
        paid = self.pay(amount, kind=kind, **more)
        assert paid["response_code"] == 101, paid
        return str(paid["transaction_id"])

    def items(self, name: str, *items: Mapping[str, object]) -> list[dict[str, object]]:
        """The results of a batch call."""
        answer = self.post(f"/v3/card/batch/{name}", {"batch_items": list(items)})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, object]] = answer.json()["data"]
        return found

    def number_of(self, customer_label: str) -> int:
        """The number of a customer that the vault has under the label."""
        return CustomerNumbers(self.v1.ledger).of(customer_label)

    def record(self, transaction: str) -> dict[str, object]:
        return data(self.get(f"/v3/card/transaction/{transaction}?merchant_id={MERCHANT}"))


def data(answer: httpx2.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    found = answer.json()["data"]
    assert isinstance(found, dict)
    return found


def fields(answer: httpx2.Response) -> list[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    return [fault["field"] for fault in answer.json()["message"]["data"]]
