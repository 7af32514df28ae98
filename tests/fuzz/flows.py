"""What is done to odd flows and conditions: only declared errors may come out, and none of it takes long."""

from __future__ import annotations

from contextlib import suppress

from counterfoil.flows.conditions.condition import Condition, ConditionError, UndecidedError
from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.linking import link
from counterfoil.flows.records import listed
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.result_records import PAYMENT
from tests.fuzz.mutation import Dice, altered
from tests.unit.flows.samples import CALLER, CALLING_FILES, MAPPED_FILES, MAPPED_FLOW, PATIENT_FLOW

CONDITION_WORDS = """
payment payment. .amount .tender .status .surcharge money( money("1.00_USD") at_least( .more_than( == != && ||
! ( ) [ ] { } in < <= > >= + - * / % ? : , . ' " \\ true false null 1 1u 1.5 1e9 "card" "captured" b"x" r"x"
.size() has( .exists( .map(x, all( dyn( type( .matches( __class__ x
"""
FLOW_WORDS = """
flow: title: nodes: do: then: with: decide: trigger: event: start: order_key: else: to: at_most: otherwise:
map: look_up: wait: for: until: zone: ask: choices: due: each: call: notify: retry: on_error uses: mappings:
tables: flows: schedule: manual: 3_days "08:00" America/New_York
done review retry wait payment.* & * ! !!python/object | > - { } [ ] , : # ' " ? % --- ... &a *a __proto__
"""
LONG = (
    "(" * 40,
    "!" * 200,
    "-" * 200,
    "[" * 40,
    "{" * 40,
    "9" * 40,
    "x" * 300,
    "\0",
    "\xe9",
    "\n",
    "\n    ",
    "\t",
)
CONDITION_TOKENS = (*CONDITION_WORDS.split(), *LONG)
FLOW_TOKENS = (*FLOW_WORDS.split(), *CONDITION_TOKENS)
_FIELDS = {"payment": dict(listed(PAYMENT))}
_RESULTS = {"payment": {"amount": {"amount": "1.50", "currency": "USD"}, "tender": "card"}}


def ask_condition(data: bytes) -> None:
    """A text is a condition that answers yes, no or nothing, twice the same; or it is refused."""
    with suppress(ConditionError, UndecidedError):
        condition = Condition(data.decode("latin-1"), _FIELDS)
        assert condition.holds(_RESULTS) is condition.holds(_RESULTS)


def read_odd_flow(data: bytes) -> None:
    """A text is a flow that may run, or it is refused."""
    with suppress(FlowError):
        assert read_flow(data.decode("latin-1"), shipped_catalogue()).nodes


def altered_condition(data: bytes, dice: Dice) -> bytes:
    return altered(data.decode("latin-1"), dice, CONDITION_TOKENS).encode("latin-1", "replace")


def altered_flow(data: bytes, dice: Dice) -> bytes:
    return altered(data.decode("latin-1"), dice, FLOW_TOKENS).encode("latin-1", "replace")


def conditions() -> list[bytes]:
    return [
        b'payment.amount.at_least(money("1.00 USD")) && payment.tender == "card"',
        b'payment.surcharge.is_known() || !(payment.status in ["captured", "settled"])',
        b"size(payment.invoice_reference) >= 5",
    ]


def flows() -> list[bytes]:
    shipped = [read_library_flow(name) for name in SHIPPED]
    whole = [link(MAPPED_FLOW, MAPPED_FILES), link(CALLER, CALLING_FILES), PATIENT_FLOW]
    return [text.encode() for text in (*shipped, *whole)]
