"""What the books answered to a posting, as a step's result: the same words in every flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.review import Hold, ReviewKind
from counterfoil.ports import encoding
from counterfoil.ports.erp import (
    AlreadyPosted,
    Busy,
    Changed,
    Conflict,
    Erp,
    HandedOver,
    KeyedByHand,
    Posted,
    PostingAnswer,
    Preview,
    Refused,
)
from counterfoil.ports.errors import DefectError
from counterfoil.ports.run_store import Json
from counterfoil.runtime.step import StepResult

POSTING_OUTCOMES = (
    "posted",
    "already_posted",
    "handed_over",
    "busy",
    "changed",
    "conflict",
    "keyed_by_hand",
    "refused",
)


def post_one(erp: Erp, fact: Fact) -> PostingAnswer:
    answers = erp.post([fact])
    if len(answers) != 1:
        raise DefectError(f"one posting was asked for, {len(answers)} answers came")
    return answers[0]


def is_on_its_way(erp: Erp, fact: Fact) -> bool:
    """Whether it stands in the books, or was left for another program that will enter it.

    Of what is on its way no row would be written any more.
    """
    if erp.find_posting(fact.key) is not None:
        return True
    planned = erp.preview(fact)
    return isinstance(planned, Preview) and not planned.rows


def told_posting(posted: Posted) -> Json:
    """Where a posting stands, for people."""
    return {
        "posting_key": str(posted.key),
        "document": posted.document,
        "fact": posted.fact.summary,
    }


def answered(
    answer: PostingAnswer, *, what: str, tell: Callable[[Posted], Json] = told_posting
) -> StepResult:
    """The step's result; `what` names in a person's words what was posted."""
    word = encoding.POSTING_ANSWER.word(answer)
    summary: dict[str, object] = {"posting": word}
    match answer:
        case Posted():
            summary |= tell(answer)
        case AlreadyPosted():
            summary |= tell(answer.first)
        case HandedOver():
            summary |= {"why": f"left to be entered at {answer.where}"}
        case Busy():
            summary |= {"why": f"busy: {answer.what}"}
        case Changed() | Conflict() | KeyedByHand() | Refused():
            summary |= {"why": answer.why}
        case _:
            assert_never(answer)
    value = encoding.POSTING_ANSWER.encode(answer)
    return StepResult(outcome=word, value=value, summary=summary, review=_question(answer, what))


def _question(answer: PostingAnswer, what: str) -> Hold | None:
    match answer:
        case Changed():
            kind, title = ReviewKind.BOOKS_CHANGED, f"The books kept changing while the {what} was posted"
        case Conflict():
            kind, title = ReviewKind.CONFLICT, f"Another posting has this {what}'s key"
        case Refused(period_locked=True):
            kind, title = ReviewKind.LOCKED_PERIOD, f"The {what} belongs into a locked period"
        case Refused():
            kind, title = ReviewKind.REFUSED, f"The {what} cannot be posted"
        case KeyedByHand():
            kind, title = ReviewKind.HAND_KEYED, f"Was the {what} keyed by hand already?"
        case _:
            return None
    return Hold(kind=kind, title=title, why=answer.why)
