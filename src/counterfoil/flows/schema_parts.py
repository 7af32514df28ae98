"""Pieces of JSON Schema that flows are described with."""

from __future__ import annotations

from typing import Any

from counterfoil.flows.names import INPUTS_MAX, NAME_FORM, UNNAMEABLE
from counterfoil.flows.routes import ENDS, VISITS_MAX

Schema = dict[str, Any]

NAME: Schema = {"type": "string", "pattern": f"^{NAME_FORM}$", "not": {"enum": list(UNNAMEABLE)}}
TAKEN: Schema = {"$ref": "#/definitions/name"}
"""The name of a node whose result is taken."""
TAKEN_BY_NAME: Schema = {
    "type": "object",
    "maxProperties": INPUTS_MAX,
    "propertyNames": NAME,
    "additionalProperties": TAKEN,
}
"""What a node takes, where the author names it."""
ROUTE: Schema = {"$ref": "#/definitions/route"}


def record(properties: dict[str, Schema], required: tuple[str, ...] | None = None) -> Schema:
    """An object with these entries and no other; all are required unless it is said which."""
    named = list(properties) if required is None else list(required)
    return {
        "type": "object",
        "properties": properties,
        "required": named,
        "additionalProperties": False,
    }


def definitions() -> dict[str, Schema]:
    """What schemas of nodes refer to."""
    number = {"type": "integer", "minimum": 1, "maximum": VISITS_MAX}
    bounded = record({"to": NAME, "at_most": number, "else": NAME})
    target = NAME | {"description": f"A node, or one of {', '.join(ENDS)}."}
    return {"name": NAME, "route": {"oneOf": [target, bounded]}}
