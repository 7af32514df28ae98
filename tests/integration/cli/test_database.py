from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.workspace import Workspace, server_folder
from counterfoil.cli import app
from counterfoil.config import read_settings
from counterfoil.store import schema
from counterfoil.store.server import EmbeddedServer
from tests.integration.store.samples import Hub, event


@pytest.fixture
def folders() -> Iterator[tuple[Path, Path]]:
    """Two data folders with short names."""
    root = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    try:
        yield root / "one", root / "two"
    finally:
        for name in ("one", "two"):
            EmbeddedServer(root / name / "postgres").stop()
        shutil.rmtree(root)


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_a_backup_of_a_working_hub_is_restored_elsewhere(folders: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = folders
    with Workspace(read_settings(data=first)) as workspace:
        Hub(workspace.database).accept(event(1))
        code, said = run("database", "backup", tmp_path / "b", "--data", first)
        assert (code, "keys" in said) == (0, True)
        assert workspace.server is not None
        assert workspace.server.find_process() is not None
    assert run("database", "restore", tmp_path / "b", "--data", second)[0] == 0
    assert EmbeddedServer(second / "postgres").find_process() is None
    with Workspace(read_settings(data=second)) as workspace:
        hub = Hub.__new__(Hub)
        hub.database = workspace.database
        assert hub.count(schema.run) == 1
    code, said = run("database", "restore", tmp_path / "b", "--data", second)
    assert (code, "empty data folder" in said) == (1, True)


def test_what_cannot_be_done_says_what_to_do(folders: tuple[Path, Path], tmp_path: Path) -> None:
    first, _ = folders
    assert "--data" in run("database", "backup", tmp_path / "b", "--data", first)[1]
    assert "no backup" in run("database", "restore", tmp_path / "nothing", "--data", first)[1]
    assert "pg_ctl" in run("database", "upgrade", tmp_path, "--data", first)[1]
    assert not server_folder(read_settings(data=first)).exists()


def test_a_lost_key_file_is_named_before_anything_is_overwritten(folders: tuple[Path, Path]) -> None:
    first, _ = folders
    settings = read_settings(data=first)
    settings.key_ring.parent.mkdir(parents=True)
    settings.key_ring.write_text("nothing")
    settings.key_ring.chmod(0o600)
    code, said = run("serve", "--data", first)
    assert (code, "own copy" in said) == (1, True)


@pytest.mark.soak
def test_only_a_commands_answer_stands_on_its_stdout(folders: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = folders
    with Workspace(read_settings(data=first)):
        assert run("database", "backup", tmp_path / "b", "--data", first)[0] == 0
    command = (sys.executable, "-m", "counterfoil", "database", "restore", tmp_path / "b", "--data", second)
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    [line] = told.stdout.splitlines()
    assert line == f"Restored from {tmp_path / 'b'}. Put the folder `keys` back as well."
