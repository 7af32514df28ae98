from __future__ import annotations

import json
from datetime import UTC, date, datetime

import httpx2
import pytest

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentStatus
from counterfoil.ports.errors import (
    ConfigurationError,
    DecisionError,
    DefectError,
    OutcomeUnknownError,
    TransientError,
)
from counterfoil.ports.gateway import GatewayRecord, UnreadableRecord
from counterfoil.ports.instructions import Answer, Carried, Charge, Declined, StoredPayer, Unknown
from tests.unit.connector_paytrace.gateway import (
    EXPORT_BY_DATE_RANGE,
    EXPORT_BY_ID,
    INVALID_TOKEN,
    NOON,
    SALE_BY_CUSTOMER,
    PreparedPaytrace,
    exported,
    reply,
)
from tests.unit.connector_paytrace.records import a_record

VISA = "4012000098765439"
C1 = StoredPayer(reference="c1")
CHARGE = Charge(payer=C1, amount=Money.of("12.50", "USD"), invoice_id="CF-1")
APPROVED = {"success": True, "response_code": 101, "transaction_id": 7, "approval_message": " OK "}


def charge(*replies: httpx2.Response | Exception) -> Answer:
    paytrace = PreparedPaytrace()
    paytrace.prepare(SALE_BY_CUSTOMER, *replies)
    return paytrace.connector.carry_out(CHARGE)


def fetch(answer: httpx2.Response) -> GatewayRecord | UnreadableRecord | None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, answer)
    return paytrace.connector.fetch_transaction(TransactionId("103506"))


def test_a_transaction_is_read_with_its_numbers_as_they_were_sent() -> None:
    text = json.dumps({"success": True, "transactions": [a_record(amount="@")]}).replace('"@"', "1.10")
    record = fetch(httpx2.Response(200, text=text))
    assert isinstance(record, GatewayRecord)
    assert record.body["amount"] == "1.10"
    assert record.body["transaction_id"] == "103506"
    assert record.event_key == "M1/103506/payment.settled"
    assert not record.redacted
    assert PreparedPaytrace().connector.normalise(record.body) == record.payment


def test_card_data_in_a_record_is_dropped_and_its_identifiers_stay() -> None:
    card = {"masked_number": "************5454", "number": VISA, "csc": "999"}
    record = fetch(
        exported(
            a_record(
                credit_card=card, description=f"card {VISA}", invoice_id=VISA, customer_id="38571926356268"
            )
        )
    )
    assert isinstance(record, GatewayRecord)
    assert VISA not in json.dumps(record.body)
    assert record.body["credit_card"] == {"masked_number": "************5454"}
    assert record.redacted
    assert record.payment.vault_customer == "38571926356268"
    assert record.payment.last_four == "5454"


@pytest.mark.parametrize(
    "answer",
    [
        exported(),
        reply({"success": True, "response_code": 1}),
        reply({"success": True, "response_code": 1, "transactions": None}),
        exported(a_record(transaction_id=999)),
        reply(
            {
                "success": False,
                "response_code": 1,
                "errors": {"58": ["Please provide a valid Transaction ID."]},
            },
            400,
        ),
    ],
)
def test_an_unknown_transaction_is_none(answer: httpx2.Response) -> None:
    assert fetch(answer) is None


def test_an_export_that_is_refused_is_left_to_a_person_in_the_gateways_words() -> None:
    with pytest.raises(DecisionError, match="Not today"):
        fetch(reply({"success": False, "response_code": 1, "errors": {"1": ["Not today."]}}, 400))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(200, text="<html>maintenance</html>"), TransientError),
        (reply(["x"]), TransientError),
        (reply({"transactions": []}), TransientError),
        (httpx2.Response(404, text="not here"), ConfigurationError),
        (httpx2.Response(403, text="blocked"), ConfigurationError),
        (reply({}, 503), TransientError),
        (reply({}, 429), TransientError),
        (httpx2.Response(301, headers={"location": "https://elsewhere.example"}), ConfigurationError),
    ],
)
def test_what_is_no_answer_is_an_error_by_who_must_act(
    answer: httpx2.Response, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        fetch(answer)
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_a_range_is_asked_for_by_days_and_one_unreadable_record_hides_no_other() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(
        EXPORT_BY_DATE_RANGE,
        exported(
            a_record(),
            a_record(transaction_id=8, amount="lots"),
            a_record(transaction_id=None),
            a_record(transaction_id=9),
        ),
    )
    found = paytrace.connector.fetch_range(date(2026, 2, 28), date(2026, 3, 2))
    assert paytrace.bodies(EXPORT_BY_DATE_RANGE)[0]["start_date"] == "02/28/2026"
    assert paytrace.bodies(EXPORT_BY_DATE_RANGE)[0]["end_date"] == "03/02/2026"
    assert [type(record) for record in found] == [
        GatewayRecord,
        UnreadableRecord,
        UnreadableRecord,
        GatewayRecord,
    ]
    eight = found[1]
    assert isinstance(eight, UnreadableRecord)
    assert eight.event_key == "M1/8/payment.unreadable"
    assert "transaction 8" in eight.why
    assert eight.occurred_at == NOON
    with pytest.raises(DecisionError, match="transaction 8"):
        paytrace.connector.normalise(eight.body)
    assert found[2].lineage.startswith("M1/unreadable-")


def test_an_empty_range_is_no_error() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_DATE_RANGE, exported())
    assert list(paytrace.connector.fetch_range(date(2026, 3, 2), date(2026, 3, 2))) == []


