"""A run that ended is carried again on what it read, by any version of its flow; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from counterfoil.domain.due_charges import DueCharge
from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.definition import Flow
from counterfoil.flows.document import read_document
from counterfoil.ports import encoding
from counterfoil.ports.erp import AlreadyPosted, Posted
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.gateway import GatewayRecord, GatewayRecords
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.recorded_runs import OtherEvent, RecordedRun
from counterfoil.ports.run_store import Json
from counterfoil.runtime.cashier import Cashier, Cashiers
from counterfoil.runtime.flow_testing.afterwards import Recalled
from counterfoil.runtime.flow_testing.batches import is_batch, written_batch
from counterfoil.runtime.flow_testing.case import Case, SiteTerms, Told, TriedEvent
from counterfoil.runtime.flow_testing.observing import Find, ObservedErp, ObservedKnown, ObservedRuns, Seen
from counterfoil.runtime.flow_testing.recalled_cashier import (
    RecalledCashier,
    Since,
    began,
    gateway_answer,
    own_number,
)
from counterfoil.runtime.flow_testing.starts import IN_OUR_WORDS, SCHEDULED, is_start
from counterfoil.runtime.flow_testing.stated_books import Books
from counterfoil.runtime.flow_testing.stated_gateway import UNREADABLE, StatedGateway
from counterfoil.runtime.flow_testing.stated_news import BOOKS_NEWS
from counterfoil.runtime.flow_testing.trying import Bench, Ports, Till, Trail
from counterfoil.runtime.interpreter import decode_result
from counterfoil.runtime.operations import Site

_NOTHING_EXPECTED = read_document("end: done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the hub remembers beside the run."""

    known: KnownPayments
    find_cross_reference: Find
    cashiers: Cashiers
    """Who would charge; nothing is charged through them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a flow that may run."""

    flow: Flow
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What came of it, and what was read."""

    case: Case
    seen: Seen
    trail: Trail


def replay(recorded: RecordedRun, version: Version, site: Site, memory: Memory) -> Replay:
    """Carries the run's event on the books as they stand, without what the run itself posted.

    Raises:
        CounterfoilError: the books cannot be read.
    """
    case = case_of(recorded, site)
    if is_start(recorded.run.event.kind):
        case = replace(case, now=began(recorded, memory.cashiers, site.zone))
    books = ObservedErp(site.erp, own_postings(recorded))
    known = ObservedKnown(memory.known, books.seen, lambda body: _body(site.gateway, body), recorded.charged)
    store = ObservedRuns(memory.find_cross_reference, books.seen, case.now)
    till = recalled_till(recorded, memory.cashiers, StatedGateway(store), site, books.seen)
    ports = Ports(store=store, books=books, known=known, till=till)
    recalled = Recalled(recorded.answers)
    bench = Bench(version.flow, version.text, case, ports, recalled)
    (trail,) = bench.carry_all()
    if books.trouble is not None:
        raise books.trouble
    event = replace(case.events[0], afterwards=tuple(recalled.lived))
    case = replace(case, events=[event])
    return Replay(case=case, seen=books.seen, trail=trail)


def recalled_till(
    recorded: RecordedRun, cashiers: Cashiers, records: GatewayRecords, site: Site, seen: Seen
) -> Till:
    """Charges are planned by what the real cashier knows of the time before the run, and none is made."""
    sent: list[tuple[DueCharge, str]] = []
    script: list[str] = []

    @cache
    def recalled() -> Cashier:
        real = cashiers(recorded.run)
        since = Since(
            day=began(recorded, cashiers, site.zone).astimezone(site.zone).date(),
            number=own_number(recorded),
            charged=frozenset(map(TransactionId, recorded.charged)),
            is_many=recorded.run.event.kind.startswith(SCHEDULED),
        )
        return RecalledCashier(real=real, records=records, since=since, seen=seen, sent=sent, script=script)

    return Till(find=lambda _run: recalled(), sent=sent, script=script)


def own_postings(recorded: RecordedRun) -> Sequence[Posted]:
    """What the run itself posted, and what the same payment's runs posted after it."""
    found = []
    for stored in (*recorded.steps.values(), *recorded.later_steps):
        result = decode_result(stored)
        if result.outcome in {"posted", "already_posted"}:
            answer = encoding.POSTING_ANSWER.decode(result.value)
            found += [answer.first if isinstance(answer, AlreadyPosted) else answer]
    return [answer for answer in found if isinstance(answer, Posted)]


def case_of(recorded: RecordedRun, site: Site) -> Case:
    run = recorded.run
    told = [_told(site.gateway, run.order_key, other) for other in recorded.others]
    own = OtherEvent(
        kind=run.event.kind,
        body=run.event.body,
        occurred_at=run.event.occurred_at,
        later=False,
        held=False,
    )
    event = TriedEvent(
        told=replace(_told(site.gateway, run.order_key, own), received_at=run.event.received_at),
        expected=_NOTHING_EXPECTED,
        attempt=max(run.attempt, 1),
        gateway_answers=(answer,) if (answer := gateway_answer(recorded)) else (),
        meanwhile=tuple(each for each, other in zip(told, recorded.others, strict=True) if other.later),
    )
    return Case(
        title=f"Recorded: {run.event.kind}",
        site=SiteTerms(
            zone=site.zone,
            start=site.start,
            ach_when_captured=site.ach_when_captured,
            refunds=site.refunds,
            returns=site.returns,
            declines=site.declines,
            settlements=site.settlements,
            disputes=site.disputes,
            dispute_fee_limit=site.dispute_fee_limit,
        ),
        books=Books(),
        before=tuple(each for each, other in zip(told, recorded.others, strict=True) if not other.later),
        events=[event],
    )


def _told(gateway: GatewayRecords, order_key: str, event: OtherEvent) -> Told:
    if event.kind.startswith(("chargeback.", *IN_OUR_WORDS, *BOOKS_NEWS)):
        body = event.body
    else:
        body = _batch(gateway, event.body) if is_batch(event.kind) else _body(gateway, event.body)
    return Told(
        kind=event.kind,
        order_key=order_key,
        body=body,
        occurred_at=event.occurred_at,
        held=event.held,
    )


def _body(gateway: GatewayRecords, body: Json) -> Json:
    """The gateway's record in our words."""
    try:
        return encoding.encode(gateway.normalise(body))
    except DecisionError as error:
        return {UNREADABLE: str(error)}


def _batch(gateway: GatewayRecords, body: Json) -> Json:
    """A batch with the transactions that the gateway lists in it now."""
    batch = gateway.normalise_batch(body)
    records = gateway.fetch_batch(batch.number)
    return written_batch(batch, [each.payment for each in records if isinstance(each, GatewayRecord)])
