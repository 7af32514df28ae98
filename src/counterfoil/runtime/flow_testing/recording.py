"""Turns a run that ended into a flow test: the run is carried again on what it read, and nothing is written.

The books hold no past. What the run itself posted is undone as it is read; where others have changed what it
read since, it comes to something else now, and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from counterfoil.domain.dispute import Matched
from counterfoil.domain.disputing import StageFact
from counterfoil.domain.payment import Payment
from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import FlowError
from counterfoil.ports import encoding
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.recorded_runs import RecordedRun
from counterfoil.ports.run_store import Json
from counterfoil.runtime.dispute_operations import told_dispute, told_match
from counterfoil.runtime.flow_testing.afterwards import tell_afterwards
from counterfoil.runtime.flow_testing.batches import is_batch, told_settlement, told_transactions
from counterfoil.runtime.flow_testing.case import NOON, Case, Told, TriedEvent
from counterfoil.runtime.flow_testing.masking import Mask
from counterfoil.runtime.flow_testing.observing import Seen
from counterfoil.runtime.flow_testing.replaying import Memory, Version, replay
from counterfoil.runtime.flow_testing.running import read_case, run_case
from counterfoil.runtime.flow_testing.starts import ITEM, MANUAL, is_start
from counterfoil.runtime.flow_testing.stated_gateway import UNREADABLE
from counterfoil.runtime.flow_testing.stated_news import BOOKS_NEWS
from counterfoil.runtime.flow_testing.telling import Tree, tell
from counterfoil.runtime.flow_testing.telling_charges import charge_tree, due_tree, method_tree
from counterfoil.runtime.flow_testing.trying import Trail, try_case
from counterfoil.runtime.operations import Site

_ENDS = {"done": "done", "held": "review"}
_COMPARED = (
    *("decision", "customer", "applications", "applied", "on_account", "fact", "payment"),
    *("amount", "charge", "due", "left_alone", "items"),
)
_HEADER = """# Recorded from a run, with neutral words for names. The books are as the run read them.
"""


class NotRecordableError(ConfigurationError):
    """A run of which no test can be made; says why."""


def record_run(recorded: RecordedRun, flow: Flow, flow_text: str, site: Site, memory: Memory) -> str:
    """The text of a flow test that passes on the run's own version of the flow.

    Raises:
        NotRecordableError: it has not ended, or the books have moved on since.
    """
    if recorded.status not in _ENDS:
        raise NotRecordableError(f"the run is {recorded.status}: a test is made of a run that ended")
    if recorded.run.event.kind.startswith((MANUAL, *BOOKS_NEWS)):
        raise NotRecordableError(
            "no test is made of a run that a person started or that the books told of: write one"
        )
    played = replay(recorded, Version(flow=flow, text=flow_text), site, memory)
    _require_same(recorded, played.trail)
    return _written(_Recording(played.case, played.seen, site), flow, flow_text, played.trail)


def _require_same(recorded: RecordedRun, trail: Trail) -> None:
    """What the run came to has to come again, else the books are not what they were."""
    before = tell({name: recorded.summary.get(name) for name in _COMPARED})
    now = {name: part for name, part in trail.summary.items() if name in _COMPARED}
    if (_ENDS[recorded.status], before) == (trail.end, now):
        return
    raise NotRecordableError(
        f"the books have moved on since: the run ended as {_ENDS[recorded.status]} ({_shown(before)}), and on"
        f" the books as they stand, without what it posted, it ends as {trail.end} ({_shown(now)})"
    )


def _shown(tree: Mapping[str, Tree]) -> str:
    return ", ".join(f"{name} {part}" for name, part in tree.items())


@dataclass(frozen=True, slots=True)
class _Recording:
    case: Case
    seen: Seen
    site: Site


def _written(recording: _Recording, flow: Flow, flow_text: str, trail: Trail) -> str:
    """First without what is expected, which is what comes of the masked test."""
    tree = _tree(recording)
    case = read_case(_dump(tree))
    (masked,) = try_case(flow, flow_text, case)
    if (masked.way, masked.end) != (trail.way, trail.end):
        raise NotRecordableError(
            "the run depends on something that a test does not hold: documents that bear one number, or"
            " names that are masked"
        )
    expected = {name: part for name, part in masked.tree.items() if name != "summary"}
    tree["events"][0]["expect"] = expected
    text = _dump(tree)
    findings = run_case(flow, flow_text, read_case(text)).findings
    if findings:
        raise FlowError(*findings)
    return _HEADER + text


def _dump(tree: Tree) -> str:
    return yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)


def _tree(recording: _Recording) -> dict[str, Any]:
    case, seen = recording.case, recording.seen
    told = case.events[0].told
    mask = Mask(_merchant(told, seen.merchant))
    before = [_told_tree(each, mask) for each in case.before]
    before += [_record_tree(body, mask) for bodies in seen.records.values() for body in bodies]
    tree: dict[str, Any] = {
        "title": case.title,
        "now": case.now.isoformat() if case.now != NOON else "",
        "site": _site_tree(recording.site) | due_tree(seen.due),
        "books": _books_tree(seen, mask),
        "before": before,
        "events": [_event_tree(case.events[0], mask)],
    }
    return {name: part for name, part in tree.items() if part}


def _merchant(told: Told, merchant: str) -> str:
    if is_batch(told.kind):
        return told_settlement(told.body).merchant
    if is_start(told.kind):
        return merchant
    return told.order_key.rpartition("/")[0]


def _event_tree(event: TriedEvent, mask: Mask) -> dict[str, Any]:
    tree = _told_tree(event.told, mask)
    if event.attempt > 1:
        tree["attempt"] = str(event.attempt)
    if event.meanwhile:
        tree["meanwhile"] = [_told_tree(each, mask) for each in event.meanwhile]
    if event.gateway_answers:
        tree["gateway_answers"] = list(event.gateway_answers)
    if event.afterwards:
        tree["then"] = [tell_afterwards(each) for each in event.afterwards]
    return tree | {"expect": {"end": "done"}}


def _told_tree(told: Told, mask: Mask) -> dict[str, Any]:
    tree: dict[str, Any] = {"kind": told.kind}
    if told.held:
        tree["held"] = "true"
    if is_start(told.kind):
        return tree | _start_tree(told, mask)
    if told.kind.startswith("chargeback."):
        match = told_match(told.body)
        word = "matched" if isinstance(match, Matched) else "unmatched"
        return tree | {"dispute": mask.tree(tell(told_dispute(told.body))), word: mask.tree(tell(match))}
    if is_batch(told.kind):
        return tree | {"settlement": _batch_tree(told.body, mask)}
    if UNREADABLE in told.body:
        number = told.order_key.rpartition("/")[2]
        return tree | {
            "payment": {"transaction": number, "amount": "0 USD"},
            UNREADABLE: "its record cannot be read",
        }
    return tree | {"payment": _payment_tree(told.body, mask)}


def _start_tree(told: Told, mask: Mask) -> dict[str, Any]:
    if told.kind.startswith(ITEM):
        return {"item": mask.tree(told.body["item"])}
    return {"due_at": str(told.body["due_at"])}


def _batch_tree(body: Json, mask: Mask) -> Tree:
    transactions = [mask.tree(tell(payment)) for payment in told_transactions(body)]
    return mask.tree(tell(told_settlement(body))) | {"transactions": transactions}


def _record_tree(body: Json, mask: Mask) -> dict[str, Any]:
    payment = encoding.decode(Payment, body)
    kind = f"{payment.kind.value}.{payment.status.value}"
    return {"kind": kind, "payment": _payment_tree(body, mask)}


def _payment_tree(body: Json, mask: Mask) -> Tree:
    """Kind and status are the event's."""
    tree = mask.tree(tell(encoding.decode(Payment, body)))
    return {name: part for name, part in tree.items() if name not in {"kind", "status"}}