def test_a_charge_carries_customer_amount_and_its_own_invoice_id() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(SALE_BY_CUSTOMER, reply(APPROVED))
    assert paytrace.connector.carry_out(CHARGE) == Carried(transaction=TransactionId("7"))
    assert paytrace.bodies(SALE_BY_CUSTOMER) == [
        {"amount": "12.50", "customer_id": "c1", "invoice_id": "CF-1", "integrator_id": "intg-1"}
    ]


def test_a_charge_whose_token_ran_out_is_sent_once_more_because_nothing_was_done() -> None:
    assert isinstance(charge(reply(INVALID_TOKEN, 401), reply(APPROVED)), Carried)


@pytest.mark.parametrize(
    "answer",
    [
        {
            "success": False,
            "response_code": 102,
            "transaction_id": 7,
            "approval_message": "    DECLINE - Do not honor",
        },
        {
            "success": True,
            "response_code": 103,
            "transaction_id": 7,
            "approval_message": "  NO  MATCH - voided",
        },
        {"success": False, "response_code": 103, "transaction_id": "7"},
    ],
)
def test_a_decline_and_an_approval_that_was_voided_are_declined(answer: dict[str, object]) -> None:
    for status in (200, 400):
        declined = charge(reply(answer, status))
        assert isinstance(declined, Declined)
        assert declined.transaction == "7"
        assert "  " not in declined.why


def test_a_charge_that_was_sent_back_is_declined_with_all_reasons() -> None:
    errors = {"30": ["Customer ID, c1, was not found or is incomplete."], "44": "Please provide a year."}
    declined = charge(reply({"success": False, "response_code": 1, "errors": errors}, 400))
    assert declined == Declined(
        transaction=None, why="Customer ID, c1, was not found or is incomplete. Please provide a year."
    )


@pytest.mark.parametrize(
    "answer",
    [
        reply({"success": True, "response_code": 101}),
        reply({"success": True, "response_code": 104, "transaction_id": 7}),
        reply({"success": True, "transaction_id": 7}),
        reply({"success": False, "response_code": 999}),
        reply(
            {
                "success": False,
                "response_code": 1,
                "errors": {"903": ["Possible Duplicate of transaction 6."]},
            },
            400,
        ),
        reply({"success": False, "response_code": 102, "approval_message": "COMMERROR"}),
        reply(
            {"success": False, "response_code": 102, "approval_message": "X", "errors": {"9": ["COMMERROR"]}}
        ),
        reply(
            {"success": False, "response_code": 1, "approval_message": " ", "errors": {"9": ["duplicate"]}}
        ),
        reply({"success": False, "response_code": 1, "status_message": "Duplicate", "errors": {"9": ["x"]}}),
        reply({"success": False, "response_code": 101, "errors": {"9": ["no receipt was sent"]}}),
        reply({"success": False, "response_code": 1, "transaction_id": 7, "errors": {"9": ["no receipt"]}}),
        reply({"hello": 1}),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(422, text="odd"),
        reply({}, 500),
        reply({}, 504),
        httpx2.ReadTimeout("x"),
        httpx2.RemoteProtocolError("x"),
    ],
)
def test_a_charge_without_a_clear_answer_is_unknown_and_is_sent_once(
    answer: httpx2.Response | Exception,
) -> None:
    assert isinstance(charge(answer), Unknown)


@pytest.mark.parametrize("error", [httpx2.ConnectError("x"), httpx2.ConnectTimeout("x")])
def test_a_charge_that_was_never_sent_may_be_tried_again(error: Exception) -> None:
    with pytest.raises(TransientError) as caught:
        charge(error)
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_a_charge_without_permission_is_a_matter_of_configuration() -> None:
    errors = {"981": ["Log in failed for insufficient permissions."]}
    with pytest.raises(ConfigurationError):
        charge(reply({"success": False, "response_code": 1, "errors": errors}, 400))


@pytest.mark.parametrize(
    "odd",
    [
        Charge(payer=C1, amount=Money.of("12.50", "CAD"), invoice_id="CF-1"),
        Charge(payer=C1, amount=Money.of("0", "USD"), invoice_id="CF-1"),
        Charge(payer=C1, amount=Money.of("-1", "USD"), invoice_id="CF-1"),
        Charge(payer=C1, amount=Money.of("1.005", "USD"), invoice_id="CF-1"),
        Charge(payer=StoredPayer(reference=""), amount=Money.of("1", "USD"), invoice_id="CF-1"),
        Charge(payer=C1, amount=Money.of("1", "USD"), invoice_id=""),
        Charge(payer=C1, amount=Money.of("1", "USD"), invoice_id="x" * 51),
    ],
)
def test_a_charge_that_makes_no_sense_is_never_sent(odd: Charge) -> None:
    paytrace = PreparedPaytrace()
    with pytest.raises(DefectError):
        paytrace.connector.carry_out(odd)
    assert paytrace.requests == []


def test_an_uncaptured_authorisation_is_no_money() -> None:
    record = fetch(
        exported(
            a_record(transaction_type="AUTHORIZATION", status_code="N", status_message="Authorization Only")
        )
    )
    assert isinstance(record, GatewayRecord)
    assert record.payment.status is PaymentStatus.AUTHORISED
    assert not record.payment.is_money
    assert record.occurred_at == datetime(2015, 4, 10, 23, 6, 30, tzinfo=UTC)
