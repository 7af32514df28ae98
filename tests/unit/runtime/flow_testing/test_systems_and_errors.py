"""Flow tests state what other systems answer, and which nodes fail first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from counterfoil.flows.document import read_document
from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import (
    PAYMENT_TO_RECEIPT,
    library_tests,
    read_library_flow,
)
from counterfoil.runtime.flow_testing.running import run_test
from counterfoil.runtime.flow_testing.stated_systems import read_systems

FLOW = """\
flow: tell_warehouse
title: The warehouse hears of disputes
trigger: {event: chargeback.opened}
order_key: lineage
start: read
nodes:
  read:
    do: dispute.read
    then: {matched: know, unmatched: know}
  know:
    do: http_json.read
    connection: warehouse
    set: {path: "/disputes/{case}"}
    with: {record: read}
    retry: {times: 3, first: 1 minute, at_most: 1 hour}
    then: {found: done, absent: tell, refused: review}
    on_error: somebody
  tell:
    do: http_json.send
    connection: warehouse
    set: {path: "/disputes/{case}", effect: hold_parcel}
    with: {record: read}
    then: {done: done, refused: review}
  somebody:
    notify: { to: chat, title: The warehouse is away, text: Tell it by telephone }
    then: {sent: done, failed: review}
"""
TEST = """\
title: The warehouse
events:
  - kind: chargeback.opened
    dispute: {case: CB-1, stage: opened, amount: 120.00 USD, "on": 2026-11-20}
    unmatched: {why: nobody knows}
"""
ABSENT = "    systems: {warehouse: [{outcome: absent}, {outcome: done, gives: {status: '201'}}]}\n"
CALLS = """\
      calls:
        - {do: http_json.read, connection: warehouse, answer: absent}
        - do: http_json.send
          answer: done
          set: {effect: hold_parcel}
          with: {record: {case: CB-1, amount: 120.00 USD}}
"""
AWAY = "    errors: [{node: know, error: away, times: 3, why: 503 from the warehouse}]\n"


def run(said: str, expected: str, flow: str = FLOW) -> list[str]:
    return [each.text for each in run_test(flow, f"{TEST}{said}    expect:\n{expected}").findings]


def test_a_system_answers_as_the_test_says_and_what_it_was_asked_is_compared() -> None:
    assert run(ABSENT, "      end: done\n" + CALLS) == []
    (finding,) = run(ABSENT, "      end: done\n" + CALLS.replace("hold_parcel", "release"))
    assert "expected release, but it is hold_parcel" in finding


def test_a_call_that_nobody_expects_fails_the_test() -> None:
    (finding,) = run(ABSENT, "      end: done\n")
    assert "calls: nothing is expected, but do: http_json.read" in finding


def test_a_system_without_an_answer_says_where_it_is_stated() -> None:
    (finding,) = run("", "      end: done\n")
    assert finding == "test.events.1.expect.end: expected done, but it is wait"
    assert run("", "      end: wait\n      why: 'needs configuration: warehouse is not reached'\n") != []
    assert "a test says under 'systems'" in run("", "      end: wait\n      why: no\n")[0]


def test_an_answer_keeps_what_json_tells_apart() -> None:
    answers = read_systems(
        read_document("warehouse: [{outcome: found, gives: {body: {held: true, all: [null, 'true', 1.10]}}}]")
    )
    (answer,) = answers["warehouse"]
    assert answer.answered.value == {"body": {"held": True, "all": [None, "true", "1.10"]}}


def test_a_passing_error_is_tried_again_and_then_the_answer_counts() -> None:
    said = ABSENT + AWAY.replace("3", "2", 1) + "    then: [{after: 1 hour, times: 2}]\n"
    assert run(said, "      end: done\n" + CALLS) == []
    (finding, *_) = run(ABSENT + AWAY.replace("3", "2", 1), "      end: done\n      calls: []\n")
    assert "expected done, but it is wait" in finding


def test_an_error_that_stays_takes_its_own_way() -> None:
    expected = """\
      way: [{read: unmatched}, {know: on_error}, {somebody: sent}]
      end: done
      notices: [{channel: chat}]
      summary: {error: "know: 503 from the warehouse"}
"""
    assert run(AWAY + "    then: [{after: 1 hour, times: 2}]\n", expected) == []


def test_a_lost_answer_is_asked_for_under_the_same_key_and_the_system_hears_it_once() -> None:
    lost = ABSENT + "    errors: [{node: tell, error: lost}]\n"
    assert run(lost, "      end: retry\n      why: as the test says\n" + CALLS) == []
    assert run(lost + "    then: [{after: 1 minute}]\n", "      end: done\n" + CALLS) == []


def test_a_channel_that_is_away_is_tried_again_and_leads_on() -> None:
    said = AWAY.replace("}]", "}, {node: somebody, error: setting}]")
    expected = "      way: [{read: unmatched}, {know: on_error}, {somebody: failed}]\n      end: review\n"
    found = run(said + "    then: [{after: 1 hour, times: 2}]\n", expected)
    assert [each for each in found if "asked" not in each] == []


def test_books_that_are_away_and_a_charge_whose_answer_was_lost() -> None:
    paid = library_tests(PAYMENT_TO_RECEIPT)["invoice_paid"]
    paid = paid.replace(
        "    expect:\n",
        "    errors: [{node: post, error: lost}]\n    then: [{after: 1 hour}]\n    expect:\n",
        1,
    )
    found = run_test(read_library_flow(PAYMENT_TO_RECEIPT), paid).findings
    assert all("already_posted" in each.text for each in found)
    assert found


def test_the_page_on_flow_tests_shows_one_that_passes() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "flow-tests.md").read_text("utf-8")
    section = page[page.index("## Other systems and passing errors") :]
    (shown, *_) = re.findall(r"```yaml\n(.*?)```", section, flags=re.DOTALL)
    direct = FLOW.replace("matched: know, unmatched: know", "matched: tell, unmatched: tell")
    direct = direct[: direct.index("  know:")] + direct[direct.index("  tell:") : direct.index("  somebody:")]
    assert run_test(direct, f"title: Shown\n{shown}").findings == ()


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (AWAY.replace("know", "knaw"), "no node 'knaw'; did you mean 'know'?"),
        (AWAY.replace("away", "lost"), "know: only the answer of what writes can be lost"),
        (AWAY.replace("know", "somebody").replace("away", "lost"), "a notice fails as away or setting"),
        (ABSENT.replace("warehouse", "warehose"), "through 'warehose'; did you mean 'warehouse'?"),
        (ABSENT.replace("absent", "absence"), "'absence' is no outcome of warehouse's operations"),
    ],
)
def test_what_the_flow_could_never_come_to_is_told(said: str, says: str) -> None:
    assert any(says in finding for finding in run(said, "      end: done\n"))


def test_a_run_does_not_go_on_for_ever() -> None:
    endless = AWAY + "    then: [" + ", ".join(["{after: 1 hour, times: 100}"] * 11) + "]\n"
    with pytest.raises(FlowError, match="a run goes on at most 1000 times"):
        run(endless, "      end: done\n")


def test_an_amount_is_written_in_the_ten_digits_alone() -> None:
    paid = library_tests(PAYMENT_TO_RECEIPT)["invoice_paid"]
    with pytest.raises(FlowError, match="is not an amount such as"):
        run_test(read_library_flow(PAYMENT_TO_RECEIPT), paid.replace("120.00 USD", "\u0661\u0662 USD", 1))
