"""What a flow does when a customer has another name in the books: the stored payers' names follow it.

Summaries are flat texts: customer, decision, why, payers.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.payer_names import PayerChange, PayerChanges, PayerPolicy, Renamed, judge_payers
from counterfoil.domain.review import Hold
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.changes import Change, Subject
from counterfoil.ports.errors import DefectError
from counterfoil.ports.run_store import Json
from counterfoil.runtime.payers import PayerDesk, PayerDesks, Renaming
from counterfoil.runtime.result_records import PAYER_CHANGES
from counterfoil.runtime.step import Operation, Step, StepResult

JUDGE = OperationSpec(
    name="customer.judge_payers",
    label="Decide which stored payers get the customer's new name",
    nature=Nature.READING,
    outcomes=("rename", "nothing", "hold"),
    gives={"rename": PAYER_CHANGES},
)
RENAME = OperationSpec(
    name="customer.rename_payers",
    label="Give the stored payers the new name",
    nature=Nature.EFFECT,
    inputs=("changes",),
    outcomes=("renamed", "not_made", "unknown"),
    takes={"changes": PAYER_CHANGES},
)
SPECS = (JUDGE, RENAME)
_NAME = "name"
_SUMMARY = "summary"
"""What news of the books bear beside what the feed told, for people."""


def payer_operations(desks: PayerDesks) -> dict[str, Operation]:
    """The operations by name."""
    operations = (
        Operation(spec=JUDGE, act=lambda step: _judge(step, desks(step.run))),
        Operation(spec=RENAME, act=lambda step: _rename(step, desks(step.run))),
    )
    return {operation.spec.name: operation for operation in operations}


def _judge(step: Step, desk: PayerDesk) -> StepResult:
    renamed = _renamed(step.run.event.body)
    if renamed is None or desk.policy is PayerPolicy.LEAVE:
        return StepResult(outcome="nothing")
    summary: dict[str, object] = {"customer": renamed.customer}
    judged = judge_payers(renamed, desk.payers_of(renamed.customer))
    if isinstance(judged, Hold):
        return StepResult(outcome="hold", summary=summary | {"why": judged.why}, review=judged)
    if not judged.changes:
        return StepResult(outcome="nothing", summary=summary | {"payers": "none with the former name"})
    why = f"{renamed.before} is {renamed.after} now"
    told = {"decision": "rename", "why": why, "payers": _named(judged.changes)}
    return StepResult(outcome="rename", value=encoding.encode(judged), summary=summary | told)


def _renamed(body: Json) -> Renamed | None:
    """The customer's new name; None where the news is about something else."""
    told = {name: part for name, part in body.items() if name != _SUMMARY}
    notice = encoding.NOTICE.decode(told)
    if not isinstance(notice, Change) or notice.subject is not Subject.CUSTOMER:
        raise DefectError("only news of a customer can be judged; the flow's trigger lets others in")
    fields = {field.field: field for field in notice.fields}
    name = fields.get(_NAME)
    if name is None or not name.before.strip() or not name.after.strip():
        return None
    return Renamed(customer=CustomerNumber(notice.number), before=name.before, after=name.after)


def _rename(step: Step, desk: PayerDesk) -> StepResult:
    """One after the other; those that were renamed before stay so where a later one has to be tried again."""
    wanted = encoding.decode(PayerChanges, step.inputs["changes"])
    ends = [(change, desk.rename(change)) for change in wanted.changes]
    unknown = [change for change, end in ends if end is Renaming.UNKNOWN]
    if unknown:
        why = f"the answer was lost for {_named(unknown)}: it is looked at again"
        return StepResult(outcome="unknown", summary={"why": why})
    refused = [change for change, end in ends if end is Renaming.NOT_MADE]
    if refused:
        why = f"the gateway did not rename {_named(refused)}: change the name there"
        return StepResult(outcome="not_made", summary={"why": why})
    return StepResult(outcome="renamed", summary={"decision": "renamed"})


def _named(changes: Sequence[PayerChange]) -> str:
    return ", ".join(change.reference for change in changes)
