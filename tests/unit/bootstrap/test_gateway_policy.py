from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.bootstrap.gateway_policy import GatewayPolicy, read_policy
from counterfoil.domain.declines import Declines
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.settling import SettlementPolicy
from counterfoil.domain.taking_back import Returns
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow


def row(**settings: Any) -> ConnectionRow:
    return ConnectionRow(
        id="c1",
        environment="dev",
        name="PayTrace",
        kind="paytrace",
        company="01",
        mode="test",
        settings=settings,
    )


def test_what_a_connection_does_not_say_stays_as_assumed() -> None:
    assert read_policy(row()) == GatewayPolicy()
    assert not GatewayPolicy().ach_when_captured


def test_a_connection_says_when_authorisations_end_and_bank_payments_count() -> None:
    policy = read_policy(row(authorisation_days=7, ach_posts_at="captured"))
    assert policy == GatewayPolicy(authorisation_life=timedelta(days=7), ach_when_captured=True)


def test_a_connection_says_what_its_refunds_mean_and_which_are_too_large() -> None:
    assert read_policy(row()).refunds == RefundPolicy(reopens=False, limit=Decimal(1000))
    policy = read_policy(row(refunds_of_invoices="reopen", refund_limit="99.50"))
    assert policy.refunds == RefundPolicy(reopens=True, limit=Decimal("99.50"))


def test_a_connection_says_what_becomes_of_returned_and_declined_payments() -> None:
    assert read_policy(row()).returns is Returns.ASK
    assert read_policy(row(returns="post")).returns is Returns.POST
    assert read_policy(row()).declines is Declines.LEAVE
    assert read_policy(row(declines="note")).declines is Declines.NOTE


def test_a_connection_says_which_dispute_fees_are_too_large() -> None:
    assert read_policy(row()).dispute_fee_limit == Decimal(100)
    assert read_policy(row(dispute_fee_limit="25.50")).dispute_fee_limit == Decimal("25.50")


def test_a_connection_says_whether_batches_are_paid_out_whole() -> None:
    assert read_policy(row()).settlements is SettlementPolicy.ASK
    assert read_policy(row(settlements="whole")).settlements is SettlementPolicy.WHOLE


@pytest.mark.parametrize(
    "settings",
    [
        {"authorisation_days": 0},
        {"authorisation_days": "soon"},
        {"ach_posts_at": "someday"},
        {"refunds_of_invoices": "maybe"},
        {"returns": "maybe"},
        {"declines": "maybe"},
        {"refund_limit": "-1"},
        {"refund_limit": "much"},
        {"dispute_fee_limit": "much"},
        {"refund_limit": "1.005"},
        {"settlements": "some"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(settings))):
        read_policy(row(**settings))


def test_when_and_how_much_is_charged_is_the_connections() -> None:
    assert read_policy(row()).due == DuePolicy()
    said = read_policy(
        row(due_days_before="2", due_days_after="60", due_days_between="7", due_declines="1",
            due_minimum="5", due_limit="250.50")
    ).due  # fmt: skip
    assert said == DuePolicy(
        days_before=2,
        days_after=60,
        days_between=7,
        declines=1,
        minimum=Decimal(5),
        limit=Decimal("250.50"),
    )
    for wrong in ({"due_days_between": "0"}, {"due_declines": "11"}, {"due_limit": "much"}):
        with pytest.raises(ConfigurationError):
            read_policy(row(**wrong))
