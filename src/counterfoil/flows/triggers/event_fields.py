"""What conditions may ask of events, by the beginnings of their kinds.

What a gateway or a processor tells is not among them: nodes read that (`payment.normalise`, `dispute.read`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterfoil.ports.catalogue import FieldType, ResultField

_NUMBER = ResultField(name="number", label="The document's number", type=FieldType.TEXT, example="1001")
_CUSTOMER = ResultField(name="customer", label="The customer's number", type=FieldType.TEXT, example="ABC")
_HAPPENED = ResultField(
    name="happened",
    label="What became of it",
    type=FieldType.TEXT,
    example="changed",
    words=("new", "changed", "gone"),
)
_SUMMARY = ResultField(
    name="summary", label="What others did, in words", type=FieldType.TEXT, example="order 1001 of ABC is new"
)
_CHANGE = (_NUMBER, _CUSTOMER, _HAPPENED, _SUMMARY)

EVENT_FIELDS: Mapping[str, Sequence[ResultField]] = {
    "customer.": _CHANGE,
    "invoice.": _CHANGE,
    "order.": _CHANGE,
    "receipt.": _CHANGE,
    "posting.": (_NUMBER, _SUMMARY),
    "books.": (_SUMMARY,),
}
"""What changed in Sage Pro; see docs/reference/books-events.md."""


def fields_of(patterns: Sequence[str]) -> tuple[ResultField, ...]:
    """What every event of these kinds holds."""
    known = [_known(pattern) for pattern in patterns]
    return tuple(field for field in known[0] if all(field in each for each in known))


def _known(pattern: str) -> Sequence[ResultField]:
    return next((fields for start, fields in EVENT_FIELDS.items() if pattern.startswith(start)), ())
