"""What comes to the door and is not right leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.bootstrap.demo_connections import GATEWAY
from counterfoil.runtime.confirm import LOOKS_MAX
from counterfoil.store import schema
from counterfoil.web.hooks import BODY_BYTES_MAX
from tests.support.product import RunningHere, wait_until

FORM = "application/x-www-form-urlencoded"
POST = b"parmList=ORDERID%7E1%7CTRANSACTIONID%7E4711%7C"
RELAY = f"/hooks/relay/{GATEWAY}"
SILENT = "the silent post address"

BAD = {
    "another content type": (SILENT, "text/plain", POST, 415),
    "a relay as form": (RELAY, FORM, POST, 415),
    "no signature": (RELAY, "application/json", b'{"transaction_id": "4711"}', 401),
    "too large": (SILENT, FORM, POST + b"x" * BODY_BYTES_MAX, 413),
    "malformed": (SILENT, FORM, b"parmList=no+pairs+at+all", 400),
    "unknown silent post address": ("/hooks/silent-post/guessed", FORM, POST, 404),
    "unknown connection": ("/hooks/relay/guessed", "application/json", b"{}", 404),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_right_at_the_door_is_refused_and_not_kept(product: RunningHere, case: str) -> None:
    where, content_type, body, status = BAD[case]
    path = product.ground.connections.silent_post_path if where == SILENT else where
    before = len(product.rows(schema.hint))
    answer = product.http.post(path, content=body, headers={"content-type": content_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert len(product.rows(schema.hint)) == before


def test_a_relay_signed_with_another_time_or_body_is_refused(product: RunningHere) -> None:
    connections, now = product.ground.connections, product.ground.clock.now()
    old_body, old = connections.sign_relay("4711", now - timedelta(minutes=6))
    _, headers = connections.sign_relay("4711", now)
    other_body, _ = connections.sign_relay("4712", now)
    before = len(product.rows(schema.hint))
    assert product.http.post(RELAY, content=old_body, headers=old).status_code == 401
    assert product.http.post(RELAY, content=other_body, headers=headers).status_code == 401
    assert len(product.rows(schema.hint)) == before


def test_a_forged_silent_post_is_refused_after_some_looks_and_makes_no_event(product: RunningHere) -> None:
    forged = "999999999"
    assert product.silent_post(forged) == 200
    which = schema.hint.c.subject == forged
    for looks in range(1, LOOKS_MAX + 1):
        wait_until(lambda: product.rows(schema.hint, which)[0]["attempts"] >= looks, "a look")  # noqa: B023 - done within the loop's body
        product.ground.clock.advance(timedelta(hours=1))
    [hint] = product.rows(schema.hint, which)
    assert (hint["status"], hint["error"]) == ("refused", "the gateway does not know the transaction")
    assert product.client.runs(forged) == []