def _site_tree(site: Site) -> dict[str, str]:
    tree = {"zone": str(site.zone), "start": site.start.isoformat()}
    if site.ach_when_captured:
        tree["ach_when_captured"] = "true"
    if site.refunds.reopens:
        tree["refunds_of_invoices"] = "reopen"
    tree |= {"returns": site.returns.value, "declines": site.declines.value}
    tree["settlements"] = site.settlements.value
    tree |= {"disputes": site.disputes.value, "dispute_fee_limit": str(site.dispute_fee_limit)}
    return tree | {"refund_limit": str(site.refunds.limit)}


def _books_tree(seen: Seen, mask: Mask) -> dict[str, Any]:
    tree: dict[str, Any] = {
        "customers": [mask.named("customer", number) for number in seen.customers],
        "invoices": [mask.tree(tell(item)) for item in seen.invoices.values()],
        "orders": [mask.tree(tell(order)) for order in seen.orders.values()],
        "receipts": [mask.tree(tell(entry)) for entry in seen.receipts],
        "postings": [
            {"document": _document(posted)} | mask.tree(tell(posted.fact))
            for posted in seen.postings.values()
        ],
        "vault_customers": {
            mask.named("vault_customer", vault): mask.named("customer", customer)
            for vault, customer in seen.vault_customers.items()
        },
        "own_refunds": dict(seen.own_refunds),
        "methods": [method_tree(each, mask) for each in seen.methods.values()],
        "charges": [
            charge_tree(invoice, each, mask) for invoice, found in seen.charges.items() for each in found
        ],
    }
    return {name: part for name, part in tree.items() if part}


def _document(posted: Posted) -> str:
    """A journal file's name tells nothing that a run reads, and looks like a secret."""
    return "as recorded" if isinstance(posted.fact, StageFact) else posted.document
