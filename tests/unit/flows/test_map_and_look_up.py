"""Nodes that map fields and look rows up, before anything runs."""

from __future__ import annotations

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.linking import link
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import MAPPED_FILES, MAPPED_FLOW

MAPPING, TABLE = "mappings/words.yaml", "tables/tenders.csv"


def told(old: str, new: str, path: str = "flows/mapped.yaml") -> str:
    files = dict(MAPPED_FILES)
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)
    with pytest.raises(FlowError) as caught:
        read_flow(link(files["flows/mapped.yaml"], files), shipped_catalogue())
    return str(caught.value)


def test_a_flow_may_map_look_up_and_decide_by_both() -> None:
    flow = read_flow(link(MAPPED_FLOW, MAPPED_FILES), shipped_catalogue())
    assert [node.deed.words for node in flow.nodes.values()] == [
        "do payment.normalise",
        "map words",
        "look_up tenders",
        "decide",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("with: { payment: read }", "with: { paid: read }", "payment.status: no 'payment' under 'with'"),
        ("payment.tender", "payment.tendre", "line 15: account: payment.tendre: 'payment' has no 'tendre'"),
        ("payment.tender", "payment.amount", "payment.amount: is money, not text"),
        ("by: { tender:", "by: { tendre:", "table tenders has no column 'tendre'; did you mean 'tender'?"),
        ("{ mapped: account, refused: review }", "{ mapped: account }", "translate: no route for 'refused'"),
        ('account.account == "', 'account.acount == "', "no 'account.acount' in conditions"),
        ("words.state ==", "words.amount ==", "amounts are compared by at_least"),
        ("    look_up:", "    map: words\n    look_up:", "exactly one of"),
        ("by: { tender: payment.tender }", "by: {}", "by 1 to 10 columns"),
    ],
)
def test_what_is_wrong_with_a_node_is_told(old: str, new: str, message: str) -> None:
    assert message in told(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("payment.transaction: text 40", "payment.transactoin: text 40", "'payment' has no 'transactoin'"),
        ("payment.amount: money", "payment.amount: text 20", "payment.amount: is money, not text"),
        (
            ": optional text 60",
            ": text 60",
            "invoice_reference: may be absent; say: optional text 60",
        ),
    ],
)
def test_sources_of_a_mapping_fit_what_earlier_nodes_give(old: str, new: str, message: str) -> None:
    files = MAPPED_FILES | {MAPPING: MAPPED_FILES[MAPPING].replace(old, new, 1)}
    name = old.partition(":")[0]
    if name != new.partition(":")[0]:
        files[MAPPING] = files[MAPPING].replace(f"from: {name}", f"from: {new.partition(':')[0]}")
    with pytest.raises(FlowError) as caught:
        read_flow(link(MAPPED_FLOW, without_amount(files)), shipped_catalogue())
    assert message in str(caught.value)


def without_amount(files: dict[str, str]) -> dict[str, str]:
    """The mapping's own check would tell of the other type first; here the amount is mapped as a text."""
    text = files[MAPPING]
    if "payment.amount: text" in text:
        text = text.replace("  amount: money", "  amount: text 20")
    return files | {MAPPING: text}


def test_rows_that_hold_from_a_day_on_need_the_day() -> None:
    dated = MAPPED_FILES[TABLE].replace("account\n", "account,valid_from\n").replace("0\n", "0,2026-01-01\n")
    assert "say 'on', the field with the day" in told(MAPPED_FILES[TABLE], dated, TABLE)


def test_two_rows_for_one_key_are_told_before_anything_runs() -> None:
    found = told("ach,", "card,11000-200\nach,", TABLE)
    assert "table tenders, line 3: says otherwise what line 2 says" in found
