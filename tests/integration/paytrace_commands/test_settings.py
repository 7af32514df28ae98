from __future__ import annotations

from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.gateway_policy import read_policy
from counterfoil.domain.taking_back import Returns
from tests.support.gateway_desk import Desk


def test_settings_are_shown_changed_and_taken_back(desk: Desk) -> None:
    desk.connect()
    assert "returns  as assumed" in desk.said("paytrace", "settings", "PayTrace")
    said = desk.said("paytrace", "settings", "PayTrace", "returns=post", "refund_limit=99.50")
    assert "returns  post" in said
    assert desk.told("paytrace", "settings", "PayTrace") == {"returns": "post", "refund_limit": "99.50"}
    with desk.workspace() as workspace:
        policy = read_policy(find_gateway(workspace, "PayTrace", None))
    assert (policy.returns, str(policy.refunds.limit)) == (Returns.POST, "99.50")
    desk.said("paytrace", "settings", "PayTrace", "returns=")
    assert desk.told("paytrace", "settings", "PayTrace") == {"refund_limit": "99.50"}


def test_what_cannot_be_said_is_named_and_nothing_is_changed(desk: Desk) -> None:
    desk.connect()
    assert "returns is ask or post" in desk.refused("paytrace", "settings", "PayTrace", "returns=maybe")
    refused = desk.refused("paytrace", "settings", "PayTrace", "merchant=m2")
    assert "there is no setting merchant" in refused
    assert "write name=value" in desk.refused("paytrace", "settings", "PayTrace", "post")
    assert desk.told("paytrace", "settings", "PayTrace") == {}
