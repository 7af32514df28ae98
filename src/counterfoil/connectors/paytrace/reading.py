"""PayTrace's own records, cleaned of card data and read into domain words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo

from counterfoil.connectors.paytrace.mapping.records import map_record, number_of
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment
from counterfoil.http.client import AnswerTooLongError
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.gateway import AnyRecord, CutOffError, GatewayRecord, UnreadableRecord
from counterfoil.security.card_guard import clean_object

# Identifiers by name that clerks type at the virtual terminal: card numbers end up in them.
PEOPLE_WRITE = frozenset(
    {
        "invoice_id",
        "invoice_number",
        "customer_reference_id",
        "customer_id",
        "customer_label",
    }
)

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the records of one account are read, whichever generation told them."""

    merchant: MerchantId
    clock: Clock
    zone: tzinfo

    def normalise(self, body: Body) -> Payment:
        """A stored record in domain words.

        Raises:
            DecisionError: the record is unreadable.
        """
        try:
            return map_record(body, self.merchant, self.zone)
        except DecisionError as error:
            raise DecisionError(
                f"PayTrace's record of transaction {self._name(body)} cannot be read: {error}. "
                "Look it up in PayTrace's virtual terminal and enter what it is by hand."
            ) from error

    def record(self, sent: Body) -> AnyRecord:
        body, redacted = clean_object(sent, people_write=PEOPLE_WRITE)
        try:
            return GatewayRecord(body=body, redacted=redacted, payment=self.normalise(body))
        except DecisionError as error:
            return UnreadableRecord(
                body=body,
                redacted=redacted,
                lineage=f"{self.merchant}/{self._name(body)}",
                occurred_at=self.clock.now(),
                why=str(error),
            )

    def records(self, sent: Iterable[Body] | None) -> list[AnyRecord]:
        return [self.record(body) for body in sent or ()]

    def find(self, sent: Iterable[Body] | None, transaction: TransactionId) -> AnyRecord | None:
        """The one of them that is the transaction."""
        for body in sent or ():
            if number_of(body) == transaction:
                return self.record(body)
        return None

    def _name(self, body: Body) -> str:
        """The record's own number, or a digest of what was sent where it has none."""
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        return number_of(body) or f"unreadable-{digest[:16]}"


@contextmanager
def fewer_days(first: date, last: date) -> Iterator[None]:
    """An export that is longer than one answer may be is asked for in parts.

    Raises:
        CutOffError: there is more than one answer may bring.
    """
    try:
        yield
    except AnswerTooLongError as error:
        raise CutOffError(_too_much(first, last)) from error


@contextmanager
def one_batch(number: str) -> Iterator[None]:
    """A batch cannot be asked for in parts.

    Raises:
        CutOffError: there is more than one answer may bring.
    """
    try:
        yield
    except AnswerTooLongError as error:
        raise CutOffError(
            f"PayTrace tells more of batch {number} than one answer may bring: what only the batch tells of "
            "its transactions is not known here. Other batches are read. Report it."
        ) from error


def _too_much(first: date, last: date) -> str:
    if first < last:
        return f"PayTrace tells more from {first} to {last} than one answer may bring"
    return (
        f"PayTrace tells more of {first} than one answer may bring, and less than a day cannot be asked for: "
        "payments of that day are known here only where a push or a batch told of them. Other days are read, "
        "and this one is asked for again with each poll. Report it."
    )


def with_invoice(records: Iterable[AnyRecord], invoice_id: str) -> list[AnyRecord]:
    """Those that carry the invoice id, and those that may, because they cannot be read."""
    return [
        record
        for record in records
        if not isinstance(record, GatewayRecord) or record.payment.invoice_reference == invoice_id
    ]
