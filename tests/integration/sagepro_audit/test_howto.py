"""The how-to page is run from top to bottom, and prints what it says."""

from __future__ import annotations

import re
import shlex
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.cli import app

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "audit-the-books.md"


def said(commands: str) -> str:
    """What the last of the commands printed."""
    result = ""
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        assert program == "counterfoil", line
        answer = CliRunner().invoke(app, words)
        assert answer.exit_code in {0, 1}, (line, answer.output)
        result = answer.stdout
    return result


def test_the_page_runs_and_prints_what_it_says(tmp_path: Path) -> None:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert {kind for kind, _ in found} == {"sh", "python", "text"}
    printed = ""
    with chdir(tmp_path):
        for kind, text in found:
            if kind == "sh":
                printed = said(text)
            elif kind == "python":
                exec(compile(text, str(PAGE), "exec"), {})  # noqa: S102 - the page's own code
            else:
                assert printed == text
        assert {path.name for path in tmp_path.iterdir()} == {
            *("books", "known.json", "audit.xlsx", "audit.json"),
        }
