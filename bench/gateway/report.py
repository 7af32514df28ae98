"""All measurements of the gateway's side."""

from __future__ import annotations

from collections.abc import Iterator

from bench.gateway import arrival, busy_day, sales, signatures
from bench.results import Result


def run() -> Iterator[Result]:
    for part in (signatures, sales, arrival, busy_day):
        yield from part.run()
