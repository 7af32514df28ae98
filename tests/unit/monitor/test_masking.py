"""Log lines leave the house without anything that people or payments are named by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from counterfoil.monitor.masking import LEFT_OUT, masked_lines

RUN = "0123456789abcdef0123456789abcdef"


def masked(line: str) -> str:
    (found,) = masked_lines(iter([line]))
    return found


def event(**values: object) -> dict[str, Any]:
    written = {"timestamp": "2026-11-23T12:00:00.123456Z", "level": "warning", "event": "run_dead"}
    found: dict[str, Any] = json.loads(masked(json.dumps(written | values)))
    return found


def test_what_happened_when_and_to_which_part_is_kept() -> None:
    told = event(run=RUN, attempt=3, company="01", flow="payment_to_receipt", error="StoreUnavailableError")
    assert told == {
        "timestamp": "2026-11-23T12:00:00.123456Z",
        "level": "warning",
        "event": "run_dead",
        "run": RUN,
        "attempt": 3,
        "company": "01",
        "flow": "payment_to_receipt",
        "error": "StoreUnavailableError",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("error", "invoice 1001 of Miller & Sons is locked"),
        ("why", "StoreUnavailableError"),
        ("customer", "Miller"),
        ("amount", "12.00 USD"),
        ("path", "/v1/customer/export?customer_id=Miller"),
        ("company", "Miller & Sons"),
        ("connection", "4111111111111111"),
        ("event", "receipt posted for Miller"),
        ("invoice", 1001),
        ("details", {"name": "Miller"}),
    ],
)
def test_everything_else_is_left_out(key: str, value: object) -> None:
    kept = event(**{key: value})[key]
    assert kept in {LEFT_OUT, "StoreUnavailableError"}


def test_of_a_traceback_the_program_is_kept_and_the_words_are_not() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "/srv/miller/lib/site-packages/counterfoil/store/runs.py", line 7, in read_run',
        "    raise RowMissingError(run, customer='Miller')",
        "counterfoil.store.errors.RowMissingError: there is no run of Miller",
    ]
    assert list(masked_lines(iter(lines))) == [
        "Traceback (most recent call last):",
        '  File "counterfoil/store/runs.py", line 7, in read_run',
        f"{LEFT_OUT}: 49 characters",
        f"counterfoil.store.errors.RowMissingError: {LEFT_OUT}",
    ]
    kept = event(exception="\n".join(lines))["exception"]
    assert kept == list(masked_lines(iter(lines)))


def test_other_text_is_counted_only() -> None:
    assert masked("password=hunter2 for Miller") == f"{LEFT_OUT}: 27 characters"
    assert masked('["Miller"]') == LEFT_OUT
    assert masked("") == ""
