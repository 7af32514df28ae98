from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from tests.unit.flows.samples import CALLING_FILES


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", "validate", *map(str, words)])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    path = tmp_path / "payment.yaml"
    path.write_text(read_library_flow(PAYMENT_TO_RECEIPT), "utf-8")
    return path


def changed(path: Path, old: str, new: str) -> int:
    """Mends or spoils the file; gives the line of the change."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_sound_flow_is_told_with_its_version(flow: Path) -> None:
    code, said = run(flow)
    assert (code, said.startswith(f"{flow}: payment_to_receipt may run: ")) == (0, True)


def test_every_finding_has_its_line_and_the_nearest_name(flow: Path) -> None:
    line = changed(flow, "absent: match", "absent: mach")
    code, said = run(flow)
    assert code == 1
    assert f"{flow}:{line}: look: 'absent' leads to 'mach', which is no node; did you mean 'match'?" in said


def test_a_folder_is_looked_through_and_one_bad_file_keeps_no_other_back(flow: Path) -> None:
    (flow.parent / "a.yaml").write_text("flow: [", "utf-8")
    (flow.parent / "b.yaml").write_bytes(b"flow: \xff")
    code, said = run(flow.parent)
    assert code == 2
    assert [line.partition(":")[0].rpartition("/")[2] for line in said.splitlines()] == [
        "a.yaml",
        "b.yaml",
        "payment.yaml",
    ]
    assert "is not UTF-8 at byte 6" in said


def test_a_flow_is_checked_with_those_that_it_calls_whatever_else_lies_beside_them(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in CALLING_FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (flows / "other.yaml").write_bytes(b"flow: \xff")
    assert run(flows / "caller.yaml")[0] == 0
    changed(flows / "book_it.yaml", "no_money: done", "no_money: post")
    code, said = run(flows / "caller.yaml")
    assert code == 1
    assert "book.match gives decision.no_money where it ends as 'no_money'" in said


def test_programs_get_one_document(flow: Path) -> None:
    changed(flow, "event: payment.*", "event: Payment")
    code, said = run("--json", flow)
    [told] = json.loads(said)["flows"]
    assert (code, told["findings"][0]["text"]) == (
        1,
        "trigger.event: 'Payment' is not a kind of event, such as payment.captured or payment.*",
    )


@pytest.mark.parametrize("name", ["nowhere.yaml", "empty"])
def test_what_is_not_there_is_told_and_nothing_counts_as_checked(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    code, said = run(tmp_path / name)
    assert (code, name in said) == (2, True)


def test_the_schema_knows_every_operation_with_its_outcomes() -> None:
    result = CliRunner().invoke(app, ["flows", "schema"])
    nodes = json.loads(result.output)["properties"]["nodes"]["additionalProperties"]["oneOf"]
    outcomes = {
        node["properties"]["do"]["const"]: set(node["properties"]["then"]["required"])
        for node in nodes
        if "do" in node["properties"]
    }
    assert outcomes["cash_application.match"] == {"money", "no_money", "hold"}
    assert outcomes["dispute.read"] == {"matched", "unmatched"}
