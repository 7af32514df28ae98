"""What a flow does with a dispute: reads what was told, and asks a person.

Summaries are flat texts: transaction, kind, status, amount, case, why.
"""

from __future__ import annotations

from counterfoil.domain.dispute import Dispute, DisputeStage, Matched, Unmatched
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.run_store import Json
from counterfoil.runtime.result_fields import DISPUTE_FIELDS
from counterfoil.runtime.step import Operation, Step, StepResult

READ = OperationSpec(
    name="dispute.read",
    label="Read what the processor told of a dispute",
    nature=Nature.PURE,
    outcomes=("matched", "unmatched"),
    results=DISPUTE_FIELDS,
)
SPECS = (READ,)

_MATCH: encoding.Kinds[Matched | Unmatched] = encoding.Kinds({"matched": Matched, "unmatched": Unmatched})


def dispute_operations() -> dict[str, Operation]:
    """The operations by name."""
    return {READ.name: Operation(spec=READ, act=_read)}


def written(dispute: Dispute, match: Matched | Unmatched, told_by: str) -> Json:
    """A dispute as an event's body."""
    return {
        "dispute": encoding.encode(dispute),
        "match": _MATCH.encode(match),
        "told_by": told_by,
    }


def told_dispute(body: Json) -> Dispute:
    return encoding.decode(Dispute, body["dispute"])


def told_match(body: Json) -> Matched | Unmatched:
    return _MATCH.decode(body["match"])


def _read(step: Step) -> StepResult:
    dispute, match = told_dispute(step.run.event.body), told_match(step.run.event.body)
    word = _MATCH.word(match)
    summary = {
        "transaction": step.run.order_key.rpartition("/")[2],
        "kind": "chargeback",
        "status": dispute.stage.value,
        "amount": str(dispute.amount),
        "case": dispute.case,
        "why": match.why,
    }
    return StepResult(
        outcome=word, value=encoding.encode(dispute), summary=summary, review=_question(dispute, match)
    )


def _question(dispute: Dispute, match: Matched | Unmatched) -> Hold:
    if isinstance(match, Unmatched):
        fitting = f" (it may be {', '.join(match.candidates)})" if match.candidates else ""
        return Hold(
            kind=ReviewKind.DISPUTED_PAYMENT,
            title=f"Which payment is case {dispute.case} about?",
            why=f"{match.why}{fitting}. Say it: counterfoil disputes match {dispute.case}",
        )
    what = _WORDS[dispute.stage]
    return Hold(
        kind=ReviewKind.DISPUTE,
        title=f"{what} {dispute.amount}, case {dispute.case}",
        why=f"payment {match.lineage}: {match.why}. This flow posts no disputes; enter it in the books",
    )


_WORDS = {
    DisputeStage.OPENED: "The customer's bank took back",
    DisputeStage.WON: "A dispute was won:",
    DisputeStage.LOST: "A dispute was lost:",
    DisputeStage.FEE: "A dispute's fee:",
}
