"""Tells which backend of the ERP does what, as a table under the tests' output."""

from __future__ import annotations

from collections import defaultdict

import pytest

MODULES = ("tests/contract/test_erp.py", "tests/contract/test_orders.py", "tests/contract/test_money_back.py")
_MARKS = {"passed": "yes", "failed": "NO", "skipped": "-", "xfailed": "not yet", "error": "NO"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One row for each behaviour of the contract, one column for each backend."""
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for outcome, mark in _MARKS.items():
        for report in terminalreporter.getreports(outcome):
            path, *names = report.nodeid.split("::")
            if path in MODULES and len(names) == len(("class", "test")):
                backend, test = names
                table[test.removeprefix("test_").replace("_", " ")][backend.removeprefix("Test")] = mark
    if table:
        _tell(terminalreporter, table)


def _tell(reporter: pytest.TerminalReporter, table: dict[str, dict[str, str]]) -> None:
    backends = sorted({backend for row in table.values() for backend in row})
    width = max(len(name) for name in table)
    reporter.section("backends of the ERP port")
    reporter.write_line(" ".join([" " * width, *(backend.rjust(8) for backend in backends)]))
    for name, row in sorted(table.items()):
        marks = (row.get(backend, "").rjust(max(8, len(backend))) for backend in backends)
        reporter.write_line(" ".join([name.ljust(width), *marks]))
