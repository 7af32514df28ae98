"""All measurements of operations."""

from __future__ import annotations

from collections.abc import Iterator

from bench.operations import plain_report
from bench.results import Result


def run() -> Iterator[Result]:
    for part in (plain_report,):
        yield from part.run()
