"""The house rules that ruff cannot check, as pure functions from source text to findings."""

from __future__ import annotations

import ast
from collections.abc import Iterator

BODY_LINES_MAX = 40
FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 500


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the last line."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def long_bodies(source: str) -> Iterator[str]:
    """Functions whose body is longer than the house allows."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_length(node) > BODY_LINES_MAX:
            yield f"line {node.lineno}: body of {node.name} has {body_length(node)} lines"


def floats(source: str) -> Iterator[str]:
    """Float literals and the builtin `float`: neither may stand where money lives."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"line {node.lineno}: float literal {node.value}"
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"line {node.lineno}: builtin float"


def broad_excepts(source: str) -> Iterator[str]:
    """`except Exception` outside the few places that may catch everything."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        ):
            yield f"line {node.lineno}: broad except"


def names_in(source: str, words: tuple[str, ...]) -> Iterator[str]:
    """Vendor words in identifiers, strings and docstrings (a module's import path counts as well)."""
    for number, line in enumerate(source.splitlines(), start=1):
        for word in words:
            if word in line.lower():
                yield f"line {number}: {word}"


def quoted(source: str, words: frozenset[str]) -> Iterator[str]:
    """String literals that are one of the words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in words:
            yield f"line {node.lineno}: {node.value!r}"
