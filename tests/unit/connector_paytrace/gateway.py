"""A PayTrace made of prepared answers, which remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx2

from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import Generation, PaytraceSettings
from counterfoil.connectors.paytrace.wire_v1 import charges, exports
from counterfoil.http.client import OutboundLimits
from counterfoil.ports.breakers import CallGuard
from counterfoil.ports.clock import ManualClock
from counterfoil.security.secrets import Secret
from tests.unit.connector_paytrace.records import MERCHANT

NOON = datetime(2026, 3, 2, 20, tzinfo=UTC)
EXPORT_BY_ID = exports.EXPORT_BY_ID.path
EXPORT_BY_DATE_RANGE = exports.EXPORT_BY_DATE_RANGE.path
SALE_BY_CUSTOMER = charges.SALE_BY_CUSTOMER.path
LOG_INS = ("/oauth/token", "/v3/token")
PASSWORD = "correct horse"
INVALID_TOKEN = {"error": "invalid_token", "error_description": "expired"}
Reply = httpx2.Response | Exception | Callable[[], httpx2.Response]


def reply(body: object, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json=body)


def exported(*records: object) -> httpx2.Response:
    return reply({"success": True, "response_code": 1, "status_message": "ok", "transactions": list(records)})


class PreparedPaytrace:
    """Answers each call with the next prepared reply for its path; log-ins succeed unless told otherwise."""

    def __init__(
        self,
        integrator_id: str = "intg-1",
        generation: Generation = "v1",
        *,
        limits: OutboundLimits | None = None,
        guard: CallGuard | None = None,
    ) -> None:
        self.clock = ManualClock(NOON)
        self.requests: list[httpx2.Request] = []
        self.replies: dict[str, list[Reply]] = {}
        self.log_ins: list[Reply] = []
        self.settings = PaytraceSettings(
            address="https://paytrace.example",
            merchant=MERCHANT,
            username="api-user",
            password=Secret(PASSWORD),
            integrator_id=integrator_id,
            generation=generation,
            merchant_number=100001,
        )
        self.connection = connect(
            self.settings,
            self.clock,
            limits=limits,
            transport=httpx2.MockTransport(self._handle),
            newest=lambda: self.settings,
            guard=guard,
        )
        self.connector = self.connection.gateway

    def prepare(self, path: str, *replies: Reply) -> None:
        self.replies.setdefault(path, []).extend(replies)

    def asked(self, path: str) -> list[httpx2.Request]:
        return [request for request in self.requests if request.url.path == path]

    def bodies(self, path: str) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.asked(path)]

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.url.path in LOG_INS:
            return _given(self.log_ins.pop(0)) if self.log_ins else self._token()
        return _given(self.replies[request.url.path].pop(0))

    def _token(self) -> httpx2.Response:
        count = sum(len(self.asked(path)) for path in LOG_INS)
        return reply({"access_token": f"token-{count}", "token_type": "bearer", "expires_in": 7200}, 201)


def _given(prepared: Reply) -> httpx2.Response:
    if isinstance(prepared, Exception):
        raise prepared
    return prepared() if callable(prepared) else prepared
