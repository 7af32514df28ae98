"""A person who works on flows at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli import app
from counterfoil.config import read_settings
from counterfoil.flows.definition import parse_flow
from counterfoil.ports.clock import Clock
from counterfoil.store.repository import FlowRepository

DISPUTES = "dispute_to_books"
PAYMENTS = "payment_to_receipt"
TITLE = "A dispute is posted through its stages"


@dataclass(frozen=True)
class Desk:
    """The workspace's folder; the hub is named by the environment."""

    folder: Path

    def said(self, *words: str) -> str:
        """What a command says that must succeed."""
        result = CliRunner().invoke(app, ["flows", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str) -> str:
        """What a command says that must not."""
        result = CliRunner().invoke(app, ["flows", *words])
        assert result.exit_code == 1, result.output
        return result.stderr

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text("utf-8")
        assert old in text
        (self.folder / path).write_text(text.replace(old, new), "utf-8")

    def save_title(self, old: str, new: str) -> str:
        """Another version of the flow for disputes; gives the version."""
        self.edit(f"flows/{DISPUTES}.yaml", old, new)
        self.said("save", "--by", "Ann", "-m", f"calls it {new}")
        return parse_flow((self.folder / f"flows/{DISPUTES}.yaml").read_text("utf-8")).version

    def commit_unchecked(self, clock: Clock) -> str:
        """What lies in the folder as a commit that nobody checked, as git alone makes one; its name."""
        repository = FlowRepository(self.folder, clock)
        commit = repository.save(repository.files(), by="Git", message="unchecked")
        assert commit is not None
        return commit

    @contextmanager
    def hub(self) -> Iterator[Workspace]:
        with Workspace(read_settings()) as workspace:
            yield workspace

    def live(self, environment: str) -> dict[str, str]:
        with self.hub() as hub:
            return hub.deployments.live(environment)
