"""What is known of field names, as tables: words and short forms, opposites, names that mean the same."""

from __future__ import annotations

import csv
from importlib import resources

WORDS, NEAR, OPPOSITES, NAMES = "words", "near", "opposites", "names"


def read_rows(name: str) -> list[list[str]]:
    """The rows of a table that ships, without its header and its comments."""
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.reader(lines[1:]))
