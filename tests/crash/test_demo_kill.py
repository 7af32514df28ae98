"""The demo on V3, and kill -9 of its processes amid its story: it heals, or the next start ends the story."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import disk

PATIENCE_SECONDS = 240
SECRETS = ("4012000098765439", '"csc":"999"', "password=demo123", "Bearer ")
ENVIRONMENT = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "120"}


def demo(data: Path, generation: str = "v1") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "counterfoil",
            "demo",
            "--headless",
            "--generation",
            generation,
            "--data",
            str(data),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=ENVIRONMENT,
    )


def process_of(demo_process: psutil.Process, name: str) -> psutil.Process:
    """The demo itself, a child of it, or the database server of its folder."""
    if name == "demo":
        return demo_process
    if name == "postgres":
        return next(p for p in psutil.process_iter() if is_server_of(p, demo_process))
    children = demo_process.children(recursive=True)
    return next(child for child in children if name in child.cmdline())


def is_server_of(process: psutil.Process, demo_process: psutil.Process) -> bool:
    folder = demo_process.cmdline()[-1]
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return bool(words) and Path(words[0]).name == "postgres" and any(folder in word for word in words)


def kill_at(running: subprocess.Popen[str], victim: str, chapter: int) -> str:
    """Kills the victim as soon as the chapter was told, and gives what was told until then."""
    assert running.stdout is not None
    told = []
    for line in running.stdout:
        told.append(line)
        if re.search(rf"\b{chapter}/12\b", line):
            process_of(psutil.Process(running.pid), victim).send_signal(signal.SIGKILL)
            return "".join(told)
    raise AssertionError("".join(told))


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "d"
    yield folder
    for process in psutil.process_iter():
        try:
            if any(str(folder) in word for word in process.cmdline()):
                process.kill()
        except psutil.Error:
            continue


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_the_story_on_v3_ends_with_right_books(data: Path) -> None:
    with demo(data, "v3") as running:
        told, _ = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == 0, told
    assert "BROKEN" not in told
    assert "12/12" in told
    assert disk.findings(data, SECRETS) == []


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_a_killed_agent_and_a_killed_database_come_back_and_the_story_goes_on(data: Path) -> None:
    with demo(data) as running:
        told = kill_at(running, "agent", 2) + kill_at(running, "postgres", 6)
        told += running.communicate(timeout=PATIENCE_SECONDS)[0]
    assert running.returncode == 0, told
    assert "BROKEN" not in told


@pytest.mark.timeout(PATIENCE_SECONDS)
def test_after_a_kill_of_hub_sandbox_or_demo_the_next_start_ends_the_story_with_right_books(
    data: Path,
) -> None:
    for victim, chapter in (("serve", 3), ("paytrace", 5), ("demo", 10)):
        with demo(data) as running:
            told = kill_at(running, victim, chapter)
            told += running.communicate(timeout=PATIENCE_SECONDS)[0]
        assert running.returncode != 0, told
    with demo(data) as last:
        told, _ = last.communicate(timeout=PATIENCE_SECONDS)
    assert last.returncode == 0, told
    assert "BROKEN" not in told
    assert disk.findings(data, SECRETS) == []
