"""A record of either generation in domain words: what is stored outlives a change of the connection's API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from counterfoil.connectors.paytrace.mapping import records_v1, records_v3
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment

# Keys that v1 writes and V3 does not: it renamed them (verified for the invoice, assumed for the rest).
_V1_KEYS = frozenset({"credit_card", "check", "invoice_id"})
_V3_KEY = "invoice_number"


def map_record(body: Mapping[str, object], merchant: MerchantId, zone: tzinfo) -> Payment:
    """The payment that a record tells of.

    Raises:
        DecisionError: the record cannot be read; a person must look at it in PayTrace.
    """
    mapped = records_v1.map_record if _is_v1(body) else records_v3.map_record
    return mapped(body, merchant, zone)


def number_of(body: Mapping[str, object]) -> TransactionId | None:
    """The record's own number, also where nothing else of it can be read."""
    return records_v1.number_of(body) if _is_v1(body) else records_v3.number_of(body)


def _is_v1(body: Mapping[str, object]) -> bool:
    return _V3_KEY not in body and not _V1_KEYS.isdisjoint(body)
