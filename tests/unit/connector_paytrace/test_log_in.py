from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import httpx2
import pytest
import structlog

from counterfoil.connectors.paytrace.checking import Verdict
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.security.secrets import Secret
from tests.unit.connector_paytrace.gateway import (
    EXPORT_BY_ID,
    INVALID_TOKEN,
    NOON,
    PASSWORD,
    PreparedPaytrace,
    exported,
    reply,
)

RIGHTS = ("/v1/batches/export", "/v1/customer/export", "/v1/payment_fields/token/create")
SEVEN = TransactionId("7")
TOKEN = "/oauth/token"
INVALID_GRANT = {"error": "invalid_grant", "error_description": "The provided authorization grant is invalid"}


def read(paytrace: PreparedPaytrace) -> None:
    assert paytrace.connector.fetch_transaction(SEVEN) is None


def test_user_and_password_go_into_the_token_form_and_nowhere_else() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, exported())
    read(paytrace)
    [log_in] = paytrace.asked(TOKEN)
    assert log_in.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(log_in.content.decode()) == {
        "grant_type": ["password"],
        "username": ["api-user"],
        "password": [PASSWORD],
    }
    [call] = paytrace.asked(EXPORT_BY_ID)
    assert call.headers["authorization"] == "Bearer token-1"
    assert paytrace.bodies(EXPORT_BY_ID) == [{"transaction_id": "7", "integrator_id": "intg-1"}]


def test_an_integrator_id_that_is_not_set_is_not_sent() -> None:
    paytrace = PreparedPaytrace(integrator_id="")
    paytrace.prepare(EXPORT_BY_ID, exported())
    read(paytrace)
    assert paytrace.bodies(EXPORT_BY_ID) == [{"transaction_id": "7"}]


def test_a_token_serves_until_shortly_before_it_expires() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, exported(), exported(), exported())
    read(paytrace)
    paytrace.clock.advance(timedelta(seconds=7200 - 61))
    read(paytrace)
    assert len(paytrace.asked(TOKEN)) == 1
    paytrace.clock.advance(timedelta(seconds=1))
    read(paytrace)
    assert len(paytrace.asked(TOKEN)) == 2


@pytest.mark.parametrize(
    "refusal",
    [reply(INVALID_TOKEN, 401), reply(INVALID_TOKEN, 400), reply(INVALID_TOKEN, 200), reply({}, 401)],
)
def test_a_token_that_is_no_longer_taken_is_renewed_once(refusal: httpx2.Response) -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, refusal, exported())
    read(paytrace)
    tokens = [request.headers["authorization"] for request in paytrace.asked(EXPORT_BY_ID)]
    assert tokens == ["Bearer token-1", "Bearer token-2"]


def test_a_new_token_that_is_not_taken_either_is_a_matter_of_configuration() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, reply(INVALID_TOKEN, 401), reply(INVALID_TOKEN, 401))
    with pytest.raises(ConfigurationError, match="does not take it"):
        read(paytrace)
    assert len(paytrace.asked(TOKEN)) == 2


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_log_in_is_not_repeated_until_a_person_tries(status: int) -> None:
    paytrace = PreparedPaytrace()
    paytrace.log_ins += [reply(INVALID_GRANT, status)]
    for _ in range(10):
        with pytest.raises(ConfigurationError, match="invalid_grant"):
            read(paytrace)
        paytrace.clock.advance(timedelta(days=1))
    assert len(paytrace.asked(TOKEN)) == 1

    paytrace.prepare("/v1/ping", reply({}))
    paytrace.prepare("/v1/transactions/export/by_date_range", exported())
    for right in RIGHTS:
        paytrace.prepare(right, reply({}, 404))
    assert Verdict.FAILS not in {check.verdict for check in paytrace.connection.test_connection()}
    paytrace.prepare(EXPORT_BY_ID, exported())
    read(paytrace)


@pytest.mark.parametrize(
    "odd",
    [reply({"token": "x"}), httpx2.Response(200, text="<html>"), reply({}, 503), httpx2.ReadTimeout("x")],
)
def test_a_log_in_that_gets_no_answer_is_tried_again_later(odd: httpx2.Response | Exception) -> None:
    paytrace = PreparedPaytrace()
    paytrace.log_ins += [odd]
    with pytest.raises(TransientError):
        read(paytrace)
    paytrace.prepare(EXPORT_BY_ID, exported())
    read(paytrace)


def test_parallel_calls_share_one_log_in() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare(EXPORT_BY_ID, *(exported() for _ in range(20)))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read(paytrace), range(20)))
    assert len(paytrace.asked(TOKEN)) == 1


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"998": ["Log in failed."]}, "refused the user"),
        ({"981": ["Log in failed for insufficient permissions."]}, "lacks the permission"),
    ],
)
def test_missing_rights_are_a_matter_of_configuration(errors: dict[str, list[str]], words: str) -> None:
    paytrace = PreparedPaytrace()
    refusal = {"success": False, "response_code": 1, "status_message": "errors", "errors": errors}
    paytrace.prepare(EXPORT_BY_ID, reply(refusal, 400))
    with pytest.raises(ConfigurationError, match=words):
        read(paytrace)


def test_neither_password_nor_token_is_logged_or_shown() -> None:
    paytrace = PreparedPaytrace()
    paytrace.log_ins += [reply(INVALID_GRANT, 401)]
    with structlog.testing.capture_logs() as logs, pytest.raises(ConfigurationError) as caught:
        read(paytrace)
    assert "paytrace_log_in_refused" in [entry["event"] for entry in logs]
    assert PASSWORD not in repr(logs)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [{"zone": "Spokane"}, {"zone": "../etc"}, {"zone": ""}, {"address": "http://paytrace.example"},
     {"username": ""}, {"password": Secret("")}, {"merchant": MerchantId("")}],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(changes: dict[str, object]) -> None:
    good: dict[str, object] = {
        "address": "https://paytrace.example",
        "merchant": MerchantId("M1"),
        "username": "u",
        "password": Secret("p"),
    }
    settings = PaytraceSettings(**(good | changes))  # type: ignore[arg-type] # one field of each type
    with pytest.raises(ConfigurationError):
        connect(settings, PreparedPaytrace().clock)
    assert "Secret(***)" in repr(settings)


def test_a_connection_test_stops_at_the_first_thing_that_fails_and_says_which() -> None:
    paytrace = PreparedPaytrace()
    paytrace.prepare("/v1/ping", httpx2.ConnectError("no route"))
    [check] = paytrace.connection.test_connection()
    assert (check.name, check.works) == ("reach PayTrace", False)
    assert "cannot be reached" in check.detail
    assert paytrace.clock.now() == NOON


def test_new_credentials_are_used_at_the_next_log_in_also_after_a_refusal() -> None:
    paytrace = PreparedPaytrace()
    paytrace.log_ins += [reply(INVALID_GRANT, 401)]
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="counterfoil paytrace rotate"):
            read(paytrace)
    assert len(paytrace.asked(TOKEN)) == 1
    paytrace.settings = replace(paytrace.settings, username="second", password=Secret("new"))
    paytrace.prepare(EXPORT_BY_ID, exported())
    read(paytrace)
    sent = parse_qs(paytrace.asked(TOKEN)[-1].read().decode())
    assert (sent["username"], sent["password"]) == (["second"], ["new"])
