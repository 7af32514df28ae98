"""A node that starts a run of its own for each item of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.nodes.each import ITEMS_MAX
from counterfoil.flows.picture.cards import cards_of
from counterfoil.flows.validate import validate
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.engine import Failed, Finished, Outcome
from counterfoil.ports.errors import TransientError
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType
from counterfoil.ports.intake import OwnEvent, OwnEventTold
from counterfoil.ports.run_store import Run, RunResult, StoredEvent
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.memory.runs import MemoryRunStore
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.starting import told_item
from counterfoil.runtime.step import Operation, Step, StepResult
from tests.support.hub import NOW

FLOW = """\
flow: due
title: Each invoice that is due
trigger: {schedule: "0 7 * * *", zone: UTC}
order_key: lineage
start: find
nodes:
  find:
    do: invoices.find
    then: {found: one_by_one}
  one_by_one:
    each: invoice_due
    with: {items: find}
    then: {told: done, nothing: done}
"""
WHEN = 'item.open.at_least(money("50.00 USD"))'
INVOICE = RecordSpec(
    name="invoice",
    label="An invoice",
    fields=(
        FieldSpec(name="number", label="Its number", type=ValueType.TEXT),
        FieldSpec(name="open", label="What is open", type=ValueType.MONEY),
    ),
)
FOUND = RecordSpec(
    name="invoices",
    label="Invoices",
    fields=(FieldSpec(name="items", label="They", type=ValueType.LIST, record=INVOICE),),
)
SPEC = OperationSpec(
    name="invoices.find",
    label="Find",
    nature=Nature.READING,
    outcomes=("found",),
    gives={"found": FOUND},
    item_key="number",
)


def choosy(condition: str = WHEN) -> str:
    """The flow, which tells only some of the items."""
    return FLOW.replace("    each: invoice_due\n", f"    each: invoice_due\n    when: {condition}\n")


class Bench:
    """An interpreter whose one operation finds what the test says."""

    def __init__(self, items: object, text: str = FLOW) -> None:
        self.items = items
        self.events = MemoryOwnEvents()
        self.clock = ManualClock(NOW)
        self.store = MemoryRunStore(self.clock)
        flow = parse_flow(text)
        self.store.flows[flow.version] = text
        event = StoredEvent(
            id="event-1",
            key="schedule/dev/due/01/now",
            connection="books",
            kind="schedule.due",
            source="schedule",
            occurred_at=NOW,
            received_at=NOW,
            body={},
        )
        self.store.runs["run-1"] = Run(
            id="run-1",
            event=event,
            flow="due",
            flow_version=flow.version,
            environment="dev",
            company="01",
            order_key="flow/due/01",
            attempt=1,
        )

    def carry(self, events: MemoryOwnEvents | None = None) -> Outcome:
        operations = {SPEC.name: Operation(spec=SPEC, act=self._find)}
        means = Means(operations=operations, events=events or self.events)
        return Interpreter(self.store, means, self.clock).carry("run-1")

    def told(self) -> list[OwnEvent]:
        return list(self.events.told.values())

    def _find(self, _step: Step) -> StepResult:
        return StepResult(outcome="found", value={"items": self.items})


def invoices(*numbers: str) -> list[Mapping[str, Any]]:
    return [{"number": number, "open": {"amount": "12.00", "currency": "USD"}} for number in numbers]


def test_each_item_is_told_once_with_the_connection_and_the_company_of_the_run() -> None:
    bench = Bench(invoices("1001", "1002"))
    assert isinstance(bench.carry(), Finished)
    first, second = bench.told()
    assert (first.connection, first.company, first.kind) == ("books", "01", "item.invoice_due")
    assert first.key == "item/run-1/invoice_due/1001"
    assert first.order_key == "item/invoice_due/01/1001"
    assert told_item(second.body) == invoices("1002")[0]
    assert bench.store.closed["run-1"] == (RunResult.DONE, {"items": "2 told as item.invoice_due"})


def test_a_run_that_is_carried_again_tells_nothing_twice() -> None:
    class Lost(MemoryOwnEvents):
        """Stores the first, and does not say so."""

        @override
        def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
            bench.events.tell(events[:1])
            raise TransientError("no answer")

    bench = Bench(invoices("1001", "1002"))
    assert not isinstance(bench.carry(Lost()), Finished)
    bench.items = invoices("1003")
    assert isinstance(bench.carry(), Finished)
    assert [event.key[-4:] for event in bench.told()] == ["1001", "1002"], "what was read first counts"


def test_where_nothing_is_found_nothing_is_told() -> None:
    bench = Bench([])
    bench.carry()
    assert bench.store.closed["run-1"] == (RunResult.DONE, {"items": "no invoice_due"})
    assert bench.told() == []


def test_items_that_nothing_works_on_are_counted() -> None:
    class Idle(MemoryOwnEvents):
        @override
        def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
            return [replace(told, runs=()) for told in super().tell(events)]

    bench = Bench(invoices("1001", "1002"))
    bench.carry(Idle())
    _, summary = bench.store.closed["run-1"]
    assert summary["without_flow"] == "2: no flow is live for item.invoice_due"


def test_more_items_than_a_run_may_start_others_for_are_a_persons() -> None:
    bench = Bench(invoices(*map(str, range(ITEMS_MAX + 1))))
    bench.carry()
    (review,) = bench.store.reviews
    assert review.why.startswith("invoices.find found 10001 items")
    assert bench.told() == []


@pytest.mark.parametrize(
    "items", [invoices("1001", "1001"), invoices(""), [{"open": "1"}], ["1001"], "1001", None]
)
def test_a_list_that_is_none_stops_the_run(items: object) -> None:
    bench = Bench(items)
    assert isinstance(bench.carry(), Failed)
    assert bench.told() == []


def test_a_node_that_gives_no_list_is_told_before_anything_runs() -> None:
    flow = parse_flow(FLOW)
    assert validate(flow, {SPEC.name: SPEC}) == ()
    (finding,) = validate(flow, {SPEC.name: replace(SPEC, item_key="")})
    assert str(finding) == "line 10: one_by_one: invoices.find of find gives no list of items"
    (missing,) = validate(parse_flow(FLOW.replace("    with: {items: find}\n", "")), {SPEC.name: SPEC})
    assert "needs 'items' under 'with'" in str(missing)


def owing(number: str, amount: str, currency: str = "USD") -> Mapping[str, Any]:
    return {"number": number, "open": {"amount": amount, "currency": currency}}


def test_only_items_for_which_the_condition_holds_are_told() -> None:
    bench = Bench([owing("1001", "50.00"), owing("1002", "49.99"), owing("1003", "60.00")], choosy())
    bench.carry()
    assert [event.key[-4:] for event in bench.told()] == ["1001", "1003"]
    told = {"items": "2 told as item.invoice_due", "left_out": f"1: {WHEN}"}
    assert bench.store.closed["run-1"] == (RunResult.DONE, told)


def test_where_the_condition_holds_for_none_nothing_is_told() -> None:
    bench = Bench([owing("1002", "49.99")], choosy())
    bench.carry()
    assert bench.told() == []
    assert bench.store.closed["run-1"][1]["items"] == "no invoice_due"


def test_where_the_condition_has_no_answer_for_one_nothing_is_told_of_any() -> None:
    bench = Bench([owing("1001", "50.00"), owing("1002", "60.00", "EUR")], choosy())
    bench.carry()
    assert bench.told() == []
    (review,) = bench.store.reviews
    assert review.why.startswith("node one_by_one, item 1002: it compares amounts of different currencies")


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (WHEN.replace("open", "opne"), "line 12: one_by_one: when: no 'item.opne"),
        ('item.open == "50.00 USD"', "'==' does not go with money and text"),
        ("item.number", "a condition is true or false"),
    ],
)
def test_a_condition_on_an_item_is_checked_before_anything_runs(condition: str, message: str) -> None:
    (finding,) = validate(parse_flow(choosy(condition)), {SPEC.name: SPEC})
    assert message in str(finding)
    assert parse_flow(choosy()).version != parse_flow(FLOW).version


def test_a_picture_says_what_each_item_starts() -> None:
    card = next(each for each in cards_of(parse_flow(FLOW), {SPEC.name: SPEC}) if each.name == "one_by_one")
    assert card.label == "Start a run for each invoice_due"
    assert card.lines[0].text == "each item: item.invoice_due"
    choosing = next(
        each for each in cards_of(parse_flow(choosy()), {SPEC.name: SPEC}) if each.name == "one_by_one"
    )
    assert any(line.text.startswith("when item.open") for line in choosing.lines)
