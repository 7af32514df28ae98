"""The agent's API as an OpenAPI document: routes from the application, shapes from the domain's own types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from fastapi import FastAPI

from counterfoil.agent.app import Deps, create_app
from counterfoil.agent.gates import OneToken, Scope
from counterfoil.agent.site import Site
from counterfoil.connectors.sagepro import wire
from counterfoil.connectors.sagepro.company import CompanyHealth
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.invoice import Customer, Invoice, Order, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.http.problem import MEDIA_TYPE
from counterfoil.ports.changes import Notice
from counterfoil.ports.encoding import CHANGES_ANSWER, FACT, NOTICE, POSTING_ANSWER, PREVIEW_ANSWER, Kinds
from counterfoil.ports.erp import References
from counterfoil.ports.errors import DefectError

Json = dict[str, Any]

_PLACE = "#/components/schemas/"
_NAME = "Problem"
_ANSWERED = (References, Customer, Invoice, ReceiptEntry, Order, Item, StockLevel, CompanyHealth)
_UNIONS: dict[str, Kinds[Any]] = {
    "Fact": FACT,
    "PostingAnswer": POSTING_ANSWER,
    "PreviewAnswer": PREVIEW_ANSWER,
    "ChangesAnswer": CHANGES_ANSWER,
    "Notice": NOTICE,
}
_REFUSALS = {
    "400": "A question or body that does not fit.",
    "401": "No token, or one that admits nobody.",
    "403": "The token has not the scope.",
    "423": "The company is paused or its tables are held: nothing was written, try again.",
    "424": "A profile, table or setting must be mended first.",
    "429": "Too many requests: nothing was done, ask again later.",
    "500": "The agent failed; what happened stands in its log.",
}
_OF_BODIES = {
    "408": "The body took too long to come.",
    "413": f"The body is longer than {wire.BODY_BYTES_MAX} bytes.",
    "415": "The body is no application/json.",
}


def _ref(name: str) -> Json:
    return {"$ref": _PLACE + name}


def _object(**parts: Json) -> Json:
    return {"type": "object", "properties": parts, "required": list(parts)}


def _list(item: Json, **bounds: int) -> Json:
    return {"type": "array", "items": item, **bounds}


def _or_none(shape: Json) -> Json:
    return {"anyOf": [shape, {"type": "null"}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What stands in the document of one operation, beside what the application knows of it."""

    name: str
    scope: Scope | None
    answer: Json
    body: Json | None = field(default=None)


_HEALTH = _ref("CompanyHealth")
OPERATIONS = {
    ("get", wire.REFERENCES): Operation(name="findReferences", scope=Scope.READ, answer=_ref("References")),
    ("get", wire.CUSTOMERS): Operation(
        name="findCustomer", scope=Scope.READ, answer=_object(customer=_or_none(_ref("Customer")))
    ),
    ("get", wire.INVOICES): Operation(
        name="findInvoices", scope=Scope.READ, answer=_object(invoices=_list(_ref("Invoice")))
    ),
    ("get", wire.ORDERS): Operation(
        name="findOrders", scope=Scope.READ, answer=_object(orders=_list(_ref("Order")))
    ),
    ("get", wire.OPEN_ITEMS): Operation(
        name="findOpenItems", scope=Scope.READ, answer=_object(items=_list(_ref("Invoice")))
    ),
    ("get", wire.RECEIPTS): Operation(
        name="findReceipts", scope=Scope.READ, answer=_object(receipts=_list(_ref("ReceiptEntry")))
    ),
    ("get", wire.ITEMS): Operation(
        name="findItem", scope=Scope.READ, answer=_object(item=_or_none(_ref("Item")))
    ),
    ("get", wire.STOCK): Operation(
        name="findStock", scope=Scope.READ, answer=_object(levels=_list(_ref("StockLevel")))
    ),
    ("get", wire.CHANGES): Operation(
        name="changes", scope=Scope.READ, answer=_object(answer=_ref("ChangesAnswer"))
    ),
    ("get", wire.POSTINGS): Operation(
        name="findPosting", scope=Scope.READ, answer=_object(posting=_or_none(_ref("Posted")))
    ),
    ("post", wire.PREVIEWS): Operation(
        name="preview",
        scope=Scope.PREVIEW,
        answer=_object(answer=_ref("PreviewAnswer")),
        body=_object(fact=_ref("Fact")),
    ),
    ("post", wire.POSTINGS): Operation(
        name="post",
        scope=Scope.POST,
        answer=_object(answers=_list(_ref("PostingAnswer"))),
        body=_object(
            facts=_list(_ref("Fact"), minItems=1, maxItems=wire.FACTS_MAX),
            mode={"type": "string", "enum": [mode.value for mode in Mode]},
        ),
    ),
    ("get", wire.HEALTH): Operation(name="health", scope=None, answer=_HEALTH),
    ("post", wire.PAUSE): Operation(name="pause", scope=Scope.OPERATE, answer=_HEALTH),
    ("post", wire.RESUME): Operation(name="resume", scope=Scope.OPERATE, answer=_HEALTH),
}


