"""The ways in are changed without a gap: addresses of silent posts, secrets of relays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from counterfoil.bootstrap.demo_connections import GATEWAY
from counterfoil.bootstrap.gateways import PASSWORD
from counterfoil.bootstrap.intake import address_digest
from counterfoil.security.secrets import Secret
from counterfoil.store import schema
from tests.support.product import GATEWAY_PASSWORD, Ground, hub_here, new_ground

DIGESTS = "silent_post_digests"


@pytest.fixture(scope="module")
def own_ground() -> Iterator[Ground]:
    """The hub is started several times here."""
    with new_ground(unpaid=2) as ground:
        yield ground


@pytest.mark.soak
def test_the_silent_post_address_is_replaced_with_both_valid_in_between(own_ground: Ground) -> None:
    old, new = own_ground.connections.silent_post_path, "/hooks/silent-post/the-new-address"
    pick = own_ground.unpaid()
    with hub_here(own_ground) as hub:
        row = hub.workspace.connections.find(GATEWAY)
        assert row is not None
        assert address_digest(old.rpartition("/")[2]) in str(row.settings[DIGESTS])
        assert hub.silent_post("1", new) == 404
        digests = [address_digest(path.rpartition("/")[2]) for path in (old, new)]
        hub.change_gateway(**{DIGESTS: digests})
    with hub_here(own_ground) as hub:
        transaction = hub.pay(pick.number, pick.open)
        assert [hub.silent_post(transaction, path) for path in (old, new)] == [200, 200]
        hub.wait(transaction)
        hub.wait_for_hints(transaction)
        hub.assert_posted_once(transaction, pick.open)
        hub.change_gateway(**{DIGESTS: digests[1:]})
    with hub_here(own_ground) as hub:
        assert [hub.silent_post(transaction, path) for path in (old, new)] == [404, 200]


def test_a_relay_is_not_taken_without_a_secret(own_ground: Ground) -> None:
    with hub_here(own_ground) as hub:
        row = hub.workspace.connections.find(GATEWAY)
        assert row is not None
        hub.workspace.connections.put(row, {PASSWORD: Secret(GATEWAY_PASSWORD)})
    with hub_here(own_ground) as hub:
        before = len(hub.rows(schema.hint))
        assert hub.relay("4711") == 503
        assert len(hub.rows(schema.hint)) == before
