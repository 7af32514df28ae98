"""A flow of 200 nodes of every kind checked, beside YAML's own parser on the same text."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import yaml

from bench.results import Result
from counterfoil.flows.calling import expand
from counterfoil.flows.linking import link
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import CALLING_FILES, MAPPED_FILES

BLOCKS = 18
ROUNDS = 10
HEAD = """\
flow: wide
title: Many payments, one after the other
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read: { do: payment.normalise, then: { payment: first } }
  first: { do: run.record, then: { done: n0, review: review } }
"""
BLOCK = """\
  {0}:
    do: cash_application.match
    with: {{ payment: read }}
    then: {{ money: {1}, no_money: {{ to: read, at_most: 3, else: done }}, hold: review }}
  {1}: {{ map: words, with: {{ payment: read }}, then: {{ mapped: {2}, refused: review }} }}
  {2}:
    look_up: {{ table: tenders, by: {{ tender: payment.tender }} }}
    with: {{ payment: read }}
    then: {{ found: {3}, absent: review }}
  {3}:
    decide:
      large: payment.amount.more_than(money("500.00 USD")) && words.state == "Paid"
      wired: row.account == "11000-300" && decision.customer.startsWith("A")
    with: {{ payment: read, decision: {0}, words: {1}, row: {2} }}
    then: {{ large: {4}, wired: {5}, otherwise: {6} }}
  {4}:
    ask: {{ title: "Post {{payment.amount}}?", choices: {{ post: Post, leave: Leave it }}, due: 2 days }}
    with: {{ payment: read }}
    then: {{ post: {5}, leave: done, late: review }}
  {5}: {{ wait: {{ for: 1 day }}, then: {{ over: {6} }} }}
  {6}:
    notify: {{ to: clerk, title: "{{payment.transaction}}", text: "{{payment.payer_name}} paid" }}
    with: {{ payment: read }}
    then: {{ sent: {7}, failed: review }}
  {7}: {{ call: book_it, with: {{ money: read }}, then: {{ done: {8} }} }}
  {8}: {{ do: invoice.find_due, then: {{ found: {9}, none: {10} }} }}
  {9}: {{ each: invoice_due, with: {{ items: {8} }}, then: {{ told: {10}, nothing: {10} }} }}
  {10}:
    do: run.record
    with: {{ decision: {0} }}
    then: {{ done: {11}, review: review }}
"""
EACH = 11
NODES = 2 + BLOCKS * EACH


def run() -> list[Result]:
    text = link(HEAD + "".join(map(_block, range(BLOCKS))), MAPPED_FILES | CALLING_FILES)
    catalogue = shipped_catalogue()
    flow = read_flow(text, catalogue)
    if len(flow.nodes) != NODES:
        raise AssertionError(f"{len(flow.nodes)} nodes: what was measured is something else")
    floor = _milliseconds(lambda: yaml.compose(text, Loader=yaml.SafeLoader))
    checked = _milliseconds(lambda: read_flow(text, catalogue))
    times = f"{checked / floor:.1f} x parsing alone; {len(expand(flow).nodes)} nodes with those that it calls"
    return [
        Result(f"YAML of a flow of {NODES} nodes of every kind parsed", floor, "ms"),
        Result(f"flow of {NODES} nodes of every kind checked", checked, "ms", times),
    ]


def _block(number: int) -> str:
    names = [f"n{number * EACH + place}" for place in range(EACH + 1)]
    if number == BLOCKS - 1:
        names[-1] = "done"
    return BLOCK.format(*names)


def _milliseconds(work: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    return statistics.median(once() for _ in range(ROUNDS))
