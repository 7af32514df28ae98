"""The how-to page is one program: its blocks are run in a folder of their own, from top to bottom."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from counterfoil import foxpro
from counterfoil.cli import app

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "foxpro-tables-from-python.md"
KINDS = {"python", "text", "sh"}


class Block(NamedTuple):
    """A code block of the page and the line on which it begins."""

    kind: str
    line: int
    text: str


def blocks() -> list[Block]:
    page = PAGE.read_text("utf-8")
    return [
        Block(found[1], page[: found.start()].count("\n") + 2, found[2])
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    ]


def run_commands(block: Block) -> None:
    for line in block.text.splitlines():
        program, *words = shlex.split(line)
        assert program == "counterfoil", line
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (line, result.output)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with chdir(tmp_path):
        yield tmp_path


@pytest.mark.usefixtures("folder")
def test_the_page_runs_and_prints_what_it_says() -> None:
    names: dict[str, object] = {}
    printed, shown = io.StringIO(), 0
    for block in blocks():
        if block.kind == "python":
            printed = io.StringIO()
            code = compile("\n" * (block.line - 1) + block.text, str(PAGE), "exec")
            with redirect_stdout(printed):
                exec(code, names)  # noqa: S102 - the page's own code
        elif block.kind == "text":
            assert printed.getvalue() == block.text, f"line {block.line}"
            printed, shown = io.StringIO(), shown + 1
        else:
            run_commands(block)
    assert shown > 0
    connection = names["connection"]
    assert hasattr(connection, "close")
    connection.close()


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert {block.kind for block in blocks()} == KINDS


def test_the_package_gives_what_the_page_imports_and_nothing_private() -> None:
    imported = re.findall(r"from counterfoil\.foxpro import (.+)", PAGE.read_text("utf-8"))
    named = {name.strip() for line in imported for name in line.split(",")}
    assert named <= set(foxpro.__all__)
    assert all(hasattr(foxpro, name) for name in foxpro.__all__)
    assert list(foxpro.__all__) == sorted(foxpro.__all__)


def test_the_package_imports_python_and_typing_extensions_alone() -> None:
    code = """
import sys
before = set(sys.modules)
import counterfoil.foxpro
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))
print(*sorted(name for name in sys.modules if name.startswith("counterfoil") and "foxpro" not in name))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["counterfoil typing_extensions", "counterfoil"]
