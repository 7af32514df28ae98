from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import time_machine

from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import Verdict, WebhookSecretError, WebhookVerifier, sign

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())
OLD, NEW, OTHER = (Secret("whsec_" + base64.b64encode(bytes([each]) * 32).decode()) for each in (1, 2, 3))
BODY = b'{"transaction_id":7}'


def headers(signature: str, *, message: str = "msg_1", stamp: int | str = STAMP) -> dict[str, str]:
    return {"webhook-id": message, "webhook-timestamp": str(stamp), "webhook-signature": signature}


def verdict(sent: dict[str, str], body: bytes = BODY, now: datetime = NOW) -> Verdict:
    return WebhookVerifier([OLD, NEW]).check(sent, body, now)


def test_a_signature_by_either_secret_is_genuine() -> None:
    for secret in (OLD, NEW):
        assert verdict(headers(sign(secret, "msg_1", STAMP, BODY))) is Verdict.GENUINE
    both = f"v1,bm90aGluZw== v1a,ed25519 {sign(NEW, 'msg_1', STAMP, BODY)}"
    assert verdict(headers(both)) is Verdict.GENUINE


@time_machine.travel(NOW, tick=False)
def test_signatures_agree_with_the_reference_implementation() -> None:
    for body in (BODY, b"", "\u00fcber {}".encode()):
        theirs = standardwebhooks.Webhook(NEW.reveal()).sign("msg_1", NOW, body.decode())
        assert sign(NEW, "msg_1", STAMP, body) == theirs
        assert verdict(headers(theirs), body) is Verdict.GENUINE
        ours = headers(sign(NEW, "msg_1", STAMP, body))
        standardwebhooks.Webhook(NEW.reveal()).verify(body, ours, json_parse=False)


def test_another_secret_body_id_or_time_is_forged() -> None:
    good = sign(NEW, "msg_1", STAMP, BODY)
    assert verdict(headers(sign(OTHER, "msg_1", STAMP, BODY))) is Verdict.FORGED
    assert verdict(headers(good), BODY + b" ") is Verdict.FORGED
    assert verdict(headers(good, message="msg_2")) is Verdict.FORGED
    assert verdict(headers(good, stamp=STAMP + 1)) is Verdict.FORGED
    assert verdict(headers(good.replace("v1,", "v2,"))) is Verdict.FORGED
    assert verdict(headers("v1,")) is Verdict.FORGED
    assert verdict(headers("v1,\u00fc")) is Verdict.FORGED


@pytest.mark.parametrize("seconds", [-301, 301, -86_400 * 4, 10**11, 999_999_999_999 - STAMP])
def test_a_push_outside_the_tolerance_is_out_of_time(seconds: int) -> None:
    stamp = STAMP + seconds
    assert verdict(headers(sign(NEW, "msg_1", stamp, BODY), stamp=stamp)) is Verdict.OUT_OF_TIME


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_push_at_the_edge_of_the_tolerance_is_taken(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert verdict(headers(sign(NEW, "msg_1", STAMP, BODY)), now=now) is Verdict.GENUINE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", ""),
        ("webhook-id", "msg.1"),
        ("webhook-id", "msg 1"),
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "-5"),
        ("webhook-timestamp", "9" * 40),
        ("webhook-signature", ""),
    ],
)
def test_a_missing_or_malformed_header_is_unsigned(name: str, value: str) -> None:
    sent = headers(sign(NEW, "msg_1", STAMP, BODY))
    assert verdict(sent | {name: value}) is Verdict.UNSIGNED
    assert verdict({key: text for key, text in sent.items() if key != name}) is Verdict.UNSIGNED


def test_a_secret_is_taken_without_its_prefix_and_padding() -> None:
    bare = Secret(NEW.reveal().removeprefix("whsec_").rstrip("="))
    assert sign(bare, "msg_1", STAMP, BODY) == sign(NEW, "msg_1", STAMP, BODY)


@pytest.mark.parametrize("written", ["", "whsec_", "whsec_!!!", "whsec_c2hvcnQ=", "whsec_" + "QUJD" * 40])
def test_a_secret_that_protects_nothing_is_refused(written: str) -> None:
    with pytest.raises(WebhookSecretError) as caught:
        WebhookVerifier([NEW, Secret(written)])
    assert not written or written not in str(caught.value)


def test_without_a_secret_there_is_no_verifier() -> None:
    with pytest.raises(WebhookSecretError, match="needs a secret"):
        WebhookVerifier([])
