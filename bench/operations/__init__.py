"""Operations: a plain workflow tool's job, and the way to FoxPro tables."""

from __future__ import annotations

from collections.abc import Iterator

from bench.operations import books, plain_report
from bench.results import Result


def run() -> Iterator[Result]:
    yield from plain_report.run()
    yield from books.run()
