"""How-to pages walked from top to bottom, as a reader would."""

from __future__ import annotations

import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app

_BLOCK = re.compile(r"(?:Put this into `([^`]+)`:\n\n)?```(\w+)\n(.*?)```", flags=re.DOTALL)


def walk(
    page: str, folder: Path, capsys: pytest.CaptureFixture[str], *, written: str, typed: str = ""
) -> None:
    """Runs each block in the folder: commands and Python are run, text is what was said just before.

    A YAML block is put into the file that is named before it, or stands in the file `written`. What a command
    asks for is `typed`.
    """
    said = ""
    names: dict[str, object] = {}
    with chdir(folder):
        for place, kind, block in _BLOCK.findall(page):
            match kind:
                case "sh":
                    said = "".join(run(line, typed) for line in block.splitlines())
                case "yaml" if place:
                    Path(place).parent.mkdir(parents=True, exist_ok=True)
                    Path(place).write_text(block, "utf-8")
                    names[place] = block
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


def run(line: str, typed: str = "") -> str:
    """What one command of the page says; it must succeed."""
    program, *words = shlex.split(line)
    assert program == "counterfoil", line
    result = CliRunner().invoke(app, words, input=typed or None)
    assert result.exit_code == 0, result.output
    return result.stdout
