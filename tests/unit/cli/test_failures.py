from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.agents import TOKEN_VARIABLE
from counterfoil.cli import app


def run(*words: str | Path, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("demo", "--headless")])
def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    code, said = run(*words, "--data", tmp_path / "file" / "data")
    assert code == 1
    assert "cannot be written (Not a directory): choose another one with --data" in said
    assert "Traceback" not in said


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run("serve", "--data", tmp_path / "data", "--port", str(port))
    assert (code, said) == (
        1,
        f"port {port} of this machine is taken or not allowed: choose another one with --port",
    )
    assert not (tmp_path / "data" / "postgres").exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, command: str) -> None:
    code, said = run(command, "--data", tmp_path, COUNTERFOIL_WORKER_CONCURRENCY="many")
    assert code == 1
    assert said.startswith("COUNTERFOIL_WORKER_CONCURRENCY: Input should be a valid integer")


def test_an_agent_leaves_a_folder_that_others_may_enter_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    words = ("agent", "child", "--profile", tmp_path / "none", "--socket", shared / "agent.sock")
    code, said = run(*words, **{TOKEN_VARIABLE: "t"})
    assert code == 1
    assert "must be yours alone" in said
    assert shared.stat().st_mode & 0o777 == 0o755


def test_an_agent_without_its_profile_names_it(tmp_path: Path) -> None:
    words = ("agent", "child", "--profile", tmp_path / "none", "--socket", tmp_path / "own" / "agent.sock")
    code, said = run(*words, **{TOKEN_VARIABLE: "t"})
    assert code == 1
    assert "cannot read the profile" in said
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
