"""JSON as PostgreSQL takes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

# In JSON's own escapes: a NUL character, or half of a surrogate pair.
_SUSPECT = re.compile(r"\\u0000|\\ud[89a-f]")
_STAND_IN = "\ufffd"


def dump_json(value: Mapping[str, object]) -> str:
    """A JSON object as text; characters that PostgreSQL cannot keep are replaced, whatever a payer wrote."""
    text = json.dumps(dict(value), allow_nan=False)
    return json.dumps(_storable(value), allow_nan=False) if _SUSPECT.search(text) else text


def _storable(value: object) -> object:
    match value:
        case str():
            whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return whole.replace("\0", _STAND_IN)
        case Mapping():
            return {_storable(key): _storable(part) for key, part in value.items()}
        case list() | tuple():
            return [_storable(part) for part in value]
        case _:
            return value
