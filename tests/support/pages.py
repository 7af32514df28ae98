"""How-to pages walked from top to bottom, as a reader would."""

from __future__ import annotations

import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app


def walk(page: str, folder: Path, capsys: pytest.CaptureFixture[str], *, written: str) -> None:
    """Runs each block in the folder: commands and Python are run, text is what was said just before.

    A YAML block stands in the file `written`.
    """
    said = ""
    names: dict[str, object] = {}
    with chdir(folder):
        for kind, block in re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL):
            match kind:
                case "sh":
                    said = "".join(run(line) for line in block.splitlines())
                case "python":
                    exec(compile(block, "the page", "exec"), names)  # noqa: S102 - the page is ours
                    said = capsys.readouterr().out
                case "text":
                    assert said.startswith(block) or said.endswith(block), said
                case "yaml":
                    assert block in Path(written).read_text("utf-8")
                case _:
                    pytest.fail(f"a block of another kind: {kind}")
    assert names


def run(line: str) -> str:
    """What one command of the page says; it must succeed."""
    program, *words = shlex.split(line)
    assert program == "counterfoil", line
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.stdout
