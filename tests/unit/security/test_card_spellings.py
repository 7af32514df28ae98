"""Every published test card in every spelling, at the guard itself."""

from __future__ import annotations

import pytest

from counterfoil.security.card_guard import clean, clean_object, scrub_object, scrub_text
from tests.support.card_spellings import all_spellings

WRITTEN = all_spellings()


@pytest.mark.parametrize("name", WRITTEN)
def test_no_spelling_survives_in_free_text_or_in_a_log(name: str) -> None:
    text = WRITTEN[name]
    assert text not in str(clean({"note": f"pay with {text} please"}).body)
    assert text not in scrub_text(f"pay with {text} please")
    assert text not in str(scrub_object({"event": "x", "error": f"no such customer {text}"}))


@pytest.mark.parametrize("name", WRITTEN)
def test_no_spelling_survives_where_a_clerk_types_a_reference(name: str) -> None:
    cleaned, redacted = clean_object({"invoice_id": WRITTEN[name]}, people_write=["invoice_id"])
    assert WRITTEN[name] not in str(cleaned)
    assert redacted


@pytest.mark.parametrize(
    "body",
    [
        {"check": {"account_number": "123456", "routing_number": "325070760"}},
        {"direct_deposit_account": "123456", "transit_routing_number": "325070760"},
        {"bank_account": {"account_number": "123456", "routing_number": "325070760", "account_type": "C"}},
        {"DDA": "123456", "TR": "325070760"},
        {"achAccountNumber": "123456", "bank_routing_number": "325070760", "micr_line": "325070760 123456"},
        {"checking_account": "123456", "aba": "325070760", "acct_no": "123456"},
        {"swipe": "123456", "track_data": "325070760", "ksn": "123456"},
        {"note": "routing 325070760, account 123456"},
        {"note": "ABA no. 325070760 / acct 123-456"},
        {"note": "checking account: 123456"},
    ],
)
def test_bank_account_numbers_are_taken_out_by_key_and_beside_a_bank_s_number(
    body: dict[str, object],
) -> None:
    cleaned = str(clean(body).body)
    assert "325070760" not in cleaned
    assert "123456" not in cleaned
    assert "123-456" not in cleaned


def test_an_account_of_the_books_stays() -> None:
    for body in ({"gl_account": "10100"}, {"note": "Account No. 100045, 12 boxes"}, {"account": "CUST01"}):
        assert clean(body).body == body


def test_an_encrypted_card_is_dropped_by_key_and_scrubbed_by_its_form() -> None:
    blob = "Ab+/" * 85 + "Ab=="
    assert len(blob) == 344
    body = {"card": {"encrypted_number": blob}, "csc": blob, "hpf_token": "h", "enc_key": "e"}
    assert clean(body).body == {"card": {}}
    assert blob not in scrub_text(f"sent {blob} to the gateway")


def test_base64_of_something_else_stays() -> None:
    for text in ("MTIzNDU2Nzg5MDEyMzQ1Ng==", "NDAxMjAwMDA5ODc2NTQzOA==", "OAuthTokenOfSomething12"):
        assert clean({"note": text}).body == {"note": text}
