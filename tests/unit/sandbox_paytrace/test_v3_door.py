from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.v3.settings import TokenShape, V3Settings
from tests.unit.sandbox_paytrace.v3_client import CREDENTIALS, MERCHANT, V3Client, fields

SALE = "/v3/card/sale/pt-protect"


def with_v3(settings: V3Settings) -> V3Client:
    return V3Client(Settings(v3=settings))


def test_a_log_in_answers_201_with_the_token_under_data() -> None:
    told = V3Client().log_in()["data"]
    assert isinstance(told, dict)
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 7200)


def test_the_token_may_stand_at_the_top_or_in_both_places() -> None:
    at_top = with_v3(V3Settings(token_shape=TokenShape.TOP)).log_in()
    in_both = with_v3(V3Settings(token_shape=TokenShape.BOTH)).log_in()
    assert "access_token" in at_top
    assert "data" not in at_top
    assert isinstance(in_both["data"], dict)
    assert in_both["data"]["access_token"] == in_both["access_token"]


def test_a_log_in_may_be_json() -> None:
    assert V3Client().v1.send("POST", "/v3/token", json=CREDENTIALS).status_code == 201


@pytest.mark.parametrize(
    "instead", [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"grant_type": "password"}]
)
def test_wrong_credentials_are_refused(instead: dict[str, str]) -> None:
    answer = V3Client().v1.send("POST", "/v3/token", data=CREDENTIALS | instead)
    assert answer.status_code == 401
    assert isinstance(answer.json()["message"], str)


def test_a_refresh_token_is_good_once() -> None:
    client = V3Client()
    told = client.log_in()["data"]
    assert isinstance(told, dict)
    refresh = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    assert client.v1.send("POST", "/v3/token", data=refresh).status_code == 201
    assert client.v1.send("POST", "/v3/token", data=refresh).status_code == 401


def test_tokens_end() -> None:
    client = V3Client()
    told = client.log_in()["data"]
    assert isinstance(told, dict)
    client.v1.clock.advance(timedelta(hours=2))
    assert client.get("/v3/card/transaction/1").status_code == 401
    client.v1.clock.advance(timedelta(days=30))
    refresh = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    assert client.v1.send("POST", "/v3/token", data=refresh).status_code == 401


def test_no_call_is_served_without_a_token() -> None:
    answer = V3Client().v1.send("POST", SALE, json={"merchant_id": MERCHANT})
    assert (answer.status_code, list(answer.json())) == (401, ["message"])


def test_a_payment_must_name_its_merchant() -> None:
    client = V3Client()
    assert fields(client.send("POST", SALE, {"amount": "1.00"})) == ["merchant_id"]


def test_the_merchant_may_be_written_as_text() -> None:
    client = V3Client()
    body = client.hosted() | {"amount": "1.00", "merchant_id": str(MERCHANT)}
    assert client.send("POST", SALE, body).status_code == 200


def test_another_merchant_is_out_of_reach() -> None:
    client = V3Client()
    body = client.hosted() | {"amount": "1.00", "merchant_id": MERCHANT + 1}
    assert client.send("POST", SALE, body).status_code == 403


@pytest.mark.parametrize("header", [{"x-integrator-id": "1234567890123"}, {"x-permalinks": "false"}])
def test_headers_longer_than_documented_are_refused(header: dict[str, str]) -> None:
    assert len(fields(V3Client().send("GET", "/v3/card/transaction/1", None, **header))) == 1


def test_an_integrator_id_may_be_required() -> None:
    client = with_v3(V3Settings(is_integrator_id_required=True))
    answer = client.send("GET", "/v3/card/transaction/1", None, **{"x-integrator-id": ""})
    assert fields(answer) == ["X-Integrator-Id"]


def test_links_are_told_to_who_asks_for_them() -> None:
    client = V3Client()
    body = client.hosted() | {"amount": "1.00", "merchant_id": MERCHANT}
    asked = client.send("POST", SALE, body, **{"x-permalinks": "true"}).json()["data"]
    link = f"/v3/card/transaction/{asked['transaction_id']}?merchant_id={MERCHANT}"
    assert asked["permalinks"] == {"transaction": link}
    assert client.get(link).status_code == 200
    assert "permalinks" not in client.pay("2.00")


def test_what_is_wrong_can_be_told_with_prefixes_or_as_text() -> None:
    prefixed = with_v3(V3Settings(has_field_prefix=True))
    assert fields(prefixed.post(SALE, {"hpf_token": "x", "enc_key": "y"})) == ["body/amount"]
    plain = with_v3(V3Settings(has_plain_messages=True)).post(SALE, {"hpf_token": "x", "enc_key": "y"})
    assert plain.status_code == 422
    assert isinstance(plain.json()["message"], str)


def test_a_body_that_is_no_object_is_told_as_text() -> None:
    answer = V3Client().send("POST", SALE, [1])
    assert (answer.status_code, answer.json()) == (422, {"message": "The body is not a JSON object."})
