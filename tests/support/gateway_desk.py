"""A person at the hub's command line, beside a sandbox that runs: what they type and what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli import app
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.config import read_settings
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace import server
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import DEMO_USER, SandboxUser, Settings
from counterfoil.store.connections import ConnectionRow

USER = "demo123\ndemo123\n"
OTHER_USER = "demo124\ndemo124\n"
TWO_USERS = Settings(users=(DEMO_USER, SandboxUser("demo124", "demo124")))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The hub's folder, a sandbox and its shopper."""

    data: Path
    url: str
    shopper: Shopper

    def type(self, *words: str, keys: str = USER) -> Result:
        """One command; what is typed goes to standard input."""
        return CliRunner().invoke(app, [*words, "--data", str(self.data)], input=keys)

    def said(self, *words: str, keys: str = USER) -> str:
        """What a command says that must succeed."""
        result = self.type(*words, keys=keys)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, keys: str = USER) -> str:
        """What a command says that must not."""
        result = self.type(*words, keys=keys)
        assert result.exit_code == 1, result.output
        return result.stderr

    def told(self, *words: str) -> Any:
        return json.loads(self.said(*words, "--json"))

    def connect(self, *more: str) -> str:
        where = ("--sandbox", "--address", self.url, "--company", "01", "--environment", "dev")
        return self.said("paytrace", "connect", *where, "--merchant", "m1", "--credentials", "-", *more)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        with Workspace(read_settings(data=self.data)) as workspace:
            yield workspace


def books(code: str, mode: str = "test") -> ConnectionRow:
    """A company's connection, to bind gateways to; nothing is reached through it."""
    return ConnectionRow(
        id=f"b{code}",
        environment="dev",
        name=f"Books {code}",
        kind="sagepro",
        company=code,
        mode=mode,
        enabled=True,
    )


@contextmanager
def desk(data: Path, settings: Settings | None = None) -> Iterator[Desk]:
    """The hub's database must be named in COUNTERFOIL_DATABASE_URL."""
    clock = SystemClock()
    ledger = Ledger.open(None, SystemIds())
    sandbox = create_app(ledger, clock, SystemIds(), settings or TWO_USERS)
    with closing(ledger), server.running(sandbox) as url, closing(Shopper(url, clock)) as shopper:
        shopper.log_in()
        yield Desk(data=data, url=url, shopper=shopper)
