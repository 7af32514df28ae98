"""A merchant account is connected, checked, listed and gets new credentials, at the command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.bootstrap.gateways import KIND, PASSWORD, open_gateways
from counterfoil.connectors.paytrace.settings import PRODUCTION
from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.library import PAYMENT_TO_RECEIPT
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow
from tests.support.gateway_desk import OTHER_USER, Desk

WORDS = ("--company", "01", "--environment", "dev", "--merchant", "m1", "--credentials", "-")


def only(desk: Desk) -> ConnectionRow:
    with desk.workspace() as workspace:
        [row] = [each for each in workspace.connections.all() if each.kind == KIND]
        return row


def test_a_sandbox_is_connected_with_its_credentials_sealed(desk: Desk) -> None:
    said = desk.connect()
    assert "sandbox: merchant m1" in said
    assert "Payments made from" in said
    row = only(desk)
    assert (row.company, row.environment, row.mode, row.enabled) == ("01", "dev", "test", True)
    assert row.settings["zone"] == "America/Los_Angeles"
    assert PASSWORD not in row.settings
    with desk.workspace() as workspace:
        assert workspace.deployments.find_live("dev", PAYMENT_TO_RECEIPT)
        assert workspace.deployments.find_live("qa", PAYMENT_TO_RECEIPT) is None
        assert workspace.connections.secrets(row.id)[PASSWORD].reveal() == "demo123"


def test_what_is_changed_keeps_what_was_not_named(desk: Desk) -> None:
    desk.connect("--start", "2026-11-01T00:00:00-05:00", "--integrator", "i1")
    first = only(desk)
    desk.connect("--company", "02")
    assert (only(desk).id, only(desk).company) == (first.id, "02")
    assert (only(desk).settings["start"], only(desk).settings["integrator_id"]) == (
        first.settings["start"],
        "i1",
    )


def test_wrong_credentials_are_refused_and_nothing_is_stored(desk: Desk) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS)
    assert "refused the log-in" in desk.refused(*words, keys="demo123\nwrong\n")
    with desk.workspace() as workspace:
        assert workspace.connections.all() == []


@pytest.mark.parametrize("flags", [(), ("--sandbox", "--production")])
def test_sandbox_or_production_must_be_said(desk: Desk, flags: tuple[str, ...]) -> None:
    assert "choose one of --sandbox and --production" in desk.refused("paytrace", "connect", *flags, *WORDS)


def test_production_wants_the_merchant_s_name_typed_and_takes_no_other_address(desk: Desk) -> None:
    words = ("paytrace", "connect", "--production", *WORDS)
    assert "nothing was changed" in desk.refused(*words, "--confirm", "m2")
    confirmed = (*words, "--confirm", "m1", "--address", desk.url)
    assert "--address is for a sandbox" in desk.refused(*confirmed)


def test_a_sandbox_does_not_become_production_nor_the_other_way(desk: Desk) -> None:
    desk.connect()
    refused = desk.refused("paytrace", "connect", "--production", *WORDS, "--confirm", "m1")
    assert "never the same connection" in refused


def test_a_sandbox_is_not_bound_to_live_books(desk: Desk) -> None:
    books = ConnectionRow(
        id="b", environment="dev", name="Books", kind="sagepro", company="01", mode="live", enabled=True
    )
    with desk.workspace() as workspace:
        workspace.connect(books, {})
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS)
    assert "keeps real books" in desk.refused(*words)


def test_another_merchant_needs_a_connection_of_its_own(desk: Desk) -> None:
    desk.connect()
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url)
    other = (*words, *WORDS, "--merchant", "m2")
    assert "is merchant m1's" in desk.refused(*other)
    assert "reaches this merchant account already" in desk.refused(*other, "--name", "Second account")
    desk.said(*other, "--name", "Second account", keys=OTHER_USER)
    assert [row["merchant"] for row in desk.told("paytrace", "list")] == ["m1", "m2"]


def test_one_account_has_one_name_or_its_payments_would_be_posted_twice(desk: Desk) -> None:
    desk.connect()
    words = ("paytrace", "connect", "--sandbox", "--address", f"{desk.url}/", *WORDS[:4], *WORDS[6:])
    for name in ("M1", "100001"):
        refused = desk.refused(*words, "--merchant", name, "--name", "Again")
        assert "under the name m1: its payments would be posted twice" in refused
    desk.said(*words, "--merchant", "m1", "--name", "V3", "--v3-account", "100001")
    other = (*words, "--merchant", "m2", "--name", "Two", "--v3-account", "100001")
    assert "reaches this merchant account already" in desk.refused(*other, keys=OTHER_USER)
    desk.said(*words, "--merchant", "m3", "--name", "Three", keys=OTHER_USER)
    assert "under the name m1" in desk.refused("paytrace", "rotate", "Three")


@pytest.mark.parametrize("name", ["", " ", "m1 "])
def test_a_merchant_has_a_name(desk: Desk, name: str) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS, "--merchant", name)
    assert "a merchant has a name" in desk.refused(*words)


@pytest.mark.parametrize("address", [PRODUCTION, f"{PRODUCTION}/", "https://API.paytrace.com:443"])
def test_a_sandbox_is_never_paytrace_s_own_address_of_production(desk: Desk, address: str) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", address, *WORDS)
    assert "moves real money: connect it with --production" in desk.refused(*words)
    with desk.workspace() as workspace:
        assert workspace.connections.all() == []


def test_a_start_without_a_zone_is_refused(desk: Desk) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS)
    assert "2026-12-01T00:00:00-05:00" in desk.refused(*words, "--start", "2026-11-01T00:00:00")


def test_credentials_in_a_file_that_others_may_read_are_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "user.txt"
    file.write_text("demo123\ndemo123\n", "utf-8")
    file.chmod(0o644)
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS[:-2])
    assert "chmod 600" in desk.refused(*words, "--credentials", str(file))
    file.chmod(0o600)
    assert "sealed" in desk.said(*words, "--credentials", str(file))


def test_credentials_in_another_encoding_are_refused_and_not_repeated(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "user.txt"
    file.touch(0o600)
    file.write_bytes("demo123\nkennw\u00f6rt\n".encode("latin-1"))
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS[:-2])
    result = desk.type(*words, "--credentials", str(file))
    assert (result.exit_code, result.stderr) == (1, "credentials are a text in UTF-8\n")


def test_an_environment_is_one_of_three(desk: Desk) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS)
    assert "one of dev, qa, production" in desk.refused(*words, "--environment", "prod")


def test_credentials_are_asked_for_without_showing_the_password(desk: Desk) -> None:
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS[:-2])
    result = desk.type(*words)
    assert result.exit_code == 0, result.output
    assert "with these rights and no others" in result.stderr
    assert result.output.count("demo123") == 1


def test_the_check_tells_each_step_and_the_list_tells_sandbox_and_production(desk: Desk) -> None:
    desk.connect()
    desk.shopper.pay_at_terminal("a test", Decimal("10.00"), "1001")
    told = desk.told("paytrace", "check", "PayTrace")
    verdicts = {each["name"]: each["verdict"] for each in told["checks"]}
    money = "charge, capture, void, refund"
    assert verdicts.pop(money) == "unknown"
    assert set(verdicts) == {
        *("reach PayTrace", "log in", "read transactions", "read batches", "read stored customers"),
        *("hosted card fields", "clock", "zone"),
    }
    assert set(verdicts.values()) == {"works"}
    live = ConnectionRow(
        id="p", environment="production", name="PayTrace", kind=KIND, company="01", mode="live",
        settings={"address": PRODUCTION, "merchant": "m9"},
    )  # fmt: skip
    with desk.workspace() as workspace:
        workspace.connections.put(live, {})
    said = desk.said("paytrace", "list")
    assert "PayTrace (dev): sandbox, merchant m1" in said
    assert "PayTrace (production): PRODUCTION, merchant m9, company 01" in said
    assert "switched off" in said
    assert "choose with --environment" in desk.refused("paytrace", "check", "PayTrace")


def test_a_zone_too_far_west_is_found_by_a_record_from_the_future(desk: Desk) -> None:
    desk.connect()
    desk.shopper.pay_at_terminal("a test", Decimal("10.00"), "1001")
    row = only(desk)
    with desk.workspace() as workspace:
        changed = ConnectionRow(
            id=row.id, environment=row.environment, name=row.name, kind=row.kind, company=row.company,
            mode=row.mode, enabled=True, settings={**row.settings, "zone": "Pacific/Honolulu"},
        )  # fmt: skip
        workspace.connections.put(changed, workspace.connections.secrets(row.id))
    result = desk.type("paytrace", "check", "PayTrace")
    assert result.exit_code == 1
    assert "FAILS    zone" in result.stdout
    assert "further east" in result.stdout


def test_credentials_are_replaced_only_once_they_work(desk: Desk) -> None:
    desk.connect()
    assert "refused the log-in" in desk.refused("paytrace", "rotate", "PayTrace", keys="demo123\nwrong\n")
    desk.said("paytrace", "rotate", "PayTrace", "--credentials", "-")
    assert "there is no gateway connection Other; there is: PayTrace (dev)" in desk.refused(
        "paytrace", "rotate", "Other"
    )


def test_an_account_s_number_makes_the_connection_speak_v3(desk: Desk) -> None:
    desk.connect("--v3-account", "100001")
    row = only(desk)
    assert (row.settings["generation"], row.settings["merchant_number"]) == ("v3", "100001")
    [told] = desk.told("paytrace", "list")
    assert told["generation"] == "v3"
    desk.said("paytrace", "check", "PayTrace")
    words = ("paytrace", "connect", "--sandbox", "--address", desk.url, *WORDS, "--name", "Other")
    assert "digits alone" in desk.refused(*words, "--v3-account", "one")
    desk.connect()
    assert only(desk).settings["generation"] == "v3"
    desk.connect("--v3-account", "-")
    assert only(desk).settings["generation"] == "v1"
    assert "merchant_number" not in only(desk).settings


def test_a_running_hub_logs_in_with_the_new_credentials(desk: Desk) -> None:
    desk.connect()
    with desk.workspace() as workspace:
        [link] = open_gateways(workspace)
        row = only(desk)
        workspace.connections.put(row, {PASSWORD: Secret("ended at PayTrace")})
        with pytest.raises(ConfigurationError, match="refused the log-in"):
            link.gateway.fetch_transaction(TransactionId("1"))
        desk.said("paytrace", "rotate", "PayTrace", "--credentials", "-")
        assert link.gateway.fetch_transaction(TransactionId("1")) is None
        link.close()
