"""Log events are words of the program: constant, in snake case, never a sentence with values in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "counterfoil"
LOGS = frozenset({"log", "_log"})
LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})


def is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in LOGS
        and node.func.attr in LEVELS
    )


def odd_events(source: str) -> Iterator[str]:
    """Calls whose event is no constant word."""
    for node in ast.walk(ast.parse(source)):
        if is_log_call(node):
            assert isinstance(node, ast.Call)
            event = node.args[0] if len(node.args) == 1 else None
            text = event.value if isinstance(event, ast.Constant) else None
            if not isinstance(text, str) or not re.fullmatch(r"[a-z]+(_[a-z]+)+|swept", text):
                yield f"line {node.lineno}: {ast.unparse(node)[:60]}"


def test_every_event_is_a_constant_word() -> None:
    found = [
        f"{path.relative_to(SOURCE)} {finding}"
        for path in sorted(SOURCE.rglob("*.py"))
        for finding in odd_events(path.read_text("utf-8"))
    ]
    assert found == []


def test_the_rule_finds_sentences_and_values() -> None:
    odd = (
        'log.info(f"run {x} died")\nlog.info("Run died")\nlog.info("run %s", x)\nlog.info("run_died", run=x)'
    )
    assert len(list(odd_events(odd))) == 3
