"""A gateway with one busy day, as prepared bytes: `python -m bench.gateway_server PORT CARDS CHECKS`.

It answers both APIs as fast as a socket allows, so that what is measured is the other side, and counts.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date, datetime, time
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from counterfoil.ports.clock import SystemClock
from counterfoil.sandbox.paytrace.settings import PACIFIC

V1_DAYS = "/v1/transactions/export/by_date_range"
V3_DAYS = "/v3/transactions/export/by-date"
V3_CHECKS = "/v3/checks/transactions"
ADDRESS = {
    "name": "Ann Lee",
    "street_address": "8320 E. West St.",
    "street_address2": "",
    "city": "Spokane",
    "state": "WA",
    "zip": "85284",
    "country": "US",
}


def today() -> date:
    """The busy day: today, as the gateway counts it."""
    return SystemClock().now().astimezone(PACIFIC).date()


def v1_record(number: int, day: date) -> dict[str, object]:
    """As in the vendor's sample, all fields."""
    return {
        "transaction_id": 400_000_000 + number,
        "credit_card": {"masked_number": "************5439", "expiration_month": 12, "expiration_year": 29},
        "transaction_type": "SALE",
        "description": "",
        "amount": 12.5,
        "invoice_id": f"INV{number}",
        "shipping_address": ADDRESS | {"county": ""},
        "billing_address": ADDRESS,
        "receipt_emailed_to": "",
        "tax_amount": "8.10",
        "customer_reference_id": "",
        "approval_code": "TAS123",
        "approval_message": "  NO  MATCH - Approved and completed",
        "avs_response": "No Match",
        "csc_response": "Match",
        "status_code": "Y",
        "status_message": "Pending Settlement",
        "created": {
            "through": "API",
            "at": f"{day:%m/%d/%Y} 12:06:30 AM",
            "by": "demo123",
            "from_ip": "127.0.0.1",
        },
        "settled": "",
        "customer_id": "",
    }


def v3_record(number: int, day: date) -> dict[str, object]:
    return {
        "transaction_id": str(400_000_000 + number),
        "merchant_id": 100001,
        "transaction_type": "SALE",
        "status": "CAPTURED",
        "amount": 12.5,
        "requested_amount": 12.5,
        "settle_amount": 12.5,
        "card_masked": "************5439",
        "expiration_month": 12,
        "expiration_year": 2029,
        "approval_code": "TAS123",
        "approval_message": "  NO  MATCH - Approved and completed",
        "avs_response": "No Match",
        "csc_response": "Match",
        "invoice_number": f"INV{number}",
        "description": "",
        "customer_reference_id": "",
        "tax_amount": "8.10",
        "customer_id": None,
        "billing_name": "Ann Lee",
        "billing_address": ADDRESS,
        "shipping_name": "Ann Lee",
        "shipping_address": ADDRESS,
        "created": {"through": "API", "at": _noon(day), "by": "demo123", "from_ip": "127.0.0.1"},
        "settled_at": None,
        "batch_number": None,
    }


def check_record(number: int, day: date) -> dict[str, object]:
    return {
        "transaction_id": f"0f2f8b1e-1111-4222-8333-{number:012}",
        "transaction_type": "PAYMENT",
        "transaction_status": "ACCEPTED",
        "amount": "31.00",
        "invoice_number": f"INV{number}",
        "customer_reference_id": "",
        "billing_name": "Ann Lee",
        "created_at": _noon(day),
    }


def _noon(day: date) -> str:
    return datetime.combine(day, time(0, 6), PACIFIC).isoformat()


class BusyGateway:
    """One busy day's answers."""

    def __init__(self, cards: int, checks: int) -> None:
        self._day = today()
        self._calls: Counter[str] = Counter()
        v1 = [v1_record(number, self._day) for number in range(cards)]
        v3 = [v3_record(number, self._day) for number in range(cards)]
        self._answers = {V1_DAYS: _v1(v1), V3_DAYS: _v3(v3)}
        self._empty = {V1_DAYS: _v1([]), V3_DAYS: _v3([])}
        self._checks = [check_record(number, self._day) for number in range(checks)]

    def routes(self) -> list[Route]:
        return [
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/v3/token", self.token, methods=["POST"]),
            Route(V1_DAYS, self.days, methods=["POST"]),
            Route(V3_DAYS, self.days, methods=["POST"]),
            Route(V3_CHECKS, self.checks),
            Route("/calls", self.calls),
        ]

    def token(self, _: Request) -> Response:
        return JSONResponse({"access_token": "t", "token_type": "bearer", "expires_in": 7200}, 201)

    async def days(self, request: Request) -> Response:
        self._calls[request.url.path] += 1
        asked: dict[str, Any] = await request.json()
        first, last = (_day(asked[name]) for name in ("start_date", "end_date"))
        answers = self._answers if first <= self._day <= last else self._empty
        return Response(answers[request.url.path], media_type="application/json")

    def checks(self, request: Request) -> Response:
        self._calls[request.url.path] += 1
        query = request.query_params
        first, last = (date.fromisoformat(query[name][:10]) for name in ("start_date", "end_date"))
        offset, limit = int(query["offset"]), int(query["limit"])
        found = self._checks[offset : offset + limit] if first <= self._day <= last else []
        return JSONResponse({"data": found})

    def calls(self, _: Request) -> Response:
        """How often each was called since this was last asked."""
        told, self._calls = dict(self._calls), Counter()
        return JSONResponse(told)


def _v1(records: list[dict[str, object]]) -> bytes:
    return json.dumps({"success": True, "response_code": 1, "transactions": records}).encode()


def _v3(records: list[dict[str, object]]) -> bytes:
    return json.dumps({"data": records}).encode()


def _day(written: str) -> date:
    month, day, year = map(int, written.split("/"))
    return date(year, month, day)


def main(port: int, cards: int, checks: int) -> None:
    app = Starlette(routes=BusyGateway(cards, checks).routes())
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
