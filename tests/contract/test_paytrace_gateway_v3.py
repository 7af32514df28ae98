"""The connector over V3 against the sandbox, over a real socket: two readings of the same wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.gateway_life_suite import GatewayLifeSuite
from tests.contract.gateway_suite import GatewaySuite
from tests.contract.sandbox_desk import SandboxDesk, sandbox_desk


@pytest.fixture
def site() -> Iterator[SandboxDesk]:
    with sandbox_desk("v3") as desk:
        yield desk


@pytest.fixture
def desk(site: SandboxDesk) -> SandboxDesk:
    return site


class TestV3(GatewaySuite):
    """Over the sandbox's V3."""


class TestV3Life(GatewayLifeSuite):
    """Over the sandbox's V3."""
