"""What the change feed of a company's books tells, as events of the hub; pure."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import assert_never

from counterfoil.ports.changes import Change, Happened, LostUpdate, Notice, StartOver, Subject
from counterfoil.ports.encoding import NOTICE
from counterfoil.ports.errors import DefectError
from counterfoil.ports.intake import BooksEvent, Question
from counterfoil.ports.own_triggers import KEYED_BY_HAND, MISSED, OVERWRITTEN

_DIGEST = 24


def event_of(company: str, notice: Notice) -> BooksEvent:
    """The event of a notice: named by what it is about, what was seen and when."""
    match notice:
        case Change():
            return _changed(company, notice)
        case LostUpdate():
            return _overwritten(company, notice)
        case _:
            raise DefectError(f"{type(notice).__name__} is no notice that becomes an event")


def missed(company: str, answer: StartOver, now: datetime) -> BooksEvent:
    """The feed lost its place: what happened in between is not known."""
    summary = f"what others did in company {company} since the last look is not known: {answer.why}"
    return BooksEvent(
        key=f"books/{company}/missed/{answer.cursor}",
        kind=MISSED,
        order_key=f"books/{company}",
        body={"why": answer.why, "cursor": answer.cursor, "summary": summary},
        occurred_at=now,
        question=Question(
            topic=f"{MISSED}/{company}",
            kind=MISSED,
            title="News of the books were missed",
            why=f"{summary}. Look through receipts keyed by hand since then",
        ),
    )


def kind_of(change: Change) -> str:
    """Such as ``invoice.changed``; receipts are named apart from the payments of a gateway."""
    if change.subject is Subject.PAYMENT:
        return KEYED_BY_HAND if change.happened is Happened.NEW else f"receipt.{change.happened.value}"
    return f"{change.subject.value}.{change.happened.value}"


def _changed(company: str, change: Change) -> BooksEvent:
    order_key = _storable(f"books/{company}/{change.subject.value}/{change.number}")
    kind, summary = kind_of(change), _storable(summary_of(change))
    question = None
    if kind == KEYED_BY_HAND:
        question = Question(
            topic=f"{kind}/{company}",
            kind=kind,
            title="Receipts were keyed by hand",
            why=f"{summary}. Look whether a payment that came in is the same money",
        )
    return BooksEvent(
        key=f"{order_key}/{_digest(change)}",
        kind=kind,
        order_key=order_key,
        body={**NOTICE.encode(change), "summary": summary},
        occurred_at=change.seen_at,
        question=question,
    )


def summary_of(change: Change) -> str:
    """In a clerk's words."""
    after = {field.field: field.after for field in change.fields}
    match change.happened:
        case Happened.NEW if change.subject is Subject.PAYMENT:
            by = after.get("user") or after.get("added_by") or "somebody"
            reference = f" ({after['reference']})" if after.get("reference") else ""
            on = f" on {after['paid_on']}" if after.get("paid_on") else ""
            money = after.get("paid", "0")
            return f"{by} keyed {money} on {change.number} of {change.customer}{on}{reference}"
        case Happened.NEW:
            return f"{_named(change)} is new"
        case Happened.GONE:
            return f"{_named(change)} is gone"
        case Happened.CHANGED:
            fields = (
                f"{one.field.replace('_', ' ')} {one.before or 'nothing'} -> {one.after or 'nothing'}"
                for one in change.fields
            )
            return f"{_named(change)}: {', '.join(fields)}"
        case _:
            assert_never(change.happened)


def _named(change: Change) -> str:
    if change.subject is Subject.CUSTOMER:
        return f"customer {change.number}"
    word = "the receipt on" if change.subject is Subject.PAYMENT else change.subject.value
    return f"{word} {change.number} of {change.customer}"


def _overwritten(company: str, lost: LostUpdate) -> BooksEvent:
    place = f"{lost.table}/{lost.record}"
    order_key = f"books/{company}/{place}"
    fields = ", ".join(f"{one.field} is {one.found}, not {one.expected}" for one in lost.fields)
    keys = ", ".join(map(str, lost.postings))
    summary = _storable(f"{lost.table} record {lost.record} ({lost.number}): {fields}; lost of {keys}")
    return BooksEvent(
        key=f"{order_key}/{_digest(lost)}",
        kind=OVERWRITTEN,
        order_key=order_key,
        body={**NOTICE.encode(lost), "summary": summary},
        occurred_at=lost.seen_at,
        question=Question(
            topic=f"{OVERWRITTEN}/{company}/{place}",
            kind=OVERWRITTEN,
            title="A posting was overwritten",
            why=f"{summary}: {lost.advice}",
        ),
    )


def _digest(notice: Notice) -> str:
    """Of all that it says: the same change at another time is another event."""
    text = json.dumps(NOTICE.encode(notice), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def _storable(text: str) -> str:
    """Fields of tables may hold bytes that no text of a database does."""
    return text.replace("\0", "\ufffd")
