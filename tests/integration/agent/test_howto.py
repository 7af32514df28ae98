"""The page on running the agent is walked from top to bottom; only its port is another one."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.processes import Child
from counterfoil.cli import app
from counterfoil.cli.demo.stage import free_port
from counterfoil.store.server import EmbeddedServer
from tests.support.product import wait_until

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "run-the-agent.md"
PORT = "8801"
RUN = ["agent", "run"]


class Walk:
    """The page's commands, one after the other, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.agent: Child | None = None
        self._folder = folder

    def run(self, line: str) -> str:
        words = shlex.split(line)
        assert words.pop(0) == "counterfoil"
        if words[:2] == RUN:
            return self._start(words)
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (line, result.output)
        return result.stdout

    def _start(self, words: list[str]) -> str:
        self.agent = Child(words, self._folder / "agent.log")
        self.agent.start()
        wait_until(lambda: self.agent is not None and "agent_listens" in self.agent.tail(), "the agent")
        return ""


@contextmanager
def walk(folder: Path) -> Iterator[Walk]:
    walk = Walk(folder)
    try:
        yield walk
    finally:
        if walk.agent is not None:
            walk.agent.stop()
        EmbeddedServer(folder / "hub" / "postgres").stop()


def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text("utf-8").replace(PORT, str(free_port(0)))
    said = ""
    with walk(tmp_path) as walked:
        for kind, block in re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL):
            match kind:
                case "sh":
                    said = "".join(walked.run(line) for line in block.splitlines())
                case "python":
                    capsys.readouterr()
                    exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102 - the page is ours
                    said = capsys.readouterr().out
                case "text":
                    assert said.startswith(block.rstrip("\n")) or said.endswith(block), said
                case _:
                    pytest.fail(f"a block of another kind: {kind}")
        assert walked.agent is not None
        assert "Traceback" not in walked.agent.tail(1000)
