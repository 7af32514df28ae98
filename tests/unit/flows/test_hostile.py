"""Flow files that somebody made to do harm: each ends in a clear error, soon."""

from __future__ import annotations

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.validate import read_flow
from tests.unit.flows.samples import CATALOGUE, FLOW


def nodes(count: int, node: str) -> str:
    return "".join(f"  n{number}: {node}\n" for number in range(count))


def flow_of(many: str) -> str:
    return FLOW.partition("nodes:")[0].replace("start: first", "start: n0") + "nodes:\n" + many


WRITE = "{do: thing.write, with: {thing: %s}, then: {written: %s, changed: %s, busy: retry}}"

WAIT = "{{wait: {{until: '08:00', zone: Nowhere/N{0}}}, then: {{over: done}}}}"

HOSTILE = {
    "500 nodes in zones that do not exist": flow_of(
        "".join(f"  n{number}: {WAIT.format(number)}\n" for number in range(500))
    ),
    "a bomb of aliases": "a: &a [x, x]\nb: &b [*a, *a]\nflow: [*b, *b]\n",
    "a merge of a mapping": "base: &base {do: x}\nflow: {<<: *base}\n",
    "a mapping inside itself": "flow: &a {x: *a}\n",
    "a tag that names code": FLOW.replace("title: A sample", "title: !!python/object/apply:os.system [id]"),
    "a tag of one's own": FLOW.replace("flow: sample", "flow: !secret sample"),
    "a directive for tags": "%TAG ! tag:yaml.org,2002:python/\n---\nflow: !name:os.system x\n",
    "200,000 nodes": flow_of(nodes(200_000, "{do: thing.read, then: {found: done, missing: done}}")),
    "15,000 nodes within the size": "flow: a\nnodes:\n" + nodes(15_000, "x"),
    "500 nodes that all lead nowhere": flow_of(
        nodes(500, WRITE % ("m" * 40, "m" * 39 + "x", "m" * 39 + "y"))
    ),
    "a node with 9,000 routes": flow_of(
        "  n0:\n    do: thing.read\n    then:\n" + "".join(f"      o{n}: {'m' * 20}\n" for n in range(9_000))
    ),
    "500 nodes in one circle": flow_of(
        "".join(f"  n{n}: {WRITE % ('n0', f'n{(n + 1) % 500}', 'done')}\n" for n in range(500))
    ),
    "a huge literal": FLOW.replace("A sample", "x" * 1_000_000),
    "a long title": FLOW.replace("A sample", "x" * 400_000),
    "ten thousand levels": "flow: " + "[" * 10_000 + "]" * 10_000,
    "ten thousand levels of blocks": "".join(f"{' ' * n}a:\n" for n in range(900)),
    "a huge number": FLOW.replace("at_most: 3", "at_most: " + "9" * 100_000),
    "a node twice": FLOW.replace("  second:\n", "  first:\n"),
    "an entry twice": FLOW.replace("title: A sample", "title: A sample\ntitle: Another"),
    "a dunder name": FLOW.replace("  second:\n", "  __class__:\n"),
    "a dunder operation": FLOW.replace("do: thing.write", "do: __class__.__init__"),
    "a dunder outcome": FLOW.replace("written: done", "__dict__: done"),
    "the prototype of objects": FLOW.replace("second", "__proto__"),
    "a name of every object": FLOW.replace("second", "constructor"),
    "another name of every object": FLOW.replace("flow: sample", "flow: prototype"),
    "a path as name": FLOW.replace("flow: sample", "flow: ../../etc/passwd"),
    "a path as operation": FLOW.replace("do: thing.write", "do: /bin/sh"),
    "a shell word as name": FLOW.replace("flow: sample", "flow: $(reboot)"),
    "a shell word as node": FLOW.replace("second", '"; rm -rf /"'),
    "an option as name": FLOW.replace("flow: sample", "flow: --upload-pack=x"),
    "a template as title of a name": FLOW.replace("flow: sample", "flow: '{{7*7}}'"),
    "a line break in the title": FLOW.replace("A sample", '"A\\nsample"'),
    "an escape of the terminal": FLOW.replace("A sample", '"A\\e[2J sample"'),
    "letters that look alike": FLOW.replace("  second:\n", "  sеcond:\n"),  # noqa: RUF001 - a Cyrillic e
    "a null character": FLOW.replace("A sample", "A\0sample"),
    "half a surrogate": FLOW.replace("A sample", '"\\ud800"'),
    "several documents": FLOW + "---\n" + FLOW,
    "a list": "- flow\n",
    "nothing": "# a comment\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(10)
def test_a_hostile_file_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(FlowError) as refused:
        read_flow(text, CATALOGUE)
    assert all(finding.line >= 1 and len(finding.text) < 400 for finding in refused.value.findings)
    assert len(refused.value.findings) <= 50


def test_a_name_of_the_file_is_never_shown_whole() -> None:
    with pytest.raises(FlowError, match=r"'x{60}\.\.\.' cannot name a node"):
        read_flow(FLOW.replace("second", "x" * 100), CATALOGUE)
