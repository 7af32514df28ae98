"""Names of flows, nodes and outcomes."""

from __future__ import annotations

import re

from counterfoil.flows.document import Part
from counterfoil.flows.errors import quoted

NAME_FORM = r"[a-z][a-z0-9_]{0,39}"
INPUTS_MAX = 50
"""Results that one node may take, each by a name."""
UNNAMEABLE = ("constructor", "prototype")
"""Words that mean something in every object of a browser: the console draws flows by these names."""

_NAME = re.compile(NAME_FORM)


def is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in UNNAMEABLE


def read_name(part: Part) -> str:
    """A name as written.

    Raises:
        FlowError: it is none.
    """
    name = part.text()
    if not is_name(name):
        raise part.wrong(f"{quoted(name)} is not a name: lower-case letters, digits and _, at most 40")
    return name
