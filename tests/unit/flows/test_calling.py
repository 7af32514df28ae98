"""Flows that call other flows."""

from __future__ import annotations

import pytest

from counterfoil.flows.calling import expand
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.linking import link, linked_flows
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import CALLED, CALLER, CALLING_FILES


def whole(**changed: str) -> str:
    files = CALLING_FILES | {f"flows/{name}.yaml": text for name, text in changed.items()}
    return link(files["flows/caller.yaml"], files)


def told(**changed: str) -> str:
    with pytest.raises(FlowError) as caught:
        read_flow(whole(**changed), shipped_catalogue())
    return str(caught.value)


def test_a_called_flow_s_nodes_stand_in_place_of_the_call() -> None:
    flow = expand(read_flow(whole(), shipped_catalogue()))
    assert list(flow.nodes) == ["normalise", "book.size", "book.match", "book.post", "record"]
    assert flow.nodes["normalise"].routes["payment"].to == "book.size"
    post = flow.nodes["book.post"]
    assert post.inputs == {"payment": "normalise", "decision": "book.match"}
    assert post.routes["posted"].to == "record"
    assert (post.routes["changed"].to, post.routes["changed"].otherwise) == ("book.match", "review")
    assert post.routes["busy"].to == "retry"


def test_a_flow_that_is_called_is_checked_by_itself_and_started_by_nothing_else() -> None:
    assert read_flow(CALLED, shipped_catalogue()).event == "call.book_it"
    assert list(linked_flows(CALLING_FILES)) == ["caller"]
    with pytest.raises(FlowError, match=r"did you mean 'payment\.normalise'"):
        read_flow(CALLED.replace("payment.normalise }", "payment.normalize }"), shipped_catalogue())
    with pytest.raises(FlowError, match=r"no 'money\.amuont' in conditions"):
        read_flow(CALLED.replace("money.amount", "money.amuont"), shipped_catalogue())
    with pytest.raises(FlowError, match="'size' is the name of a node already"):
        read_flow(CALLED.replace("{ money: payment", "{ size: payment"), shipped_catalogue())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("call: book_it", "call: bok_it", "line 8: book: no flow 'bok_it'"),
        ("with: { money: normalise }", "with: { mony: normalise }", "call takes no 'mony'"),
        ("    with: { money: normalise }\n", "", "call needs 'money' under 'with'"),
        ("then: { done: record }\n", "then: { finished: record }\n", "never ends as 'finished'"),
        (
            "{ done: record }\n",
            "{ done: { to: record, at_most: 2, else: review } }\n",
            "the way on from a call has no bound",
        ),
        (
            "    do: run.record\n",
            "    do: run.record\n    with: { decision: book }\n",
            "book gives nothing where",
        ),
    ],
)
def test_what_is_wrong_with_a_call_is_told(old: str, new: str, message: str) -> None:
    assert old in CALLER
    assert message in told(caller=CALLER.replace(old, new, 1))


def test_what_is_handed_over_is_what_the_called_flow_takes() -> None:
    other = CALLED.replace("money: payment.normalise", "money: dispute.read").replace(
        "money.amount", "money.paid_amount"
    )
    assert "book_it takes money of dispute.read, and normalise is payment.normalise" in told(book_it=other)


def test_a_flow_with_a_trigger_of_its_own_is_not_called() -> None:
    other = CALLED.replace("call: { money: payment.normalise }", "event: payment.*")
    assert "give it the trigger {call: ...}" in told(book_it=other)


def test_flows_that_call_one_another_in_a_circle_are_told() -> None:
    circle = CALLED.replace("no_money: done", "no_money: again") + (
        "  again: { call: book_it, with: { money: money }, then: { done: done } }\n"
    )
    assert "book_it calls book_it: that would never end" in told(book_it=circle)


def test_flows_call_one_another_five_deep_and_have_500_nodes_together() -> None:
    text = "flow: f{}\ntitle: T\ntrigger: {{ call: {{}} }}\norder_key: lineage\nstart: a\nnodes:\n{}"
    call = "  {}: {{ call: f{}, then: {{ done: {} }} }}\n"
    files = {
        f"flows/f{depth}.yaml": text.format(
            depth, call.format("a", depth + 1, "b") + call.format("b", depth + 1, "done")
        )
        for depth in range(8)
    }
    files["flows/f8.yaml"] = text.format(8, "  a: { do: payment.normalise, then: { payment: done } }\n")
    top = files["flows/f3.yaml"].replace("call: {}", "event: payment.*", 1)
    assert len(expand(read_flow(link(top, files), shipped_catalogue())).nodes) == 32
    top = files["flows/f0.yaml"].replace("call: {}", "event: payment.*", 1)
    with pytest.raises(FlowError, match="at most 5 deep"):
        read_flow(link(top, files), shipped_catalogue())


def test_a_change_in_a_called_flow_is_another_version_and_is_told() -> None:
    other = whole(book_it=CALLED.replace("500.00", "750.00"))
    before, after = parse_flow(whole()), parse_flow(other)
    assert before.version != after.version
    (line,) = diff_flows(before, after)
    assert line.startswith("flow book_it: node size: decide large: ")
    same = parse_flow(whole(book_it=f"# a word\n{CALLED}"))
    assert same.version == before.version


def test_the_way_of_an_error_leads_on_in_the_caller() -> None:
    patient = CALLED.replace("    do: cash_app", "    on_error: done\n    do: cash_app").replace(
        "    do: erp.post\n", "    do: erp.post\n    on_error: {to: match, at_most: 2, else: review}\n"
    )
    flow = expand(read_flow(whole(book_it=patient), shipped_catalogue()))
    ways = {name: node.on_error.to for name, node in flow.nodes.items() if node.on_error is not None}
    assert ways == {"book.match": "record", "book.post": "book.match"}


def test_a_call_itself_is_not_tried_again() -> None:
    asks = CALLER.replace("    call: book_it\n", "    call: book_it\n    on_error: review\n")
    assert "line 8: book: the nodes of a called flow say how often they are tried" in told(caller=asks)
