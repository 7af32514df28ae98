"""A model behind an OpenAI-compatible address: ``POST <address>/embeddings``.

Source of the form: https://platform.openai.com/docs/api-reference/embeddings; none was ever reached.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from typing_extensions import override

from counterfoil.http.client import Answer, Outbound, OutboundClient, Sender, Sends
from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object
from counterfoil.http.pin import HostPin
from counterfoil.ports.embedder import UNIT, Embedder, Vector
from counterfoil.ports.errors import ConfigurationError

_AT_ONCE = 100
_SIZE_MAX = 10_000
_PATH = re.compile(r"(/[A-Za-z0-9._-]+)*")
_STATUS_GOOD = range(200, 300)


class CompatibleModel(Embedder):
    """Sends texts about fields to the one address that was set; the key goes into a header alone."""

    def __init__(self, sender: Sender, *, path: str, model: str, key: str = "") -> None:
        self._sender = sender
        self._path = path
        self._model = model
        self._headers = {"content-type": "application/json"}
        if key:
            self._headers["authorization"] = f"Bearer {key}"

    @classmethod
    def at(cls, address: str, *, model: str, key: str = "") -> CompatibleModel:
        """The model at an address such as ``https://api.openai.com/v1``.

        Raises:
            ConfigurationError: the address may not be called, or no model is named.
        """
        parts = urlsplit(address.strip().rstrip("/"))
        if not _PATH.fullmatch(parts.path) or parts.query or parts.fragment or not model:
            raise ConfigurationError("a model needs its name and an address such as https://host/v1")
        pin = HostPin.parse(f"{parts.scheme}://{parts.netloc}")
        return cls(OutboundClient(pin), path=f"{parts.path}/embeddings", model=model, key=key)

    @property
    @override
    def name(self) -> str:
        return f"the model {self._model} at the address that is set"

    @override
    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        return [
            vector
            for start in range(0, len(texts), _AT_ONCE)
            for vector in self._asked(texts[start : start + _AT_ONCE])
        ]

    def _asked(self, texts: Sequence[str]) -> list[Vector]:
        content = json.dumps(
            {"model": self._model, "input": list(texts), "encoding_format": "float"}
        ).encode()
        answer = self._sender.send(
            Outbound(method="POST", path=self._path, sends=Sends.READ, headers=self._headers, content=content)
        )
        if answer.status not in _STATUS_GOOD:
            raise ConfigurationError(
                f"{self.name} answers {answer.status}: look at its key, name and address"
            )
        try:
            return _vectors(answer, len(texts))
        except (MalformedJsonError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise ConfigurationError(f"{self.name} does not answer as such an address should") from error


def _vectors(answer: Answer, count: int) -> list[Vector]:
    rows = decode_exact_object(answer.content)["data"]
    if not isinstance(rows, list) or len(rows) != count:
        raise ValueError("not one row for each text")
    found = {int(row["index"]): _unit(row["embedding"]) for row in rows}
    return [found[place] for place in range(count)]


def _unit(row: object) -> Vector:
    if not isinstance(row, list) or not 0 < len(row) <= _SIZE_MAX:
        raise ValueError("no vector")
    parts = [float(str(each)) for each in row]
    length = math.hypot(*parts)
    if not math.isfinite(length) or length == 0:
        raise ValueError("a vector without a direction")
    return tuple(round(part / length * UNIT) for part in parts)
