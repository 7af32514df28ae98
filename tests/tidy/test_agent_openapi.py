"""The checked-in description of the agent's API says what the agent does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from counterfoil.agent.openapi import document

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "agent-openapi.json"


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for one in part.values():
            yield from references(one)
    elif isinstance(part, list):
        for one in part:
            yield from references(one)


def test_the_page_is_what_the_agent_does() -> None:
    remedy = f"write it again: counterfoil agent openapi {PAGE.relative_to(PAGE.parents[2])}"
    assert json.loads(PAGE.read_text("utf-8")) == json.loads(json.dumps(document())), remedy


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    for reference in references(whole):
        found = whole
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_shape_is_used() -> None:
    whole = document()
    used = {reference.rpartition("/")[2] for reference in references(whole)}
    assert set(whole["components"]["schemas"]) - used == set()
