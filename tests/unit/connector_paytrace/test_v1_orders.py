"""What follows a payment over v1, bank payments, and purchase details."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.level_three import CardScheme, Level3, Level3Line
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.instructions import (
    Answer,
    Capture,
    Carried,
    Charge,
    Declined,
    FundCheck,
    Instruction,
    NotOffered,
    NotYet,
    OneTimeToken,
    Refund,
    StoredPayer,
    TooLate,
    Unknown,
    Void,
)
from counterfoil.security.card_guard import clean
from counterfoil.security.secrets import Secret
from tests.unit.connector_paytrace.gateway import (
    EXPORT_BY_ID,
    SALE_BY_CUSTOMER,
    PreparedPaytrace,
    exported,
    reply,
)
from tests.unit.connector_paytrace.records import a_record

SEVEN, CHECK = TransactionId("7"), TransactionId("check-7")
USD = Money.of("12.50", "USD")
CHARGE = Charge(payer=StoredPayer(reference="c1"), amount=USD, invoice_id="CF-1")
CAPTURES = "/v1/transactions/authorization/capture"
VOIDS = "/v1/transactions/void"
REFUNDS = "/v1/transactions/refund/for_transaction"
VISA_DETAILS = "/v1/level_three/visa"
DETAILS = Level3(
    scheme=CardScheme.VISA,
    invoice="1001",
    purchase_order="PO 7",
    tax=None,
    discount=Money.of("1.00", "USD"),
    from_zip="99201",
    lines=(
        Level3Line(
            description="x" * 40,
            product_code="W-1",
            quantity=Decimal("2.50"),
            unit="EA",
            unit_price=Money.of("5.125", "USD"),
            amount=Money.of("12.50", "USD"),
        ),
        Level3Line(
            description="a credit",
            product_code="C-1",
            quantity=Decimal(1),
            unit="EA",
            unit_price=Money.of("-1", "USD"),
            amount=Money.of("-1", "USD"),
        ),
    ),
)


def answered(code: int, *, success: bool = True, **more: object) -> httpx2.Response:
    return reply({"success": success, "response_code": code, "status_message": "words", **more})


def refused(code: str, text: str) -> httpx2.Response:
    return reply({"success": False, "response_code": 1, "errors": {code: [text]}}, 400)


def carry_out(
    instruction: Instruction, path: str, *replies: httpx2.Response | Exception
) -> tuple[Answer, dict[str, object]]:
    """The answer, and what was sent once."""
    paytrace = PreparedPaytrace(integrator_id="")
    paytrace.prepare(path, *replies)
    paytrace.prepare(EXPORT_BY_ID, exported())
    answer = paytrace.connector.carry_out(instruction)
    [body] = paytrace.bodies(path)
    return answer, body


@pytest.mark.parametrize(
    ("instruction", "path", "code", "sent"),
    [
        (Capture(transaction=SEVEN), CAPTURES, 112, {"transaction_id": "7"}),
        (Capture(transaction=SEVEN, amount=USD), CAPTURES, 112, {"transaction_id": "7", "amount": "12.50"}),
        (Void(transaction=SEVEN), VOIDS, 109, {"transaction_id": "7"}),
        (
            Refund(transaction=SEVEN, amount=USD, invoice_id="CF-1"), REFUNDS, 106,
            {"transaction_id": "7", "amount": "12.50"},
        ),
    ],
)  # fmt: skip
def test_what_follows_a_card_payment_names_it(
    instruction: Instruction, path: str, code: int, sent: dict[str, object]
) -> None:
    answer, body = carry_out(instruction, path, answered(code, transaction_id=7))
    assert answer == Carried(transaction=SEVEN)
    assert body == sent


@pytest.mark.parametrize(
    ("instruction", "path", "code", "sent"),
    [
        (FundCheck(transaction=CHECK), "/v1/checks/manage/fund", 124, {}),
        (FundCheck(transaction=CHECK, amount=USD), "/v1/checks/manage/fund", 124, {"amount": "12.50"}),
        (Void(transaction=CHECK), "/v1/checks/manage/void", 124, {}),
        (
            Refund(transaction=CHECK, amount=USD, invoice_id="CF-1"), "/v1/checks/refund/by_transaction", 122,
            {"amount": "12.50"},
        ),
    ],
)  # fmt: skip
def test_what_follows_a_bank_payment_names_it_by_its_own_number(
    instruction: Instruction, path: str, code: int, sent: dict[str, object]
) -> None:
    answer, body = carry_out(instruction, path, answered(code, check_transaction_id=7))
    assert answer == Carried(transaction=CHECK)
    assert body == {"check_transaction_id": "7", **sent}


def test_a_bank_payment_and_a_card_payment_of_one_number_are_never_mixed_up() -> None:
    bank = replace(CHARGE, tender=Tender.ACH)
    answer, body = carry_out(bank, "/v1/checks/sale/by_customer", answered(120, check_transaction_id=7))
    assert answer == Carried(transaction=CHECK)
    assert body == {"amount": "12.50", "customer_id": "c1", "invoice_id": "CF-1"}
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, exported(a_record(transaction_id=7)))
    assert paytrace.connector.fetch_transaction(CHECK) is None
    assert not paytrace.connector.tells_of(Tender.ACH)


def test_the_token_of_the_hosted_fields_goes_with_the_payer_s_address() -> None:
    token = OneTimeToken(token=Secret("hpf"), key=Secret("enc"))
    place = Address(name="Ann Lee", line_1="12 Elm St", zip="99201", country="US")
    charge = replace(CHARGE, payer=token, billing=place, capture=False, email="a@b.example")
    path = "/v1/transactions/authorization/pt_protect"
    answer, body = carry_out(charge, path, answered(101, transaction_id=7))
    assert answer == Carried(transaction=SEVEN)
    assert (body["hpf_token"], body["enc_key"], body["email"]) == ("hpf", "enc", "a@b.example")
    assert body["billing_address"] == {
        "name": "Ann Lee", "street_address": "12 Elm St", "zip": "99201", "country": "US",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("instruction", "path", "answer"),
    [
        (Capture(transaction=SEVEN), CAPTURES, answered(113, success=False, transaction_id=7)),
        (Void(transaction=SEVEN), VOIDS, answered(110, success=False, transaction_id=7)),
        (Void(transaction=CHECK), "/v1/checks/manage/void", refused("80", "not found")),
        (FundCheck(transaction=CHECK), "/v1/checks/manage/fund", refused("80", "not found")),
    ],
)
def test_what_was_not_done_is_declined(instruction: Instruction, path: str, answer: httpx2.Response) -> None:
    assert isinstance(carry_out(instruction, path, answer)[0], Declined)


@pytest.mark.parametrize(
    "answer",
    [
        answered(109, transaction_id=7),
        answered(112),
        answered(101, transaction_id=7),
        answered(112, success=False, transaction_id=7),
        reply({}, 502),
        httpx2.ReadTimeout("x"),
        httpx2.Response(200, text="<html>"),
    ],
)
def test_a_capture_without_its_own_code_and_number_is_unknown(answer: httpx2.Response | Exception) -> None:
    assert isinstance(carry_out(Capture(transaction=SEVEN), CAPTURES, answer)[0], Unknown)


def test_why_a_refund_or_a_void_was_refused_is_read_from_the_record() -> None:
    refund = Refund(transaction=SEVEN, amount=USD, invoice_id="CF-1")
    assert isinstance(carry_out(refund, REFUNDS, refused("817", "Only settled"))[0], NotYet)
    for instruction, path, not_done, status, expected in (
        (refund, REFUNDS, 107, "Y", NotYet),
        (refund, REFUNDS, 107, "GB1", Declined),
        (Void(transaction=SEVEN), VOIDS, 110, "GB1", TooLate),
        (Void(transaction=SEVEN), VOIDS, 110, "Y", Declined),
    ):
        paytrace = PreparedPaytrace()
        paytrace.prepare(path, answered(not_done, success=False, transaction_id=7))
        paytrace.prepare(EXPORT_BY_ID, exported(a_record(transaction_id=7, status_code=status)))
        assert isinstance(paytrace.connector.carry_out(instruction), expected), (instruction, status)


def test_a_record_that_cannot_be_read_leaves_the_refusal_as_it_is() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(VOIDS, answered(110, success=False, transaction_id=7))
    paytrace.prepare(EXPORT_BY_ID, reply({}, 503))
    assert isinstance(paytrace.connector.carry_out(Void(transaction=SEVEN)), Declined)


def test_what_v1_cannot_do_is_not_offered_and_not_sent() -> None:
    paytrace = PreparedPaytrace()
    token = OneTimeToken(token=Secret("t"), key=Secret("k"))
    for instruction in (
        replace(CHARGE, payer=replace(token, keep_as="c1")),
        replace(CHARGE, payer=token, tender=Tender.ACH),
        Capture(transaction=CHECK),
        FundCheck(transaction=SEVEN),
    ):
        assert isinstance(paytrace.connector.carry_out(instruction), NotOffered)
    assert paytrace.requests == []


def test_purchase_details_follow_the_money_and_never_hold_it_up() -> None:
    charge = replace(CHARGE, level3=DETAILS)
    for answer, notes in (
        (answered(170), 0),
        (refused("9", "No such code."), 1),
        (reply({}, 500), 1),
        (refused("981", "no right"), 1),
        (httpx2.ConnectError("x"), 1),
    ):
        paytrace = PreparedPaytrace(integrator_id="")
        paytrace.prepare(SALE_BY_CUSTOMER, answered(101, transaction_id=7))
        paytrace.prepare(VISA_DETAILS, answer)
        carried = paytrace.connector.carry_out(charge)
        assert isinstance(carried, Carried)
        assert len(carried.notes) == notes, carried
    [body] = paytrace.bodies(VISA_DETAILS)
    assert (body["transaction_id"], body["tax_amount"], body["discount_amount"]) == ("7", "-1", "1.00")
    lines = body["line_items"]
    assert isinstance(lines, list)
    first, second = lines
    assert (first["quantity"], first["unit_cost"], first["amount"]) == ("2.5", "5.125", "12.50")
    assert (len(first["description"]), first["debit_or_credit"], second["debit_or_credit"]) == (35, "D", "C")


def test_a_charge_that_took_no_money_is_followed_by_no_details() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(SALE_BY_CUSTOMER, answered(102, success=False, transaction_id=7))
    paytrace.connector.carry_out(replace(CHARGE, level3=DETAILS))
    assert paytrace.asked(VISA_DETAILS) == []


def test_nothing_that_is_sent_looks_like_card_data() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(SALE_BY_CUSTOMER, answered(101, transaction_id=7))
    paytrace.prepare(VISA_DETAILS, answered(170))
    paytrace.connector.carry_out(replace(CHARGE, level3=DETAILS))
    for path in (SALE_BY_CUSTOMER, VISA_DETAILS):
        [body] = paytrace.bodies(path)
        assert not clean(body).redacted, json.dumps(body)


def test_batches_are_read_by_the_names_of_the_older_call() -> None:
    path = "/v1/batches/export"
    record = {
        "batch_number": 571,
        "batched_at": "4/10/2015 8:13:45 PM",
        "sales_count": 2,
        "sales_amount": 50.0,
        "refund_count": 1,
        "refund_amount": "-5.00",
    }
    paytrace = PreparedPaytrace()
    paytrace.prepare(path, reply({"success": True, "batches": [record]}), refused("1", "Not today."))
    day = date(2015, 4, 10)
    [batch] = paytrace.connector.fetch_batches(day, day)
    assert (batch.number, batch.payments, batch.refunds) == ("571", 2, 1)
    assert (batch.settlement.net, batch.lineage) == (Money.of("45.00", "USD"), "M1/batch/571")
    with pytest.raises(DecisionError, match="Not today"):
        paytrace.connector.fetch_batches(day, day)
