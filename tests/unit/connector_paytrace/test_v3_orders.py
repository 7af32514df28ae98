"""Instructions over V3: sent once, with what, and what each answer becomes."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx2
import pytest

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import ConfigurationError, OutcomeUnknownError, TransientError
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    Declined,
    Instruction,
    NotOffered,
    NotYet,
    OneTimeToken,
    Refund,
    StoredPayer,
    Unknown,
    Void,
)
from counterfoil.security.secrets import Secret
from tests.unit.connector_paytrace.gateway import PreparedPaytrace, reply

SALE = "/v3/card/sale/customer/234585761"
CHECKS = "/v3/checks/payment"
UUID = "0f2f8b1e-1111-4222-8333-944445555666"
BY_KEY = "/v3/checks/transactions/idempotency-keys/CF-1"
PAYER = StoredPayer(reference="234585761")
USD = Money.of("12.50", "USD")
CHARGE = Charge(payer=PAYER, amount=USD, invoice_id="CF-1")
BY_BANK = replace(CHARGE, tender=Tender.ACH)
APPROVED = {"data": {"success": True, "response_code": 101, "transaction_id": "7"}}
SEVEN = TransactionId("7")
CAPTURE = Capture(transaction=SEVEN)
CAPTURES = "/v3/card/batch/capture"
REFUND = Refund(transaction=SEVEN, amount=USD, invoice_id="CF-1")


def invalid(*faults: tuple[str, str]) -> httpx2.Response:
    """A 422 in its long shape."""
    listed = [{"field": field, "detail": detail} for field, detail in faults]
    return reply({"message": {"data": listed}}, 422)


def carry_out(instruction: Instruction, path: str, *replies: httpx2.Response | Exception) -> Answer:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(path, *replies)
    answer = paytrace.connector.carry_out(instruction)
    assert len(paytrace.asked(path)) == len(replies)
    return answer


def item(**result: object) -> httpx2.Response:
    return reply({"data": [{"transaction_id": "7", **result}]})


def test_a_charge_carries_merchant_amount_invoice_and_address_in_the_names_of_v3() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(SALE, reply(APPROVED))
    address = Address(name="Ann Lee", line_1="12 Elm St", city="Spokane", state="WA", zip="99201")
    charge = replace(
        CHARGE,
        billing=address,
        order_reference="PO 7",
        email="a@b.example",
        surcharge=Money.of("0.36", "USD"),
    )
    assert paytrace.connector.carry_out(charge) == Carried(transaction=SEVEN)
    assert paytrace.bodies(SALE) == [
        {
            "merchant_id": 100001,
            "amount": "12.50",
            "invoice_number": "CF-1",
            "customer_reference_id": "PO 7",
            "billing_email": "a@b.example",
            "billing_name": "Ann Lee",
            "billing_address": {
                "street": "12 Elm St",
                "city": "Spokane",
                "state": "WA",
                "postal_code": "99201",
            },
            "surcharge_info": {"omit_surcharge": True},
        }
    ]
    [request] = paytrace.asked(SALE)
    assert request.headers["x-integrator-id"] == "intg-1"
    assert "integrator_id" not in json.loads(request.content)


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"transaction_id": 7, "status": "CAPTURED"}},
        {"data": {"id": "7", "status": "A"}},
        {"data": {"transaction_id": "7", "response_message": "Approved"}},
        {"transaction_id": "7", "status": "AUTHORIZED", "data": []},
        {"data": [{"transaction_id": "7", "response_code": 101}]},
    ],
)
def test_what_independent_clients_take_for_paid_is_carried_out(told: dict[str, object]) -> None:
    assert carry_out(CHARGE, SALE, reply(told, 201)) == Carried(transaction=SEVEN)


@pytest.mark.parametrize(
    ("answer", "declined"),
    [
        (
            reply({"data": {"transaction_id": 7, "response_code": 102, "approval_message": "  DECLINE "}}),
            Declined(transaction=SEVEN, why="DECLINE"),
        ),
        (
            reply({"data": {"transaction_id": 7, "success": True, "response_code": 103}}),
            Declined(transaction=SEVEN, why=""),
        ),
        (
            reply({"data": {"transaction_id": 7, "status": "DECLINED"}}),
            Declined(transaction=SEVEN, why=""),
        ),
        (
            invalid(("amount", "must be positive"), ("body/invoice_number", "is required")),
            Declined(transaction=None, why="amount: must be positive; body/invoice_number: is required"),
        ),
        (reply({"message": "Not  this way."}, 422), Declined(transaction=None, why="Not this way.")),
        (reply({"message": "The customer was not found."}, 404),
         Declined(transaction=None, why="The customer was not found.")),
    ],
)  # fmt: skip
def test_a_charge_that_took_no_money_says_why(answer: httpx2.Response, declined: Declined) -> None:
    assert carry_out(CHARGE, SALE, answer) == declined


@pytest.mark.parametrize(
    "answer",
    [
        reply({"data": {"transaction_id": "7", "status": "X"}}),
        reply({"data": {"status": "CAPTURED"}}),
        reply({"data": {"transaction_id": "7", "status": "CAPTURED", "success": False}}),
        reply({"data": {"transaction_id": "7", "response_code": 104}}),
        reply({"data": {"transaction_id": {"a": 1}}}),
        reply({"data": "odd"}),
        reply({"message": "A duplicate of another"}, 422),
        reply({"data": {"transaction_id": "7", "status": "DECLINED", "response_message": "COMMERROR"}}),
        reply({"message": "odd"}, 400),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(418, json={"message": "odd"}),
        reply({}, 500),
        reply({}, 504),
        httpx2.ReadTimeout("x"),
    ],
)
def test_a_charge_without_a_clear_answer_is_unknown_and_is_sent_once(
    answer: httpx2.Response | Exception,
) -> None:
    assert isinstance(carry_out(CHARGE, SALE, answer), Unknown)


def test_a_token_that_is_no_longer_taken_is_renewed_once_because_nothing_was_done() -> None:
    refused = reply({"message": "Unauthorized"}, 401)
    assert isinstance(carry_out(CHARGE, SALE, refused, reply(APPROVED)), Carried)
    with pytest.raises(ConfigurationError, match="does not take it"):
        carry_out(CHARGE, SALE, refused, reply({"message": "Unauthorized"}, 401))


def test_a_user_without_the_right_is_a_matter_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="merchant 100001: No way"):
        carry_out(CHARGE, SALE, reply({"message": "No way"}, 403))


def test_a_charge_that_was_never_sent_may_be_tried_again() -> None:
    with pytest.raises(TransientError) as caught:
        carry_out(CHARGE, SALE, httpx2.ConnectError("x"))
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_a_card_from_the_hosted_fields_is_kept_while_it_is_charged() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    path = "/v3/card/sale/pt-protect/customer/"
    told = {"data": {"transaction_id": "7", "response_code": 101, "customer_id": 99}}
    paytrace.prepare(path, reply(told))
    token = OneTimeToken(token=Secret("hpf"), key=Secret("enc"), keep_as="c1")
    answer = paytrace.connector.carry_out(replace(CHARGE, payer=token))
    assert answer == Carried(transaction=SEVEN, stored=StoredPayer(reference="99"))
    [body] = paytrace.bodies(path)
    assert (body["hpf_token"], body["enc_key"]) == ("hpf", "enc")
    assert (body["create_customer"], body["customer_label"]) == (True, "c1")
    held = paytrace.connector.carry_out(replace(CHARGE, payer=token, capture=False))
    assert isinstance(held, NotOffered)


def test_a_follow_up_is_a_batch_of_one_item() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(CAPTURES, item(status="success"), item(status="success"))
    assert paytrace.connector.carry_out(CAPTURE) == Carried(transaction=SEVEN)
    paytrace.connector.carry_out(Capture(transaction=SEVEN, amount=USD))
    assert [body["batch_items"] for body in paytrace.bodies(CAPTURES)] == [
        [{"transaction_id": "7"}],
        [{"transaction_id": "7", "amount": "12.50"}],
    ]


def test_a_refund_answers_its_own_number_where_it_is_told() -> None:
    refunds = "/v3/card/batch/refund"
    for told, number in (
        ({"status": "success", "refund_transaction_id": "8"}, "8"),
        ({"status": "success", "transaction_id": "9"}, "9"),
        ({"status": "SUCCESS"}, "7"),
    ):
        assert carry_out(REFUND, refunds, item(**told)) == Carried(transaction=TransactionId(number))


def test_an_item_that_failed_says_why_and_an_early_refund_is_not_yet() -> None:
    failed = item(status="failed", status_message="No.", errors=[{"field": "x", "detail": "Not  there."}])
    assert carry_out(CAPTURE, CAPTURES, failed) == Declined(transaction=None, why="Not there.")
    early = item(status="failed", status_message="Only settled transactions can be refunded.")
    assert isinstance(carry_out(REFUND, "/v3/card/batch/refund", early), NotYet)


@pytest.mark.parametrize(
    "answer",
    [
        item(status="pending"),
        item(),
        reply({"data": []}),
        reply({"data": [{"status": "success"}, {"status": "success"}]}),
        item(status="failed", status_message="duplicate"),
        reply({}, 502),
    ],
)
def test_an_item_without_a_clear_result_is_unknown(answer: httpx2.Response) -> None:
    assert isinstance(carry_out(CAPTURE, CAPTURES, answer), Unknown)


def test_a_bank_payment_carries_its_invoice_id_as_idempotency_key() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(CHECKS, reply({"transaction_id": UUID, "data": []}, 201))
    assert paytrace.connector.carry_out(BY_BANK) == Carried(transaction=TransactionId(UUID))
    [body] = paytrace.bodies(CHECKS)
    assert (body["idempotency_key"], body["invoice_number"]) == ("CF-1", "CF-1")
    assert (body["customer_id"], body["std_entry_class"], body["is_aof"]) == (234585761, "CCD", True)


MISREPORTED = ("path/record_id", "The record_id field must be an integer.")


def test_a_bank_payment_that_was_taken_though_refused_is_found_by_its_key() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(CHECKS, invalid(MISREPORTED))
    paytrace.prepare(BY_KEY, reply({"data": {"transaction_id": UUID, "transaction_status": "ACCEPTED"}}))
    assert paytrace.connector.carry_out(BY_BANK) == Carried(transaction=TransactionId(UUID))


@pytest.mark.parametrize(
    ("looked_up", "answer"),
    [
        (reply({"message": "not found"}, 404), Unknown),
        (reply({"data": []}), Unknown),
        (reply({}, 503), Unknown),
        (reply({"data": {"transaction_id": UUID, "transaction_status": "REJECTED"}}), Declined),
    ],
)
def test_a_bank_payment_that_may_have_been_taken_is_never_just_refused(
    looked_up: httpx2.Response, answer: type[Answer]
) -> None:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(CHECKS, invalid(MISREPORTED))
    paytrace.prepare(BY_KEY, looked_up)
    assert isinstance(paytrace.connector.carry_out(BY_BANK), answer)
    assert len(paytrace.asked(CHECKS)) == 1


def test_a_bank_payment_whose_other_fields_are_wrong_was_not_taken() -> None:
    answer = carry_out(BY_BANK, CHECKS, invalid(("amount", "too much")))
    assert answer == Declined(transaction=None, why="amount: too much")


def test_what_v3_documents_no_call_for_is_not_offered_and_not_sent() -> None:
    paytrace = PreparedPaytrace(generation="v3")
    check = TransactionId(UUID)
    for instruction in (
        Void(transaction=check),
        Refund(transaction=check, amount=USD, invoice_id="CF-1"),
        Capture(transaction=check),
        replace(BY_BANK, capture=False),
        replace(BY_BANK, payer=OneTimeToken(token=Secret("t"), key=Secret("k"))),
    ):
        assert isinstance(paytrace.connector.carry_out(instruction), NotOffered)
    assert paytrace.requests == []
