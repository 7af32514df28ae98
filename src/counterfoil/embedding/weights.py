"""The weights of a model out of a safetensors file: a header of JSON that says where each array lies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from counterfoil.ports.errors import ConfigurationError

_LENGTH_BYTES = 8
_HEADER_MAX = 10_000_000
_KINDS = {"F32": "<f4", "I64": "<i8"}


def read_weights(path: Path, numpy: Any) -> dict[str, Any]:
    """The arrays by name.

    Raises:
        ConfigurationError: the file is none, or holds numbers of another kind.
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    start = _LENGTH_BYTES + min(length, _HEADER_MAX)
    try:
        header = json.loads(content[_LENGTH_BYTES:start])
        header.pop("__metadata__", None)
        return {name: _array(content, start, told, numpy) for name, told in header.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} holds no weights that can be used: {error}") from error


def _array(content: bytes, start: int, told: dict[str, Any], numpy: Any) -> Any:
    first, last = told["data_offsets"]
    kind = _KINDS[told["dtype"]]
    return numpy.frombuffer(content[start + first : start + last], dtype=kind).reshape(told["shape"])
