"""What operations take, held against what earlier nodes give them on every way."""

from __future__ import annotations

import time

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.flows.linking import link
from counterfoil.flows.validate import read_flow
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import CALLED, MAPPED_FILES, MAPPED_FLOW

SHIPPED = read_library_flow(PAYMENT_TO_RECEIPT)
MATCHED = "      no_money: decline #"


def told(text: str) -> str:
    with pytest.raises(FlowError) as caught:
        read_flow(text, shipped_catalogue())
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert SHIPPED.count(old) == 1
    return SHIPPED.replace(old, new)


def test_an_outcome_that_gives_another_record_leads_to_no_node_that_takes_it() -> None:
    found = told(changed(MATCHED, "      no_money: post #"))
    assert (
        "post: do erp.post takes decision as decision.applied, and match gives decision.no_money"
        " where it ends as 'no_money': only operations give decision.applied; only 'money' may lead there"
    ) in found
    line = SHIPPED.splitlines().index("  post:") + 1
    assert f"line {line}: post" in found


def test_the_way_counts_and_not_that_the_node_ran() -> None:
    """Behind `no_money` the run comes to `record`, which takes any decision, and not to `post`."""
    assert read_flow(SHIPPED, shipped_catalogue()).name == PAYMENT_TO_RECEIPT
    through = told(changed("      nothing: record", "      nothing: post"))
    assert (
        "post: do erp.post takes decision as decision.applied, and match gives decision.no_money" in through
    )


def test_a_source_of_another_record_is_told_with_the_node_that_was_meant() -> None:
    swapped = SHIPPED.replace(
        "      payment: normalise\n      decision: match\n",
        "      payment: match\n      decision: normalise\n",
    )
    assert swapped != SHIPPED
    found = told(swapped)
    assert "post: do erp.post takes payment as payment, and match gives decision.applied" in found
    assert "only operations give payment; choose one of: normalise" in found
    assert (
        "and normalise gives payment where it ends as 'payment': only operations give decision.applied"
        in found
    )


def test_what_no_node_of_the_flow_gives_is_told_with_the_operation_that_does() -> None:
    text = changed("      decision: weigh\n", "      decision: normalise\n").replace(
        "do: receipt.decide_return", "do: receipt.find_posting"
    )
    assert "cash_application" not in told(text.replace("take_back: back", "absent: back"))
    assert "receipt.decide_return gives it" in told(text)


def test_a_mapped_record_is_none_of_ours() -> None:
    """Money is decided on by operations alone, whatever a mapping calls its record."""
    files = MAPPED_FILES | {
        "mappings/words.yaml": MAPPED_FILES["mappings/words.yaml"].replace(
            "mapping: words", "mapping: payment"
        )
    }
    text = MAPPED_FLOW.replace("mapped: account", "mapped: match") + (
        "  match:\n    do: cash_application.match\n    with: { payment: translate }\n"
        "    then: { money: account, no_money: done, hold: review }\n"
    )
    assert (
        "match: do cash_application.match takes payment as payment, and translate gives payment"
        " where it ends as 'mapped': only operations give payment; choose one of: read"
    ) in told(link(text, files))


def other_system(**field: object) -> dict[str, OperationSpec]:
    """An operation of a third party that takes a typed record."""
    given: dict[str, object] = {"name": "number", "label": "Number", "type": ValueType.TEXT, "width": 10}
    entry = RecordSpec(
        name="other.entry",
        label="An entry",
        fields=(
            FieldSpec(**{**given, **field}),  # type: ignore[arg-type]
            FieldSpec(name="state", label="State", type=ValueType.TEXT, width=10),
            FieldSpec(name="amount", label="Amount", type=ValueType.MONEY),
            FieldSpec(name="invoice", label="Invoice", type=ValueType.TEXT, width=12, required=False),
        ),
    )
    put = OperationSpec(
        name="other.put",
        label="Put",
        nature=Nature.EFFECT,
        inputs=("entry",),
        takes={"entry": entry},
        outcomes=("put",),
    )
    return {**shipped_catalogue(), put.name: put}


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({}, ""),
        ({"width": 4}, "number is up to 10 long there, and 4 fit"),
        ({"type": ValueType.NUMBER}, "number is text there, not number"),
        ({"name": "nummer"}, "it takes no 'number'; did you mean 'nummer'?"),
        ({"required": False}, ""),
    ],
)
def test_a_mapped_record_fits_field_by_field(field: dict[str, object], why: str) -> None:
    text = MAPPED_FLOW.replace("mapped: account", "mapped: put") + (
        "  put:\n    do: other.put\n    with: { entry: translate }\n    then: { put: account }\n"
    )
    try:
        read_flow(link(text, MAPPED_FILES), other_system(**field))
        found = ""
    except FlowError as error:
        found = str(error)
    says = "put: do other.put takes entry as other.entry, and translate gives words where it ends as 'mapped'"
    assert found == (f"line 25: {says}: {why}" if why else "")


