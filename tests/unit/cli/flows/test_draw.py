from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["flows", "draw", *map(str, words)])
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_a_shipped_flow_and_the_same_in_a_file_are_one_picture(tmp_path: Path) -> None:
    path, out = tmp_path / "own.yaml", tmp_path / "own.svg"
    path.write_text(read_library_flow(PAYMENT_TO_RECEIPT), "utf-8")
    code, printed = run(PAYMENT_TO_RECEIPT)
    assert (code, run(path, "--out", out)[0]) == (0, 0)
    assert out.read_text("utf-8") == printed
    assert printed.startswith("<svg ")


@pytest.mark.parametrize(
    ("text", "told"), [("flow: [", "not YAML"), ("flow: x\n", "'title' is missing"), (None, "No such file")]
)
def test_what_cannot_be_drawn_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    path, out = tmp_path / "own.yaml", tmp_path / "own.svg"
    if text is not None:
        path.write_text(text, "utf-8")
    code, said = run(path, "--out", out)
    assert code == 1
    assert told in said
    assert not out.exists()
