"""The JSON Schema of flows, by which editors complete and check while somebody types.

It says what a flow looks like; whether it may run, `validate` says, which also follows the routes.
"""

from __future__ import annotations

from counterfoil.flows.definition import NODES_MAX, ORDER_KEYS, TITLE_MAX
from counterfoil.flows.names import NAME_FORM, UNNAMEABLE
from counterfoil.flows.nodes.kinds import KINDS
from counterfoil.flows.nodes.node import ON_ERROR
from counterfoil.flows.retry import retry_schema
from counterfoil.flows.routes import ENDS
from counterfoil.flows.schema_parts import NAME, ROUTE, Schema, definitions, record
from counterfoil.flows.triggers.kinds import trigger_schema
from counterfoil.flows.triggers.trigger import TRIGGER
from counterfoil.ports.catalogue import Catalogue

_DRAFT = "http://json-schema.org/draft-07/schema#"


def flow_schema(catalogue: Catalogue) -> Schema:
    """The schema of a flow's file, with the operations of the catalogue."""
    content: dict[str, Schema] = {
        "flow": NAME | {"description": "The flow's name."},
        "title": {"type": "string", "maxLength": TITLE_MAX, "description": "What it is for, in one line."},
        "trigger": trigger_schema(),
        "order_key": {"enum": list(ORDER_KEYS), "description": "What stays in order; others pass."},
        "start": NAME | {"description": "The node that comes first."},
        "nodes": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": NODES_MAX,
            "propertyNames": {"pattern": f"^{NAME_FORM}$", "not": {"enum": [*ENDS, TRIGGER, *UNNAMEABLE]}},
            "additionalProperties": {
                "oneOf": [_of_any(each) for kind in KINDS for each in kind.schemas(catalogue)]
            },
        },
    }
    head = {"$schema": _DRAFT, "title": "A flow of Counterfoil"}
    return head | record(content) | {"definitions": definitions() | {"retry": retry_schema()}}


def _of_any(node: Schema) -> Schema:
    """With the entries that any node may have."""
    properties = node["properties"] | {"retry": {"$ref": "#/definitions/retry"}, ON_ERROR: ROUTE}
    return node | {"properties": properties}
