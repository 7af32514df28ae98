"""Types as a gate: what can fill a target at all, and the transform that it needs on the way."""

from __future__ import annotations

import re

from counterfoil.flows.mapping.types import Kind, misfit, remedy
from counterfoil.flows.suggest.fields import ListedField

_FORMS = {
    Kind.NUMBER: re.compile(r"[-+]?[\d., ']*\d[\d., ']*"),
    Kind.MONEY: re.compile(r"(?:[A-Z]{3} ?|[$€£])?[-+]?[\d., ']*\d[\d., ']*(?: ?[A-Z]{3})?"),
    Kind.DATE: re.compile(r"\d{1,4}[-/.]?\d{1,2}[-/.]?\d{1,4}"),
    Kind.MOMENT: re.compile(r"\d{1,4}[-/.]?\d{1,2}[-/.]?\d{1,4}[T ].*\d.*"),
    Kind.FLAG: re.compile(r"(?i)y|n|yes|no|true|false|t|f|0|1|on|off"),
}
"""What a text must look like to become a value of the kind; the mapping itself checks it exactly."""


def passes(source: ListedField, target: ListedField) -> bool:
    """Whether a value of the source can become one of the target.

    A text becomes anything, unless its example shows that it holds something else.
    """
    given, wanted = source.type.kind, target.type.kind
    if given is wanted:
        return True
    if not remedy(given, wanted):
        return False
    form = _FORMS.get(wanted)
    return (
        given is not Kind.TEXT or not source.example or form is None or bool(form.fullmatch(source.example))
    )


def way(source: ListedField, target: ListedField) -> str:
    """What stands between the two types, with the transform to add; empty where they fit as they are."""
    return misfit(source.type, target.type)
