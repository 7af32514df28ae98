"""A mapping to start from: only what is sure stands as a rule, everything else as a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.suggesting import Confidence, Suggestion

_NAME_MAX = 40
_HEAD = """\
# A draft of suggestions: rules stand where one is sure, comments where a person must decide.
# Read every line, add the transforms that the comments name, then try it: counterfoil flows map.
"""


def draft_name(text: str) -> str:
    """A name for the mapping, made of a file's name."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"mapping_{plain}")[:_NAME_MAX].strip("_")


def draft_mapping(
    name: str,
    sources: Sequence[ListedField],
    targets: Sequence[ListedField],
    suggestions: Sequence[Suggestion],
) -> str:
    """The draft's text."""
    lines = [f"mapping: {name}", "title: A draft", "source:", *_shape(sources), "target:", *_shape(targets)]
    return _HEAD + "\n".join([*lines, "map:", *(_rule(each) for each in suggestions)]) + "\n"


def _shape(fields: Sequence[ListedField]) -> Iterator[str]:
    for each in fields:
        yield f"  {each.name}: {each.type}" + (f" # {each.label}" if each.label else "")


def _rule(suggestion: Suggestion) -> str:
    if suggestion.proposed is None or not suggestion.candidates:
        others = ", ".join(each.source for each in suggestion.candidates)
        return f"  # {suggestion.target}: nothing is sure" + (f"; perhaps {others}" if others else "")
    best = suggestion.candidates[0]
    sign = "" if best.confidence is Confidence.HIGH else "# "
    return f"  {sign}{suggestion.target}: {best.source} # {best.confidence.value}: {'; '.join(best.reasons)}"
