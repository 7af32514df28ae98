from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from typing_extensions import override

from counterfoil.security.card_guard import CARD_MARK, clean, clean_object, scrub_object, scrub_text

VISA = "4012000098765439"


@pytest.mark.parametrize(
    "key",
    [
        "card_number", "cardNumber", "CARD-NUMBER", "pan", "csc", "CVV", "cvv2", "cvc", "security_code",
        "track1", "Track2Data", "swipe", "encrypted_number", "encrypted_csc", "encryptedSwipe", "hpf_token",
        "enc_key", "account_number", "routing_number", "transit_routing_number", "password", "access_token",
    ],
)  # fmt: skip
def test_values_under_card_keys_are_dropped_whatever_they_hold(key: str) -> None:
    assert clean({key: "x", "amount": "1.00"}).body == {"amount": "1.00"}
    assert clean({key: {"deep": 1}}).redacted


def test_a_bare_number_is_dropped_in_a_card_and_kept_in_an_order() -> None:
    assert clean({"credit_card": {"number": "4111", "expiration_month": "12"}}).body == {
        "credit_card": {"expiration_month": "12"}
    }
    assert clean({"credit_cards": [{"number": "4111"}]}).body == {"credit_cards": [{}]}
    assert clean({"order": {"number": "1001"}}).body == {"order": {"number": "1001"}}
    assert clean({"number": VISA}).body == {}


def test_identifiers_are_never_touched() -> None:
    body = {
        "id": 4857155027047,
        "transaction_id": "38571926356268",
        "orderId": VISA,
        "admin_graphql_api_id": "gid://shopify/OrderTransaction/4857155027047",
        "line_item_ids": [4857155027047, int(VISA)],
        "parent": "gid://shopify/Order/4012000098765439",
        "ORDERID": VISA,
    }
    assert clean(body) == clean(clean(body).body)
    assert clean(body).body == body
    assert not clean(body).redacted


def test_identifiers_that_people_write_are_searched() -> None:
    body = {"invoice_id": VISA, "customer_id": "4857155027047"}
    assert clean_object(body, people_write=["invoice_id", "customer_id"]) == (
        {"invoice_id": CARD_MARK, "customer_id": "4857155027047"},
        True,
    )


def test_free_text_loses_the_number_and_keeps_the_rest() -> None:
    cleaned = clean({"note": f"Card {VISA} exp 12/27, call Ann", "items": [{"text": f"<{VISA}>"}]})
    assert cleaned.body == {
        "note": f"Card {CARD_MARK} exp 12/27, call Ann",
        "items": [{"text": f"<{CARD_MARK}>"}],
    }
    assert cleaned.redacted


def test_numbers_and_other_values_keep_their_type() -> None:
    body = {"amount": Decimal("12.50"), "count": 3, "paid": True, "none": None, "card": {"last4": "5439"}}
    assert clean(body).body == body
    assert clean({"value": int(VISA)}).body == {"value": CARD_MARK}


def test_a_record_of_the_gateway_keeps_what_may_be_kept() -> None:
    record = {
        "transaction_id": "392483066",
        "credit_card": {
            "masked_number": "************5454",
            "expiration_month": "12",
            "expiration_year": "20",
        },
        "csc_response": "Match",
        "approval_code": "TAS610",
        "masked_card_number": "xxxxxxxxxxxx5439",
    }
    assert clean(record).body == record


@pytest.mark.parametrize(
    "text",
    [
        "csc 999",
        "CVV: 999",
        "his cvv is 999",
        '{"csc":"999"}',
        "csc=999&amount=1.00",
        "<cvv2>999</cvv2>",
        "security code 999",
        "CSC~999|AMOUNT~1.00|",
    ],
)
def test_card_codes_in_text_are_removed(text: str) -> None:
    cleaned = clean(text).body
    assert "999" not in str(cleaned)
    assert clean(cleaned).body == cleaned


def test_a_form_body_as_text_loses_number_code_and_credentials() -> None:
    text = f"amount=1.00&credit_card%5Bnumber%5D={VISA}&csc=999&password=s3cret&username=demo&invoice_id=7"
    cleaned = str(clean(text).body)
    assert VISA not in cleaned
    assert "999" not in cleaned
    assert "s3cret" not in cleaned
    assert cleaned.endswith("&username=demo&invoice_id=7")


def test_tracks_are_removed_whole() -> None:
    track1 = f"%B{VISA}^DOE/JOHN^25121010000000000000?"
    for text in (track1, f";{VISA}=25121010000012345?", f"swiped {VISA}=25121010000012345"):
        cleaned = str(clean({"note": text}).body)
        assert "2512" not in cleaned
        assert VISA not in cleaned


def test_harmless_text_stays() -> None:
    for text in (
        "Basic subscription, key account, pass on to Ann",
        "Invoice 1001, PO 4500012345, 12 boxes",
        "Account No. 100045",
        "Token of thanks",
        "bearer of good news",
    ):
        assert clean(text).body == text


def test_a_key_that_carries_a_number_goes_with_its_value() -> None:
    assert clean({VISA: "x", "y": "z"}).body == {"y": "z"}


def test_scrubbing_for_logs_takes_identifiers_and_credentials_too() -> None:
    assert VISA not in scrub_text(f"transaction_id={VISA}")
    assert "abcdef0123456789" not in scrub_text("Authorization: Bearer abcdef0123456789")
    assert "ZGVtbzpkZW1v" not in scrub_text("Authorization: Basic ZGVtbzpkZW1v")
    assert "4242" not in scrub_text("account number 42424242")
    assert scrub_text("run 4857155027047 done") == "run 4857155027047 done"


def test_a_number_across_the_cut_of_a_long_log_text_is_removed() -> None:
    text = "x" * (16_384 - 8) + VISA
    assert "4012" not in scrub_text(text)
    assert len(scrub_text(text)) <= 16_384


def test_log_values_that_are_no_json_are_read_as_text() -> None:
    class Odd:
        @override
        def __str__(self) -> str:
            return f"card {VISA}"

    assert scrub_object({"event": "x", "odd": Odd(), "body": VISA.encode(), "password": "p"}) == {
        "event": "x",
        "odd": f"card {CARD_MARK}",
        "body": f"b'{CARD_MARK}'",
    }


@pytest.mark.parametrize("length", range(17, 30))
def test_a_word_of_any_length_that_begins_as_encoded_digits_do_is_read(length: int) -> None:
    word = ("ORDERofMillerAndSonsOfTheEasternHarbour")[:length]
    assert scrub_text(word) == word
    assert clean({"description": word}).body == {"description": word}


def test_an_encoded_number_with_a_sign_too_many_is_removed() -> None:
    encoded = base64.b64encode(b"401200009876543").decode()
    assert len(encoded) == 20
    assert scrub_text(base64.b64encode(VISA.encode()).decode()) == CARD_MARK
    assert scrub_text(base64.b64encode(b"371449635398431").decode() + "x") == CARD_MARK
