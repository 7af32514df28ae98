"""What the hub itself tells of: changes of the books, the clock, a person's wish and items of a list."""

from __future__ import annotations

from counterfoil.ports.catalogue import TriggerSpec
from counterfoil.ports.changes import Happened
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

KEYED_BY_HAND = "receipt.keyed_by_hand"
OVERWRITTEN = "posting.overwritten"
MISSED = "books.missed"
ITEM = "item."
"""How the kinds begin of what a node with `each` tells."""

_SOURCE = "our own form"
_WORDS = tuple(each.value for each in Happened)


def _text(name: str, label: str, example: str, *, required: bool = True) -> FieldSpec:
    return FieldSpec(
        name=name, label=label, type=ValueType.TEXT, example=example, required=required, source=_SOURCE
    )


_NUMBER = _text("number", "The document's number", "1001")
_SUMMARY = _text("summary", "What others did, in words", "order 1001 of ABC is new")
_CHANGE = RecordSpec(
    name="books_change",
    label="What others did to a document or a customer of the books",
    fields=(
        _NUMBER,
        _text("customer", "The customer's number", "ABC"),
        FieldSpec(
            name="happened",
            label="What became of it",
            type=ValueType.CODE,
            words=_WORDS,
            example="changed",
            source=_SOURCE,
        ),
        _SUMMARY,
    ),
)
_OVERWRITTEN = RecordSpec(
    name="overwritten_posting", label="A posting that a screen wrote over", fields=(_NUMBER, _SUMMARY)
)
_MISSED = RecordSpec(name="missed_news", label="News of the books that were missed", fields=(_SUMMARY,))
START = RecordSpec(
    name="scheduled_start",
    label="A start by the clock",
    fields=(
        FieldSpec(
            name="company", label="Whose books", type=ValueType.TEXT, width=20, example="01", source=_SOURCE
        ),
        FieldSpec(
            name="due_at",
            label="When, in UTC",
            type=ValueType.INSTANT,
            example="2026-11-27T12:30:00+00:00",
            source=_SOURCE,
        ),
    ),
)
_GIVEN = RecordSpec(name="manual_start", label="What the flow asks a person for, by its own names")
_ITEM = RecordSpec(name="item", label="An item of the operation that the trigger names under items_of")


def _of_books(subject: str, label: str) -> TriggerSpec:
    kinds = (f"{subject}.{word}" for word in _WORDS)
    return TriggerSpec(name=f"books_{subject}", label=label, kinds=tuple(kinds), carries=_CHANGE)


BOOKS_TRIGGERS = (
    _of_books("customer", "Others changed a customer in the books"),
    _of_books("invoice", "Others changed an invoice, credit memo or open credit in the books"),
    _of_books("order", "Others changed a sales order in the books"),
    TriggerSpec(
        name="books_receipt",
        label="A receipt was keyed by hand, or somebody changed or removed one",
        kinds=(KEYED_BY_HAND, *(f"receipt.{word}" for word in _WORDS if word != Happened.NEW.value)),
        carries=_CHANGE,
    ),
    TriggerSpec(
        name="books_posting",
        label="A screen wrote an old row over a posting of ours",
        kinds=(OVERWRITTEN,),
        carries=_OVERWRITTEN,
    ),
    TriggerSpec(
        name="books_missed",
        label="The change feed lost its place: what happened in between is not known",
        kinds=(MISSED,),
        carries=_MISSED,
    ),
)
OWN_TRIGGERS = (
    *BOOKS_TRIGGERS,
    TriggerSpec(
        name="item",
        label="A node with each told an item of a list; its word comes behind the point",
        kinds=(f"{ITEM}*",),
        carries=_ITEM,
    ),
    TriggerSpec(
        name="schedule",
        label="The clock starts the flow of that name (trigger: schedule)",
        kinds=("schedule.*",),
        carries=START,
    ),
    TriggerSpec(
        name="manual",
        label="A person starts the flow of that name (trigger: manual)",
        kinds=("manual.*",),
        carries=_GIVEN,
    ),
)
"""All of them, for the catalogue."""
