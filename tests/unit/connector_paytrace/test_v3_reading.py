"""Reading over V3: statuses, pages, two kinds of records, lists beside the export, and the log-in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import httpx2
import pytest

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.http.exact_json import decode_exact_object
from counterfoil.ports.errors import ConfigurationError, DecisionError, TransientError
from counterfoil.ports.gateway import GatewayRecord, UnreadableRecord
from tests.unit.connector_paytrace.gateway import PASSWORD, PreparedPaytrace, reply
from tests.unit.connector_paytrace.records import a_record

UUID = "0f2f8b1e-1111-4222-8333-9445555666{:02}"
DAY = date(2026, 3, 2)
EXPORT = "/v3/transactions/export/by-date"
CHECKS = "/v3/checks/transactions"
LISTS = [f"/v3/card/transactions/{word}/100001" for word in ("capturable", "voidable", "refundable")]
ONE = "/v3/card/transaction/7"
TOKEN = "/v3/token"


def card(**changes: object) -> dict[str, object]:
    record: dict[str, object] = {
        "transaction_id": "7",
        "transaction_type": "SALE",
        "status": "SETTLED",
        "amount": 20.0,
        "requested_amount": 20.0,
        "settle_amount": 20.0,
        "card_masked": "************5439",
        "approval_code": "TAS1",
        "invoice_number": "INV-1",
        "customer_reference_id": "PO 7",
        "customer_id": 99,
        "billing_name": "Ann Lee",
        "created": {"at": "2026-03-02T20:00:00Z"},
        "settled_at": "2026-03-03T05:00:00Z",
    }
    return record | changes


def check(number: int = 1, **changes: object) -> dict[str, object]:
    record: dict[str, object] = {
        "transaction_id": UUID.format(number),
        "transaction_type": "PAYMENT",
        "transaction_status": "SETTLED",
        "amount": "31.00",
        "invoice_number": f"INV-{number}",
        "created_at": "2026-03-02T20:00:00Z",
        "settled_at": "2026-03-05T14:00:00Z",
    }
    return record | changes


def paytrace() -> PreparedPaytrace:
    return PreparedPaytrace(generation="v3")


def normalised(record: dict[str, object], v3: PreparedPaytrace | None = None) -> Payment:
    """A record as it comes out of the decoder, read."""
    return (v3 or paytrace()).connector.normalise(decode_exact_object(json.dumps(record).encode()))


def numbers(found: object) -> list[str]:
    assert isinstance(found, list)
    return [record.payment.transaction for record in found if isinstance(record, GatewayRecord)]


def test_a_card_record_is_read_whole() -> None:
    v3 = paytrace()
    v3.prepare(ONE, reply({"data": card(surcharge_info={"surcharge_amount": "0.58"})}))
    record = v3.connector.fetch_transaction(TransactionId("7"))
    assert isinstance(record, GatewayRecord)
    payment = record.payment
    assert (payment.kind, payment.status, payment.tender) == (
        PaymentKind.PAYMENT, PaymentStatus.SETTLED, Tender.CARD,
    )  # fmt: skip
    assert (payment.amount, payment.surcharge) == (Money.of("20.00", "USD"), Money.of("0.58", "USD"))
    assert payment.created_at == datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert payment.settled_at == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert (payment.invoice_reference, payment.order_reference) == ("INV-1", "PO 7")
    assert (payment.vault_customer, payment.payer_name, payment.last_four) == ("99", "Ann Lee", "5439")
    assert v3.asked(ONE)[0].url.params["merchant_id"] == "100001"
    assert v3.connector.normalise(record.body) == payment


@pytest.mark.parametrize("status", ["AUTHORIZED", "CAPTURED"])
def test_what_did_not_settle_yet_is_not_taken_for_an_amount_of_zero(status: str) -> None:
    payment = normalised(card(status=status, settle_amount="0.00", amount="20.00"))
    assert payment.amount == Money.of("20.00", "USD")


def test_what_settled_with_an_amount_of_zero_and_another_one_is_a_question() -> None:
    with pytest.raises(DecisionError, match="both 20 and zero"):
        normalised(card(status="SETTLED", settle_amount="0.00", amount="20"))


def test_a_surcharge_of_zero_is_none() -> None:
    assert normalised(card(surcharge_info={"surcharge_amount": "0.00"})).surcharge is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "AUTHORIZED", "transaction_type": "AUTHORIZATION"}, PaymentStatus.AUTHORISED),
        ({"status": " captured "}, PaymentStatus.CAPTURED),
        ({"status": "VOIDED"}, PaymentStatus.VOIDED),
        ({"status": "DECLINED"}, PaymentStatus.FAILED),
        ({"status": "A"}, PaymentStatus.PENDING),
        ({"status": "APPROVED"}, PaymentStatus.PENDING),
        ({"status": "SETTLED IN PART"}, PaymentStatus.PENDING),
        ({"status": None}, PaymentStatus.PENDING),
        ({"status": "SETTLED", "transaction_type": "STR/FWD"}, PaymentStatus.PENDING),
        ({"status": "CAPTURED", "response_code": 103}, PaymentStatus.VOIDED),
        ({"status": "SETTLED", "response_code": 102}, PaymentStatus.PENDING),
        ({"status": "AUTHORIZED", "response_code": 104}, PaymentStatus.PENDING),
        ({"status": "SETTLED", "response_code": 107}, PaymentStatus.SETTLED),
        ({"status": None, "status_code": "GB571", "status_message": "GB571"}, PaymentStatus.SETTLED),
        ({"status": "X", "status_code": "N", "status_message": "VOIDED"}, PaymentStatus.VOIDED),
    ],
)
def test_only_what_is_clearly_money_is(changes: dict[str, object], expected: PaymentStatus) -> None:
    payment = normalised(card(**changes))
    assert payment.status is expected
    assert str(changes["status"] or changes.get("status_code") or "").strip() in payment.vendor_status


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("INITIATED", PaymentStatus.PENDING),
        ("VERIFYING", PaymentStatus.PENDING),
        ("ACCEPTED", PaymentStatus.CAPTURED),
        ("ORIGINATED", PaymentStatus.CAPTURED),
        ("SETTLED", PaymentStatus.SETTLED),
        ("PARTIALLY_SETTLED", PaymentStatus.PENDING),
        ("VOIDED", PaymentStatus.VOIDED),
        ("DECLINED", PaymentStatus.FAILED),
        ("REJECTED", PaymentStatus.FAILED),
        ("FAILED", PaymentStatus.FAILED),
        ("RETURNED", PaymentStatus.RETURNED),
        ("NSF_DECLINED", PaymentStatus.RETURNED),
        ("ERROR", PaymentStatus.PENDING),
        ("TECHNICAL_ERROR", PaymentStatus.PENDING),
        ("TELEPORTED", PaymentStatus.PENDING),
        ("", PaymentStatus.PENDING),
    ],
)
def test_a_bank_payment_stands_where_its_word_says(word: str, expected: PaymentStatus) -> None:
    payment = normalised(check(transaction_status=word, return_code="R02"))
    assert (payment.status, payment.tender) == (expected, Tender.ACH)
    assert payment.vendor_status == f"{word} R02".strip()


def test_a_bank_payment_of_an_unknown_kind_is_no_money_and_a_refund_is_one() -> None:
    assert normalised(check(transaction_type="3")).status is PaymentStatus.PENDING
    assert normalised(check(transaction_type=None)).status is PaymentStatus.PENDING
    refund = normalised(check(transaction_type="REFUND"))
    assert (refund.kind, refund.status) == (PaymentKind.REFUND, PaymentStatus.SETTLED)


def test_a_record_that_v1_told_is_read_as_before() -> None:
    v1 = normalised(a_record(), PreparedPaytrace())
    assert normalised(a_record()) == v1
    assert v1.invoice_reference == "inv7983"


def test_a_record_without_amount_time_or_number_is_left_to_a_person() -> None:
    for odd in (
        card(amount=None, settle_amount=None, requested_amount=None),
        card(created=None),
        card(transaction_id="x"),
        check(created_at="yesterday"),
        card(amount=-1, settle_amount=None),
    ):
        with pytest.raises(DecisionError):
            normalised(odd)


def test_a_range_holds_cards_and_every_page_of_bank_payments_once() -> None:
    v3 = paytrace()
    full = [check(number) for number in range(30)]
    shifted = [check(29), check(30), check(31, created_at="2026-02-27T20:00:00Z")]
    v3.prepare(EXPORT, reply({"data": [card(), card(transaction_id="8", amount="lots", settle_amount=None)]}))
    v3.prepare(CHECKS, reply({"items": full}), reply({"items": shifted}))
    found = v3.connector.fetch_range(DAY, DAY)
    assert numbers(list(found)) == ["7", *(UUID.format(number) for number in range(31))]
    assert [record.lineage for record in found if isinstance(record, UnreadableRecord)] == ["M1/8"]
    assert v3.bodies(EXPORT) == [
        {"merchant_id": 100001, "start_date": "03/02/2026", "end_date": "03/02/2026"}
    ]
    asked = [dict(request.url.params) for request in v3.asked(CHECKS)]
    assert [(each["offset"], each["limit"]) for each in asked] == [("0", "30"), ("30", "30")]
    assert (asked[0]["start_date"], asked[0]["end_date"]) == ("2026-03-01T00:00:00", "2026-03-03T23:59:59")


def test_a_list_that_tells_the_same_page_again_is_not_taken_for_whole() -> None:
    v3 = paytrace()
    page = {"items": [check(number) for number in range(30)]}
    v3.prepare(EXPORT, reply({"data": []}))
    v3.prepare(CHECKS, reply(page), reply(page))
    with pytest.raises(DecisionError, match="same page"):
        v3.connector.fetch_range(DAY, DAY)


def test_a_lost_charge_is_found_in_the_lists_while_the_export_lags() -> None:
    v3 = paytrace()
    v3.prepare(EXPORT, reply({"data": [card(transaction_id="5", invoice_number="INV-1", status="CAPTURED")]}))
    v3.prepare(CHECKS, reply({"items": []}))
    v3.prepare("/v3/checks/transactions/idempotency-keys/INV-1", reply({"message": "not found"}, 404))
    v3.prepare(LISTS[0], reply({"data": [card(transaction_id="6", status="AUTHORIZED")]}))
    v3.prepare(LISTS[1], reply({"data": [card(transaction_id=str(100 + each)) for each in range(50)]}),
               reply({"data": [card(transaction_id="7", status="CAPTURED")]}))  # fmt: skip
    v3.prepare(LISTS[2], reply({"data": [card(transaction_id="6"), card(invoice_number="INV-2")]}))
    found = v3.connector.find_by_invoice("INV-1", DAY, DAY)
    told = {each.payment.transaction: each.payment for each in found if isinstance(each, GatewayRecord)}
    assert {"5", "6", "100", "149"} <= told.keys()
    assert told[TransactionId("6")].status is PaymentStatus.SETTLED
    assert [request.url.params["offset"] for request in v3.asked(LISTS[1])] == ["0", "50"]


def test_a_lost_bank_payment_is_found_by_its_key() -> None:
    v3 = paytrace()
    v3.prepare(EXPORT, reply({"data": []}))
    v3.prepare(CHECKS, reply({"items": []}))
    v3.prepare("/v3/checks/transactions/idempotency-keys/INV-1", reply({"data": check(1)}))
    for path in LISTS:
        v3.prepare(path, reply({"data": []}))
    assert numbers(list(v3.connector.find_by_invoice("INV-1", DAY, DAY))) == [UUID.format(1)]


@pytest.mark.parametrize("answer", [reply({"message": "no"}, 404), reply({"data": card(transaction_id="9")})])
def test_an_unknown_transaction_is_none(answer: httpx2.Response) -> None:
    v3 = paytrace()
    v3.prepare(ONE, answer)
    assert v3.connector.fetch_transaction(TransactionId("7")) is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply({"message": {"data": [{"field": "x", "detail": "odd"}]}}, 422), DecisionError),
        (reply({"message": "no"}, 403), ConfigurationError),
        (httpx2.Response(200, text="<html>"), TransientError),
        (httpx2.Response(404, text="nothing here"), ConfigurationError),
        (reply({}, 503), TransientError),
        (reply({}, 429), TransientError),
    ],
)
def test_what_is_no_answer_is_an_error_by_who_must_act(
    answer: httpx2.Response, error: type[Exception]
) -> None:
    v3 = paytrace()
    v3.prepare(ONE, answer)
    with pytest.raises(error):
        v3.connector.fetch_transaction(TransactionId("7"))


def log_in_form(request: httpx2.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


@pytest.mark.parametrize("shape", ["data", "top"])
def test_the_log_in_is_by_client_credentials_and_renewed_by_what_it_gave(shape: str) -> None:
    v3 = paytrace()
    told = {"access_token": "one", "expires_in": 900, "refresh_token": "again"}
    v3.log_ins += [
        reply({"data": told} if shape == "data" else told, 201),
        reply({"access_token": "two"}, 201),
    ]
    v3.prepare(ONE, *(reply({"data": card()}) for _ in range(3)))
    for minutes in (0, 5, 15):
        v3.clock.advance(timedelta(minutes=minutes))
        v3.connector.fetch_transaction(TransactionId("7"))
    first, second = (log_in_form(request) for request in v3.asked(TOKEN))
    assert first == {
        "grant_type": ["client_credentials"], "client_id": ["api-user"], "client_secret": [PASSWORD],
    }  # fmt: skip
    assert second == {"grant_type": ["refresh_token"], "refresh_token": ["again"]}
    tokens = [request.headers["authorization"] for request in v3.asked(ONE)]
    assert tokens == ["Bearer one", "Bearer one", "Bearer two"]


def test_a_refresh_that_is_refused_falls_back_to_the_log_in() -> None:
    v3 = paytrace()
    v3.log_ins += [
        reply({"data": {"access_token": "one", "refresh_token": "again"}}, 201),
        reply({"message": "The refresh token is not valid."}, 401),
        reply({"data": {"access_token": "two"}}, 201),
    ]
    v3.prepare(ONE, reply({"data": card()}), reply({"data": card()}))
    v3.connector.fetch_transaction(TransactionId("7"))
    v3.clock.advance(timedelta(hours=1))
    v3.connector.fetch_transaction(TransactionId("7"))
    assert [log_in_form(request)["grant_type"] for request in v3.asked(TOKEN)] == [
        ["client_credentials"], ["refresh_token"], ["client_credentials"],
    ]  # fmt: skip


def test_a_refused_log_in_is_not_repeated_until_a_person_tries() -> None:
    v3 = paytrace()
    v3.log_ins += [reply({"message": "The client is not valid."}, 401)]
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="The client is not valid"):
            v3.connector.fetch_transaction(TransactionId("7"))
    assert len(v3.asked(TOKEN)) == 1
