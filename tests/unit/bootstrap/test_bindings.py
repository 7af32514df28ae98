"""A sandbox gateway is never bound to live books."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.bootstrap.bindings import binding_faults, require_fitting
from counterfoil.connectors.paytrace.settings import PRODUCTION, SANDBOX
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow
from tests.support.sagepro_books import PROFILE_TEXT

GATEWAY = ConnectionRow(
    id="g",
    environment="production",
    name="PayTrace",
    kind="paytrace",
    company="01",
    mode="live",
    settings={"address": PRODUCTION},
)
BOOKS = ConnectionRow(
    id="b", environment="production", name="Books", kind="sagepro", company="01", mode="live"
)
SANDBOXES = [
    replace(GATEWAY, settings={"address": SANDBOX}),
    replace(GATEWAY, settings={"address": "http://127.0.0.1:8180"}),
    replace(GATEWAY, mode="test", settings={"address": SANDBOX}),
]


def test_production_fits_live_books() -> None:
    assert binding_faults([GATEWAY, BOOKS]) == {}
    require_fitting(GATEWAY, [BOOKS])


@pytest.mark.parametrize("gateway", SANDBOXES, ids=["sandbox", "emulator", "marked as test"])
def test_a_sandbox_does_not_fit_live_books_whichever_comes_first(gateway: ConnectionRow) -> None:
    with pytest.raises(ConfigurationError, match=r"keeps real books .* mode: test"):
        require_fitting(gateway, [BOOKS])
    with pytest.raises(ConfigurationError, match="keeps real books"):
        require_fitting(BOOKS, [gateway])
    assert set(binding_faults([BOOKS, gateway])) == {"g"}


@pytest.mark.parametrize("gateway", SANDBOXES)
def test_a_sandbox_fits_test_books_and_those_of_other_companies_and_environments(
    gateway: ConnectionRow,
) -> None:
    require_fitting(gateway, [replace(BOOKS, mode="test")])
    require_fitting(gateway, [replace(BOOKS, company="02")])
    require_fitting(gateway, [replace(BOOKS, environment="dev")])


@pytest.mark.parametrize("address", [PRODUCTION, f"{PRODUCTION}/", "https://API.paytrace.com:443"])
def test_a_test_connection_never_reaches_production(address: str) -> None:
    gateway = replace(GATEWAY, mode="test", settings={"address": address})
    with pytest.raises(ConfigurationError, match="moves real money: connect it with --production"):
        require_fitting(gateway, [])
    assert set(binding_faults([gateway])) == {"g"}


def test_the_profile_s_word_counts_and_the_connection_must_say_the_same(tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text(PROFILE_TEXT.replace("mode: test", "mode: live"), "utf-8")
    books = replace(BOOKS, mode="test", settings={"profile": str(profile)})
    with pytest.raises(ConfigurationError, match=r"marked test, .* says mode: live"):
        require_fitting(books, [])
    assert set(binding_faults([replace(GATEWAY, mode="test"), books])) == {"g"}
