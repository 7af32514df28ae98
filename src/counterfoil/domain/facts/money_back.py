"""What all facts have in common by which received money goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from counterfoil.domain.facts.keys import FactError, PostingKey
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of the money that concerns one document: an invoice or an open credit."""

    document: InvoiceNumber
    amount: Money


def require_payable(key: PostingKey, amount: Money) -> None:
    """A positive amount in whole minor units.

    Raises:
        FactError: it is not.
    """
    if not amount.is_positive or not amount.is_whole_minor_units:
        raise FactError(f"{key}: money that goes back needs a positive, payable amount, not {amount}")


def less_surcharge(key: PostingKey, amount: Money, surcharge: Money | None) -> Money:
    """What of the money concerns documents.

    Raises:
        FactError: the surcharge is not positive.
    """
    if surcharge is None:
        return amount
    if not surcharge.is_positive:
        raise FactError(f"{key}: a surcharge that goes back must be positive")
    return amount - surcharge


def require_parts(key: PostingKey, amount: Money, parts: Sequence[Part]) -> None:
    """Positive parts that add up to the amount, each document once.

    Raises:
        FactError: they do not.
    """
    whole = total((part.amount for part in parts), amount.currency)
    if whole.amount != amount.amount:
        raise FactError(f"{key}: the parts sum to {whole}, not to {amount}")
    if any(not part.amount.is_positive for part in parts):
        raise FactError(f"{key}: a part must be positive")
    if len({part.document for part in parts}) != len(parts):
        raise FactError(f"{key}: a document stands twice")