def test_a_called_flow_may_take_what_only_one_outcome_gives() -> None:
    called = CALLED.replace(
        "{ money: payment.normalise }", "{ money: payment.normalise, decided: cash_application.match }"
    )
    called = called.replace("decision: match }", "decision: decided }")
    assert read_flow(called, shipped_catalogue()).name == "book_it"
    other = called.replace("decided: cash_application.match", "decided: refund.decide")
    assert "post: do erp.post takes decision as decision.applied, and decided gives fact.refund" in told(
        other
    )


def test_conditions_and_mappings_ask_what_may_stand_there_on_their_way() -> None:
    asks = changed("      money: post\n", "      money: size\n") + (
        '  size:\n    decide: { known: matched.customer == "ABC" }\n    with: { matched: match }\n'
        "    then: { known: post, otherwise: post }\n"
    )
    assert "size" in read_flow(asks, shipped_catalogue()).nodes
    assert "no 'matched.custmer' in conditions; did you mean 'matched.customer'?" in told(
        asks.replace("matched.customer", "matched.custmer")
    )


def test_conditions_over_many_results_are_checked_soon() -> None:
    text, names = SHIPPED.partition("  match:\n")[0], [f"i{number}" for number in range(50)]
    taken = ", ".join(f"{name}: normalise" for name in names)
    asked = ", ".join(f"a{number}: 'i{number}.tender == \"card\"'" for number in range(20))
    then = ", ".join(f"a{number}: done" for number in range(20))
    node = "    decide: {" + asked + "}\n    with: {" + taken + "}\n    then: {" + then + ", otherwise: "
    text = text.partition("nodes:")[0] + "nodes:\n  normalise: {do: payment.normalise, then: {payment: d0}}\n"
    text += "".join(f"  d{number}:\n{node}d{number + 1}}}\n" for number in range(90))
    text += "  d90: {do: run.record, then: {done: done, review: review}}\n"
    started = time.perf_counter()
    assert len(read_flow(text, shipped_catalogue()).nodes) == 92
    assert "i7.tender is never 'carrd'" in told(text.replace('i7.tender == "card"', 'i7.tender == "carrd"'))
    assert time.perf_counter() - started < 20


def test_a_node_takes_a_bounded_number_of_results() -> None:
    many = ", ".join(f"i{number}: normalise" for number in range(51))
    text = changed(
        "    with:\n      payment: normalise\n    then:\n      note: note",
        f"    with: {{{many}}}\n    then:\n      note: note",
    )
    assert "a node takes at most 50 results" in told(text)


def test_many_ways_are_looked_through_soon() -> None:
    outcomes = shipped_catalogue()["erp.post"].outcomes
    head = SHIPPED.partition("start:")[0] + "start: n0\nnodes:\n"
    then = ", ".join(f"{each}: n{{next}}" for each in outcomes)
    node = "  n{n}: {{do: erp.post, with: {{payment: n{last}, decision: n{last}}}, then: {{" + then + "}}}}\n"
    text = head + "".join(node.format(n=n, last=n - 1, next=(n + 1) % 450) for n in range(1, 450))
    text += "  n0: {do: payment.normalise, then: {payment: n1}}\n"
    started = time.perf_counter()
    assert "takes payment as payment" in told(text)
    assert time.perf_counter() - started < 20
