"""Batches in a flow test: what is told of one, and the transactions that the gateway lists in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.money import total
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.flows.document import Part
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports import encoding
from counterfoil.ports.gateway import BATCH_KINDS
from counterfoil.ports.run_store import Json
from counterfoil.runtime.flow_testing.reading import items, read_value, without

_TRANSACTIONS = "transactions"
_CURRENCY = "USD"


def is_batch(kind: str) -> bool:
    return kind in BATCH_KINDS


def written_batch(batch: Settlement, payments: Sequence[Payment]) -> Json:
    """A batch as an event's body."""
    transactions = [encoding.encode(payment) for payment in payments]
    return {"settlement": encoding.encode(batch), _TRANSACTIONS: transactions}


def told_settlement(body: Json) -> Settlement:
    return encoding.decode(Settlement, body["settlement"])


def told_transactions(body: Json) -> Sequence[Payment]:
    return [encoding.decode(Payment, each) for each in cast("Sequence[object]", body[_TRANSACTIONS])]


def read_batch(kind: Part, part: Part, merchant: MerchantId, noon: datetime) -> tuple[Settlement, Json]:
    """A batch as a file says it; its sums are those of its transactions where it does not say them.

    Raises:
        FlowError: it is none; says the line.
    """
    if kind.text() not in BATCH_KINDS:
        raise kind.wrong(f"{quoted(kind.text())} is told of no batch{nearest(kind.text(), BATCH_KINDS)}")
    entries = dict(part.entries())
    if _TRANSACTIONS not in entries:
        raise part.wrong(f"{_TRANSACTIONS!r} is missing")
    defaults: Mapping[str, object] = {
        "merchant": merchant,
        "kind": PaymentKind.PAYMENT,
        "status": PaymentStatus.SETTLED,
        "tender": Tender.CARD,
        "created_at": noon,
    }
    payments: list[Payment] = [read_value(Payment, each, defaults) for each in items(entries[_TRANSACTIONS])]
    rest = replace(part, node=without(part.node, (_TRANSACTIONS,)))
    batch: Settlement = read_value(
        Settlement, rest, {**_sums(payments), "merchant": merchant, "settled_at": noon}
    )
    return batch, written_batch(batch, payments)


def _sums(payments: Sequence[Payment]) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for kind in PaymentKind:
        amounts = [payment.amount for payment in payments if payment.kind is kind]
        sums[f"{kind.value}s"] = len(amounts)
        sums[f"{kind.value}s_total"] = total(amounts, amounts[0].currency if amounts else _CURRENCY)
    return sums
