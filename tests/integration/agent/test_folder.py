"""The agent's folder and credentials: what is refused, by name and before anything is half done."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from counterfoil.bootstrap.agent_credentials import read_credentials
from counterfoil.cli import app
from tests.support.agent_apart import PROFILE


def agent(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["agent", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, profile: Path) -> Path:
    folder = tmp_path / "agent"
    assert agent("init", folder, "--profile", profile, "--host", "files.example")[0] == 0
    return folder


def test_everything_that_opens_the_books_is_its_owner_s_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("keys.json", "authority-key.pem", "server-key.pem"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_a_second_agent_does_not_replace_the_first_one_s_keys(folder: Path, profile: Path) -> None:
    before = (folder / "keys.json").read_bytes()
    code, said = agent("init", folder, "--profile", profile, "--host", "files.example")
    assert (code, said) == (1, f"{folder} holds an agent already: name another folder")
    assert (folder / "keys.json").read_bytes() == before


@pytest.mark.parametrize("host", ["", "fïles.example", "169.254.1.1", "a b"])
def test_a_host_that_cannot_be_called_leaves_no_folder(tmp_path: Path, profile: Path, host: str) -> None:
    code, _ = agent("init", tmp_path / "agent", "--profile", profile, "--host", host)
    assert code == 1
    assert not (tmp_path / "agent" / "agent.yaml").exists()


def test_a_folder_that_others_may_enter_is_left_as_it_is(tmp_path: Path, profile: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    code, said = agent("init", shared, "--profile", profile, "--host", "files.example")
    assert code == 1
    assert "must be yours alone" in said
    assert list(shared.iterdir()) == []


def test_an_agent_is_never_reached_by_plain_http(folder: Path) -> None:
    text = (folder / "agent.yaml").read_text("utf-8")
    (folder / "agent.yaml").write_text(text.replace("https://files.example", "http://127.0.0.1"), "utf-8")
    assert "is reached by https alone" in agent("run", folder)[1]


@pytest.mark.parametrize("name", ["keys.json", "server-key.pem"])
def test_an_agent_whose_key_others_may_read_does_not_start(folder: Path, name: str) -> None:
    (folder / name).chmod(0o644)
    code, said = agent("run", folder)
    assert code == 1
    assert f"{folder / name} can be read by others" in said


def test_an_entry_that_nobody_knows_is_named(folder: Path) -> None:
    with (folder / "agent.yaml").open("a", encoding="utf-8") as file:
        file.write("verify: false\n")
    code, said = agent("run", folder)
    assert code == 1
    assert "verify" in said


def test_a_port_that_is_taken_is_named_with_the_file_that_says_so(folder: Path) -> None:
    text = (folder / "agent.yaml").read_text("utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        changed = text.replace("port: 8801", f"port: {port}").replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        (folder / "agent.yaml").write_text(changed, "utf-8")
        code, said = agent("run", folder)
    assert code == 1
    assert f"port {port} of this machine is taken" in said
    assert "agent.yaml" in said


def test_credentials_are_private_and_no_file_is_written_over(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    assert agent("admit", folder, "hub", "--scope", "read", "--to", file)[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    before = read_credentials(file)
    code, said = agent("admit", folder, "hub", "--scope", "read", "--to", file)
    assert (code, said) == (1, f"{file} is there already: name another file")
    assert read_credentials(file) == before


def test_credentials_that_others_may_read_are_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    agent("admit", folder, "hub", "--scope", "read", "--to", file)
    file.chmod(0o644)
    code, said = agent("health", "01", "--credentials", file)
    assert code == 1
    assert "can be read by others" in said


def test_credentials_need_a_name_and_a_scope(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "hub.json"
    assert agent("admit", folder, "", "--scope", "read", "--to", file) == (1, "a certificate needs a name")
    assert agent("admit", folder, "hub", "--to", file)[0] != 0
    assert agent("admit", folder, "hub", "--scope", "everything", "--to", file)[0] != 0
    assert not file.exists()


def test_keys_are_not_added_and_dropped_in_one_go(folder: Path) -> None:
    code, said = agent("keys", folder, "--add", "--drop-old")
    assert code == 1
    assert "only then drop the old ones" in said
    assert agent("keys", folder) == (0, "Keys that count: k1; k1 signs.")


def test_a_site_may_leave_client_certificates_out(tmp_path: Path, profile: Path) -> None:
    folder, file = tmp_path / "agent", tmp_path / "hub.json"
    words = ("init", folder, "--profile", profile, "--host", "files.example", "--no-client-certificates")
    assert agent(*words)[0] == 0
    assert agent("admit", folder, "hub", "--scope", "read", "--to", file)[0] == 0
    assert read_credentials(file).shown is None
    assert "client_authority" not in yaml.safe_load((folder / "agent.yaml").read_text("utf-8"))
