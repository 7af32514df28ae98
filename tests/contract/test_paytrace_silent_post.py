"""The sandbox's silent post names a transaction that our connector then reads."""

from __future__ import annotations

from counterfoil.connectors.paytrace.intake import read_silent_post
from tests.contract.gateway_desk import usd
from tests.contract.sandbox_desk import sandbox_desk
from tests.unit.sandbox_paytrace.client import RecordingSender, keyed


def test_the_silent_post_of_the_hosted_checkout_names_the_transaction() -> None:
    with sandbox_desk("v1") as site:
        sender = site.client.sender
        assert isinstance(sender, RecordingSender)
        order = {"order_id": "1001", "return_url": "https://hub.example/hooks/x"}
        site.client.ok("/checkout/sale", order | keyed("8.00"))
        [(_, body)] = sender.sent
        push = read_silent_post(body.encode())
        assert push.transaction is not None
        assert site.fetch(push.transaction).payment.amount == usd("8.00")
        assert not push.redacted
