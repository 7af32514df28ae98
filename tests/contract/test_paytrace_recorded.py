"""The sandbox answers with the keys and types that the real gateway was recorded to answer with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.sandbox_paytrace.client import BILLING, CSC, MASTERCARD, VISA, SandboxClient, card, keyed

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "paytrace-v1-recorded"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(),
    reason="NOT CHECKED: the recorded PayTrace answers are not at ../shared/data/paytrace-v1-recorded",
)

Answer = dict[str, object]
CUSTOMER = {"customer_id": "customerTest150", "credit_card": card(), "billing_address": BILLING}


def recorded(name: str) -> Answer:
    answer: Answer = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    return answer


def shape(answer: Answer) -> dict[str, object]:
    """Keys in their order with the types of their values; the errors map to its codes and counts."""
    return {
        key: {code: len(texts) for code, texts in value.items()} if isinstance(value, dict) else type(value)
        for key, value in answer.items()
    }


def ask(client: SandboxClient, path: str, body: object) -> Answer:
    answer: Answer = client.call(path, body).json()
    return answer


def sale(client: SandboxClient, amount: str = "10.00") -> Answer:
    return ask(client, "/v1/transactions/sale/keyed", keyed(amount))


def authorise(client: SandboxClient, amount: str = "10.00") -> Answer:
    return ask(client, "/v1/transactions/authorization/keyed", keyed(amount))


def follow_up(client: SandboxClient, path: str, transaction: object) -> Answer:
    return ask(client, path, {"transaction_id": transaction})


def captured(client: SandboxClient) -> Answer:
    transaction = authorise(client)["transaction_id"]
    return follow_up(client, "/v1/transactions/authorization/capture", transaction)


def refunded(client: SandboxClient) -> Answer:
    transaction = sale(client)["transaction_id"]
    client.ok("/v1/transactions/settle")
    return follow_up(client, "/v1/transactions/refund/for_transaction", transaction)


def voided(client: SandboxClient) -> Answer:
    return follow_up(client, "/v1/transactions/void", sale(client)["transaction_id"])


def created(client: SandboxClient) -> Answer:
    return ask(client, "/v1/customer/create", CUSTOMER)


def created_twice(client: SandboxClient) -> Answer:
    created(client)
    return created(client)


def check(client: SandboxClient, path: str = "sale", amount: str = "10.00") -> Answer:
    account = {"account_number": "123456", "routing_number": "325070760"}
    return ask(client, f"/v1/checks/{path}/by_account", {"amount": amount, "check": account})


def follow_up_on_check(client: SandboxClient, path: str, number: object) -> Answer:
    return ask(client, f"/v1/checks/{path}", {"check_transaction_id": number, "amount": "10.00"})


def funded(client: SandboxClient) -> Answer:
    return follow_up_on_check(client, "manage/fund", check(client, "hold")["check_transaction_id"])


def refunded_check(client: SandboxClient) -> Answer:
    number = check(client)["check_transaction_id"]
    client.clock.advance(timedelta(days=10))
    client.log_in()
    return follow_up_on_check(client, "refund/by_transaction", number)


def bad_check(client: SandboxClient) -> Answer:
    return ask(client, "/v1/checks/sale/by_account", {"amount": "10.00", "customer_id": "customerid123"})


def level_three(client: SandboxClient, lines: int) -> Answer:
    body = {"transaction_id": sale(client)["transaction_id"], "line_items": [{"amount": "1.00"}] * lines}
    return ask(client, "/v1/level_three/visa", body)


CASES: dict[str, Callable[[SandboxClient], Answer]] = {
    "successful_purchase_response": sale,
    "failed_purchase_response": lambda client: sale(client, "0.30"),
    "successful_authorize_response": authorise,
    "failed_authorize_response": lambda client: authorise(client, "0.29"),
    "successful_capture_response": captured,
    "failed_capture_response": lambda client: follow_up(client, "/v1/transactions/authorization/capture", ""),
    "successful_refund_response": refunded,
    "successful_void_response": voided,
    "failed_refund_response": lambda client: ask(client, "/v1/transactions/refund/keyed", keyed("10.00")),
    "failed_void_response": lambda client: follow_up(client, "/v1/transactions/void", ""),
    "successful_create_customer_response": created,
    "failed_customer_creation_response": created_twice,
    "successful_ach_processing_response": check,
    "failed_ach_processing_response": lambda client: check(client, amount="1.20"),
    "failed_bad_request_ach_processing_response": bad_check,
    "successful_ach_capture_void_response": funded,
    "failed_ach_capture_void_response": lambda client: follow_up_on_check(client, "manage/void", 7),
    "successful_ach_refund_response": refunded_check,
    "failed_ach_refund_response": lambda client: follow_up_on_check(client, "refund/by_transaction", 7),
}


@pytest.mark.parametrize("name", CASES)
def test_keys_and_types_are_those_recorded(name: str) -> None:
    answer = CASES[name](SandboxClient())
    assert list(shape(answer).items()) == list(shape(recorded(name)).items())


@pytest.mark.parametrize("name", CASES)
def test_success_code_and_words_are_those_recorded(name: str) -> None:
    answer, expected = CASES[name](SandboxClient()), recorded(name)
    for key in ("success", "response_code", "status_message", "errors", "approval_message", "avs_response"):
        assert answer.get(key) == expected.get(key)


def test_a_refused_refund_has_the_keys_recorded_for_another_refusal() -> None:
    client = SandboxClient()
    transaction = sale(client)["transaction_id"]
    refused = follow_up(client, "/v1/transactions/refund/for_transaction", transaction)
    assert list(refused) == list(recorded("failed_refund_response"))


@pytest.mark.parametrize("number", [VISA, MASTERCARD])
def test_approval_codes_and_masked_numbers_read_as_recorded(number: str) -> None:
    answer = SandboxClient().ok("/v1/transactions/sale/keyed", keyed("10.00", number) | {"csc": CSC[number]})
    code, masked = str(answer["approval_code"]), str(answer["masked_card_number"])
    expected = recorded("successful_purchase_response")
    assert (code[:3], len(code)) == (str(expected["approval_code"])[:3], 6)
    assert masked[:-4] == str(expected["masked_card_number"])[:-4]


@pytest.mark.parametrize(
    ("name", "lines"), [("successful_level_3_response", 1), ("successful_level_3_visa", 2)]
)
def test_level_three_is_answered_as_recorded_but_for_the_transaction(name: str, lines: int) -> None:
    answer, expected = level_three(SandboxClient(), lines), recorded(name)
    number = re.compile(r"Transaction ID [0-9]+")
    for each in (answer, expected):
        each["status_message"] = number.sub("Transaction ID", str(each["status_message"]))
    assert list(answer.items()) == list(expected.items())


def test_every_recorded_answer_is_tried() -> None:
    levels = {"successful_level_3_response", "successful_level_3_visa"}
    assert {path.stem for path in RECORDED.glob("*.json")} == set(CASES) | levels
