from __future__ import annotations

from counterfoil.ports.catalogue import Nature, OperationSpec

FLOW = """\
flow: sample
title: A sample
trigger:
  event: payment.*
order_key: lineage
start: first
nodes:
  first:
    do: thing.read
    then:
      found: second
      missing: done
  second:
    do: thing.write
    with:
      thing: first
    then:
      written: done
      changed: {to: first, at_most: 3, else: review}
      busy: retry
"""

CATALOGUE = {
    spec.name: spec
    for spec in (
        OperationSpec(name="thing.read", label="Read", nature=Nature.READING, outcomes=("found", "missing")),
        OperationSpec(
            name="thing.write",
            label="Write",
            nature=Nature.EFFECT,
            inputs=("thing",),
            optional_inputs=("note",),
            outcomes=("written", "changed", "busy"),
        ),
    )
}
