from __future__ import annotations

import json
from datetime import timedelta

import httpx2
import pytest
from starlette.requests import Request

from counterfoil.sandbox.paytrace.outcomes import Reason
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.triggers import Trigger
from tests.unit.sandbox_paytrace.client import (
    AMEX,
    CSC,
    VISA,
    SandboxClient,
    card,
    error_codes,
    keyed,
    transaction_id,
)

KEYED = "/v1/transactions/sale/keyed"


@pytest.mark.parametrize("number", CSC)
def test_test_cards_are_approved_and_their_codes_match(number: str) -> None:
    answer = SandboxClient().ok(KEYED, keyed("12.50", number))
    assert (answer["response_code"], answer["csc_response"]) == (101, "Match")
    assert answer["masked_card_number"] == f"xxxxxxxxxxxx{number[-4:]}"


def test_a_wrong_code_is_approved_without_a_match_as_recorded() -> None:
    assert SandboxClient().ok(KEYED, keyed("1.00") | {"csc": "123"})["csc_response"] == ""


def test_a_card_number_sent_as_a_number_is_taken() -> None:
    body = keyed(5) | {"credit_card": {"number": int(VISA), "expiration_month": 12, "expiration_year": 30}}
    assert SandboxClient().ok(KEYED, body)["response_code"] == 101


def test_the_sample_address_matches_and_any_other_does_not() -> None:
    client = SandboxClient()
    address = {"name": "S", "street_address": "8320 E. West St.", "zip": "85284"}
    matching = client.ok(KEYED, keyed(10) | {"billing_address": address})
    other = client.ok(KEYED, keyed(10))
    assert (matching["avs_response"], other["avs_response"]) == ("Full Exact Match", "No Match")
    assert matching["approval_message"] == "EXACT MATCH - Approved and completed"
    assert other["approval_message"] == "  NO  MATCH - Approved and completed"


def test_29_cents_is_an_expired_card_with_leading_blanks() -> None:
    answer = SandboxClient().call(KEYED, keyed("0.29", AMEX))
    payload = answer.json()
    assert answer.status_code == 200
    assert (payload["success"], payload["response_code"]) == (False, 102)
    assert payload["approval_message"] == "  EXPIRED CARD - Expired card"
    assert payload["approval_code"] == ""


def test_the_http_code_of_a_decline_is_a_setting() -> None:
    client = SandboxClient(Settings(decline_status=400))
    assert client.call(KEYED, keyed("0.30")).status_code == 400


def test_30_cents_is_not_honored() -> None:
    payload = SandboxClient().call(KEYED, keyed(0.30)).json()
    assert (payload["response_code"], payload["approval_message"]) == (102, "    DECLINE - Do not honor")


def test_31_cents_is_approved_then_voided() -> None:
    client = SandboxClient()
    payload = client.call(KEYED, keyed("0.31")).json()
    assert (payload["success"], payload["response_code"]) == (True, 103)
    record = client.record(payload["transaction_id"])
    assert (record["status_code"], record["status_message"]) == ("N", "VOIDED")


def test_an_amount_of_ones_own_sets_off_a_decline() -> None:
    client = SandboxClient(Settings(triggers_by_cents={41229: Trigger.DO_NOT_HONOR}))
    assert client.call(KEYED, keyed("412.29")).json()["response_code"] == 102
    assert client.call(KEYED, keyed("0.29")).json()["response_code"] == 101


def test_an_expired_card_is_declined_whatever_the_amount() -> None:
    body = keyed("12.00") | {"credit_card": card(month=5, year=2026)}
    assert SandboxClient().call(KEYED, body).json()["response_code"] == 102


def test_a_server_error_before_the_charge_records_nothing() -> None:
    client = SandboxClient()
    assert client.call(KEYED, keyed("0.33")).status_code == 500
    assert client.ledger.transactions() == []


def test_a_server_error_after_the_charge_leaves_it_recorded() -> None:
    client = SandboxClient()
    assert client.call(KEYED, keyed("0.34", invoice_id="INV-9")).status_code == 500
    assert [row.details.invoice_id for row in client.ledger.transactions()] == ["INV-9"]


