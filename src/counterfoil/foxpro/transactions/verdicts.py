"""What recovery concludes about each row of an interrupted transaction: pure, from what was seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from counterfoil.foxpro.transactions.tallies import Ours


class Seen(Enum):
    """What stands where a row was to be written."""

    OLD = "old"
    """The bytes before; of an appended row: nothing."""
    NEW = "new"
    """The bytes after; an appended row is live."""
    STAGED = "staged"
    """An appended row, flagged deleted."""
    TORN = "torn"
    """Some of it old and some new, as an interrupted write leaves it."""
    OTHER = "other"
    """Bytes of somebody else, or another row, or none."""


class Belief(Enum):
    """What the order of writing tells about a row, where nothing that was written can be lost."""

    WRITTEN = "written"
    """We wrote it, and its life as well where it is an appended one that must be live."""
    UNKNOWN = "unknown"
    OUT_OF_TURN = "out of turn"
    """Something later is there and something earlier is not, so that somebody else had a hand in it."""


class Verdict(Enum):
    """What becomes of a row."""

    KEEP = "keep"
    WRITE = "write"
    MERGE = "merge"
    """Our change goes on top of what others wrote."""
    LEAVE = "leave"
    """Our change is in what others wrote on top of it; nothing is left to do."""
    QUARANTINE = "quarantine"


class Order(Enum):
    """Which order of writing what is seen can be held against."""

    NONE = "none"
    """A power cut may have lost any of it."""
    UPDATES = "updates"
    """Writing had begun; it goes on row by row."""
    FLIPS = "flips"
    """All is written; the appended rows come to life one by one."""
    DONE = "done"
    """All is written and live."""


class Kind(Enum):
    """What is written."""

    APPEND = "append"
    PAGE = "page"
    """A page of an index; nobody judges it, and it tells about the rows written before it."""
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Step:
    """One row or index page in the order of writing."""

    seen: Seen
    kind: Kind


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason, which a person reads where the row is put aside."""

    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about one row beside its bytes.

    `ours` is what the tally of a total tells. `value` is what the total itself looks like: our value after
    (IN), the one before (OUT) or neither. `merges` tells whether our change can be put on top at all.
    """

    belief: Belief
    ours: Ours = Ours.UNSURE
    value: Ours = Ours.UNSURE
    merges: bool = False

    @property
    def tells(self) -> bool:
        """Whether it is known if our change is in a row that others wrote to: nothing speaks against it."""
        against = {Ours.IN: Ours.OUT, Ours.OUT: Ours.IN}
        return self.ours is not Ours.UNSURE and self.merges and self.value is not against[self.ours]


def weigh(steps: Sequence[Step], order: Order) -> list[Belief]:
    """What the order of writing tells of each step.

    An appended row with our bytes is a proof that everything before it was written. An updated row and an
    index page are none: somebody may have keyed the same change by hand. They are a reason to ask a person.
    """
    if order is Order.NONE:
        return [Belief.UNKNOWN] * len(steps)
    if order is not Order.UPDATES:
        return [Belief.WRITTEN] * len(steps)
    seen = [step.seen for step in steps]
    proofs = [at for at, step in enumerate(steps) if step.kind is Kind.APPEND and _is_there(step.seen)]
    proven = proofs[-1] if proofs else -1
    later = [at for at in range(proven + 1, len(steps)) if seen[at] is Seen.NEW]
    missing = [at for at in range(proven + 1, len(steps)) if seen[at] in {Seen.OLD, Seen.TORN}]
    beliefs = [Belief.WRITTEN if at <= proven else Belief.UNKNOWN for at in range(len(steps))]
    if later and missing and missing[0] < later[-1]:
        for at in (*later, *missing):
            if missing[0] <= at <= later[-1]:
                beliefs[at] = Belief.OUT_OF_TURN
    return beliefs


def flipped(rows: Sequence[tuple[int, Seen]], order: Order) -> list[bool]:
    """Which appended rows, given by their places, have certainly been brought to life."""
    if order is Order.DONE:
        return [True] * len(rows)
    if order is not Order.FLIPS:
        return [False] * len(rows)
    last = max((place for place, seen in rows if seen is Seen.NEW), default=-1)
    return [place <= last for place, _ in rows]


def judge_update(seen: Seen, evidence: Evidence) -> Judgement:
    """What becomes of a changed row."""
    belief, ours = evidence.belief, evidence.ours
    is_written, is_unwritten = belief is Belief.WRITTEN, seen in {Seen.OLD, Seen.TORN}
    doubts = {
        "it is not as the order of writing leaves it: somebody else changed it meanwhile": (
            belief is Belief.OUT_OF_TURN
        ),
        "it looks as we would have left it, but the parts of its total do not": (
            seen is Seen.NEW and ours is Ours.OUT and not is_written
        ),
        "we had written it, and somebody put back what was there before": is_unwritten and is_written,
        "it looks as it did before, but the parts of its total do not": is_unwritten and ours is Ours.IN,
        "somebody else changed it": seen is Seen.OTHER and not evidence.tells,
        "we had written it, and somebody overwrote that": (
            seen is Seen.OTHER and is_written and ours is Ours.OUT
        ),
    }
    other = Verdict.LEAVE if ours is Ours.IN else Verdict.MERGE
    return _judgement(doubts, {Seen.NEW: Verdict.KEEP, Seen.OTHER: other}.get(seen, Verdict.WRITE))


def judge_append(seen: Seen, *, written: bool, is_live: bool, is_doubtful: bool) -> Judgement:
    """What becomes of an appended row; `is_live`: it had been brought to life.

    It is doubtful where a power cut and somebody else's work make a row that was never there look like one
    that was changed or moved.
    """
    doubts = {
        "somebody deleted it": seen is Seen.STAGED and is_live,
        "somebody else changed or moved it": seen is Seen.OTHER,
        "we had written it, and it is gone": seen in {Seen.OLD, Seen.TORN} and written,
        "it is not there, and others have worked on the table since": seen is Seen.OLD and is_doubtful,
    }
    return _judgement(doubts, Verdict.KEEP if seen is Seen.NEW else Verdict.WRITE)


def _judgement(doubts: Mapping[str, bool], verdict: Verdict) -> Judgement:
    """The verdict, or the first reason to put the row aside."""
    why = next((why for why, holds in doubts.items() if holds), "")
    return Judgement(Verdict.QUARANTINE if why else verdict, why)


def _is_there(seen: Seen) -> bool:
    return seen in {Seen.NEW, Seen.STAGED}
