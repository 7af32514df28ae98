"""Answers that contradict themselves: nothing is taken for refused, or for done, that may be otherwise."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import pytest

from counterfoil.connectors.paytrace.calls import Call
from counterfoil.connectors.paytrace.wire_v1 import charges
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.level_three import CardScheme, Level3
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.http.client import Sends
from counterfoil.ports.errors import ConfigurationError, DefectError
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    Declined,
    Instruction,
    Refund,
    StoredPayer,
    Unknown,
    Void,
)
from tests.unit.connector_paytrace.gateway import SALE_BY_CUSTOMER, PreparedPaytrace, reply

SEVEN = TransactionId("7")
UUID = "0f2f8b1e-1111-4222-8333-944445555666"
USD = Money.of("12.50", "USD")
CHARGE = Charge(payer=StoredPayer(reference="99"), amount=USD, invoice_id="CF-1")
BY_BANK = replace(CHARGE, tender=Tender.ACH)
SALE = "/v3/card/sale/customer/99"
CHECKS = "/v3/checks/payment"
BY_KEY = "/v3/checks/transactions/idempotency-keys/CF-1"
CAPTURES, VOIDS, REFUNDS = (f"/v3/card/batch/{word}" for word in ("capture", "void", "refund"))
RECORD_ID = reply({"message": {"data": [{"field": "path/record_id", "detail": "must be an integer"}]}}, 422)
CAPTURE = Capture(transaction=SEVEN)
REFUND = Refund(transaction=SEVEN, amount=USD, invoice_id="CF-1")


def by_v1(instruction: Instruction, path: str, answer: httpx2.Response | Exception) -> Answer:
    paytrace = PreparedPaytrace()
    paytrace.prepare(path, answer)
    return paytrace.connector.carry_out(instruction)


def by_v3(instruction: Instruction, path: str, answer: httpx2.Response | Exception) -> Answer:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(path, answer)
    return paytrace.connector.carry_out(instruction)


@pytest.mark.parametrize("code", ["981", "998"])
def test_an_approval_that_also_mentions_a_missing_right_is_no_error_after_which_it_is_sent_again(
    code: str,
) -> None:
    approved = reply(
        {
            "success": True,
            "response_code": 101,
            "transaction_id": 7,
            "errors": {code: ["No right to e-mail."]},
        }
    )
    assert by_v1(CHARGE, SALE_BY_CUSTOMER, approved) == Carried(transaction=SEVEN)


def test_a_write_that_was_answered_by_a_redirect_may_have_been_done() -> None:
    redirect = httpx2.Response(303, headers={"location": "https://paytrace.example/done"})
    assert isinstance(by_v1(CHARGE, SALE_BY_CUSTOMER, redirect), Unknown)
    assert isinstance(by_v3(CHARGE, SALE, redirect), Unknown)


@pytest.mark.parametrize(
    ("instruction", "path"),
    [(CHARGE, SALE), (CAPTURE, CAPTURES), (Void(transaction=SEVEN), VOIDS), (REFUND, REFUNDS)],
)
def test_the_refusal_that_also_comes_where_a_bank_payment_was_taken_leaves_a_card_s_in_doubt(
    instruction: Instruction, path: str
) -> None:
    assert isinstance(by_v3(instruction, path, RECORD_ID), Unknown)


def test_a_doubt_in_any_of_the_words_of_a_decline_counts() -> None:
    told = {
        "transaction_id": 7,
        "status": "DECLINED",
        "approval_message": "No",
        "status_message": "COMMERROR",
    }
    assert isinstance(by_v3(CHARGE, SALE, reply({"data": told})), Unknown)


@pytest.mark.parametrize("instruction", [CAPTURE, Void(transaction=SEVEN)])
def test_an_item_that_names_another_transaction_is_no_answer(instruction: Instruction) -> None:
    path = CAPTURES if isinstance(instruction, Capture) else VOIDS
    for status in ("success", "failed"):
        told = reply({"data": [{"transaction_id": "8", "status": status}]})
        assert isinstance(by_v3(instruction, path, told), Unknown), status


@pytest.mark.parametrize("code", [102, 103, 107, 110, 113])
def test_an_item_whose_code_says_otherwise_is_in_doubt(code: int) -> None:
    told = reply({"data": [{"transaction_id": "7", "status": "success", "response_code": code}]})
    assert isinstance(by_v3(CAPTURE, CAPTURES, told), Unknown)


def test_two_results_of_one_item_are_in_doubt_also_where_one_of_them_cannot_be_read() -> None:
    told = reply(
        {"data": [{"transaction_id": "7", "status": "failed"}, {"transaction_id": "7", "status": {}}]}
    )
    assert isinstance(by_v3(CAPTURE, CAPTURES, told), Unknown)


@pytest.mark.parametrize("more", [{"success": False}, {"response_code": 125}])
def test_a_bank_payment_with_an_id_that_was_not_taken_is_not_carried_out(more: dict[str, object]) -> None:
    assert isinstance(by_v3(BY_BANK, CHECKS, reply({"transaction_id": UUID, **more})), Unknown)


@pytest.mark.parametrize("other", [{"amount": "12.51"}, {"invoice_number": "CF-2"}])
def test_a_bank_payment_under_the_key_that_is_somebody_else_s_is_not_taken_for_ours(
    other: dict[str, object],
) -> None:
    found = {"transaction_id": UUID, "transaction_status": "ACCEPTED", "amount": "12.50"} | other
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(CHECKS, RECORD_ID)
    paytrace.prepare(BY_KEY, reply({"data": found}))
    assert isinstance(paytrace.connector.carry_out(BY_BANK), Unknown)


def test_what_follows_a_transaction_is_carried_out_by_the_transaction_that_was_named() -> None:
    told = reply({"success": True, "response_code": 109, "transaction_id": 8})
    assert by_v1(Void(transaction=SEVEN), "/v1/transactions/void", told) == Carried(transaction=SEVEN)


@pytest.mark.parametrize("generation", ["v1", "v3"])
@pytest.mark.parametrize("surcharge", [Money.of("1.00", "EUR"), Money.of("-1.00", "USD"), USD])
def test_a_surcharge_that_is_no_part_of_the_amount_is_a_defect_and_not_sent(
    generation: str, surcharge: Money
) -> None:
    paytrace = PreparedPaytrace(generation="v1" if generation == "v1" else "v3")
    with pytest.raises(DefectError):
        paytrace.connector.carry_out(replace(CHARGE, surcharge=surcharge))
    assert paytrace.requests == []


@pytest.mark.parametrize("generation", ["v1", "v3"])
@pytest.mark.parametrize("seconds", [10**12, 10**15, -1])
def test_a_token_s_odd_life_breaks_no_charge(generation: str, seconds: int) -> None:
    paytrace = PreparedPaytrace(generation="v1" if generation == "v1" else "v3")
    paytrace.log_ins.append(reply({"access_token": "t", "expires_in": seconds}, 201))
    approved = reply({"success": True, "response_code": 101, "transaction_id": 7})
    paytrace.prepare(SALE_BY_CUSTOMER if generation == "v1" else SALE, approved)
    assert paytrace.connector.carry_out(CHARGE) == Carried(transaction=SEVEN)


def test_a_call_shows_no_one_time_token_where_it_is_written_out() -> None:
    call = Call(way=charges.SALE_BY_TOKEN, path="/x", sends=Sends.WRITE, payload={"hpf_token": "told-once"})
    assert "told-once" not in repr(call)


def test_purchase_details_are_told_of_cards_alone() -> None:
    details = Level3(scheme=CardScheme.VISA, invoice="1", purchase_order="", tax=None)
    told = reply({"success": True, "response_code": 120, "check_transaction_id": 7})
    answer = by_v1(replace(BY_BANK, level3=details), "/v1/checks/sale/by_customer", told)
    assert answer == Carried(transaction=TransactionId("check-7"))


def test_a_record_of_v3_that_tells_its_card_like_v1_keeps_its_invoice() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    body = {
        "transaction_id": "7",
        "transaction_type": "SALE",
        "status": "CAPTURED",
        "amount": "12.50",
        "credit_card": {"masked_number": "xxxxxxxxxxxx5439"},
        "invoice_number": "CF-1",
        "created": {"at": "2026-03-02T20:00:00Z"},
    }
    paytrace.prepare("/v3/card/transaction/7", reply({"data": body}))
    record = paytrace.connector.fetch_transaction(SEVEN)
    assert isinstance(record, GatewayRecord)
    assert record.payment.invoice_reference == "CF-1"


def test_a_refusal_for_a_missing_right_stays_a_matter_of_configuration() -> None:
    refused = reply({"success": False, "response_code": 1, "errors": {"981": ["No."]}}, 400)
    with pytest.raises(ConfigurationError):
        by_v1(CHARGE, SALE_BY_CUSTOMER, refused)


def test_what_a_doubtful_capture_says_is_still_declined_where_it_is_clear() -> None:
    told = reply({"data": [{"transaction_id": "7", "status": "failed", "status_message": "Too much."}]})
    assert by_v3(CAPTURE, CAPTURES, told) == Declined(transaction=None, why="Too much.")
