"""A PayTrace client for the tests of the sandbox, over the app itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from typing_extensions import override

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.door import Hold
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.silent_post import SilentPostSender

VISA = "4012000098765439"
MASTERCARD = "5499740000000057"
DISCOVER = "6011000993026909"
AMEX = "371449635392376"
CSC = {VISA: "999", MASTERCARD: "998", DISCOVER: "996", AMEX: "9997"}

# 7:04:05 in the evening of 3 June in Spokane.
START = datetime(2026, 6, 4, 2, 4, 5, tzinfo=UTC)

BILLING = {
    "name": "Steve Smith",
    "street_address": "12 Elm St",
    "city": "Spokane",
    "state": "WA",
    "zip": "99201",
}


def card(number: str = VISA, month: object = "12", year: object = "2030") -> dict[str, object]:
    return {"number": number, "expiration_month": month, "expiration_year": year}


def keyed(amount: object, number: str = VISA, **more: object) -> dict[str, object]:
    """The body of a keyed sale or authorisation."""
    return {
        "amount": amount,
        "credit_card": card(number),
        "csc": CSC.get(number, ""),
        "billing_address": BILLING,
        **more,
    }


class RecordingSender(SilentPostSender):
    """Keeps the silent posts instead of sending them."""

    def __init__(self, outcome: str = "answered 200") -> None:
        self.sent: list[tuple[str, str]] = []
        self.outcome = outcome

    @override
    async def send(self, url: str, body: str) -> str:
        self.sent.append((url, body))
        return self.outcome


class SandboxClient:
    """Speaks v1 as an independent client would; logs in when first used."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        path: Path | None = None,
        sender: SilentPostSender | None = None,
        hold: Hold | None = None,
    ) -> None:
        self.ids = SeededIds("sandbox")
        self.clock = ManualClock(START)
        self.ledger = Ledger.open(path, self.ids)
        self.sender = sender or RecordingSender()
        self.app = create_app(
            self.ledger, self.clock, self.ids, settings or Settings(), sender=self.sender, hold=hold
        )
        self.token = ""

    def log_in(self) -> str:
        answer = self.send(
            "POST",
            "/oauth/token",
            data={"grant_type": "password", "username": "demo123", "password": "demo123"},
        )
        self.token = answer.json()["access_token"]
        return self.token

    def call(self, path: str, body: object = None) -> httpx2.Response:
        token = self.token or self.log_in()
        return self.send("POST", path, json=body or {}, headers={"authorization": f"Bearer {token}"})

    def ok(self, path: str, body: object = None) -> dict[str, object]:
        """The answer of a call that must succeed."""
        answer = self.call(path, body)
        payload: dict[str, object] = answer.json()
        assert answer.status_code == 200, payload
        assert payload["success"] is True, payload
        return payload

    def do(self, command: str, **asked: object) -> str:
        """What a command of the control API answers, which must be done."""
        answer = self.send("POST", f"/control/do/{command}", json=asked)
        assert answer.status_code == 200, answer.text
        done: str = answer.json()["done"]
        return done

    def listed(self, name: str, word: str = "") -> list[dict[str, str]]:
        """A list of the control API."""
        answer = self.send("GET", f"/control/lists/{name}", params={"q": word})
        rows: list[dict[str, str]] = answer.json()["rows"]
        return rows

    def later(self, step: timedelta) -> None:
        """Puts the clock forward and logs in anew, before which the gateway does what came due."""
        self.clock.advance(step)
        self.log_in()

    def sell(self, amount: object, number: str = VISA, **more: object) -> int:
        """The transaction id of a keyed sale that must be approved."""
        return transaction_id(self.ok("/v1/transactions/sale/keyed", keyed(amount, number, **more)))

    def record(self, transaction: int) -> dict[str, object]:
        payload = self.ok("/v1/transactions/export/by_id", {"transaction_id": transaction})
        records = payload["transactions"]
        assert isinstance(records, list)
        assert len(records) == 1
        record: dict[str, object] = records[0]
        return record

    def send(self, method: str, path: str, **arguments: object) -> httpx2.Response:
        async def ask() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                request = client.build_request(method, path, **arguments)  # type: ignore[arg-type] # passed through
                return await client.send(request)

        return asyncio.run(ask())


def transaction_id(payload: dict[str, object]) -> int:
    found = payload["transaction_id"]
    assert isinstance(found, int)
    return found


def error_codes(answer: httpx2.Response) -> list[str]:
    """The codes of a refused request."""
    payload = answer.json()
    assert (answer.status_code, payload["success"], payload["response_code"]) == (400, False, 1)
    return list(payload["errors"])
