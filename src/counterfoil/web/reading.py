"""The overview over the hub's database: rows turned into answers, decisions into sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from typing_extensions import override

from counterfoil.store.overview import Overview as Rows
from counterfoil.store.overview import ReviewTaskRow, RunRow, StepRow
from counterfoil.web.models import (
    ConnectionAnswer,
    EventAnswer,
    FieldAnswer,
    HealthAnswer,
    ReceiptAnswer,
    ReviewTaskAnswer,
    RowAnswer,
    RunAnswer,
    RunDetailAnswer,
    StepAnswer,
)
from counterfoil.web.overview import Overview, RunFilter


class StoredOverview(Overview):
    """Answers from the hub's tables."""

    def __init__(self, rows: Rows, health: Callable[[], HealthAnswer], now: Callable[[], datetime]) -> None:
        self._rows = rows
        self._health = health
        self._now = now

    @override
    def runs(self, wanted: RunFilter) -> Sequence[RunAnswer]:
        found = self._rows.runs(order_key_end=wanted.transaction, status=wanted.status, limit=wanted.limit)
        return [RunAnswer.model_validate(_run(row)) for row in found]

    @override
    def run(self, run_id: str) -> RunDetailAnswer | None:
        row = self._rows.run(run_id)
        if row is None:
            return None
        steps = self._rows.steps(run_id)
        return RunDetailAnswer.model_validate(
            _run(row) | {"steps": [_step(step) for step in steps], "rows": _written(steps)}
        )

    @override
    def receipts(self, limit: int) -> Sequence[ReceiptAnswer]:
        return [_receipt(row) for row in self._rows.receipts(limit)]

    @override
    def review_tasks(self, limit: int) -> Sequence[ReviewTaskAnswer]:
        return [_task(row) for row in self._rows.review_tasks(limit, self._now())]

    @override
    def events(self, limit: int, *, without_runs: bool = False) -> Sequence[EventAnswer]:
        return [
            EventAnswer.model_validate(row) for row in self._rows.events(limit, without_runs=without_runs)
        ]

    @override
    def connections(self) -> Sequence[ConnectionAnswer]:
        return [ConnectionAnswer.model_validate(row) for row in self._rows.connections()]

    @override
    def health(self) -> HealthAnswer:
        return self._health()


def decision_sentence(summary: Mapping[str, Any]) -> str:
    """What was decided, in a clerk's words, from a run's summary."""
    word = str(summary.get("decision") or summary.get("branch", ""))
    if word == "applied":
        return _applied(summary)
    if word == "no_money":
        noted = f", noted {summary['noted']}" if "noted" in summary else ""
        return f"no money: {summary.get('status', 'unknown')}{noted}"
    if word == "sent":
        return f"link to pay: {summary.get('link', '')}"
    return {
        "hold": "held for a person",
        "in_the_books": "already in the books",
        "superseded": "other news of it counts",
        "take_back": "the receipt is taken back",
    }.get(word, word)


def _applied(summary: Mapping[str, Any]) -> str:
    parts = [f"{part['amount']} to invoice {part['invoice']}" for part in summary.get("applications", ())]
    if not _is_zero(str(summary.get("on_account", "0"))):
        parts.append(f"{summary['on_account']} on account of {summary.get('customer', '')}")
    return ", ".join(parts) or f"for customer {summary.get('customer', '')}"


def _is_zero(money: str) -> bool:
    return not any(digit in money for digit in "123456789")


def _run(row: RunRow) -> dict[str, Any]:
    summary = row.result or {}
    return {
        "id": row.id,
        "event_key": row.event_key,
        "transaction": row.order_key.rpartition("/")[2],
        "kind": row.kind,
        "source": row.source,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "flow": row.flow,
        "flow_version": row.flow_version,
        "company": row.company,
        "status": row.status,
        "attempts": row.attempts,
        "amount": summary.get("amount", ""),
        "decision": decision_sentence(summary),
        "why": summary.get("why") or row.why or "",
        "document": summary.get("document", ""),
        "finished_at": row.finished_at,
    }


def _step(row: StepRow) -> StepAnswer:
    status = "finished" if row.finished_at else "acting"
    return StepAnswer(
        step=row.node,
        status=status,
        intent_at=row.intent_at,
        finished_at=row.finished_at,
        result=row.result or {},
    )


def _written(steps: Sequence[StepRow]) -> list[RowAnswer]:
    """The rows of the posting that this run made."""
    posted = [step.result for step in steps if step.result and step.result.get("outcome") == "posted"]
    return [
        RowAnswer(
            table=row["table"],
            record=row["record"],
            added=row["added"],
            fields=[FieldAnswer(**field) for field in row["fields"]],
        )
        for result in posted
        for row in result["value"].get("rows", ())
    ]


def _task(row: ReviewTaskRow) -> ReviewTaskAnswer:
    return ReviewTaskAnswer(
        id=row.id,
        run=row.run,
        transaction=row.order_key.rpartition("/")[2],
        amount=row.amount,
        kind=row.kind,
        title=row.title,
        why=row.why,
        opened_at=row.opened_at,
        count=row.count,
        assigned_to=row.assigned_to,
        due_at=row.due_at,
        is_overdue=row.is_overdue,
    )


def _receipt(row: RunRow) -> ReceiptAnswer:
    summary = row.result or {}
    return ReceiptAnswer(
        run=row.id,
        posting_key=summary["posting_key"],
        document=summary["document"],
        company=row.company,
        customer=summary["customer"],
        amount=summary["amount"],
        applied=summary["applied"],
        on_account=summary["on_account"],
        why=summary.get("why", ""),
        posted_at=row.finished_at or row.received_at,
    )
