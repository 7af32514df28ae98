"""The V3 part of the sandbox's description, made from what serves it."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Mapping

from counterfoil.sandbox.paytrace.v3.calls import Endpoint
from counterfoil.sandbox.paytrace.v3.routes import ENDPOINTS

Document = dict[str, object]

_ANSWERS: Mapping[str, str] = {
    "200": "Done, or not approved",
    "401": "No live access token",
    "403": "Not this user, or not this account",
    "404": "What the path names is not there",
    "422": "What is wrong with the request",
}
_OBJECT: Document = {"content": {"application/json": {"schema": {"type": "object"}}}}


def paths() -> Document:
    """Every call of the wire by path and method."""
    found: defaultdict[str, Document] = defaultdict(dict)
    for endpoint in ENDPOINTS:
        found[endpoint.path][endpoint.method.lower()] = _call(endpoint)
    return dict(found)


def _call(endpoint: Endpoint) -> Document:
    told: Document = {
        "tags": ["v3"],
        "summary": _summary(endpoint),
        "operationId": _operation_id(endpoint),
        "security": [{"bearer": []}],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", endpoint.path)
        ],
        "responses": {code: {"description": words, **_OBJECT} for code, words in _ANSWERS.items()},
    }
    return told if endpoint.method == "GET" else told | {"requestBody": _OBJECT}


def _operation_id(endpoint: Endpoint) -> str:
    return re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_")


def _summary(endpoint: Endpoint) -> str:
    """What the code says of the call, with what it needs."""
    words = (inspect.getdoc(endpoint.operation) or "").split("\n")[0]
    permission = endpoint.permission.value if endpoint.permission else "a log-in"
    merchant = " and merchant_id" if endpoint.needs_merchant else ""
    return f"{words} (needs {permission}{merchant})".strip()
