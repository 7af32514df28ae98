from __future__ import annotations

import pytest

from counterfoil.domain.dead_letters import Act, ErrorClass, Problem, Stopped, cause_key, remedies


def bug(node: str = "post") -> Problem:
    return Problem(error_class=ErrorClass.BUG, node=node)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("payment 105968 has two answers", "payment 20417 has two answers"),
        ("120.00 USD for 1001", "7,120.50 USD for 99871"),
        ("told at 2026-11-23T12:00:01Z", "told at 2026-11-24T07:30:00Z"),
        ("invoice INV0042 is void", "invoice INV0043 is void"),
        ("run 6b1f0c2d9a77e0f1 broke", "run 0a1f0c2d9a77e0f2 broke"),
        ("gateway/shop/105968/receipt#1 twice", "gateway/shop/105969/receipt#1 twice"),
    ],
)
def test_the_same_trouble_has_one_cause_whatever_it_struck(one: str, other: str) -> None:
    assert cause_key(bug(), one) == cause_key(bug(), other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((bug(), "no table"), (bug(), "no column")),
        ((bug("post"), "no table"), (bug("match"), "no table")),
        ((bug(), "company 01 is closed"), (bug(), "company 02 is closed")),
        ((bug(), "answered 404"), (bug(), "answered 500")),
        ((bug(), "no table"), (Problem(error_class=ErrorClass.ASK, node="post"), "no table")),
    ],
)
def test_other_trouble_has_another_cause(one: tuple[Problem, str], other: tuple[Problem, str]) -> None:
    assert cause_key(*one) != cause_key(*other)


def test_a_missing_setting_is_one_cause_wherever_it_is_missed() -> None:
    missing = [Problem(error_class=ErrorClass.CONFIGURE, node=node) for node in ("look", "post")]
    first, second = (cause_key(problem, "company 01 has no agent") for problem in missing)
    assert first == second
    assert first.startswith("configure-")


def acts(stopped: Stopped) -> list[Act | None]:
    return [remedy.act for remedy in remedies(stopped)]


@pytest.mark.parametrize("error_class", ErrorClass)
def test_every_letter_may_be_retried_resolved_and_skipped(error_class: ErrorClass) -> None:
    assert acts(Stopped(error_class=error_class, goes_on=False)) == [Act.RETRY, Act.RESOLVE, Act.SKIP]


def test_what_may_have_written_is_retried_before_anything_else() -> None:
    first = remedies(Stopped(error_class=ErrorClass.BUG, goes_on=False, open_step="post#1"))[0]
    assert (first.act, "post#1 may have happened" in first.words) == (Act.RETRY, True)


def test_what_stands_in_the_books_is_named_first() -> None:
    stopped = Stopped(error_class=ErrorClass.BUG, goes_on=False, open_step="post#1", standing="R00012")
    first = remedies(stopped)[0]
    assert (first.act, first.words.split()[0]) == (Act.RESOLVE, "R00012")


def test_what_goes_on_by_itself_is_told_so() -> None:
    waits = remedies(Stopped(error_class=ErrorClass.CONFIGURE, goes_on=True))[0]
    stands = remedies(Stopped(error_class=ErrorClass.CONFIGURE, goes_on=False))[0]
    assert "by itself" in waits.words
    assert "by itself" not in stands.words
