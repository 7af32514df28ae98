"""Every alert has its runbook, with the program's own limits, in the order of the rules."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from counterfoil.monitor.rules import RULES, Rule
from counterfoil.monitor.telling import PAGE

TEXT = (Path(__file__).parents[2] / PAGE).read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `(\w+)`: .*?\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def opening(rule: Rule) -> str:
    minutes = rule.limits.hold // timedelta(minutes=1)
    held = f" for {minutes} minutes" if minutes else ""
    return f"Raised at {rule.limits.raise_at}{held}, good again at {rule.limits.clear_at}: {rule.measure}."


def test_every_rule_has_its_runbook() -> None:
    assert re.findall(r"^## `(\w+)`: (.*)$", TEXT, re.MULTILINE) == [
        (rule.name, rule.title) for rule in RULES
    ]


def test_a_runbook_begins_with_the_rules_own_limits() -> None:
    for rule in RULES:
        assert SECTIONS[rule.name].strip().splitlines()[0] == opening(rule)


def test_a_runbook_says_what_it_means_and_what_to_do() -> None:
    for rule in RULES:
        assert "**Means.**" in SECTIONS[rule.name], rule.name
        assert "**Do.**" in SECTIONS[rule.name], rule.name
