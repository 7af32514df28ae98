"""A person opens, replaces and closes the ways in for pushes."""

from __future__ import annotations

import asyncio
import json

from counterfoil.bootstrap.gateways import GatewayLink, close_gateways, open_gateways
from counterfoil.bootstrap.intake import StoredHintIntake
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import sign
from counterfoil.store.hints import HintInbox
from tests.support.gateway_desk import Desk

BODY = json.dumps({"transaction_id": "105968"}).encode()


def judged(desk: Desk, address: str, signed: list[str] | None = None) -> str:
    """What a hub that starts now answers to a push."""
    with desk.workspace() as workspace:
        links = open_gateways(workspace)
        inbox = HintInbox(workspace.database, clock=SystemClock(), ids=SystemIds())
        inbox.start()
        try:
            answer = asyncio.run(_pushed(links, inbox, address, signed or []))
        finally:
            inbox.close()
            close_gateways(links)
    return type(answer).__name__


async def _pushed(links: list[GatewayLink], inbox: HintInbox, address: str, signed: list[str]) -> object:
    intake = StoredHintIntake([link.door for link in links], inbox, wake=lambda: None)
    last = address.rpartition("/")[2]
    if not signed:
        return await intake.silent_post(last, b"parmList=ORDERID~1001%7CTRANSACTIONID~105968")
    return await intake.relay(last, headers(signed[0]), BODY)


def headers(secret: str) -> dict[str, str]:
    at = int(SystemClock().now().timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": "m1",
        "webhook-timestamp": str(at),
        "webhook-signature": sign(Secret(secret), "m1", at, BODY),
    }


def opened(desk: Desk, kind: str, *more: str) -> list[str]:
    return desk.said("paytrace", "push", kind, "PayTrace", *more).split()


def counted(desk: Desk) -> tuple[int, int]:
    told = desk.told("paytrace", "push", "show", "PayTrace")
    return told["silent_posts"], told["relay_secrets"]


def test_a_silent_post_address_is_open_beside_the_one_before(desk: Desk) -> None:
    desk.connect()
    assert counted(desk) == (0, 0)
    [first] = opened(desk, "silent-post", "--base", "https://pay.example.com/")
    assert first.startswith("https://pay.example.com/hooks/silent-post/")
    [second], [third] = opened(desk, "silent-post"), opened(desk, "silent-post")
    assert counted(desk) == (2, 0)
    assert [judged(desk, each) for each in (first, second, third)] == ["UnknownAddress", "Kept", "Kept"]
    [fourth] = opened(desk, "silent-post", "--alone")
    assert [judged(desk, each) for each in (third, fourth)] == ["UnknownAddress", "Kept"]


def test_a_relay_signs_with_its_secret_and_the_one_before_counts_until_it_ends(desk: Desk) -> None:
    desk.connect()
    where, first = opened(desk, "relay")
    again, second = opened(desk, "relay")
    assert where == again
    assert [judged(desk, where, [each]) for each in (first, second)] == ["Kept", "Kept"]
    _, third = opened(desk, "relay", "--alone")
    assert [judged(desk, where, [each]) for each in (second, third)] == ["Unsigned", "Kept"]


def test_what_is_ended_takes_nothing_and_a_rotation_keeps_what_is_open(desk: Desk) -> None:
    desk.connect()
    [address] = opened(desk, "silent-post")
    where, secret = opened(desk, "relay")
    desk.said("paytrace", "rotate", "PayTrace", "--credentials", "-")
    desk.connect()
    assert counted(desk) == (1, 1)
    desk.said("paytrace", "push", "end", "PayTrace")
    assert counted(desk) == (0, 0)
    assert (judged(desk, address), judged(desk, where, [secret])) == ("UnknownAddress", "Unavailable")


def test_neither_address_nor_secret_is_stored_in_words(desk: Desk) -> None:
    desk.connect()
    [address] = opened(desk, "silent-post")
    _, secret = opened(desk, "relay")
    with desk.workspace() as workspace:
        [row] = workspace.connections.all()
    assert address.rpartition("/")[2] not in repr(row)
    assert secret not in repr(row)
    assert "PayTrace" in desk.refused("paytrace", "push", "relay", "Paytrase")
