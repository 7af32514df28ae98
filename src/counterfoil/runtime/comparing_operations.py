"""What a flow does to compare a day of the gateway with the books; nothing is posted.

Summaries are flat texts: decision, why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from counterfoil.domain.comparing import Question, Sighting, Terms, compare_day
from counterfoil.domain.payment import Payment
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.errors import DecisionError, DefectError
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.known_payments import KnownPayments
from counterfoil.ports.run_store import StoredEvent
from counterfoil.runtime.in_books import amount_in_books
from counterfoil.runtime.operations import Site, Sites
from counterfoil.runtime.result_records import COMPARED_DAY
from counterfoil.runtime.step import Operation, Step, StepResult

COMPARE_DAY = OperationSpec(
    name="gateway.compare_day",
    label="Compare the gateway's day before with the books",
    nature=Nature.READING,
    outcomes=("agrees", "differs"),
    gives={"agrees": COMPARED_DAY, "differs": COMPARED_DAY},
    item_key="transaction",
)
SPECS = (COMPARE_DAY,)


def comparing_operations(sites: Sites, known: KnownPayments) -> dict[str, Operation]:
    """The operations by name."""
    return {
        COMPARE_DAY.name: Operation(spec=COMPARE_DAY, act=lambda step: _compare(step, sites(step.run), known))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What gateway and inbox tell of a day."""

    payments: Mapping[str, Payment]
    """By lineage, as the gateway tells them last."""
    reported: Collection[str]
    unread: Sequence[str]


def _compare(step: Step, site: Site, known: KnownPayments) -> StepResult:
    day = _day_before(step.run.event, site)
    found = compare_day(day, *_seen(day, site, known), _terms(site))
    return StepResult(
        outcome="differs" if found.differences else "agrees",
        value={"day": day.isoformat(), "items": [encoding.encode(one) for one in found.differences]},
        summary={"decision": "compared", "why": found.summary},
        review=found.question if found.differences else None,
    )


def _terms(site: Site) -> Terms:
    return Terms(zone=site.zone, start=site.start, ach_when_captured=site.ach_when_captured)


def _day_before(event: StoredEvent, site: Site) -> date:
    """The day before the start, by the gateway's calendar."""
    written = event.body.get("due_at")
    try:
        at = datetime.fromisoformat(str(written)) if written else event.occurred_at
    except ValueError as error:
        raise DefectError(f"{event.key} is due at {written!r}, which is no time") from error
    return at.astimezone(site.zone).date() - timedelta(days=1)


def _seen(day: date, site: Site, known: KnownPayments) -> tuple[list[Sighting], Sequence[str]]:
    told = _tell(day, site, known)
    lineages = list(told.payments)
    asked, still_open = (
        find(site.connection, lineages) for find in (known.asked_about, known.questions_open)
    )
    sightings = []
    for lineage, payment in told.payments.items():
        question = Question.OPEN if lineage in still_open else Question.NONE
        if lineage in asked and lineage not in still_open:
            question = Question.CLOSED
        sightings.append(
            Sighting(
                payment=payment,
                is_reported=lineage in told.reported or not _must_be_reported(payment, day, site),
                posted=amount_in_books(site.erp, payment),
                question=question,
            )
        )
    return sightings, told.unread


def _tell(day: date, site: Site, known: KnownPayments) -> _Told:
    """The gateway's own report of the day, and of what else was told on it the record that came last."""
    midnight = datetime.combine(day, time(), site.zone)
    following = datetime.combine(day + timedelta(days=1), time(), site.zone)
    payments: dict[str, Payment] = {}
    unread: dict[str, None] = {}
    for told in known.told_between(site.connection, midnight, following):
        try:
            payments[told.lineage] = site.gateway.normalise(told.body)
        except DecisionError:
            unread[told.lineage] = None
    reported = site.gateway.fetch_range(day, day)
    for record in reported:
        if isinstance(record, GatewayRecord):
            payments[record.lineage] = record.payment
            unread.pop(record.lineage, None)
        else:
            unread[record.lineage] = None
    names = [lineage.rpartition("/")[2] for lineage in unread if lineage not in payments]
    return _Told(payments=payments, reported={each.lineage for each in reported}, unread=names)


def _must_be_reported(payment: Payment, day: date, site: Site) -> bool:
    """Whether the report of the day should have it: made on it, in a way that the gateway tells of."""
    made_on = payment.created_at.astimezone(site.zone).date()
    return made_on == day and site.gateway.tells_of(payment.tender)
