"""The description of the control API and of the calls of both wires, made from what serves them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import msgspec

from counterfoil.sandbox.paytrace.control.commands import COMMANDS
from counterfoil.sandbox.paytrace.control.listings import LISTINGS
from counterfoil.sandbox.paytrace.v1.permissions import permission_for
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS
from counterfoil.sandbox.paytrace.v3 import openapi as v3

Document = dict[str, object]

_REF = "#/components/schemas/{name}"


def describe() -> Document:
    """The whole document."""
    _, schemas = msgspec.json.schema_components([each.request for each in COMMANDS], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PayTrace sandbox",
            "version": "1",
            "description": "The calls of both wires of the sandbox, and the control API for its testers.",
        },
        "paths": {**_control_paths(), **_v1_paths(), **v3.paths()},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _control_paths() -> Document:
    commands: Document = {
        f"/control/do/{command.path}": {
            "post": {
                "tags": ["control"],
                "summary": command.summary,
                "operationId": command.path.replace("/", "_").replace("-", "_"),
                "requestBody": _json({"$ref": _REF.format(name=command.request.__name__)}),
                "responses": {
                    "200": {"description": "Done", **_json(_DONE)},
                    "422": {"description": "Not done", **_json(_REFUSED)},
                },
            }
        }
        for command in COMMANDS
    }
    lists: Document = {
        f"/control/lists/{name}": {
            "get": {
                "tags": ["control"],
                "summary": f"List: {listing.title}",
                "operationId": f"list_{name}",
                "parameters": [_query("q", "string"), _query("page", "integer")],
                "responses": {"200": {"description": "Rows", **_json(_rows(listing.columns))}},
            }
        }
        for name, listing in LISTINGS.items()
    }
    return {**commands, **lists, **_OTHERS}


def _v1_paths() -> Document:
    return {
        path: {
            "post": {
                "tags": ["v1"],
                "summary": _summary(path, operation),
                "operationId": path.strip("/").replace("/", "_"),
                "security": [{"bearer": []}],
                "requestBody": _json({"type": "object"}),
                "responses": {
                    "200": {"description": "Done, or not approved", **_json({"type": "object"})},
                    "400": {"description": "Refused: errors map", **_json({"type": "object"})},
                    "401": {"description": "No live access token", **_json({"type": "object"})},
                },
            }
        }
        for path, operation in OPERATIONS.items()
    }


def _summary(path: str, operation: object) -> str:
    """What the code says of the call, with the permission that it needs."""
    words = (inspect.getdoc(operation) or "").split("\n")[0]
    permission = permission_for(path)
    needs = f"needs {permission.value}" if permission else "needs a log-in"
    return f"{words} ({needs})".strip()


def _json(schema: Mapping[str, object]) -> Document:
    return {"content": {"application/json": {"schema": schema}}}


def _query(name: str, kind: str) -> Document:
    return {"name": name, "in": "query", "schema": {"type": kind}}


def _rows(columns: Mapping[str, str]) -> Document:
    row = {"type": "object", "properties": {key: {"type": "string"} for key in columns}}
    return {"type": "object", "properties": {"rows": {"type": "array", "items": row}}}


_DONE: Document = {"type": "object", "properties": {"done": {"type": "string"}}}
_REFUSED: Document = {"type": "object", "properties": {"error": {"type": "string"}}}
_OTHERS: Document = {
    "/control/state": {
        "get": {
            "tags": ["control"],
            "summary": "Clock, faults and sums",
            "operationId": "state",
            "responses": {"200": {"description": "State", **_json({"type": "object"})}},
        }
    },
    "/control/chargebacks.csv": {
        "get": {
            "tags": ["control"],
            "summary": "The processor's file of chargebacks",
            "operationId": "chargebacks_csv",
            "parameters": [_query("day", "string")],
            "responses": {"200": {"description": "CSV", "content": {"text/csv": {}}}},
        }
    },
}
