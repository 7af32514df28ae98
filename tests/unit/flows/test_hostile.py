"""Flow files that somebody made to do harm: each ends in a clear error, soon."""

from __future__ import annotations

import pytest

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.errors import FlowError
from tests.unit.flows.samples import FLOW

HOSTILE = {
    "a bomb of aliases": "a: &a [x, x]\nb: &b [*a, *a]\nflow: [*b, *b]\n",
    "a merge of a mapping": "base: &base {do: x}\nflow: {<<: *base}\n",
    "a tag that names code": FLOW.replace("title: A sample", "title: !!python/object/apply:os.system [id]"),
    "a tag of one's own": FLOW.replace("flow: sample", "flow: !secret sample"),
    "200,000 nodes": "flow: big\nnodes:\n"
    + "".join(f"  n{n}: {{do: x, then: {{}}}}\n" for n in range(200_000)),
    "15,000 nodes within the size": "flow: a\nnodes:\n" + "".join(f"  n{n}: x\n" for n in range(15_000)),
    "a huge literal": FLOW.replace("A sample", "x" * 1_000_000),
    "a long title": FLOW.replace("A sample", "x" * 400_000),
    "ten thousand levels": "flow: " + "[" * 10_000 + "]" * 10_000,
    "a huge number": FLOW.replace("at_most: 3", "at_most: " + "9" * 100_000),
    "a node twice": FLOW.replace("  second:\n", "  first:\n"),
    "a dunder name": FLOW.replace("  second:\n", "  __class__:\n"),
    "a name of every object": FLOW.replace("  second:\n", "  constructor():\n"),
    "a path as name": FLOW.replace("flow: sample", "flow: ../../etc/passwd"),
    "a shell word as name": FLOW.replace("flow: sample", "flow: $(reboot)"),
    "an option as name": FLOW.replace("flow: sample", "flow: --upload-pack=x"),
    "a line break in the title": FLOW.replace("A sample", '"A\\nsample"'),
    "an escape of the terminal": FLOW.replace("A sample", '"A\\e[2J sample"'),
    "a null character": FLOW.replace("A sample", "A\0sample"),
    "half a surrogate": FLOW.replace("A sample", '"\\ud800"'),
    "several documents": FLOW + "---\n" + FLOW,
    "a list": "- flow\n",
    "nothing": "# a comment\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(20)
def test_a_hostile_file_is_refused_with_a_line(text: str) -> None:
    with pytest.raises(FlowError) as refused:
        parse_flow(text)
    assert all(finding.line >= 1 and len(finding.text) < 400 for finding in refused.value.findings)
