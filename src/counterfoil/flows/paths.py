"""Which files make up a workspace of flows, and where they lie."""

from __future__ import annotations

import re
from enum import Enum

README = "README.md"
_NAME = r"[a-z][a-z0-9_]{0,39}"
_ANY_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"


class Part(Enum):
    """The folders of a workspace."""

    FLOWS = "flows"
    MAPPINGS = "mappings"
    TABLES = "tables"
    ENVIRONMENTS = "environments"
    TESTS = "tests"
    SUGGESTIONS = "suggestions"


_FORMS = {
    Part.FLOWS: re.compile(rf"flows/({_NAME})\.yaml"),
    Part.MAPPINGS: re.compile(rf"mappings/({_NAME})\.yaml"),
    Part.TABLES: re.compile(rf"tables/({_NAME})\.csv"),
    Part.ENVIRONMENTS: re.compile(r"environments/(dev|qa|production)\.yaml"),
    Part.TESTS: re.compile(rf"tests/((?:{_ANY_NAME}/){{0,3}}{_ANY_NAME})"),
    Part.SUGGESTIONS: re.compile(rf"suggestions/({_NAME})\.yaml"),
}


def part_of(path: str) -> Part | None:
    """The folder that a file belongs to; None: it has no place in a workspace."""
    return next((part for part, form in _FORMS.items() if form.fullmatch(path)), None)


_FLOW_TEST = re.compile(rf"tests/({_NAME})/{_ANY_NAME}\.yaml")


def tested_by(path: str) -> str | None:
    """The flow that a file tests: ``tests/<flow>/<name>.yaml``; None: it is no flow test."""
    found = _FLOW_TEST.fullmatch(path)
    return str(found[1]) if found else None


def flow_test_path(flow: str, name: str) -> str:
    """Where a flow test lies."""
    return f"{Part.TESTS.value}/{flow}/{name}.yaml"


def belongs(path: str) -> bool:
    return path == README or part_of(path) is not None


def name_in(path: str) -> str:
    """The name of a flow, mapping, table or environment by its file's path."""
    for form in _FORMS.values():
        if found := form.fullmatch(path):
            return str(found[1])
    return path


def path_of(part: Part, name: str) -> str:
    """Where a flow, mapping, table or environment of that name lies."""
    return f"{part.value}/{name}{'.csv' if part is Part.TABLES else '.yaml'}"
