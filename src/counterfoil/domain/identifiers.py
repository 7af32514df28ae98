"""Identifiers that cross boundaries, and how references written by people are read."""

from __future__ import annotations

import re
from typing import NewType

from counterfoil.domain.own_marks import without_mark

TransactionId = NewType("TransactionId", str)
"""The gateway's own number of a transaction, as digits or text; never a number to compute with."""

MerchantId = NewType("MerchantId", str)
"""The merchant account at the gateway, as named in the connection."""

CompanyCode = NewType("CompanyCode", str)
"""The two-character code of one company in the ERP."""

CustomerNumber = NewType("CustomerNumber", str)
"""A customer's number in the ERP, without padding."""

InvoiceNumber = NewType("InvoiceNumber", str)
"""An invoice's number in the ERP, without padding."""

OrderNumber = NewType("OrderNumber", str)
"""A sales order's number in the ERP, without padding."""

ItemNumber = NewType("ItemNumber", str)
"""An item's number in the ERP, without padding."""

_PREFIX = re.compile(r"^(?:(?:INVOICE|INV|ORDER|ORD|SO|NO|NUMBER)\b[\s.:#-]*|#\s*)+", re.IGNORECASE)
_REFERENCE_LENGTH_MAX = 50


def normalise_reference(written: str) -> str:
    """A document number as people write it, reduced to the number: ``" Inv #001234 "`` becomes ``"001234"``.

    Known words in front are dropped, surrounding blanks too, letters become upper case. Leading zeros
    stay, because a site may number with them; an empty text means that there is no usable reference, such
    as a word without any digit.
    """
    text = _PREFIX.sub("", written.strip()[:_REFERENCE_LENGTH_MAX]).strip().upper()
    return text if any(sign.isdecimal() for sign in text) else ""


def document_number(written: str) -> str:
    """A reference as payments are looked up by it: reduced to the number, without our own mark."""
    return "".join(sign for sign in normalise_reference(without_mark(written)) if sign.isprintable())


def possible_references(written: str) -> tuple[str, ...]:
    """What to look for in the books, the likeliest first: as written, then reduced to the number.

    A site that numbers with a prefix of its own, such as ``INV-1001``, means just that by it. The mark
    that our own charges bear is no part of the number.
    """
    written = without_mark(written)
    reduced = normalise_reference(written)
    as_written = written.strip()[:_REFERENCE_LENGTH_MAX].upper()
    return tuple(dict.fromkeys((as_written, reduced))) if reduced else ()
