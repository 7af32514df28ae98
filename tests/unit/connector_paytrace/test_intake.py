from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from counterfoil.connectors.paytrace.intake import MalformedPushError, read_relay, read_silent_post
from tests.support.card_spellings import CARDS

VISA = CARDS[0]
POST = (
    b"parmList=ORDERID%7E1001%7CTRANSACTIONID%7E105968559%7CAPPCODE%7ETAS610%7C"
    b"APPMSG%7E++NO++MATCH+%2D+Approved+and+completed%7CAVSRESPONSE%7ENo+Match%7CCSCRESPONSE%7E%7C"
    b"EMAIL%7Eann%40example.com%7C"
)


def test_a_silent_post_names_its_transaction() -> None:
    push = read_silent_post(POST)
    assert push.transaction == "105968559"
    assert push.body["ORDERID"] == "1001"
    assert push.body["APPMSG"] == "  NO  MATCH - Approved and completed"
    assert not push.redacted


def test_names_in_any_case_and_unknown_names_are_taken() -> None:
    push = read_silent_post(b"PARMLIST=orderid~1|TransactionId~7|CANAME~Ann|NEW~x&other=1")
    assert push.transaction == "7"
    assert push.body["NEW"] == "x"


def test_a_post_about_a_stored_customer_has_nothing_to_confirm() -> None:
    push = read_silent_post(b"parmList=ORDERID~1|CUSTOMERID~c1|")
    assert push.transaction is None
    assert push.body == {"ORDERID": "1", "CUSTOMERID": "c1"}


def test_card_data_is_dropped_from_a_post() -> None:
    push = read_silent_post(f"parmList=ORDERID~{VISA}|TRANSACTIONID~7|CSC~999|APPMSG~card {VISA}|".encode())
    assert VISA not in json.dumps(dict(push.body))
    assert "CSC" not in push.body
    assert push.redacted
    assert push.transaction == "7"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"parmList",
        b"parmList=",
        b"parmlist=A~1&parmList=A~2",
        b"parmList=TRANSACTIONID",
        b"parmList=TRANSACTIONID~12x|",
        b"parmList=TRANSACTIONID~1|TRANSACTIONID~2|",
        b"parmList=TRANSACTIONID~" + b"9" * 21,
        b"parmList=~7|",
        b"other=1",
        b"&".join(b"a=1" for _ in range(100)),
        b"parmList=" + b"|".join(b"N%d~1" % each for each in range(100)),
        b'{"transaction_id": 7}',
    ],
)
def test_what_is_no_silent_post_is_told_so(content: bytes) -> None:
    with pytest.raises(MalformedPushError):
        read_silent_post(content)


@pytest.mark.parametrize(
    "body",
    [
        {"transaction_id": 105968559},
        {"transaction_id": "105968559", "amount": "99999.00"},
        {
            "type": "payment.captured",
            "timestamp": "2026-03-02T12:00:00Z",
            "data": {"transaction_id": 105968559},
        },
    ],
)
def test_a_relay_names_its_transaction(body: dict[str, object]) -> None:
    assert read_relay(json.dumps(body).encode()).transaction == "105968559"


def test_card_data_is_dropped_from_a_relay() -> None:
    push = read_relay(json.dumps({"transaction_id": 7, "data": None, "card": {"number": VISA}}).encode())
    assert push.body == {"transaction_id": "7", "data": None, "card": {}}
    assert push.redacted


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"data": {}}',
        b'{"transaction_id": null}',
        b'{"transaction_id": true}',
        b'{"transaction_id": 1.5}',
        b'{"transaction_id": "x"}',
        b'{"transaction_id": -7}',
        b'{"transaction_id": {"a": 1}}',
        b'{"transaction_id": 7, "transaction_id": 8}',
        b"[" * 10_000,
    ],
)
def test_what_is_no_relay_is_told_so(content: bytes) -> None:
    with pytest.raises(MalformedPushError):
        read_relay(content)


@pytest.mark.parametrize("name", ["CHECKID", "BATCHID", "session_id", "cardId", "CARD.IDS", "x"])
@pytest.mark.parametrize("number", [VISA, "4012 0000 9876 5439", f"gid://{VISA}"])
def test_a_push_has_no_identifier_that_a_card_number_could_hide_in(name: str, number: str) -> None:
    relayed = read_relay(
        json.dumps({"transaction_id": "7", "data": {"transaction_id": "7", name: number}}).encode()
    )
    posted = read_silent_post(urlencode({"parmList": f"TRANSACTIONID~7|{name}~{number}|"}).encode())
    for push in (relayed, posted):
        assert push.transaction == "7"
        assert VISA not in json.dumps(dict(push.body)).replace(" ", "")
        assert push.redacted


@pytest.mark.parametrize("number", CARDS)
def test_a_card_number_in_the_place_of_a_transaction_is_no_push_and_is_not_repeated(number: str) -> None:
    for read, content in (
        (read_silent_post, f"parmList=TRANSACTIONID~{number}|"),
        (read_relay, json.dumps({"transaction_id": number})),
    ):
        with pytest.raises(MalformedPushError) as refused:
            read(content.encode())
        assert number not in str(refused.value)
