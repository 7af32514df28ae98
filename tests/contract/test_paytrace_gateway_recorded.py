"""The connector over v1 against answers that an independent client recorded at the real gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.connectors.paytrace.wire_v1 import answers as wire
from counterfoil.domain.identifiers import TransactionId
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.instructions import OneTimeToken, StoredPayer
from counterfoil.security.secrets import Secret
from tests.contract.gateway_desk import MERCHANT, Desk
from tests.contract.gateway_suite import GatewaySuite
from tests.unit.sandbox_paytrace.client import START

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "paytrace-v1-recorded"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(),
    reason="NOT CHECKED: the recorded PayTrace answers are not at ../shared/data/paytrace-v1-recorded",
)

UNKNOWN = "1"
# Which recorded answer a call gets, by its path.
ANSWERS = {
    "/v1/transactions/sale/by_customer": "purchase",
    "/v1/transactions/authorization/by_customer": "authorize",
    "/v1/transactions/authorization/capture": "capture",
    "/v1/transactions/void": "void",
    "/v1/transactions/refund/for_transaction": "refund",
    "/v1/checks/sale/by_customer": "ach_processing",
    "/v1/checks/hold/by_customer": "ach_processing",
    "/v1/checks/manage/fund": "ach_capture_void",
    "/v1/checks/manage/void": "ach_capture_void",
    "/v1/checks/refund/by_transaction": "ach_refund",
    "/v1/customer/create_from_transaction": "create_customer",
    "/v1/level_three/visa": "level_3",
}
FAILED = {"create_customer": "customer_creation"}
FAILING_AMOUNTS = ("0.30", "1.20")


def recorded(name: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads((RECORDED / f"{name}_response.json").read_text("utf-8"))
    return answer


class RecordedDesk(Desk):
    """Answers each call as recorded, with the number that the call names where it names one."""

    def __init__(self, *, may_refund: bool = True) -> None:
        self.sent: list[dict[str, object]] = []
        self._may_refund = may_refund
        self._labels: set[object] = set()
        self.connection = connect(
            PaytraceSettings(
                address="https://paytrace.example",
                merchant=MERCHANT,
                username="api-user",
                password=Secret("password"),
            ),
            ManualClock(START),
            transport=httpx2.MockTransport(self._handle),
        )

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth/token":
            return httpx2.Response(
                200, json={"access_token": "t", "token_type": "bearer", "expires_in": 7200}
            )
        body: dict[str, object] = json.loads(request.content)
        self.sent.append(body)
        if request.url.path == "/v1/transactions/export/by_id":
            return httpx2.Response(200, json={"success": True, "response_code": 1, "transactions": []})
        name = ANSWERS[request.url.path]
        if self._is_failing(name, body):
            return httpx2.Response(400, json=recorded(f"failed_{FAILED.get(name, name)}"))
        return httpx2.Response(200, json=self._named(name, body))

    def _is_failing(self, name: str, body: Mapping[str, object]) -> bool:
        label = body.get("customer_id") if name == "create_customer" else None
        is_known = label in self._labels
        self._labels |= {label} - {None}
        return (
            is_known
            or body.get("amount") in FAILING_AMOUNTS
            or (body.get("transaction_id") == UNKNOWN and name in {"capture", "void"})
            or (name == "refund" and not self._may_refund)
        )

    @staticmethod
    def _named(name: str, body: Mapping[str, object]) -> dict[str, object]:
        answer = recorded(f"successful_{name}")
        if name in {"capture", "void"}:
            answer["transaction_id"] = int(str(body["transaction_id"]))
        return answer

    @override
    def payer(self) -> StoredPayer:
        return StoredPayer(reference="c1")

    @override
    def account(self) -> StoredPayer:
        return StoredPayer(reference="b1")

    @override
    def token(self) -> OneTimeToken:
        return OneTimeToken(token=Secret("hpf"), key=Secret("enc"))

    @override
    def settle(self) -> None:
        pass

    @override
    def pass_bank_days(self) -> None:
        pass

    @override
    def unknown(self) -> TransactionId:
        return TransactionId(UNKNOWN)

    @override
    def without_permission(self) -> PaytraceConnection:
        return RecordedDesk(may_refund=False).connection


@pytest.fixture
def desk() -> Iterator[RecordedDesk]:
    desk = RecordedDesk()
    yield desk
    desk.connection.close()


class TestRecorded(GatewaySuite):
    """Over recorded answers."""


def test_every_recorded_answer_has_the_shape_that_we_read() -> None:
    files = sorted(RECORDED.glob("*.json"))
    assert len(files) == 21
    for file in files:
        read = wire.read(wire.CallAnswer, file.read_bytes())
        sent = json.loads(file.read_text("utf-8"))
        assert read is not None, file.name
        assert (read.success, read.response_code) == (sent["success"], sent["response_code"])
        assert read.reasons
