from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import ROWS_SHOWN_MAX, diff_files, diff_flows
from tests.unit.flows.samples import FLOW


def told(before: str, after: str) -> list[str]:
    return list(diff_flows(parse_flow(before), parse_flow(after)))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("title: A sample", "title: Another", "title: A sample -> Another"),
        ("event: payment.*", "event: refund.*", "trigger: payment.* -> refund.*"),
        ("busy: retry", "busy: review", "node second: then busy: retry -> review"),
        ("missing: done", "missing: review", "node first: then missing: done -> review"),
        ("      busy: retry\n", "", "node second: then busy: retry -> (none)"),
        ("at_most: 3", "at_most: 4", "node second: then changed: first at most 3 times, else review -> "),
        ("do: thing.write", "do: thing.erase", "node second: do: thing.write -> thing.erase"),
        (
            "      thing: first",
            "      thing: first\n      note: first",
            "node second: with note: (none) -> first",
        ),
    ],
)
def test_each_difference_is_told_in_the_words_of_the_flow(old: str, new: str, line: str) -> None:
    assert old in FLOW
    (found,) = told(FLOW, FLOW.replace(old, new))
    assert found.startswith(line)


def test_layout_comments_and_the_order_of_entries_are_no_difference() -> None:
    lines = FLOW.splitlines()
    moved = "\n".join(["# a comment", *lines[1:4], lines[0], *lines[4:]])
    assert told(FLOW, moved) == []


def test_a_node_that_changed_only_its_name_is_told_so_with_all_that_names_it() -> None:
    assert told(FLOW, FLOW.replace("second", "write")) == ["node second is called write now"]
    renamed = FLOW.replace("second", "write").replace("busy: retry", "busy: review")
    assert told(FLOW, renamed) == [
        "node second is called write now",
        "node write: then busy: retry -> review",
    ]


def test_conditions_in_another_order_are_told_because_the_first_that_holds_is_taken() -> None:
    one, other = "{ none: '1 == 2', all: '1 == 1' }", "{ all: '1 == 1', none: '1 == 2' }"
    size = "  size:\n    decide: CONDITIONS\n    then: { none: done, all: done, otherwise: done }\n"
    before = FLOW + size.replace("CONDITIONS", one)
    after = before.replace(one, other).replace("busy: retry", "busy: review")
    assert told(before, after) == [
        "node second: then busy: retry -> review",
        "node size: order: none, all -> all, none",
    ]


def test_nodes_come_and_go() -> None:
    third = FLOW + "  third:\n    do: thing.third\n    then:\n      ok: done\n"
    assert told(FLOW, third) == ["node third added (do thing.third)"]
    assert told(third, FLOW) == ["node third removed"]


def test_two_versions_that_differ_never_look_alike() -> None:
    started = FLOW.replace("start: first", "start: second")
    assert told(FLOW, started) == ["start: first -> second"]


def test_a_workspace_is_compared_file_by_file() -> None:
    before = {
        "README.md": "one",
        "flows/sample.yaml": FLOW,
        "tables/rates.csv": "code,rate\nUSD,1\nEUR,2\n",
        "environments/qa.yaml": "environment: qa\nconnections:\n  P: {kind: k, company: a, mode: test}\n",
        "tests/sample/a.json": "{}",
    }
    after = before | {
        "README.md": "two",
        "flows/other.yaml": FLOW,
        "tables/rates.csv": "# why\ncode,rate\nEUR,3\nUSD,1\n",
        "environments/qa.yaml": "environment: qa\nconnections:\n  P: {kind: k, company: b, mode: test}\n",
    }
    del after["tests/sample/a.json"]
    assert list(diff_files(before, after)) == [
        "environments/qa.yaml: connections.P.company: a -> b",
        "flows/other.yaml: added",
        "tables/rates.csv: row removed: code EUR, rate 2",
        "tables/rates.csv: row added: code EUR, rate 3",
        "tests/sample/a.json: removed",
    ]


def test_a_long_table_is_told_in_few_lines() -> None:
    rows = "".join(f"C{number},1\n" for number in range(ROWS_SHOWN_MAX + 5))
    lines = list(diff_files({"tables/t.csv": "code,rate\n"}, {"tables/t.csv": "code,rate\n" + rows}))
    assert lines[-1] == "tables/t.csv: and 5 rows more"
    assert len(lines) == ROWS_SHOWN_MAX + 1


def test_a_file_that_cannot_be_read_hides_no_other_difference() -> None:
    before = {"flows/sample.yaml": FLOW, "tables/t.csv": "a,b\n"}
    after = {"flows/sample.yaml": FLOW.replace("flow:", "flwo:"), "tables/t.csv": "a,b\n1,2\n"}
    first, second = diff_files(before, after)
    assert first.startswith("flows/sample.yaml: changed, and cannot be read: line 1: ")
    assert second == "tables/t.csv: row added: a 1, b 2"


def test_a_blank_that_a_mapping_puts_in_is_a_difference_that_is_seen() -> None:
    before = "map: { name: { from: [first, last], then: [{ concat: { separator: '' } }] } }"
    after = before.replace("''", "' '")
    assert list(diff_files({"mappings/m.yaml": before}, {"mappings/m.yaml": after})) == [
        "mappings/m.yaml: map.name.then.1.concat.separator: '' -> ' '"
    ]
