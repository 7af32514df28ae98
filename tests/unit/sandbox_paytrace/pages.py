"""The reference pages of the sandbox, and whether they tell what the code says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from pathlib import Path

from counterfoil.sandbox.paytrace.assumptions import Assumption
from counterfoil.sandbox.paytrace.settings import Settings

_REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def page(name: str) -> str:
    return (_REFERENCE / f"{name}.md").read_text("utf-8")


def untold(assumptions: Iterable[Assumption], text: str) -> list[str]:
    """The rows that a page should have and has not."""
    rows = (
        f"| {each.subject} | {each.behaviour} | {f'`{each.setting}`' if each.setting else ''} |"
        for each in assumptions
    )
    return [row for row in rows if row not in text]


def without_setting(assumptions: Iterable[Assumption]) -> list[str]:
    """The settings that assumptions name and that are not there."""
    return [each.setting for each in assumptions if each.setting and not _is_setting(each.setting)]


def _is_setting(path: str) -> bool:
    *parts, name = path.split(".")
    return hasattr(reduce(getattr, parts, Settings()), name)
