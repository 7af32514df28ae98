"""Tells which backend of the ERP, and which gateway, does what, as tables under the tests' output."""

from __future__ import annotations

from collections import defaultdict

import pytest

TABLES = {
    "backends of the ERP port": (
        *("tests/contract/test_erp.py", "tests/contract/test_orders.py"),
        "tests/contract/test_money_back.py",
    ),
    "gateways behind the gateway port": (
        *("tests/contract/test_paytrace_gateway_recorded.py", "tests/contract/test_paytrace_gateway_v1.py"),
        "tests/contract/test_paytrace_gateway_v3.py",
    ),
}
_MARKS = {"passed": "yes", "failed": "NO", "skipped": "-", "xfailed": "not yet", "error": "NO"}


Rows = dict[str, dict[str, str]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One row for each behaviour of a contract, one column for each backend."""
    for title, modules in TABLES.items():
        rows = _rows(terminalreporter, modules)
        if rows:
            _tell(terminalreporter, title, rows)


def _rows(reporter: pytest.TerminalReporter, modules: tuple[str, ...]) -> Rows:
    rows: Rows = defaultdict(dict)
    for outcome, mark in _MARKS.items():
        for report in reporter.getreports(outcome):
            path, *names = report.nodeid.split("::")
            if path in modules and len(names) == len(("class", "test")):
                backend, test = names
                row = test.removeprefix("test_").replace("_", " ")
                rows[row][backend.removeprefix("Test").removesuffix("Life")] = mark
    return rows


def _tell(reporter: pytest.TerminalReporter, title: str, table: Rows) -> None:
    backends = sorted({backend for row in table.values() for backend in row})
    width = max(len(name) for name in table)
    reporter.section(title)
    reporter.write_line(" ".join([" " * width, *(backend.rjust(8) for backend in backends)]))
    for name, row in sorted(table.items()):
        marks = (row.get(backend, "").rjust(max(8, len(backend))) for backend in backends)
        reporter.write_line(" ".join([name.ljust(width), *marks]))
