"""A flow of 200 nodes checked, beside YAML's own parser on the same text."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import yaml

from bench.results import Result
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

NODES = 200
ROUNDS = 10
HEAD = """\
flow: wide
title: Many payments, one after the other
trigger: { event: payment.* }
order_key: lineage
start: n0
nodes:
  n0: { do: payment.normalise, then: { payment: n1 } }
"""
NODE = """\
  n%d:
    do: cash_application.match
    with:
      payment: n0
    then:
      money: %s
      no_money: { to: n0, at_most: 3, else: done }
      hold: review
"""


def run() -> list[Result]:
    text = HEAD + "".join(
        NODE % (number, f"n{number + 1}" if number < NODES - 1 else "done") for number in range(1, NODES)
    )
    catalogue = shipped_catalogue()
    floor = _milliseconds(lambda: yaml.compose(text, Loader=yaml.SafeLoader))
    whole = _milliseconds(lambda: read_flow(text, catalogue))
    return [
        Result("YAML of a flow of 200 nodes parsed", floor, "ms"),
        Result("flow of 200 nodes checked", whole, "ms", f"{whole / floor:.1f} x parsing alone"),
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    return statistics.median(once() for _ in range(ROUNDS))
