"""A company whose agent runs on its own, as on another machine, and a hub that has its credentials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.bootstrap.processes import Child
from counterfoil.cli import app
from counterfoil.cli.demo.stage import free_port
from tests.support.product import Ground, new_ground, wait_until


def counterfoil(*words: str | Path) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


@dataclass
class Apart:
    """The ground, whose company an agent on its own serves."""

    ground: Ground
    folder: Path
    agent: Child

    def start(self) -> None:
        self.agent.start()
        wait_until(lambda: "agent_listens" in self.agent.tail(1), "the agent listens")


@contextmanager
def company_apart() -> Iterator[Apart]:
    with new_ground() as ground:
        folder, hub = ground.folder / "agent", ground.settings.data
        profile = hub / "profile-01.yaml"
        where = ("--profile", profile, "--host", "localhost", "--listen", "127.0.0.1")
        counterfoil("agent", "init", folder, *where, "--port", str(free_port(0)))
        scopes = ("--scope", "read", "--scope", "post", "--scope", "preview", "--days", "20")
        counterfoil("agent", "admit", folder, "hub", *scopes, "--to", ground.folder / "hub.json")
        made = Apart(ground, folder, Child(("agent", "run", str(folder)), ground.folder / "agent.log"))
        made.start()
        try:
            counterfoil("agent", "connect", ground.folder / "hub.json", "--environment", "dev", "--data", hub)
            yield made
        finally:
            made.agent.stop()
