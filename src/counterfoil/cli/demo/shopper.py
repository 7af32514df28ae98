"""Plays the people at the gateway's end: shoppers, the virtual terminal, the nightly batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx2

from counterfoil.ports.clock import Clock

_SECONDS = 30
_LONG_AGO = timedelta(days=10 * 365)
USER = {"grant_type": "password", "username": "demo123", "password": "demo123"}
# Publicly documented test card of the gateway's own samples; only the sandbox takes it.
PAYER = {
    "credit_card": {"number": "4012000098765439", "expiration_month": "12", "expiration_year": "2035"},
    "csc": "999",
    "billing_address": {"name": "Demo Payer", "street_address": "8320 E. West St.", "zip": "85284"},
}


class SandboxRefusedError(Exception):
    """The sandbox did not do what the story asked for."""


class Shopper:
    """A client of the sandbox's own API; every payment carries the story's word for it as description."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._client = httpx2.Client(base_url=url, timeout=_SECONDS)
        self._clock = clock

    def log_in(self) -> None:
        token = self._client.post("/oauth/token", data=USER).json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._client.close()

    def find(self, reference: str, vault: str = "", invoice: str = "") -> str:
        """The transaction that carries the story's word, or Counterfoil's own charge; else an empty text."""
        for record in self.transactions():
            is_charge = vault and (record["customer_id"], record["invoice_id"]) == (vault, invoice)
            if is_charge or record["description"] == reference:
                return str(record["transaction_id"])
        return ""

    def transactions(self) -> list[dict[str, Any]]:
        """All records that there are, so that no payment of an old story is made again."""
        today = self._clock.now().date()
        first, last = today - _LONG_AGO, today + timedelta(days=1)
        days = {"start_date": first.strftime("%m/%d/%Y"), "end_date": last.strftime("%m/%d/%Y")}
        return list(self._post("/v1/transactions/export/by_date_range", days)["transactions"])

    def is_captured(self, transaction: str) -> bool:
        """Whether an authorisation has become money."""
        found = [r for r in self.transactions() if str(r["transaction_id"]) == transaction]
        return any(str(record["status_code"]) != "N" for record in found)

    def pay_at_checkout(self, reference: str, amount: Decimal, invoice: str, silent_post_url: str) -> str:
        body = {
            "order_id": reference,
            "return_url": silent_post_url,
            **_sale(reference, amount, invoice),
            **PAYER,
        }
        return str(self._post("/checkout/sale", body)["transaction_id"])

    def pay_at_terminal(self, reference: str, amount: Decimal, invoice: str) -> str:
        """Keyed at the gateway; a decline has a transaction as well."""
        body = _sale(reference, amount, invoice) | PAYER
        return str(self._send("/v1/transactions/sale/keyed", body)["transaction_id"])

    def authorise(self, reference: str, amount: Decimal, invoice: str) -> str:
        body = _sale(reference, amount, invoice) | PAYER
        return str(self._post("/v1/transactions/authorization/keyed", body)["transaction_id"])

    def capture(self, transaction: str) -> None:
        self._post("/v1/transactions/authorization/capture", {"transaction_id": transaction})

    def charge_stored(self, reference: str, amount: Decimal, vault: str) -> str:
        body = _sale(reference, amount, "") | {"customer_id": vault}
        return str(self._post("/v1/transactions/sale/by_customer", body)["transaction_id"])

    def store_card(self, vault: str) -> None:
        """Creates the stored-payment customer; one that exists already is left as it is."""
        self._send("/v1/customer/create", {"customer_id": vault, **PAYER})

    def settle(self) -> None:
        self._send("/v1/transactions/settle", {})

    def _send(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.post(path, json=body).json()
        return answer

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = self._send(path, body)
        if not answer["success"]:
            raise SandboxRefusedError(f"{path}: {answer['status_message']}")
        return answer


def _sale(reference: str, amount: Decimal, invoice: str) -> dict[str, object]:
    return {"amount": f"{amount:.2f}", "invoice_id": invoice, "description": reference}
