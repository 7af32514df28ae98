"""Commands that hold a workspace's flow against one that is live: both with what they use."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.flow_recording import Recorded
from counterfoil.bootstrap.promotion import Source
from counterfoil.cli import app
from counterfoil.flows.linking import linked_flows
from counterfoil.ports.clock import SystemClock
from counterfoil.store.repository import FlowRepository
from tests.unit.flows.samples import CALLING_FILES, MAPPED_FILES

WORKSPACE, RECORDING = (import_module(f"counterfoil.cli.flows.{each}") for each in ("workspace", "recording"))
FILES = MAPPED_FILES | CALLING_FILES
TABLE = "tables/tenders.csv"
RECORDED = """\
title: A small payment
events:
  - kind: payment.captured
    payment: { transaction: "105968", amount: 20.00 USD }
    expect: { end: done }
"""


def saved(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    repository = FlowRepository.create(folder / "flows", files, SystemClock())
    repository.save(files, by="Ann", message="first")
    return repository.folder


def said(*words: str | Path) -> str:
    result = CliRunner().invoke(app, ["flows", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_lies_here_is_compared_with_what_is_live_as_it_would_be_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Source(texts=linked_flows(FILES), commit="", message="")
    monkeypatch.setattr(WORKSPACE, "Workspace", lambda _settings: nullcontext())
    monkeypatch.setattr(WORKSPACE, "from_environment", lambda _hub, _name: live)
    folder = saved(tmp_path)
    assert said("diff", "HEAD", "dev", "--workspace", folder, "--data", tmp_path) == "no difference\n"
    (folder / TABLE).write_text(FILES[TABLE].replace("11000-100", "11000-200"), "utf-8")
    assert said("diff", "dev", "files", "--workspace", folder, "--data", tmp_path).splitlines() == [
        "flows/mapped.yaml: table tenders: row removed: tender card, account 11000-100",
        "flows/mapped.yaml: table tenders: row added: tender card, account 11000-200",
    ]


def test_a_recorded_test_is_tried_on_the_flow_with_what_it_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Recorded(path="tests/mapped/one.yaml", text=RECORDED, flow="mapped", flow_text="")
    monkeypatch.setattr(RECORDING, "Workspace", lambda _settings: nullcontext())
    monkeypatch.setattr("counterfoil.bootstrap.flow_recording.record", lambda _hub, _run, _name: found)
    folder = saved(tmp_path)
    told = said("record", "run-1", "--workspace", folder, "--data", tmp_path)
    assert told == "recorded in tests/mapped/one.yaml\n"
