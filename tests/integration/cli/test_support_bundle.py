"""A bundle of a product full of names, cards and secrets holds none of them."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.bootstrap.demo_connections import GATEWAY, connect_sandboxes
from counterfoil.cli import app
from counterfoil.config import Settings
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SeededIds
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import Size
from counterfoil.sandbox.sagepro.writer import write_company
from counterfoil.store.database import Database
from counterfoil.store.inbox import Inbox
from tests.integration.store.samples import START, Jobs, event
from tests.unit.sandbox_paytrace.client import VISA

SIZE = Size(customers=12, items=6, open_invoices=20, closed_invoices=6, open_orders=2)
SECRET = "hunter2-of-the-tests"
PAYER = "Zephyrine Quackenbush"
HOST = "gateway-of-the-tests.example"


@pytest.fixture
def told(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A hub with a company, runs and logs that tell of people; what must not leave."""
    write_company(make_company(1, datetime(2026, 11, 23, tzinfo=UTC).date(), size=SIZE), tmp_path / "books")
    settings = Settings(data=tmp_path / "hub", database_url=database.conninfo)
    settings.data.mkdir()
    connect_sandboxes(settings, f"https://{HOST}", tmp_path / "books", {}).close()
    inbox = Inbox(database, Jobs().defer, clock=ManualClock(START), ids=SeededIds("bundle"))
    inbox.store([event(1, connection=GATEWAY, note=f"{PAYER} paid with {VISA}")])
    with database.autocommit() as connection:
        connection.execute(sa.text("UPDATE run SET status = 'dead', why = :why"), {"why": f"ask {PAYER}"})
    settings.logs.mkdir()
    lines = (
        json.dumps({"event": "run_dead", "level": "error", "error": f"{PAYER}: {VISA} password={SECRET}"}),
        f"Traceback: {PAYER} {VISA} {SECRET}",
    )
    (settings.logs / "agent-01.log").write_text("\n".join(lines), "utf-8")
    monkeypatch.setenv("COUNTERFOIL_DATABASE_URL", database.conninfo)
    monkeypatch.setenv("COUNTERFOIL_SUGGEST_KEY", SECRET)
    books = read_books(tmp_path / "books", only=("arcust",))
    customers = [row.text("company").strip() for row in books.rows("arcust")]
    assert len(customers) > 10
    return [*customers, PAYER, VISA, SECRET, HOST, "demo123", str(tmp_path)]


def test_nothing_of_people_cards_or_secrets_is_in_the_bundle(told: list[str], tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    command = ["support-bundle", str(file), "--data", str(tmp_path / "hub")]
    answer = CliRunner().invoke(app, command)
    assert answer.exit_code == 0, answer.output
    assert (file.stat().st_mode & 0o077) == 0
    with zipfile.ZipFile(file) as bundle:
        parts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert {"about.json", "settings.json", "connections.json", "queue.json", "alerts.json"} <= set(parts)
    assert [(name, one) for name, text in parts.items() for one in told if one in text] == []
    fields = " ".join(parts["sites/dev-01/tables.json"].split())
    assert "arcash01.dbf" in fields
    assert "COMPANY C(" in fields.upper()
    assert json.loads(parts["queue.json"])["runs"][0]["status"] == "dead"
    assert "run_dead" in parts["logs/agent-01.log.txt"]
    assert "exists already" in CliRunner().invoke(app, command).output