def document() -> Json:
    """The whole document; it is the same whatever company the agent stands beside."""
    return _describe(create_app(Deps(site=cast("Site", None), gate=OneToken("described"))))


def _describe(app: FastAPI) -> Json:
    routes = app.openapi()
    paths = {
        path: {method: _described(found, _operation(method, path)) for method, found in methods.items()}
        for path, methods in routes["paths"].items()
    }
    schemes = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token that counterfoil agent admit wrote; each operation names its scope.",
        },
        "certificate": {
            "type": "mutualTLS",
            "description": "A certificate of the agent's own authority, unless its settings ask for none.",
        },
    }
    responses = {_NAME + status: _problem(why) for status, why in sorted((_REFUSALS | _OF_BODIES).items())}
    components = {"schemas": _schemas(), "responses": responses, "securitySchemes": schemes}
    return {"openapi": routes["openapi"], "info": routes["info"], "paths": paths, "components": components}


def _operation(method: str, path: str) -> Operation:
    if (method, path) not in OPERATIONS:
        raise DefectError(f"{method} {path} is not described: name its scope and shapes in OPERATIONS")
    return OPERATIONS[method, path]


def _described(found: Json, operation: Operation) -> Json:
    refusals = _REFUSALS | (_OF_BODIES if operation.body else {})
    if operation.scope is None:
        refusals = {status: why for status, why in refusals.items() if status != "403"}
    described = {
        "operationId": operation.name,
        "summary": found["summary"],
        "tags": found["tags"],
        "parameters": [_parameter(one) for one in found.get("parameters", [])],
        "responses": {"200": _content("The answer.", operation.answer)}
        | {status: {"$ref": f"#/components/responses/{_NAME}{status}"} for status in sorted(refusals)},
        "security": [{"token": [operation.scope.value] if operation.scope else [], "certificate": []}],
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True} | _content("", operation.body)
        del described["requestBody"]["description"]
    return described


def _parameter(found: Json) -> Json:
    return found | {"schema": {word: part for word, part in found["schema"].items() if word != "title"}}


def _content(description: str, shape: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": shape}}}


def _problem(why: str) -> Json:
    return {"description": why, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}


def _schemas() -> Json:
    members = [kind for union in _UNIONS.values() for kind in union.members.values()]
    kinds = dict.fromkeys([*members, *_ANSWERED])
    _, found = msgspec.json.schema_components(kinds, schema_hook=_hook, ref_template=_PLACE + "{name}")
    for shape in found.values():
        if "description" in shape:
            shape["description"] = shape["description"].partition("\n\n")[0]
    unions = {name: _union(union) for name, union in _UNIONS.items()}
    return dict(sorted((found | unions | {"Problem": _PROBLEM}).items()))


def _union(union: Kinds[Any]) -> Json:
    return {
        "oneOf": [
            {"allOf": [_ref(kind.__name__), _object(type={"const": word})]}
            for word, kind in union.members.items()
        ]
    }


def _hook(kind: type) -> Json:
    """A fact or a notice inside another value carries its word, which its own type does not know of."""
    if kind in {Fact, Notice}:
        return _ref(kind.__name__)
    raise NotImplementedError(kind)


_TEXT = {"type": "string"}
_PROBLEM = _object(type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT) | {
    "description": "Why a request was refused, in words that say what to do (RFC 9457)."
}
