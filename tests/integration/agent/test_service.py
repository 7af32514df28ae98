"""The agent as a service: the files for systemd and for Windows, read by systemd's own check and a parser."""

from __future__ import annotations

import configparser
import getpass
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.agent_services import Service, systemd_unit, winsw_file
from counterfoil.cli import app
from tests.support.sagepro_books import PROFILE_TEXT
from tests.support.sagepro_site import Site

EXPOSURE_TENTHS_MAX = "25"
SQL_PROFILE = """
company: "01"
preset: mssql
database: {dsn: "mssql+pymssql://counterfoil@files:1433", company_db: PRO01, own_folder: own}
accounts: {receivable: 1100-000, clearing: {}}
"""
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd's own check of a unit is not installed here; the parser's tests run all the same",
)


def printed(*words: str) -> str:
    result = CliRunner().invoke(app, ["agent", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = Site(tmp_path / "books of 100% & Co").build()
    profile = site.folder / "profile.yaml"
    profile.write_text(PROFILE_TEXT, "utf-8")
    folder = tmp_path / "the agent"
    printed("init", str(folder), "--profile", str(profile), "--host", "localhost")
    return folder


@pytest.fixture
def unit(folder: Path) -> Path:
    path = folder / "counterfoil-agent-01.service"
    path.write_text(printed("service", str(folder), "--systemd", "--user", getpass.getuser()), "utf-8")
    return path


def entries(unit: Path) -> configparser.ConfigParser:
    """The unit's entries; one that stands twice is only allowed where systemd adds them up."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    return parser


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@needs_systemd
def test_systemd_finds_the_unit_hardened(unit: Path) -> None:
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_TENTHS_MAX}"]
    found = subprocess.run([*words, unit], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_the_unit_writes_the_tables_folders_alone_and_runs_the_folder_s_agent(
    unit: Path, folder: Path
) -> None:
    service = entries(unit)["Service"]
    books = f'"{folder.parent}/books of 100%% & Co"'
    assert service["ReadWritePaths"] == books
    assert entries(unit)["Unit"]["RequiresMountsFor"] == books
    assert service["ExecStart"] == f'"{sys.executable}" "-m" "counterfoil" "agent" "run" "{folder}"'
    assert (service["User"], service["Restart"]) == (getpass.getuser(), "on-failure")
    assert (service["CapabilityBoundingSet"], service["ProtectSystem"]) == ("", "strict")


def test_the_ledger_s_copy_and_the_outbox_are_written_too(folder: Path, tmp_path: Path) -> None:
    copy, outbox = tmp_path / "copy", tmp_path / "outbox"
    profile = next(tmp_path.glob("books*")) / "profile.yaml"
    profile.write_text(f'{PROFILE_TEXT}\nledger_copy: "{copy}"\noutbox: "{outbox}"\n', "utf-8")
    copy.mkdir()
    outbox.mkdir()
    text = printed("service", str(folder), "--systemd", "--user", getpass.getuser())
    (paths,) = [line for line in text.splitlines() if line.startswith("ReadWritePaths=")]
    assert f'"{copy}"' in paths
    assert f'"{outbox}"' in paths


def test_a_port_below_1024_needs_one_capability(folder: Path) -> None:
    service = Service(company="01", command=("counterfoil",), folders=[folder], port=443)
    assert "\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n" in systemd_unit(service, "counterfoil")


def test_what_means_something_to_systemd_is_escaped() -> None:
    service = Service(company="01", command=("a", 'b "$HOME" %h \\'), folders=[Path("/$x")], port=8801)
    text = systemd_unit(service, "counterfoil")
    assert 'ExecStart="a" "b \\"$$HOME\\" %%h \\\\"\n' in text
    assert 'ReadWritePaths="/$x"\n' in text


def test_the_file_for_windows_runs_the_folder_s_agent(folder: Path) -> None:
    root = ET.fromstring(printed("service", str(folder), "--windows"))  # noqa: S314 - our own text
    assert root.tag == "service"
    assert str(root.findtext("id")).isalnum()
    assert root.findtext("executable") == sys.executable
    assert root.findtext("arguments") == f'-m counterfoil agent run "{folder}"'
    restart = root.find("onfailure")
    assert restart is not None
    assert restart.attrib == {"action": "restart", "delay": "10 sec"}


def test_a_windows_path_stays_one_word() -> None:
    command = (r"C:\Program Files\Python\python.exe", "run", "C:\\Agent of A & B\\")
    root = ET.fromstring(  # noqa: S314 - our own text
        winsw_file(Service(company="01", command=command, folders=[], port=8801))
    )
    assert root.findtext("executable") == command[0]
    assert root.findtext("arguments") == 'run "C:\\Agent of A & B\\\\"'


def test_one_system_must_be_chosen(folder: Path) -> None:
    for words in ([], ["--systemd", "--windows"]):
        result = CliRunner().invoke(app, ["agent", "service", str(folder), *words])
        assert (result.exit_code, result.output) == (1, "choose one of --systemd and --windows\n")


def test_for_a_database_the_unit_writes_our_folder_and_reads_the_password_from_a_file(tmp_path: Path) -> None:
    profile, folder, own = tmp_path / "sql.yaml", tmp_path / "agent", tmp_path / "own"
    profile.write_text(SQL_PROFILE, "utf-8")
    printed("init", str(folder), "--profile", str(profile), "--host", "localhost")
    result = CliRunner().invoke(app, ["agent", "service", str(folder), "--systemd"])
    assert (result.exit_code, result.output) == (1, f"make {own} first: the service writes there\n")
    own.mkdir()
    unit = tmp_path / "agent.service"
    unit.write_text(printed("service", str(folder), "--systemd"), "utf-8")
    service = entries(unit)["Service"]
    assert service["ReadWritePaths"] == f'"{own}"'
    assert service["EnvironmentFile"] == f"{folder}/environment"
