"""What a flow does to ask a customer by link for an open invoice: the decision, and the link.

What is paid by the link becomes a receipt as every payment does. Summaries are flat texts: invoice, customer,
amount, email, decision, why, link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from counterfoil.domain.due_charges import LeftAlone
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.pay_links import LinkTerms, PayLinkWish, judge_pay_link
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.flows.triggers.fields import given_fields
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.errors import DefectError
from counterfoil.ports.hosted import NotMade, PayLink
from counterfoil.ports.run_store import Json
from counterfoil.runtime.due_judging import DueReach, Judging, find_invoice
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.pay_links import LinkDesks, LinkOutcome
from counterfoil.runtime.result_records import PAY_LINK_WISH
from counterfoil.runtime.sending import WritesHeld
from counterfoil.runtime.step import Operation, Step, StepResult

DECIDE = OperationSpec(
    name="invoice.decide_pay_link",
    label="Decide whether the customer is asked by a link",
    nature=Nature.READING,
    outcomes=("send", "refused"),
    gives={"send": PAY_LINK_WISH},
)
MAKE = OperationSpec(
    name="invoice.make_pay_link",
    label="Have the gateway send the link",
    nature=Nature.EFFECT,
    inputs=("wish",),
    outcomes=("sent", "changed", "not_made", "held", "unknown", "conflict"),
    takes={"wish": PAY_LINK_WISH},
)
SPECS = (DECIDE, MAKE)


@dataclass(frozen=True, slots=True)
class LinkReach:
    """What the operations ask."""

    due: DueReach
    desks: LinkDesks


def link_operations(reach: LinkReach) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=DECIDE, act=lambda step: _decide(step, reach)),
        Operation(spec=MAKE, act=lambda step: _make(step, reach)),
    )
    return {operation.spec.name: operation for operation in operations}


def _decide(step: Step, reach: LinkReach) -> StepResult:
    asked = _asked(step.run.event.body)
    summary = {"invoice": asked.invoice, "email": asked.email}
    judged = _judge(step, reach, asked)
    match judged:
        case PayLinkWish():
            told = {"decision": "send", "customer": judged.customer, "amount": str(judged.amount)}
            return StepResult(outcome="send", value=encoding.encode(judged), summary=summary | told)
        case LeftAlone():
            return StepResult(outcome="refused", summary=summary | {"decision": "refused", "why": judged.why})
    assert_never(judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a person gave."""

    invoice: InvoiceNumber
    email: str
    until: date | None


def _asked(body: Json) -> _Asked:
    given = given_fields(body)
    invoice, email, until = (given.get(name, "") for name in ("invoice", "email", "until"))
    if not isinstance(invoice, str) or not isinstance(email, str) or not isinstance(until, str):
        raise DefectError("a pay link is asked for with an invoice, an e-mail address and perhaps a day")
    return _Asked(
        invoice=InvoiceNumber(invoice.strip()),
        email=email.strip(),
        until=date.fromisoformat(until) if until else None,
    )


def _judge(step: Step, reach: LinkReach, asked: _Asked) -> PayLinkWish | LeftAlone:
    site = reach.due.sites(step.run)
    invoice = find_invoice(asked.invoice, site.erp)
    if invoice is None:
        return LeftAlone(why=f"invoice {asked.invoice} is not in the books, or is there more than once")
    terms = LinkTerms(email=asked.email, currency=reach.desks(step.run).currency, expires_on=asked.until)
    return judge_pay_link(Judging(step.run, reach.due).known_of(invoice), terms)


def _make(step: Step, reach: LinkReach) -> StepResult:
    """Has sent what was decided, unless something has changed since and nothing was sent."""
    wish = encoding.decode(PayLinkWish, step.inputs["wish"])
    desk = reach.desks(step.run)
    begun = desk.begun(wish, run=step.run.id)
    if begun is not None:
        return _told(begun, wish)
    judged = _judge(step, reach, _asked(step.run.event.body))
    if judged != wish:
        why = judged.why if isinstance(judged, LeftAlone) else f"{judged.amount} is open now"
        return StepResult(outcome="changed", summary={"decision": "changed", "why": why})
    return _told(desk.make(wish, run=step.run.id), wish)


def _told(outcome: LinkOutcome, wish: PayLinkWish) -> StepResult:
    match outcome:
        case PayLink():
            told = {"link": outcome.url or f"the gateway sends it to {wish.email}"}
            return StepResult(outcome="sent", summary={"decision": "sent", **told})
        case NotMade():
            return StepResult(outcome="not_made", summary={"decision": "not_made", "why": outcome.why})
        case WritesHeld():
            return StepResult(outcome="held", summary={"decision": "held", "why": outcome.why})
        case Pending():
            return _asks(outcome.why or "it is being sent", wish, "unknown")
        case OtherContent():
            return _asks("a link for it was sent to another address before", wish, "conflict")
    assert_never(outcome)


def _asks(why: str, wish: PayLinkWish, outcome: str) -> StepResult:
    what = "it is not known whether it was sent" if outcome == "unknown" else "nothing was sent now"
    question = Hold(
        kind=ReviewKind.PAY_LINK,
        title=f"A link to pay {wish.amount} on invoice {wish.invoice} of customer {wish.customer}",
        why=f"{why}: {what}. Look in the gateway, and say so with counterfoil paytrace effects",
    )
    return StepResult(outcome=outcome, summary={"decision": outcome, "why": question.why}, review=question)
