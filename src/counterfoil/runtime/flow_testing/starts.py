"""Own starts in flow tests: by the clock, by a person, and for one item of a list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import yaml

from counterfoil.flows.definition import Flow
from counterfoil.flows.document import Part
from counterfoil.flows.triggers.fields import read_given
from counterfoil.flows.triggers.manual import ManualTrigger
from counterfoil.ports.run_store import Json
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.reading import items, read_value

ENTRIES = ("due_at", "given", "item")
SCHEDULED, MANUAL, ITEM = "schedule.", "manual.", "item."
IN_OUR_WORDS = (SCHEDULED, MANUAL, ITEM)
"""Beginnings of the kinds of own starts."""


def is_start(kind: str) -> bool:
    return kind.startswith(IN_OUR_WORDS)


def read_start(kind: str, parts: Mapping[str, Part], company: str, at: datetime) -> Json:
    """The body of a start as a test states it.

    Raises:
        FlowError: it is none; says the line.
    """
    due_at = read_value(datetime, parts["due_at"]) if "due_at" in parts else at
    body = {"company": company, "due_at": due_at.isoformat()}
    if kind.startswith(ITEM):
        if "item" not in parts:
            raise parts["kind"].wrong("'item' says what the item holds")
        return {"company": company, "run": "run-0", "item": _plain(parts["item"])}
    if "given" in parts:
        given = {name: each.text() for name, each in parts["given"].entries()}
        return body | {"by": "a test", "given": given}
    return body


def start_order_key(kind: str, company: str, body: Json) -> str:
    """Starts of one flow are one lineage, as are all that is told of one item."""
    item = body.get("item")
    if not isinstance(item, dict):
        return f"{kind}/{company}"
    named = (str(item[key]) for key in _item_keys() if key in item)
    return f"{kind}/{company}/{next(named, json.dumps(item, sort_keys=True))}"


@cache
def _item_keys() -> Sequence[str]:
    """By what items of lists are known among the others."""
    return sorted({spec.item_key for spec in shipped_catalogue().values() if spec.item_key})


def started_body(flow: Flow, body: Json) -> Json:
    """The body as the flow's trigger makes it of what a person gives.

    Raises:
        ConfigurationError: what was given does not fit.
    """
    if not isinstance(flow.trigger, ManualTrigger) or "fields" in body:
        return body
    given = body.get("given")
    fields = read_given(flow.trigger.fields, given if isinstance(given, dict) else {})
    return {name: part for name, part in body.items() if name != "given"} | {"fields": fields}


def _plain(part: Part) -> object:
    """Texts, and lists and named entries of them."""
    if part.is_text():
        return part.text()
    if isinstance(part.node, yaml.SequenceNode):
        return [_plain(each) for each in items(part)]
    return {name: _plain(each) for name, each in part.entries()}
