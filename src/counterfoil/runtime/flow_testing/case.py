"""A flow test as its file says: the site, the books, what was told before, and the events.

See docs/reference/flow-tests.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from counterfoil.domain.declines import Declines
from counterfoil.domain.dispute import Dispute, Matched, Unmatched
from counterfoil.domain.disputing import FEE_LIMIT, DisputePolicy
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.identifiers import MerchantId
from counterfoil.domain.payer_names import PayerPolicy
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.domain.refunding import RefundPolicy
from counterfoil.domain.settling import SettlementPolicy
from counterfoil.domain.taking_back import Returns
from counterfoil.flows.document import Part, read_document
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports import encoding
from counterfoil.ports.run_store import Json
from counterfoil.runtime.dispute_operations import written
from counterfoil.runtime.flow_testing.afterwards import Afterwards, read_afterwards
from counterfoil.runtime.flow_testing.batches import read_batch
from counterfoil.runtime.flow_testing.reading import LIST_MAX, items, one_of, read_value
from counterfoil.runtime.flow_testing.starts import ENTRIES, is_start, read_start, start_order_key
from counterfoil.runtime.flow_testing.stated_books import Books, read_books
from counterfoil.runtime.flow_testing.stated_charges import POLICY_ENTRIES, read_policy
from counterfoil.runtime.flow_testing.stated_errors import StatedError, read_errors
from counterfoil.runtime.flow_testing.stated_gateway import UNREADABLE
from counterfoil.runtime.flow_testing.stated_news import read_change
from counterfoil.runtime.flow_testing.stated_systems import SystemAnswers, read_systems
from counterfoil.runtime.memory.cashier import ANSWERS as GATEWAY_ANSWERS

MERCHANT = MerchantId("gateway/shop")
COMPANY = "01"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
"""When a payment was made, where a test does not say it."""
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
ATTEMPTS_MAX = 100
TITLE_MAX = 200
PAYMENT_DEFAULTS: Mapping[str, object] = {"merchant": MERCHANT, "tender": Tender.CARD, "created_at": NOON}
"""Beside kind and status, which are the event's."""
_BY = "a test"
EXPECTED = ("way", "end", "why", "postings", "charges", "calls", "told", "notices", "asked", "summary")
ENDS = ("done", "review", "retry", "wait", "failed")
REFUNDS_OF_INVOICES = ("ask", "reopen")
ANSWERS = ("busy", "handed_over", "changed", "conflict", "keyed_by_hand", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was told of a payment, a refund, a dispute or a batch."""

    kind: str
    order_key: str
    body: Json
    occurred_at: datetime = NOON
    received_at: datetime = NOON
    held: bool = False
    """Whether a person was asked about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedEvent:
    """An event that starts the flow, and what is expected of the run."""

    told: Told
    expected: Part
    attempt: int = 1
    answers: tuple[str, ...] = ()
    """What the books answer, instead of posting, to the first postings."""
    afterwards: tuple[Afterwards, ...] = ()
    """What happens while the run waits."""
    gateway_answers: tuple[str, ...] = ()
    """What the gateway answers to the first charges, instead of a yes."""
    systems: SystemAnswers = field(default_factory=dict)
    """What other systems answer."""
    errors: tuple[StatedError, ...] = ()
    """Which nodes fail first."""
    meanwhile: tuple[Told, ...] = ()
    """What was told between the event and its run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTerms:
    """What the connection says of how its payments count."""

    zone: tzinfo = UTC
    start: datetime = LONG_AGO
    ach_when_captured: bool = False
    refunds: RefundPolicy = field(default_factory=RefundPolicy)
    returns: Returns = Returns.ASK
    declines: Declines = Declines.LEAVE
    payers: PayerPolicy = PayerPolicy.LEAVE
    settlements: SettlementPolicy = SettlementPolicy.ASK
    due: DuePolicy = field(default_factory=DuePolicy)
    disputes: DisputePolicy = DisputePolicy.ASK
    dispute_fee_limit: Decimal = FEE_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One flow test."""

    title: str
    site: SiteTerms
    books: Books
    before: tuple[Told, ...]
    events: Sequence[TriedEvent]
    now: datetime = NOON
    """When the first run begins."""


def parse_case(text: str) -> Case:
    """A flow test from its file's text.

    Raises:
        FlowError: it is none; says the line.
    """
    root = replace(read_document(text), path="test")
    parts = root.fields(("title", "events"), ("site", "books", "before", "now"))
    events = [_event(part) for part in items(parts["events"])]
    if not events:
        raise parts["events"].wrong("a test has at least one event")
    return Case(
        title=_title(parts["title"]),
        site=_site(parts["site"]) if "site" in parts else SiteTerms(),
        books=read_books(parts["books"]) if "books" in parts else Books(),
        before=_told_list(parts.get("before")),
        events=events,
        now=read_value(datetime, parts["now"]) if "now" in parts else NOON,
    )


def _title(part: Part) -> str:
    title = part.text()
    if len(title) > TITLE_MAX or not title.isprintable():
        raise part.wrong(f"a title is one line of at most {TITLE_MAX} characters")
    return title


TERMS: Mapping[str, Any] = {
    "start": datetime,
    "ach_when_captured": bool,
    "returns": Returns,
    "declines": Declines,
    "payers": PayerPolicy,
    "settlements": SettlementPolicy,
    "disputes": DisputePolicy,
    "dispute_fee_limit": Decimal,
}


def _site(part: Part) -> SiteTerms:
    parts = part.fields((), ("zone", "refunds_of_invoices", "refund_limit", *TERMS, *POLICY_ENTRIES))
    reopens = "ask"
    if "refunds_of_invoices" in parts:
        reopens = one_of(parts["refunds_of_invoices"], REFUNDS_OF_INVOICES)
    terms: dict[str, Any] = {
        name: read_value(kind, parts[name]) for name, kind in TERMS.items() if name in parts
    }
    limit = {"limit": read_value(Decimal, parts["refund_limit"])} if "refund_limit" in parts else {}
    zone = _zone(parts["zone"]) if "zone" in parts else UTC
    refunds = RefundPolicy(reopens=reopens == "reopen", **limit)
    return SiteTerms(zone=zone, refunds=refunds, due=read_policy(parts), **terms)


def _zone(part: Part) -> tzinfo:
    try:
        return ZoneInfo(part.text())
    except (ValueError, KeyError, OSError) as error:
        raise part.wrong(f"{quoted(part.text())} is no zone such as America/New_York") from error


def _event(part: Part) -> TriedEvent:
    parts = part.fields(("kind", "expect"), (*SUBJECTS, *OF_A_RUN))
    expected = parts["expect"]
    one_of(expected.fields(("end",), EXPECTED)["end"], ENDS)
    answers = items(parts["answers"]) if "answers" in parts else []
    from_gateway = items(parts["gateway_answers"]) if "gateway_answers" in parts else []
    return TriedEvent(
        told=_told(part, parts),
        expected=expected,
        attempt=parts["attempt"].number(1, ATTEMPTS_MAX) if "attempt" in parts else 1,
        answers=tuple(one_of(each, ANSWERS) for each in answers),
        afterwards=_afterwards(parts.get("then")),
        gateway_answers=tuple(one_of(each, GATEWAY_ANSWERS) for each in from_gateway),
        systems=read_systems(parts.get("systems")),
        errors=read_errors(parts.get("errors")),
        meanwhile=_told_list(parts.get("meanwhile")),
    )


def _afterwards(part: Part | None) -> tuple[Afterwards, ...]:
    if part is None:
        return ()
    found = tuple(each for one in items(part) for each in read_afterwards(one))
    if len(found) > LIST_MAX:
        raise part.wrong(f"a run goes on at most {LIST_MAX} times")
    return found


OF_A_RUN = ("attempt", "answers", "gateway_answers", "systems", "errors", "meanwhile", "then")
SUBJECTS = ("payment", "dispute", "matched", "unmatched", "settlement", "change", UNREADABLE, *ENTRIES)


def _told_list(part: Part | None) -> tuple[Told, ...]:
    found = items(part) if part is not None else []
    return tuple(_told(each, each.fields(("kind",), (*SUBJECTS, "held"))) for each in found)


def _told(part: Part, parts: Mapping[str, Part]) -> Told:
    kind = parts["kind"].text()
    held = read_value(bool, parts["held"]) if "held" in parts else False
    if is_start(kind):
        body = read_start(kind, parts, COMPANY, NOON)
        return Told(kind=kind, order_key=start_order_key(kind, COMPANY, body), body=body, held=held)
    if "change" in parts:
        news = read_change(parts["kind"], parts["change"], COMPANY, NOON)
        return Told(kind=kind, order_key=news.order_key, body=news.body, held=held)
    if "dispute" in parts:
        return replace(_dispute(kind, parts, part), held=held)
    if "settlement" in parts:
        batch, body = read_batch(parts["kind"], parts["settlement"], MERCHANT, NOON)
        return Told(kind=kind, order_key=batch.lineage, body=body, occurred_at=batch.settled_at, held=held)
    if "payment" not in parts:
        raise part.wrong("a payment, a dispute, a settlement, a change or an item belongs here")
    payment: Payment = read_value(Payment, parts["payment"], _payment_defaults(kind, parts["kind"]))
    body = encoding.encode(payment)
    if UNREADABLE in parts:
        body = {UNREADABLE: parts[UNREADABLE].text()}
    return Told(kind=kind, order_key=payment.lineage, body=body, occurred_at=payment.created_at, held=held)


def _payment_defaults(kind: str, part: Part) -> Mapping[str, object]:
    """An event's kind says what it tells: `payment.captured`."""
    what, _, status = kind.partition(".")
    known = {each.value for each in PaymentStatus} | {UNREADABLE}
    if what not in {each.value for each in PaymentKind} or status not in known:
        kinds = [f"{each.value}.{status.value}" for each in PaymentKind for status in PaymentStatus]
        raise part.wrong(f"{quoted(kind)} is told of no payment{nearest(kind, kinds)}")
    return {
        **PAYMENT_DEFAULTS,
        "kind": PaymentKind(what),
        "status": PaymentStatus.PENDING if status == UNREADABLE else PaymentStatus(status),
    }


def _dispute(kind: str, parts: Mapping[str, Part], part: Part) -> Told:
    dispute: Dispute = read_value(Dispute, parts["dispute"])
    if kind != dispute.event_kind:
        raise parts["kind"].wrong(f"a dispute of that stage is told as {dispute.event_kind}")
    noon = datetime.combine(dispute.on, NOON.timetz())
    told = Told(kind=kind, order_key=dispute.key, body={}, occurred_at=noon, received_at=noon)
    if "matched" in parts:
        match: Matched = read_value(Matched, parts["matched"], {"why": "its transaction is named"})
        return replace(told, order_key=match.lineage, body=written(dispute, match, _BY))
    if "unmatched" in parts:
        unmatched: Unmatched = read_value(Unmatched, parts["unmatched"])
        return replace(told, body=written(dispute, unmatched, _BY))
    raise part.wrong("'matched' or 'unmatched' says which payment the dispute is about")
