"""The gateway port over V3: cards and bank payments are told by calls of their own, the lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from typing_extensions import override

from counterfoil.connectors.paytrace.mapping.batches import map_batch, map_settlement
from counterfoil.connectors.paytrace.mapping.numbers import is_uuid
from counterfoil.connectors.paytrace.mapping.records import number_of
from counterfoil.connectors.paytrace.reading import Body, Reading, fewer_days, one_batch, with_invoice
from counterfoil.connectors.paytrace.v3.client import V3Client
from counterfoil.connectors.paytrace.v3.orders import Orders, find_check
from counterfoil.connectors.paytrace.ways import Way
from counterfoil.connectors.paytrace.wire_v3 import batches, checks, records
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, Tender
from counterfoil.domain.settlement import Settlement
from counterfoil.ports.gateway import AnyRecord, Batch, CutOffError, Gateway, GatewayRecord
from counterfoil.ports.instructions import Answer, Instruction


class V3Gateway(Gateway):
    """One merchant account over the V3 API; safe for use by several threads."""

    def __init__(self, client: V3Client, reading: Reading, zone: tzinfo, entry_class: str) -> None:
        self._client = client
        self._reading = reading
        self._zone = zone
        self._orders = Orders(client, self.fetch_transaction, entry_class)

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        way = checks.BY_ID if is_uuid(transaction) else records.ONE
        query = {"merchant_id": str(self._client.merchant)}
        told = self._client.find(way, transaction, query=query)
        return self._reading.find([told.one], transaction) if told else None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        try:
            cards = self._cards(first, last)
        except CutOffError as error:
            if first < last:
                raise
            raise CutOffError(str(error), self._paid(first, last)) from error
        return [*cards, *self._paid(first, last)]

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        """The export may lag (verified), so that what can still be done with transactions is read as well."""
        now = [body for way in records.LISTS for body in self._listed(way, first, last)]
        by_key = find_check(self._client, invoice_id)
        known = [*([by_key] if by_key else ()), *reversed(now)]
        found = [self._reading.record(body) for body in self._once(known)]
        seen = {record.lineage for record in found}
        found.extend(record for record in self.fetch_range(first, last) if record.lineage not in seen)
        return with_invoice(found, invoice_id)

    @override
    def tells_of(self, tender: Tender) -> bool:
        return True

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        payload = records.by_date(self._client.merchant, first, last)
        told = self._client.ask(batches.BY_DATE, payload=payload)
        return [map_batch(body, self._reading.merchant, self._zone) for body in told.many]

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        payload = batches.numbered(self._client.merchant, number)
        with one_batch(number):
            told = self._client.ask(batches.TRANSACTIONS, payload=payload, is_least=True)
        return self._reading.records(told.many)

    @override
    def normalise(self, body: Body) -> Payment:
        return self._reading.normalise(body)

    @override
    def normalise_batch(self, body: Body) -> Settlement:
        return map_settlement(body, self._reading.merchant, self._zone)

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        return self._orders.carry_out(instruction)

    def _cards(self, first: date, last: date) -> list[AnyRecord]:
        payload = records.by_date(self._client.merchant, first, last)
        with fewer_days(first, last):
            told = self._client.ask(records.BY_DATE, payload=payload, is_least=first == last)
        return self._reading.records(self._once(told.many))

    def _paid(self, first: date, last: date) -> list[AnyRecord]:
        return [each for each in self._checks(first, last) if self._is_within(each, first, last)]

    def _checks(self, first: date, last: date) -> list[AnyRecord]:
        merchant = self._client.merchant
        found = self._client.pages(
            checks.BY_DATE,
            query=lambda offset: checks.page(merchant, first, last, offset),
            page=checks.PAGE,
        )
        return self._reading.records(self._once(found))

    def _is_within(self, record: AnyRecord, first: date, last: date) -> bool:
        """Whether it was made on the days, in the account's zone; what cannot be read always is."""
        if not isinstance(record, GatewayRecord):
            return True
        return first <= record.occurred_at.astimezone(self._zone).date() <= last

    def _listed(self, way: Way, first: date, last: date) -> list[Body]:
        return self._client.pages(
            way,
            str(self._client.merchant),
            query=lambda offset: records.page(first, last, offset),
            page=records.PAGE,
        )

    def _once(self, bodies: Sequence[Body]) -> list[Body]:
        """Each transaction once, its first record; pages shift while they are read. Unnamed ones all stay."""
        seen: set[TransactionId] = set()
        kept: list[Body] = []
        for body in bodies:
            number = number_of(body)
            if number is None or number not in seen:
                kept.append(body)
            if number is not None:
                seen.add(number)
        return kept
