"""The JSON Schema of flows, by which editors complete and check while somebody types.

It says what a flow looks like; whether it may run, `validate` says, which also follows the routes.
"""

from __future__ import annotations

from typing import Any

from counterfoil.flows.conditions.condition import LENGTH_MAX
from counterfoil.flows.definition import (
    CONDITIONS_MAX,
    DECIDE,
    ENDS,
    EVENT_FORM,
    NAME_FORM,
    NODES_MAX,
    ORDER_KEYS,
    OTHERWISE,
    TITLE_MAX,
    UNNAMEABLE,
    VISITS_MAX,
)
from counterfoil.ports.catalogue import Catalogue, OperationSpec

Schema = dict[str, Any]

_NAME: Schema = {"type": "string", "pattern": f"^{NAME_FORM}$", "not": {"enum": list(UNNAMEABLE)}}
_TAKEN: Schema = {"$ref": "#/definitions/name"}
_ROUTE: Schema = {"$ref": "#/definitions/route"}
_DRAFT = "http://json-schema.org/draft-07/schema#"


def flow_schema(catalogue: Catalogue) -> Schema:
    """The schema of a flow's file, with the operations of the catalogue."""
    content: dict[str, Schema] = {
        "flow": _NAME | {"description": "The flow's name."},
        "title": {"type": "string", "maxLength": TITLE_MAX, "description": "What it is for, in one line."},
        "trigger": _object({"event": _event()}),
        "order_key": {"enum": list(ORDER_KEYS), "description": "What stays in order; others pass."},
        "start": _NAME | {"description": "The node that comes first."},
        "nodes": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": NODES_MAX,
            "propertyNames": {"pattern": f"^{NAME_FORM}$", "not": {"enum": [*ENDS, *UNNAMEABLE]}},
            "additionalProperties": {
                "oneOf": [*(_node(catalogue[name]) for name in sorted(catalogue)), _deciding()]
            },
        },
    }
    head = {"$schema": _DRAFT, "title": "A flow of Counterfoil"}
    return head | _object(content) | {"definitions": {"name": _NAME, "route": _route()}}


def _event() -> Schema:
    return {
        "type": "string",
        "pattern": f"^{EVENT_FORM}(\\s*,\\s*{EVENT_FORM})*$",
        "description": "Kinds of event, or beginnings with *, with commas between them.",
    }


def _node(spec: OperationSpec) -> Schema:
    properties: dict[str, Schema] = {
        "do": {"const": spec.name, "description": spec.label},
        "then": _object(dict.fromkeys(spec.outcomes, _ROUTE)),
    }
    if spec.inputs or spec.optional_inputs:
        taken = dict.fromkeys((*spec.inputs, *spec.optional_inputs), _TAKEN)
        properties["with"] = _object(taken, required=spec.inputs)
    required = ("do", "then", "with") if spec.inputs else ("do", "then")
    return {"description": spec.label} | _object(properties, required=required)


def _deciding() -> Schema:
    """Outcomes are the author's own names here, so that only the reader can hold them against the routes."""
    conditions: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": CONDITIONS_MAX,
        "propertyNames": _NAME | {"not": {"enum": [OTHERWISE, *UNNAMEABLE]}},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": LENGTH_MAX},
        "description": "Outcome and condition; the first that holds is taken.",
    }
    routes: Schema = {"type": "object", "required": [OTHERWISE], "additionalProperties": _ROUTE}
    taken: Schema = {"type": "object", "propertyNames": _NAME, "additionalProperties": _TAKEN}
    properties: dict[str, Schema] = {DECIDE: conditions, "with": taken, "then": routes}
    return {"description": "Decide by conditions"} | _object(properties, required=(DECIDE, "then"))


def _route() -> Schema:
    number = {"type": "integer", "minimum": 1, "maximum": VISITS_MAX}
    bounded = _object({"to": _NAME, "at_most": number, "else": _NAME})
    return {"oneOf": [_NAME | {"description": f"A node, or one of {', '.join(ENDS)}."}, bounded]}


def _object(properties: dict[str, Schema], required: tuple[str, ...] | None = None) -> Schema:
    named = list(properties) if required is None else list(required)
    return {
        "type": "object",
        "properties": properties,
        "required": named,
        "additionalProperties": False,
    }
