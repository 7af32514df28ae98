"""A flow test that somebody spoilt is told with words, whatever stands in it."""

from __future__ import annotations

import re
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import SHIPPED, library_tests, read_library_flow
from counterfoil.runtime.flow_testing.running import run_test

TESTS = [(flow, text) for flow in SHIPPED for text in library_tests(flow).values()]
FLOWS = {flow: read_library_flow(flow) for flow in SHIPPED}
WORD = re.compile(r"[A-Za-z0-9_.:/#-]+")
SPELLS = st.sampled_from(
    [
        *(
            "",
            "~",
            "null",
            "0",
            "-1",
            "1e999999",
            "NaN",
            "Infinity",
            "9" * 40,
            "0 USD",
            "-120.00 USD",
            "1 EUR",
        ),
        *("120.001 USD", "120.00 JPY", "1 usd", "0001-01-01", "9999-12-31T23:59:59+23:59", "2026-02-30"),
        *("{}", "[]", "[[]]", "{a: b}", "&a x", "*a", "!!python/object:x {}", "__class__", "constructor"),
        *("../../etc/passwd", "$(reboot)", "{{ 7*7 }}", "\\x00", "\u202e", "true", "payment.unreadable"),
        *(
            "refund.captured",
            "payment.settled",
            "open_credit",
            "credit_memo",
            "reopen",
            "receipt",
            "reversal",
        ),
    ]
)


@given(
    st.sampled_from(TESTS), st.lists(st.tuples(st.integers(0, 400), SPELLS | st.text(max_size=8)), max_size=4)
)
def test_a_spoilt_test_ends_in_findings(test: tuple[str, str], changes: list[tuple[int, str]]) -> None:
    flow, text = test
    for place, spell in changes:
        words = list(WORD.finditer(text))
        if words:
            found = words[place % len(words)]
            text = text[: found.start()] + spell + text[found.end() :]
    with suppress(FlowError):
        assert all(finding.line >= 1 for finding in run_test(FLOWS[flow], text).findings)
