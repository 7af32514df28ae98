"""PayTrace as a gateway: its own records read into domain words, stored customers charged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx2
from typing_extensions import override

from counterfoil.connectors.paytrace import wire_v1
from counterfoil.connectors.paytrace.auth import Tokens
from counterfoil.connectors.paytrace.checking import Check, attempt, judge_clock, judge_zone
from counterfoil.connectors.paytrace.client import PaytraceClient
from counterfoil.connectors.paytrace.mapping import CURRENCY, map_record, read_transaction
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.payment import Payment, Tender
from counterfoil.http.client import OutboundClient, OutboundLimits
from counterfoil.http.pin import HostPin
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import (
    ConfigurationError,
    DecisionError,
    DefectError,
    OutcomeUnknownError,
)
from counterfoil.ports.gateway import AnyRecord, Batch, Gateway, GatewayRecord, UnreadableRecord
from counterfoil.ports.instructions import (
    Answer,
    Carried,
    Charge,
    Declined,
    Instruction,
    NotOffered,
    StoredPayer,
    Unknown,
)
from counterfoil.security.card_guard import clean_object
from counterfoil.security.secrets import Secret

PRODUCTION = "https://api.paytrace.com"
SANDBOX = "https://api.sandbox.paytrace.com"

# The vendor sits in Spokane and runs its nightly work by Pacific time (verified); that the naive times of
# its records mean the same is inferred.
DEFAULT_ZONE = "America/Los_Angeles"

# Identifiers by name that clerks type at the virtual terminal: card numbers end up in them.
PEOPLE_WRITE = frozenset({"invoice_id", "customer_reference_id", "customer_id"})

_INVOICE_LENGTH_MAX = 50
# Texts after which an earlier or this very try may have been paid. The code of a blocked duplicate is not
# documented (inferred: its text says so); COMMERROR is the vendor's word for a lost line to the bank.
_DOUBTFUL_WORDS = ("duplicate", "commerror")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaytraceSettings:
    """One merchant account and the user to reach it with; give the user no more rights than it needs."""

    address: str
    merchant: MerchantId
    username: str
    password: Secret
    integrator_id: str = ""
    zone: str = DEFAULT_ZONE


class PaytraceConnector(Gateway):
    """One merchant account over the v1 API; safe for use by several threads."""

    def __init__(self, client: PaytraceClient, *, merchant: MerchantId, zone: tzinfo, clock: Clock) -> None:
        self._client = client
        self._merchant = merchant
        self._zone = zone
        self._clock = clock

    @property
    def zone(self) -> tzinfo:
        """The zone in which PayTrace counts the days of this account."""
        return self._zone

    @override
    def fetch_transaction(self, transaction: TransactionId) -> AnyRecord | None:
        answer = self._client.ask(
            wire_v1.ExportAnswer, wire_v1.EXPORT_BY_ID, wire_v1.export_by_id(transaction)
        )
        # The answer to an unknown number is not documented; 58 is what other calls answer (inferred).
        if not answer.success and wire_v1.ERROR_TRANSACTION_UNKNOWN not in (answer.errors or {}):
            raise DecisionError(f"PayTrace did not export transaction {transaction}: {answer.reasons}")
        for body in answer.transactions or ():
            if str(body.get("transaction_id", "")).strip() == transaction:
                return self._read(body)
        return None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        answer = self._client.ask(
            wire_v1.ExportAnswer, wire_v1.EXPORT_BY_DATE_RANGE, wire_v1.export_by_date_range(first, last)
        )
        if not answer.success:
            raise DecisionError(f"PayTrace did not export {first} to {last}: {answer.reasons}")
        return [self._read(body) for body in answer.transactions or ()]

    @override
    def normalise(self, body: Mapping[str, object]) -> Payment:
        try:
            return map_record(body, self._merchant, self._zone)
        except DecisionError as error:
            raise DecisionError(
                f"PayTrace's record of transaction {_number(body)} cannot be read: {error}. "
                "Look it up in PayTrace's virtual terminal and enter what it is by hand."
            ) from error

    @override
    def find_by_invoice(self, invoice_id: str, first: date, last: date) -> Sequence[AnyRecord]:
        return [
            record
            for record in self.fetch_range(first, last)
            if not isinstance(record, GatewayRecord) or record.payment.invoice_reference == invoice_id
        ]

    @override
    def fetch_batches(self, first: date, last: date) -> Sequence[Batch]:
        raise DecisionError("batches are not read yet")

    @override
    def fetch_batch(self, number: str) -> Sequence[AnyRecord]:
        raise DecisionError("batches are not read yet")

    @override
    def carry_out(self, instruction: Instruction) -> Answer:
        match instruction:
            case Charge(payer=StoredPayer() as payer, tender=Tender.CARD, capture=True):
                return self._charge(instruction, payer)
            case _:
                return NotOffered(why=f"{type(instruction).__name__} is not carried out yet")

    def _charge(self, charge: Charge, payer: StoredPayer) -> Answer:
        _check_charge(charge, payer)
        payload = wire_v1.sale_by_customer(charge.amount.amount, payer.reference, charge.invoice_id)
        try:
            answer = self._client.order(wire_v1.SALE_BY_CUSTOMER, payload)
        except OutcomeUnknownError as error:
            return Unknown(why=str(error))
        return read_charge_answer(answer)

    def test_connection(self) -> tuple[Check, ...]:
        """Tries what the connection is for, step by step, without moving money; stops where one fails."""
        told: list[datetime | None] = []
        read: list[datetime] = []
        tried: list[Check] = []
        for name, act in (
            ("reach PayTrace", lambda: told.append(self._client.ping().told_at)),
            ("log in", self._client.log_in),
            ("read transactions", lambda: read.extend(self._newest_times())),
        ):
            tried.append(attempt(name, act))
            if not tried[-1].works:
                return tuple(tried)
        now = self._clock.now()
        clock, zone = judge_clock(told[0], now), judge_zone(max(read, default=None), now, self._zone)
        return (*tried, clock, zone)

    def _newest_times(self) -> list[datetime]:
        """When yesterday's and today's transactions were made; a day more, since the zone may be wrong."""
        today = self._clock.now().astimezone(self._zone).date()
        records = self.fetch_range(today - timedelta(days=1), today + timedelta(days=1))
        return [record.occurred_at for record in records if isinstance(record, GatewayRecord)]

    def close(self) -> None:
        """Lets go of the network; the connector is of no more use."""
        self._client.close()

    def _read(self, sent: Mapping[str, object]) -> AnyRecord:
        body, redacted = clean_object(sent, people_write=PEOPLE_WRITE)
        try:
            return GatewayRecord(body=body, redacted=redacted, payment=self.normalise(body))
        except DecisionError as error:
            return UnreadableRecord(
                body=body,
                redacted=redacted,
                lineage=f"{self._merchant}/{_number(body)}",
                occurred_at=self._clock.now(),
                why=str(error),
            )


def connect(
    settings: PaytraceSettings,
    clock: Clock,
    *,
    limits: OutboundLimits | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> PaytraceConnector:
    """A connector for one connection's settings; nothing is sent yet.

    Raises:
        ConfigurationError: the address or the zone cannot be used.
    """
    try:
        zone = ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"{settings.zone!r} is no time zone; write it as {DEFAULT_ZONE} is written"
        ) from error
    if not (settings.merchant and settings.username and settings.password):
        raise ConfigurationError("a PayTrace connection needs a merchant, a user and a password")
    outbound = OutboundClient(HostPin.parse(settings.address), limits=limits, transport=transport)
    tokens = Tokens(outbound, settings.username, settings.password, clock)
    client = PaytraceClient(outbound, tokens, settings.integrator_id)
    return PaytraceConnector(client, merchant=settings.merchant, zone=zone, clock=clock)


def read_charge_answer(answer: wire_v1.CallAnswer) -> Answer:
    """What became of a charge; only 101 with a transaction is paid, and 103 never is."""
    transaction = read_transaction(answer.transaction_id or "")
    words = " ".join((answer.approval_message or "").split()) or " ".join(answer.reasons.split())
    match (answer.success, answer.response_code):
        case (True, wire_v1.APPROVED) if transaction is not None:
            return Carried(transaction=transaction)
        case (_, wire_v1.APPROVED_THEN_VOIDED):
            return Declined(transaction=transaction, why=f"approved and then voided by PayTrace: {words}")
        case (False, code) if _is_refusal(code, answer, transaction) and not _is_doubtful(answer):
            return Declined(transaction=transaction, why=words)
        case (_, code):
            return Unknown(why=f"PayTrace answered with response code {code}: {words}")


def _is_refusal(code: int, answer: wire_v1.CallAnswer, transaction: TransactionId | None) -> bool:
    """Declined by the bank, or sent back for what was wrong with the request, so that none was made of it."""
    was_sent_back = bool(answer.errors) and transaction is None and code != wire_v1.APPROVED
    return code == wire_v1.NOT_APPROVED or was_sent_back


def _is_doubtful(answer: wire_v1.CallAnswer) -> bool:
    texts = (answer.approval_message, answer.status_message, answer.reasons)
    words = " ".join(text for text in texts if text).lower()
    return any(word in words for word in _DOUBTFUL_WORDS)


def _check_charge(charge: Charge, payer: StoredPayer) -> None:
    if charge.amount.currency != CURRENCY:
        raise DefectError(f"PayTrace takes {CURRENCY} only, not {charge.amount.currency}")
    if not charge.amount.is_positive or not charge.amount.is_whole_minor_units:
        raise DefectError(f"{charge.amount} cannot be charged")
    if not payer.reference or not 0 < len(charge.invoice_id) <= _INVOICE_LENGTH_MAX:
        raise DefectError("a charge needs a stored customer and an invoice id of at most 50 characters")


def _number(body: Mapping[str, object]) -> str:
    """The record's own number, or a digest of what was sent where it has none."""
    number = read_transaction(str(body.get("transaction_id", "")))
    return (
        number or f"unreadable-{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]}"
    )
