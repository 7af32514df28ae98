from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

FLOW = """\
flow: sized
title: Large payments are a person's
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read: { do: payment.normalise, then: { payment: size } }
  size:
    decide:
      large: payment.amount.more_than(money("500.00 USD"))
      bank: payment.tender == "ach"
    with:
      payment: read
    then:
      large: review
      bank: done
      otherwise: done
"""


def told(old: str, new: str) -> str:
    assert old in FLOW
    with pytest.raises(FlowError) as caught:
        read_flow(FLOW.replace(old, new), shipped_catalogue())
    return str(caught.value)


def test_a_flow_may_decide_by_conditions() -> None:
    flow = read_flow(FLOW, shipped_catalogue())
    assert flow.nodes["size"].deed.content() == {
        "decide": [
            ["large", 'payment.amount.more_than(money("500.00 USD"))'],
            ["bank", 'payment.tender == "ach"'],
        ]
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "payment.amount",
            "payment.amuont",
            "line 10: size: large: no 'payment.amuont' in conditions",
        ),
        ('"ach"', '"aach"', "line 11: size: bank: payment.tender is never 'aach'; did you mean 'ach'?"),
        ("payment: read", "paid: read", "line 10: size: large: no 'payment.amount' in conditions"),
        (
            "payment: read",
            "payment: raed",
            "payment comes from 'raed', which is no node",
        ),
        ("payment: read", "payment: size", "line 10: size: large: no 'payment.amount' in conditions"),
        ("      otherwise: done\n", "", "line 8: size: no route for 'otherwise'"),
        ("      bank: done\n", "", "line 8: size: no route for 'bank'"),
        ("      large: review", "      huge: review", "never ends as 'huge'; choose one of: bank"),
        ("      bank: payment", "      otherwise: payment", "'otherwise' cannot name an outcome"),
        ("      bank: payment", "      constructor: payment", "'constructor' cannot name an outcome"),
        ("    decide:", "    do: run.record\n    decide:", "a node has exactly one of 'do', 'decide'"),
        ("      payment: read", "      '{x}': read", "cannot name what the node takes"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_nearest_name(old: str, new: str, message: str) -> None:
    assert message in told(old, new)


def test_a_node_has_a_bounded_number_of_conditions() -> None:
    many = "".join(f"      c{number}: 'true'\n" for number in range(21))
    assert "1 to 20 conditions, not 22" in told('      bank: payment.tender == "ach"\n', many)


def test_the_order_of_conditions_is_part_of_the_version() -> None:
    lines = FLOW.splitlines(keepends=True)
    lines[9], lines[10] = lines[10], lines[9]
    other = parse_flow("".join(lines))
    assert other.version != parse_flow(FLOW).version
    assert list(diff_flows(parse_flow(FLOW), other)) == ["node size: order: large, bank -> bank, large"]


def test_a_changed_condition_is_told_in_its_words() -> None:
    other = FLOW.replace("500.00", "750.00")
    (told,) = diff_flows(parse_flow(FLOW), parse_flow(other))
    before, after = (f'payment.amount.more_than(money("{amount} USD"))' for amount in ("500.00", "750.00"))
    assert told == f"node size: decide large: {before} -> {after}"
