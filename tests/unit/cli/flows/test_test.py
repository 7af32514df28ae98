from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.bootstrap.flow_files import UnsoundFilesError, require_sound, starting_files
from counterfoil.cli import app

ALL = sum(path.startswith("tests/") for path in starting_files())
TEST = "tests/payment_to_receipt/declined.yaml"


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", "test", *map(str, words)])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for path, text in starting_files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def spoil(workspace: Path, old: str, new: str, path: str = TEST) -> int:
    text = (workspace / path).read_text("utf-8")
    assert old in text
    (workspace / path).write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_all_tests_of_a_workspace_are_run(workspace: Path) -> None:
    code, said = run("--workspace", workspace)
    assert code == 0
    assert f"{ALL} of {ALL} tests pass" in said


def test_a_failing_test_is_told_with_file_and_line(workspace: Path) -> None:
    line = spoil(workspace, "end: done", "end: review")
    code, said = run(workspace / TEST)
    assert code == 1
    assert f"declined.yaml:{line}: test.events.1.expect.end: expected review, but it is done" in said
    assert "0 of 1 tests pass" in said


def test_programs_read_the_same_as_json(workspace: Path) -> None:
    line = spoil(workspace, "end: done", "end: review")
    code, said = run(workspace / TEST, "--json")
    (test,) = json.loads(said)["tests"]
    assert (code, test["passed"], test["flow"]) == (1, False, "payment_to_receipt")
    assert test["findings"][0]["line"] == line


def test_a_test_is_run_on_the_workspaces_own_flow(workspace: Path) -> None:
    spoil(workspace, "nothing: record", "nothing: review", "flows/payment_to_receipt.yaml")
    code, said = run("--workspace", workspace)
    assert code == 1
    assert f"{ALL - 1} of {ALL} tests pass" in said


def test_what_is_no_test_is_told_with_its_line(workspace: Path) -> None:
    line = spoil(workspace, "kind: payment.failed", "kind: payment.fialed")
    code, said = run(workspace / TEST)
    assert code == 1
    assert f"declined.yaml:{line}: " in said


def test_a_test_that_cannot_be_run_is_told_apart(workspace: Path) -> None:
    spoil(workspace, "do: payment.normalise", "do: payment.normalize", "flows/payment_to_receipt.yaml")
    code, said = run(workspace / TEST)
    assert code == 2
    assert "flow payment_to_receipt is not sound" in said
    assert run(workspace / "flows")[0] == 2
    assert run(workspace / "none.yaml")[0] == 2


def test_a_workspace_is_validated_with_its_tests(workspace: Path) -> None:
    def validated(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["flows", "validate", str(workspace), *words])
        return result.exit_code, result.output

    code, said = validated()
    assert code == 0
    assert "payment_to_receipt may run" in said
    assert "passes" in said
    line = spoil(workspace, "end: done", "end: review")
    code, said = validated("--json")
    failed = [test for test in json.loads(said)["tests"] if not test["passed"]]
    assert (code, [test["findings"][0]["line"] for test in failed]) == (1, [line])


def test_a_failing_test_keeps_a_workspace_from_being_saved_or_deployed() -> None:
    files = starting_files()
    require_sound(files)
    spoilt = files | {TEST: files[TEST].replace("end: done", "end: review")}
    with pytest.raises(UnsoundFilesError, match=r"declined.yaml, line \d+: .*\(the flow test fails\)"):
        require_sound(spoilt)
    del spoilt["flows/payment_to_receipt.yaml"]
    require_sound(spoilt)
