"""Extraction of references: patterns in RE2's language, whose time grows with the text alone."""

from __future__ import annotations

from typing import Any, cast

import re2

from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.transforms.asked import Asked, Env, Inputs, Parameter, Planned, Transform
from counterfoil.flows.mapping.types import Kind, text_type
from counterfoil.flows.mapping.values import RefusedError

_PATTERN_MAX = 200
_MEMORY_BYTES = 1 << 20


def _extract(asked: Asked) -> Planned:
    pattern = _compiled(asked)
    refuses = asked.choice("several", ("refuse", "first")) == "refuse"

    def run(inputs: Inputs, _env: Env) -> str | None:
        text = cast("str", inputs[0])
        found = dict.fromkeys(match.group(pattern.groups) for match in pattern.finditer(text))
        named = [text for each in found if each and (text := each.strip())]
        if len(named) > 1 and refuses:
            raise RefusedError(f"{quoted(text)} holds several references: {', '.join(named[:5])}")
        return named[0] if named else None

    return Planned(text_type(asked.input.width, optional=True), run)


def _compiled(asked: Asked) -> Any:
    part = asked.at("pattern")
    text = asked.text("pattern")
    if not 1 <= len(text) <= _PATTERN_MAX:
        raise part.wrong(f"a pattern has 1 to {_PATTERN_MAX} characters")
    options = re2.Options()
    options.max_mem = _MEMORY_BYTES
    options.log_errors = False
    try:
        pattern = re2.compile(text, options)
    except re2.error as error:
        raise part.wrong(f"{quoted(text)} is no pattern of RE2: {_reason(error)}") from error
    if pattern.groups > 1:
        raise part.wrong("a pattern has at most one group ( ); write (?: ) for the others")
    return pattern


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


REFERENCES = (
    Transform(
        name="extract",
        takes=(Kind.TEXT,),
        gives="optional text",
        says="what a pattern, or its one group, finds in a text; empty where it finds nothing",
        plan=_extract,
        parameters=(
            Parameter("pattern", "in RE2's language: no back-references, no look-around, linear time"),
            Parameter("several", "where different ones are found: refuse, or first", "refuse"),
        ),
    ),
)
