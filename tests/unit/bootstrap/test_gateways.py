from __future__ import annotations

import pytest

from counterfoil.bootstrap.gateways import PASSWORD, gateway_settings
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow

SETTINGS = {"address": "https://api.paytrace.com", "merchant": "m1", "username": "api"}


def row(**more: object) -> ConnectionRow:
    return ConnectionRow(
        id="c1",
        environment="dev",
        name="PayTrace",
        kind="paytrace",
        company="01",
        mode="test",
        enabled=True,
        settings={**SETTINGS, **more},
    )


def test_everything_that_was_entered_reaches_the_connector() -> None:
    secrets = {PASSWORD: Secret("pw")}
    settings = gateway_settings(row(integrator_id="intg-1", zone="America/Denver"), secrets)
    assert (settings.merchant, settings.integrator_id) == ("paytrace/m1", "intg-1")
    assert settings.zone == "America/Denver"
    assert "pw" not in repr(settings)


def test_what_was_not_entered_is_named() -> None:
    with pytest.raises(ConfigurationError, match="has no password: enter it"):
        gateway_settings(row(), {})