def test_a_held_answer_comes_after_the_charge_was_recorded() -> None:
    recorded: list[int] = []

    async def hold(_: Request) -> None:
        recorded.append(len(client.ledger.transactions()))
        raise httpx2.ReadTimeout("no answer")

    client = SandboxClient(hold=hold)
    with pytest.raises(httpx2.ReadTimeout):
        client.call(KEYED, keyed("0.32"))
    assert recorded == [1]


def test_a_held_answer_comes_late_to_those_who_wait() -> None:
    client = SandboxClient(Settings(answer_held_for=timedelta(0)))
    assert client.call(KEYED, keyed("0.32")).json()["response_code"] == 101


def test_a_short_card_of_month_14_answers_35_and_43_alone() -> None:
    body = keyed("250.00") | {"credit_card": card("54545454545454", "14", "1999")}
    answer = SandboxClient().call(KEYED, body)
    assert error_codes(answer) == ["35", "43"]
    assert answer.json()["errors"]["35"] == ["Please provide a valid Credit Card Number."]


def test_a_year_that_is_none_answers_44() -> None:
    assert error_codes(SandboxClient().call(KEYED, keyed(1) | {"credit_card": card(year="20301")})) == ["44"]


@pytest.mark.parametrize("amount", [None, "", "1.005", "-1", "ten", "1e3", True, 0, "0.00", "9" * 11, []])
def test_what_is_no_amount_is_refused(amount: object) -> None:
    client = SandboxClient()
    assert error_codes(client.call(KEYED, keyed(amount))) == ["901"]
    assert client.ledger.transactions() == []


def test_cents_survive_being_sent_as_a_json_number() -> None:
    client = SandboxClient()
    raw = json.dumps(keyed("AMOUNT")).replace('"AMOUNT"', "1234567.89").encode()
    headers = {"authorization": f"Bearer {client.log_in()}"}
    client.send("POST", KEYED, content=raw, headers=headers)
    assert [row.amount_cents for row in client.ledger.transactions()] == [123456789]


@pytest.mark.parametrize("raw", [b"[1]", b"{", b"\xff", b'{"amount": NaN}', b"x" * (1024 * 1024 + 1)])
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    client = SandboxClient()
    headers = {"authorization": f"Bearer {client.log_in()}"}
    assert error_codes(client.send("POST", KEYED, content=raw, headers=headers)) == ["905"]


def test_credentials_in_the_body_and_unknown_fields_are_let_be() -> None:
    body = keyed("3.00", username="demo123", password="demo123", integrator_id="9", surprise={"a": [1]})
    assert SandboxClient().ok(KEYED, body)["response_code"] == 101


def test_an_authorisation_of_nothing_checks_a_card() -> None:
    client = SandboxClient()
    answer = client.ok("/v1/transactions/authorization/keyed", keyed(0))
    assert client.record(transaction_id(answer))["status_message"] == "Authorization Only"


def test_a_duplicate_inside_the_window_is_refused() -> None:
    client = SandboxClient(Settings(duplicate_window=timedelta(minutes=10)))
    client.sell("5.00", invoice_id="INV-1")
    client.clock.advance(timedelta(minutes=9))
    assert error_codes(client.call(KEYED, keyed("5.00", invoice_id="INV-1"))) == ["903"]
    client.clock.advance(timedelta(minutes=2))
    client.sell("5.00", invoice_id="INV-1")


@pytest.mark.parametrize(
    "other",
    [
        keyed("5.01", invoice_id="INV-1"),
        keyed("5.00", invoice_id="INV-2"),
        keyed("5.00", AMEX, invoice_id="INV-1"),
    ],
)
def test_another_card_amount_or_invoice_is_no_duplicate(other: dict[str, object]) -> None:
    client = SandboxClient(Settings(duplicate_window=timedelta(minutes=10)))
    client.sell("5.00", invoice_id="INV-1")
    client.ok(KEYED, other)


def test_a_decline_may_be_sent_again_at_once() -> None:
    client = SandboxClient(Settings(duplicate_window=timedelta(minutes=10)))
    assert [client.call(KEYED, keyed("0.29")).json()["response_code"] for _ in range(2)] == [102, 102]


def test_an_assumed_error_code_can_be_replaced() -> None:
    client = SandboxClient(Settings(error_codes={Reason.AMOUNT: 1234}))
    assert error_codes(client.call(KEYED, keyed("x"))) == ["1234"]
