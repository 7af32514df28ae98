"""What operations say that they take and give, held against every shipped flow test."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from typing_extensions import override

from counterfoil.flows.library import SHIPPED, library_tests, read_library_flow
from counterfoil.flows.nodes.do import Do
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.validate import read_flow
from counterfoil.ports.record_values import misfits
from counterfoil.ports.run_store import Json
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.case import parse_case
from counterfoil.runtime.flow_testing.trying import Bench, stated_ports
from counterfoil.runtime.step import StepResult


class Looking(Bench):
    """Holds every value that a run comes by against its record."""

    found: list[str]
    seen: set[tuple[str, str]]
    values: dict[str, Json]

    @override
    def _keep(self, node: Node, result: StepResult) -> None:
        super()._keep(node, result)
        self.values[node.name] = result.value
        if isinstance(node.deed, Do):
            spec = shipped_catalogue()[node.deed.operation]
            for name, source in node.inputs.items():
                if self.values.get(source):
                    self.seen.add((spec.name, name))
                    self.found += misfits(spec.takes[name], self.values[source])
            if result.value:
                self.seen.add((spec.name, result.outcome))
                given = spec.gives.get(result.outcome)
                self.found += misfits(given, result.value) if given else [f"{spec.name}: {result.outcome}"]


@cache
def looked() -> Mapping[str, Looking]:
    """Every shipped flow test, carried."""
    benches = {}
    for name in SHIPPED:
        text = read_library_flow(name)
        flow = read_flow(text, shipped_catalogue())
        for test, written in library_tests(name).items():
            case = parse_case(written)
            bench = Looking(flow, text, case, stated_ports(case.books, case.site))
            bench.found, bench.seen, bench.values = [], set(), {}
            bench.carry_all()
            benches[f"{name}/{test}"] = bench
    return benches


@pytest.mark.parametrize("test", [f"{name}/{test}" for name in SHIPPED for test in library_tests(name)])
def test_values_are_what_their_records_say(test: str) -> None:
    assert looked()[test].found == []


def test_nearly_all_that_is_said_was_seen() -> None:
    seen = {each for bench in looked().values() for each in bench.seen}
    said = {(spec.name, name) for spec in shipped_catalogue().values() for name in (*spec.takes, *spec.gives)}
    rare = {
        name for name in said - seen if name[1] not in {"busy", "handed_over", "keyed_by_hand", "conflict"}
    }
    assert len(rare) * 3 < len(said), sorted(rare)
