"""The JSON Schema of flow tests, by which editors complete and check while somebody types.

It says what a test looks like; whether it passes, `counterfoil flows test` says.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from counterfoil.domain.dispute import Dispute, Matched, Unmatched
from counterfoil.domain.payment import Payment, PaymentKind
from counterfoil.domain.settlement import Settlement
from counterfoil.flows.schema_parts import Schema, record
from counterfoil.ports import encoding
from counterfoil.ports.changes import Change
from counterfoil.runtime.flow_testing.afterwards import AFTERWARDS
from counterfoil.runtime.flow_testing.case import (
    ANSWERS,
    ATTEMPTS_MAX,
    ENDS,
    EXPECTED,
    PAYMENT_DEFAULTS,
    REFUNDS_OF_INVOICES,
    TERMS,
    TITLE_MAX,
)
from counterfoil.runtime.flow_testing.stated_books import LISTS, NAMED
from counterfoil.runtime.flow_testing.stated_charges import AMOUNTS, DAYS, DAYS_MAX, DECLINES
from counterfoil.runtime.flow_testing.stated_errors import ERRORS, TIMES_MAX
from counterfoil.runtime.flow_testing.stated_gateway import UNREADABLE
from counterfoil.runtime.flow_testing.stated_news import CHANGE_DEFAULTS
from counterfoil.runtime.flow_testing.value_schema import TEXT, count, listed, value_schema
from counterfoil.runtime.memory.cashier import ANSWERS as GATEWAY_ANSWERS

_DRAFT = "http://json-schema.org/draft-07/schema#"
_ANY: Schema = {}
_NAMED: Schema = {"type": "object", "additionalProperties": TEXT}
_TREE: Schema = {"type": "object"}
_OF_AN_EVENT = frozenset({"kind", "status", *PAYMENT_DEFAULTS})


def case_schema() -> Schema:
    """The schema of a flow test's file."""
    content: dict[str, Schema] = {
        "title": {"type": "string", "maxLength": TITLE_MAX, "description": "What the test shows."},
        "now": value_schema(datetime) | {"description": "When the first run begins."},
        "site": _site() | {"description": "What the connection says."},
        "books": _books() | {"description": "What a run may read."},
        "before": listed(_ref("told")) | {"description": "What was told before, oldest first."},
        "events": listed(_event()) | {"minItems": 1, "description": "What starts the flow, in order."},
    }
    head = {"$schema": _DRAFT, "title": "A flow test of Counterfoil"}
    return (
        head
        | record(content, required=("title", "events"))
        | {"definitions": {"told": _told(), **_subjects()}}
    )


def _site() -> Schema:
    terms = {name: value_schema(kind) for name, kind in TERMS.items()}
    due = {name: count(0, DAYS_MAX) for name in DAYS} | {DECLINES: count(1, DAYS_MAX)}
    amounts = {name: value_schema(Decimal) for name in (*AMOUNTS, "refund_limit")}
    zone: Schema = {"type": "string", "description": "Such as America/New_York."}
    refunds: Schema = {"enum": list(REFUNDS_OF_INVOICES)}
    return record({"zone": zone, "refunds_of_invoices": refunds} | terms | due | amounts, required=())


def _books() -> Schema:
    lists = {name: listed(value_schema(each.kind, each.defaults)) for name, each in LISTS.items()}
    named = dict.fromkeys(NAMED, _NAMED)
    return record(lists | named | {"postings": listed(_standing())}, required=())


def _standing() -> Schema:
    """What else it holds, its fact says."""
    fact: Schema = {"enum": list(encoding.FACT.members)}
    looks = record({"fact": fact, "document": TEXT})
    return looks | {"additionalProperties": True}


def _subjects() -> dict[str, Schema]:
    settlement = value_schema(Settlement, {"merchant", "settled_at", *_sums()})
    settlement["properties"]["transactions"] = listed(_ref("payment"))
    settlement["required"] = [*settlement["required"], "transactions"]
    return {
        "payment": value_schema(Payment, _OF_AN_EVENT),
        "dispute": value_schema(Dispute),
        "matched": value_schema(Matched, {"why"}),
        "unmatched": value_schema(Unmatched),
        "settlement": settlement,
        "change": value_schema(Change, {*CHANGE_DEFAULTS, "seen_at"}),
        UNREADABLE: TEXT,
        "due_at": value_schema(datetime),
        "given": _NAMED,
        "item": _ANY,
    }


def _subject_refs() -> dict[str, Schema]:
    return {name: _ref(name) for name in _subjects()}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _sums() -> list[str]:
    return [name for kind in PaymentKind for name in (f"{kind.value}s", f"{kind.value}s_total")]


def _told() -> Schema:
    return record({"kind": TEXT, **_subject_refs(), "held": value_schema(bool)}, required=("kind",))


def _event() -> Schema:
    content: dict[str, Schema] = {
        "kind": {"type": "string", "description": "Such as payment.captured."},
        **_subject_refs(),
        "meanwhile": listed(_ref("told")),
        "attempt": count(1, ATTEMPTS_MAX),
        "answers": listed({"enum": list(ANSWERS)}),
        "gateway_answers": listed({"enum": list(GATEWAY_ANSWERS)}),
        "systems": {"type": "object", "additionalProperties": listed(_answer())},
        "errors": listed(_error()),
        "then": listed(AFTERWARDS),
        "expect": _expected(),
    }
    return record(content, required=("kind", "expect"))


def _answer() -> Schema:
    return record({"outcome": TEXT, "gives": _TREE, "why": TEXT}, required=("outcome",))


def _error() -> Schema:
    content: dict[str, Schema] = {
        "node": TEXT,
        "error": {"enum": list(ERRORS)},
        "times": count(1, TIMES_MAX),
        "why": TEXT,
    }
    return record(content, required=("node", "error"))


def _expected() -> Schema:
    """What came is compared with whatever is written."""
    known: dict[str, Schema] = {
        "end": {"enum": list(ENDS)},
        "why": TEXT,
        "way": listed(_NAMED | {"minProperties": 1, "maxProperties": 1}),
        "asked": _TREE,
        "summary": _TREE,
    }
    return record({name: known.get(name, listed(_TREE)) for name in EXPECTED}, required=("end",))
