from __future__ import annotations

import re
from pathlib import Path

from counterfoil.foxpro.expressions.functions import FUNCTIONS, OPERATORS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "foxpro-expressions.md"
WORDS = {"not": ".NOT.", "and": ".AND.", "or": ".OR."}


def code_spans() -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", PAGE.read_text("utf-8")))


def test_the_page_names_every_function_of_the_compiler() -> None:
    assert sorted(set(FUNCTIONS) - code_spans()) == []


def test_the_page_names_every_operator_of_the_compiler() -> None:
    operators = {WORDS.get(name, name) for name in OPERATORS} - {"negative"} | {"+", "-"}
    assert sorted(operators - code_spans()) == []


def test_the_page_names_no_function_that_is_not_there() -> None:
    named = {span for span in code_spans() if re.fullmatch(r"[A-Z]{2,}", span)}
    assert sorted(named - set(FUNCTIONS) - {"NOT", "AND", "OR"}) == []
