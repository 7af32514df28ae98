"""What a measurement yields."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    """One figure with its unit; in words, how it stands to its limit or to another program in this run."""

    name: str
    figure: float
    unit: str
    ratio: str = ""
