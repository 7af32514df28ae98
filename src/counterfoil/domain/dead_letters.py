"""Why a run stopped, what is the same trouble, and what may be done about it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum


class ErrorClass(Enum):
    """What an error asks of the operator."""

    RETRY = "retry"
    """Wait: the other side is busy, away or slow."""
    ASK = "ask"
    """A person decides."""
    CONFIGURE = "configure"
    """A setting, a secret, a permission or a profile is mended first."""
    BUG = "bug"
    """The program or the flow is at fault."""


HEADLINES = {
    ErrorClass.RETRY: "The other side did not answer",
    ErrorClass.ASK: "A person must decide",
    ErrorClass.CONFIGURE: "Something must be set up or mended first",
    ErrorClass.BUG: "Counterfoil or the flow is at fault",
}
"""The reason in a few words; the run's own words follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an attempt did not come to the flow's end."""

    error_class: ErrorClass
    node: str = ""
    """The node at which it happened; empty where it was at none."""


class Act(Enum):
    """What a person does with a dead letter."""

    RETRY = "retry"
    CORRECT = "correct"
    SKIP = "skip"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One thing that may be done, in words; `act` where a command does it."""

    words: str
    act: Act | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """What is known of a dead letter when remedies are looked for."""

    error_class: ErrorClass
    goes_on: bool
    """Whether it is looked at again by itself."""
    open_step: str = ""
    """A step that began to act and whose end is not known."""
    standing: str = ""
    """A document in the books that another run posted for the same payment."""


_KEY_SIGNS = 8
_NUMBER_SIGNS = 4
_WORD_DIGITS = 2
_WORD = re.compile(r"[\w./:,+-]*\d(?:[\w./:,+-]*\w)?")


def cause_key(problem: Problem, why: str) -> str:
    """The same for the same trouble, whichever payment, amount or moment it struck; such as ``bug-1a2b3c4d``.

    A fault of the program or a flow is told apart by its node as well: the same words may mean another
    thing there.
    """
    where = problem.node if problem.error_class is ErrorClass.BUG else ""
    told = f"{where}\n{_WORD.sub(_without_number, why)}"
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_KEY_SIGNS]
    return f"{problem.error_class.value}-{digest}"


def _without_number(found: re.Match[str]) -> str:
    """Numbers of documents, amounts, days and identifiers go; a company's code or an HTTP status stays."""
    word = found.group()
    digits = sum(sign.isdigit() for sign in word)
    limit = _NUMBER_SIGNS if digits == len(word) else _WORD_DIGITS
    return "#" if digits >= limit else word


def remedies(stopped: Stopped) -> tuple[Remedy, ...]:
    """What may be done, the likeliest first."""
    found = [_by_class(stopped)]
    if stopped.open_step:
        words = f"{stopped.open_step} may have happened: retry before anything else, it asks before it writes"
        found.insert(0, Remedy(act=Act.RETRY, words=words))
    if stopped.standing:
        words = f"{stopped.standing} stands in the books for this payment already: resolve with it"
        found.insert(0, Remedy(act=Act.RESOLVE, words=words))
    return (
        *found,
        Remedy(act=Act.RESOLVE, words="somebody entered it in the books: resolve with its document's number"),
        Remedy(act=Act.SKIP, words="nothing is to be done about it: skip it with the reason"),
    )


def _by_class(stopped: Stopped) -> Remedy:
    match stopped.error_class:
        case ErrorClass.CONFIGURE if stopped.goes_on:
            words = "mend what is named: the run then goes on by itself, and at once with a retry"
        case ErrorClass.CONFIGURE:
            words = "mend what is named, then retry"
        case ErrorClass.RETRY:
            words = "retry when the other side answers again"
        case ErrorClass.ASK:
            words = "decide what is asked, then retry"
        case ErrorClass.BUG:
            words = (
                "retry after an update, or with --live-flow once a mended flow is live;"
                " if it stops again, report it with its cause"
            )
    return Remedy(act=Act.RETRY, words=words)
