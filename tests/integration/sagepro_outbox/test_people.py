"""What people see of the outbox and decide about it, through the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.outbox.handed import State
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import Busy, HandedOver, Posted, Refused
from tests.support.outbox_site import outbox
from tests.support.outbox_worker import PROGRAM, import_entries, outbox_company, outbox_of
from tests.support.sagepro_books import PROFILE_TEXT, receipt
from tests.support.sagepro_site import Site
from tests.support.trust import stand
from tests.support.visual_foxpro.machine import Machine

FACT = receipt("ABC", {"1001": "60"}, transaction="1")
OTHER = receipt("XYZ", {}, "5", transaction="2")


@pytest.fixture
def profile(site: Site) -> Path:
    path = site.folder / "profile.yaml"
    path.write_text(f"{PROFILE_TEXT}outbox: outbox\n", "utf-8")
    return path


def command(*words: object) -> Result:
    return CliRunner().invoke(app, ["sagepro", "outbox", *map(str, words)])


def test_a_list_tells_what_is_on_its_way_and_where(site: Site, profile: Path) -> None:
    assert command("list", profile).output == "Nothing is on its way.\n"
    with outbox(site) as agent:
        agent.post(FACT, OTHER)
        agent.folder.move(1, Place.WAITING, Place.TAKEN)
        listed = command("list", profile)
        assert listed.exit_code == 0
        assert "1  taken  a receipt of 60.00 USD from ABC  paytrace/m1/1/receipt#1" in listed.output
        assert "2  waiting  a receipt of 5.00 USD from XYZ" in listed.output
        entries = json.loads(command("list", profile, "--json").output)["entries"]
        assert [(one["number"], one["state"]) for one in entries] == [(1, "taken"), (2, "waiting")]
        rows = command("show", profile, 2).output
        assert "arcash01 new row" in rows
        assert "paidamt: - -> 5.00" in rows
        assert command("show", profile, 3).exit_code == 2


def test_what_waits_can_be_withdrawn_and_handed_over_again(site: Site, profile: Path) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        assert command("withdraw", profile, 1).exit_code == 2
        withdrawn = command("withdraw", profile, 1, "--by", "Ann")
        assert withdrawn.output == "withdrawn  entry 1\n"
        assert import_entries(site) == 0
        assert (agent.state(1), agent.places(1)) == (State.WITHDRAWN, {"withdrawn"})
        (again,) = agent.post(FACT)
        assert isinstance(again, HandedOver)
        assert "entry 2" in again.where
    assert "by Ann" in command("list", profile, "--last", 2).output


def test_what_is_taken_is_not_withdrawn(site: Site, profile: Path) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        agent.folder.move(1, Place.WAITING, Place.TAKEN)
        refused = command("withdraw", profile, 1, "--by", "Ann")
        assert refused.exit_code == 2
        assert agent.state(1) is State.OPEN
        import_entries(site)
        assert isinstance(agent.backend.find_posting(FACT.key), Posted)
        assert command("withdraw", profile, 1, "--by", "Ann").exit_code == 2
        assert command("judge", profile, 1, "--rows", "out", "--by", "Ann").exit_code == 2


def test_a_refused_entry_waits_for_a_person(site: Site, profile: Path) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        path = agent.folder.files(Place.WAITING)[1]
        path.write_bytes(path.read_bytes()[:-20])
        import_entries(site)
        assert isinstance(agent.post(FACT)[0], Refused)
        listed = command("list", profile)
        assert listed.exit_code == 1
        assert "no end line" in listed.output
        assert command("withdraw", profile, 1, "--by", "Ann").exit_code == 0
        assert isinstance(agent.post(FACT)[0], HandedOver)


def test_a_company_that_moved_to_direct_waits_for_its_outbox(site: Site) -> None:
    with outbox_company(site) as company:
        assert isinstance(company.post([FACT])[0], HandedOver)
        stand(site.profile)
        (busy,) = company.post([OTHER])
        assert isinstance(busy, Busy)
        assert "1 entries of the outbox are not settled" in busy.what
        import_entries(site)
        assert isinstance(company.post([OTHER])[0], Posted)
    assert len(site.read(TableName.CASH)) == 2
    assert site.findings() == []


def test_a_profile_without_an_outbox_is_told(site: Site) -> None:
    path = site.folder / "profile.yaml"
    path.write_text(PROFILE_TEXT, "utf-8")
    assert command("list", path).exit_code == 2


def test_the_program_is_written_as_foxpro_reads_it(tmp_path: Path) -> None:
    assert command("program", tmp_path).exit_code == 0
    written = (tmp_path / "counterfoil.prg").read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n") > 500
    assert b"IT NEVER RAN UNDER VISUAL FOXPRO" in written
    assert command("program", tmp_path / "missing").exit_code == 2


def test_a_clerk_s_request_to_charge_is_listed(site: Site, profile: Path) -> None:
    assert command("requests", profile).output == ""
    machine = Machine(PROGRAM.read_text("ascii"), now=site.clock.now)
    name = machine.run("CfCharge", str(outbox_of(site)), "ABC   ", "      1001", 60.5)
    output = command("requests", profile).output
    assert re.fullmatch(r"RQ20261123143015\w{6}\.TXT", name)
    assert f"{name}  ask charge, customer ABC, invoice 1001, amount 60.50, at 20261123143015" in output
    path = outbox_of(site) / "requests" / name
    path.write_bytes(path.read_bytes().replace(b"60.50", b"6.50"))
    assert "count or checksum do not fit" in command("requests", profile).output
