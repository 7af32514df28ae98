"""What V3 answers: an envelope with ``data``, or a 422 with what is wrong, told in one of two shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object

Payload = dict[str, object]
Body = Mapping[str, object]
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)

STATUS_DONE = range(200, 300)
STATUS_INVALID = 422
STATUS_NOT_FOUND = 404

_LISTS = ("items", "transactions", "customers", "batches")

RECORD_ID = "path/record_id"
"""The field of a 422 that also comes where a bank payment was taken (verified, Shopware plugin 1.2.5)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the gateway found wrong."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer, decoded: its status, what stands in ``data`` and beside it, and what was wrong."""

    status: int
    body: Body

    @property
    def is_done(self) -> bool:
        return self.status in STATUS_DONE

    @property
    def one(self) -> Body:
        """``data`` laid over what stands beside it; its first entry where it is a list."""
        data = self.body.get("data")
        inner = data[0] if isinstance(data, list) and data else data
        beside = {name: value for name, value in self.body.items() if name != "data"}
        return {**beside, **inner} if isinstance(inner, Mapping) else beside

    @property
    def many(self) -> list[Body]:
        """The entries of a list: ``items`` (seen in an independent client), ``data``, or a list inside it."""
        data = self.body.get("items", self.body.get("data"))
        if isinstance(data, Mapping):
            named = [part for name in _LISTS if isinstance(part := data.get(name), list)]
            data = named[0] if named else [data]
        return [entry for entry in data if isinstance(entry, Mapping)] if isinstance(data, list) else []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Both shapes of a 422 (verified): fields and details in ``message.data``, or ``message`` as text."""
        message = self.body.get("message")
        if isinstance(message, Mapping):
            entries = message.get("data")
            listed = entries if isinstance(entries, list) else [entries]
            return tuple(
                Fault(_text(entry.get("field")), _text(entry.get("detail")))
                for entry in listed
                if isinstance(entry, Mapping)
            )
        return (Fault("", _text(message)),) if message else ()

    @property
    def words(self) -> str:
        """What was wrong, for people: field and detail, all of them."""
        told = [f"{fault.field}: {fault.detail}".removeprefix(": ") for fault in self.faults]
        return "; ".join(told) or f"HTTP {self.status}"


def read(status: int, content: bytes) -> Told | None:
    """An answer, or None for what is no JSON object."""
    try:
        return Told(status=status, body=decode_exact_object(content))
    except MalformedJsonError:
        return None


def convert(kind: type[AnyStruct], body: Body) -> AnyStruct | None:
    """A part of an answer in the given shape, or None for another one."""
    try:
        return msgspec.convert(body, kind, strict=False)
    except msgspec.ValidationError:
        return None


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""
