"""What is wrong with a flow, and where.

ConfigurationError
└── FlowError            mend the flow's text; every finding names its line
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.ports.errors import ConfigurationError

_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend, with the line of the text that it is about."""

    line: int
    text: str

    @override
    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class FlowError(ConfigurationError):
    """A text that is not a flow that may run; tells every finding."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


def quoted(name: str) -> str:
    """A name from the text, shortened for messages."""
    return repr(name if len(name) <= _SHOWN_MAX else name[:_SHOWN_MAX] + "...")


def nearest(name: str, known: Collection[str]) -> str:
    """What was probably meant, to end a message with; all choices when they are few."""
    close = difflib.get_close_matches(name[:_SHOWN_MAX], sorted(known), n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    choices = ", ".join(sorted(known))
    return f"; choose one of: {choices}" if 0 < len(choices) <= 4 * _SHOWN_MAX else ""
