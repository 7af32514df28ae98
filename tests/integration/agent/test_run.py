"""The agent's program beside real tables: paused and resumed by command, and what it holds meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.agent_credentials import open_agent, read_credentials
from counterfoil.bootstrap.processes import Child
from counterfoil.cli import app
from counterfoil.cli.demo.stage import free_port
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import TransientError
from tests.support.product import wait_until
from tests.support.sagepro_books import PROFILE_TEXT, receipt
from tests.support.sagepro_site import Site
from tests.support.trust import stand

PAUSE_SECONDS_MAX = 20

WRITER_LOCK = "armast01.lock"


def counterfoil(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@dataclass
class Running:
    site: Site
    folder: Path
    child: Child

    def operate(self, command: str) -> dict[str, object]:
        result = CliRunner().invoke(app, ["agent", command, "01", "--folder", str(self.folder)])
        assert result.exit_code == 0, result.output
        answer: dict[str, object] = json.loads(result.stdout)
        return answer

    def open_files(self) -> set[str]:
        """What the process holds open below the site, by the system's own word."""
        names = set()
        for link in Path(f"/proc/{self.child.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # Closed since it was listed.
                target = link.readlink()
                if target.is_relative_to(self.site.folder):
                    names.add(target.name)
        return names


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    site = Site(tmp_path / "sagepro").build()
    profile = site.folder / "profile.yaml"
    profile.write_text(PROFILE_TEXT, "utf-8")
    stand(site.profile)
    folder = tmp_path / "agent"
    words = ("agent", "init", folder, "--profile", profile, "--host", "localhost", "--listen", "127.0.0.1")
    code, said = counterfoil(*words, "--port", str(free_port(0)))
    assert code == 0, said
    child = Child(("agent", "run", str(folder)), tmp_path / "agent.log")
    child.start()
    try:
        wait_until(lambda: "agent_listens" in child.tail(), "the agent listens")
        yield Running(site, folder, child)
    finally:
        child.stop()
    assert site.findings() == []


def test_a_paused_agent_lets_go_of_every_file_and_takes_up_work_again(running: Running) -> None:
    file = running.folder / "hub.json"
    words = ("agent", "admit", running.folder, "hub", "--scope", "read", "--scope", "post", "--to", file)
    assert counterfoil(*words)[0] == 0
    with closing(open_agent(read_credentials(file), "test")) as erp:
        assert isinstance(erp.post([receipt("ABC", {"1001": "100"}, transaction="1")])[0], Posted)
        assert "ARCASH01.DBF" in running.open_files()
        assert running.operate("pause")["paused"] is True
        assert running.open_files() == {WRITER_LOCK}
        with pytest.raises(TransientError, match="is paused; resume it"):
            erp.post([receipt("ABC", {}, "1", transaction="2")])
        assert running.open_files() == {WRITER_LOCK}
        assert running.operate("resume")["paused"] is False
        assert isinstance(erp.post([receipt("ABC", {}, "1", transaction="2")])[0], Posted)


def test_a_pause_in_the_middle_of_much_work_lets_go_within_seconds(running: Running) -> None:
    file = running.folder / "hub.json"
    words = ("agent", "admit", running.folder, "hub", "--scope", "post", "--to", file)
    assert counterfoil(*words)[0] == 0
    posted: list[int] = []
    begun, ended = threading.Event(), threading.Event()

    def post_until_paused(worker: int) -> None:
        with closing(open_agent(read_credentials(file), "test")) as erp:
            for first in range(worker * 100_000, (worker + 1) * 100_000, 20):
                facts = [receipt("XYZ", {}, "1", transaction=str(n)) for n in range(first, first + 20)]
                try:
                    posted.append(len(erp.post(facts)))
                except TransientError:
                    return
                begun.set()

    workers = [threading.Thread(target=post_until_paused, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    assert begun.wait(60)
    watch = threading.Timer(PAUSE_SECONDS_MAX, ended.set)
    watch.start()
    running.operate("pause")
    assert not ended.is_set()
    watch.cancel()
    assert running.open_files() == {WRITER_LOCK}
    for worker in workers:
        worker.join()
    assert posted


def test_a_second_agent_on_the_same_company_does_not_start(running: Running) -> None:
    other = running.folder.with_name("other")
    profile = running.site.folder / "profile.yaml"
    words = ("agent", "init", other, "--profile", profile, "--host", "localhost", "--listen", "127.0.0.1")
    assert counterfoil(*words, "--port", str(free_port(0)))[0] == 0
    child = Child(("agent", "run", str(other)), running.folder / "other.log")
    child.start()
    wait_until(lambda: not child.is_alive, "the second agent ended")
    child.stop()
    assert "another agent writes the company" in child.tail()


def test_an_agent_ends_when_it_is_told_to(running: Running) -> None:
    process = psutil.Process(running.child.pid)
    process.terminate()
    assert process.wait(30) is not None
    code, said = counterfoil("agent", "health", "01", "--folder", running.folder)
    assert code == 1
    assert "cannot be reached" in said


def test_commands_for_another_company_are_refused(running: Running) -> None:
    code, said = counterfoil("agent", "pause", "02", "--folder", running.folder)
    assert (code, said) == (1, "this is the agent of company 01, not of 02\n")
    assert running.operate("health")["paused"] is False
