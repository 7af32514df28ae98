from __future__ import annotations

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import (
    DISPUTE_TO_BOOKS,
    PAYMENT_TO_RECEIPT,
    SHIPPED,
    library_tests,
    read_library_flow,
)
from counterfoil.runtime.flow_testing.running import run_test

SHIPPED_TESTS = [(flow, name) for flow in SHIPPED for name in library_tests(flow)]
PAID = library_tests(PAYMENT_TO_RECEIPT)["invoice_paid"]


def run(test: str, flow: str = PAYMENT_TO_RECEIPT) -> list[str]:
    """What the test finds, as `line: text`."""
    return [f"{each.line}: {each.text}" for each in run_test(read_library_flow(flow), test).findings]


def broken(old: str, new: str, test: str = PAID) -> tuple[str, int]:
    """A test with its first such text replaced, and the line of it."""
    assert old in test
    return test.replace(old, new, 1), test[: test.index(old)].count("\n") + 1


@pytest.mark.parametrize(("flow", "name"), SHIPPED_TESTS)
def test_every_shipped_flow_test_passes(flow: str, name: str) -> None:
    assert run(library_tests(flow)[name], flow) == []


def test_every_shipped_flow_has_tests() -> None:
    assert {flow for flow, _ in SHIPPED_TESTS} == set(SHIPPED)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("      end: done", "      end: review", "end: expected review, but it is done"),
        ("- look: absent", "- look: superseded", "look: expected superseded, but it is absent"),
        ("amount: 120.00 USD}\n          on", "amount: 119.99 USD}\n          on", "it is 120.00 USD"),
        ("on_account: 0 USD", "on_account: 1 USD", "on_account: expected 1 USD, but it is 0.00 USD"),
        ("          customer: ABC", "          colour: red", "colour: expected red, but it is (nothing)"),
        ("        - record: done\n", "", "record: done came beside what is expected"),
        ("        - record: done\n", "        - record: done\n        - x: y\n", "did not come so far"),
    ],
)
def test_what_came_otherwise_is_told_with_what_was_expected(old: str, new: str, says: str) -> None:
    test, _ = broken(old, new)
    (finding,) = run(test)
    assert says in finding


def test_a_difference_names_its_line() -> None:
    test, line = broken("on_account: 0 USD", "on_account: 1 USD")
    assert run(test)[0].startswith(f"{line}: ")


def test_a_posting_that_nobody_expects_fails_the_test() -> None:
    start = PAID.index("      postings:\n")
    end = PAID.index("  # The same payment")
    (finding,) = run(PAID[:start] + PAID[end:])
    assert "postings: nothing is expected, but answer: posted" in finding


def test_a_question_that_nobody_expects_fails_the_test() -> None:
    test, _ = broken("      asked: {kind: unidentified_receipt}\n", "", _test("unknown_customer"))
    (finding,) = run(test)
    assert "asked: nothing is expected" in finding


def test_amounts_are_compared_as_amounts_and_names_as_texts() -> None:
    assert run(broken("key: gateway/shop", "key: gateway/shop")[0]) == []
    assert run(broken("          amount: 120.00 USD", "          amount: 120 USD")[0]) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title:", "tilte:", "did you mean 'title'?"),
        ("invoice_reference", "invoice_refrence", "did you mean 'invoice_reference'?"),
        ("open: 120.00 USD", "open: 120.00", "'120.00' is not an amount such as 120.00 USD"),
        ("open: 120.00 USD", "open: nan USD", "not an amount"),
        ("kind: payment.captured", "kind: payment.capture", "did you mean 'payment.captured'?"),
        ("      end: done\n", "", "'end' is missing"),
        ("- {number", "- {numbre", "did you mean 'number'?"),
        ("USD, open: 120.00 USD", "USD", "'open' is missing"),
    ],
)
def test_what_is_no_test_is_told_with_its_line_and_the_nearest_name(old: str, new: str, says: str) -> None:
    test, line = broken(old, new)
    with pytest.raises(FlowError) as raised:
        run(test)
    (finding,) = raised.value.findings
    assert says in finding.text
    assert abs(finding.line - line) <= 10


def test_a_test_holds_no_card_number() -> None:
    test, line = broken("INV 1001", '"4111111111111111"')
    with pytest.raises(FlowError, match=f"line {line}: looks like a card number"):
        run(test)


def test_an_event_that_does_not_start_the_flow_fails_the_test() -> None:
    (first, _) = run(PAID, DISPUTE_TO_BOOKS)
    assert "payment.captured does not start flow dispute_to_books" in first


def test_a_flow_that_leads_elsewhere_is_found() -> None:
    flow = read_library_flow(PAYMENT_TO_RECEIPT).replace("hold: review", "hold: record")
    findings = run_test(flow, _test("unknown_customer")).findings
    assert "expected review, but it is done" in findings[1].text


def test_a_decision_by_conditions_is_a_step_of_the_way() -> None:
    decides = """nodes:
  size:
    decide:
      large: payment.amount.more_than(money("500.00 USD"))
    with: { payment: normalise }
    then: { large: review, otherwise: look }
"""
    flow = read_library_flow(PAYMENT_TO_RECEIPT).replace("nodes:\n", decides)
    flow = flow.replace("payment: look", "payment: size", 1)
    way = ("- normalise: payment\n", "- normalise: payment\n        - size: otherwise\n")
    assert run_test(flow, PAID.replace(*way)).findings == ()
    assert run_test(flow, PAID).findings


def _test(name: str) -> str:
    return library_tests(PAYMENT_TO_RECEIPT)[name]
