"""Pairs of systems with the right answers: some to develop with, some held out for measuring alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.lists import read_fields

HERE = Path(__file__).parent
DEVELOPMENT, HELD_OUT = HERE / "development", HERE / "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Two lists of fields, and for each target the sources that a person would take; none: leave it blank."""

    title: str
    sources: tuple[ListedField, ...]
    targets: tuple[ListedField, ...]
    answers: Mapping[str, frozenset[str]]


def read_samples(folder: Path) -> list[Sample]:
    return [_sample(path) for path in sorted(folder.glob("*.yaml"))]


def _sample(path: Path) -> Sample:
    given = yaml.safe_load(path.read_text("utf-8"))
    sources, targets = (read_fields(yaml.safe_dump(given[side])) for side in ("source", "target"))
    answers = {
        target: frozenset([found] if isinstance(found, str) else found)
        for target, found in given["answers"].items()
    }
    unknown = {*answers} - {each.name for each in targets}
    unknown |= {name for found in answers.values() for name in found} - {each.name for each in sources}
    if unknown:
        raise ValueError(f"{path.name}: answers name {sorted(unknown)}, which no list has")
    return Sample(title=given["title"], sources=sources, targets=targets, answers=answers)
