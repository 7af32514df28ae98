"""Compares what a clerk's work did to a company with our plan for the same fact, and notes what it proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from counterfoil import __version__
from counterfoil.connectors.sagepro.calibration.changes import RowDelta, changed_rows
from counterfoil.connectors.sagepro.calibration.comparing import Comparison, Finding, Nature, Verdict, compare
from counterfoil.connectors.sagepro.calibration.file import (
    Accepted,
    Calibration,
    Column,
    KindSeen,
    Numbered,
    Observed,
    read_calibration,
    write_calibration,
)
from counterfoil.connectors.sagepro.calibration.numbers import NumberSeen, numbers_seen
from counterfoil.connectors.sagepro.calibration.observing import code_columns, observed_again
from counterfoil.connectors.sagepro.calibration.ours import nature_of, plan_on, renumbered
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.calibration.snapshot import Snapshot
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.kinds import kinds_of
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.errors import ConfigurationError

HISTORIES: Mapping[str, tuple[str, ...]] = {
    TableName.DOCUMENTS.value: (TableName.DOCUMENT_HISTORY.value,),
    TableName.ORDERS.value: (TableName.ORDER_HISTORY.value,),
}
"""Where documents of a table stand as well, when their highest number is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """What was keyed before, with the snapshots around it."""

    fact: Fact
    before: Path
    after: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a person says that a clerk keyed between two snapshots."""

    person: str
    fact: Fact | None = None
    """None for something that Counterfoil does not post."""
    name: str = ""
    """What it is, where there is no fact."""
    former: Former | None = None
    """What the fact takes back or builds on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the comparison showed."""

    kind: str
    comparison: Comparison
    numbers: tuple[NumberSeen, ...]
    tables: tuple[str, ...]
    """The tables that either side writes."""
    unread: tuple[str, ...]
    """Columns of them that were not read, because they look like card numbers."""
    observed: Observed | None = None
    """Of something that Counterfoil does not post: how it is beside the time before."""


def calibrate(profile: Profile, before: Path, after: Path, work: Work, now: datetime) -> Outcome:
    """Compares, and notes the outcome in the company's calibration file.

    Raises:
        ConfigurationError: the snapshots do not fit each other, or there is no plan for the fact.
    """
    if profile.calibration is None:
        raise ConfigurationError("the profile lies in no folder, so that its calibration has no place")
    if not work.person:
        raise ConfigurationError("say who compares: --by with a person's name")
    kind = _one_kind(work)
    with Snapshot(before) as first, Snapshot(after) as second:
        deltas = changed_rows(first, second)
        if not deltas:
            raise ConfigurationError(
                "nothing changed between the snapshots: key it first, then take the second"
            )
        comparison, nature = _compared(profile, first, second, work, deltas)
        outcome = _outcome(kind, comparison, first, numbers_of(first, deltas, nature))
        known = read_calibration(profile.calibration, profile.company)
        if work.fact is None:
            outcome = _observed(known, outcome, first)
            noted = _observing(known, outcome)
        else:
            noted = _seeing(known, outcome, work.fact, work.person, now, first)
            noted = _resting(noted, kind, profile)
    write_calibration(profile.calibration, noted)
    return outcome


def accept(profile: Profile, kind: str, columns: Sequence[str], who: Accepted) -> Calibration:
    """Notes that differences are taken as they are; a comparison that shows them otherwise forgets it.

    Raises:
        ConfigurationError: the kind was not compared, or a column does not differ.
    """
    known = read_calibration(profile.calibration, profile.company)
    seen = known.kinds.get(kind)
    if profile.calibration is None or seen is None:
        raise ConfigurationError(f"{kind} was not calibrated; there are {', '.join(known.kinds) or 'none'}")
    if not who.by or not who.reason:
        raise ConfigurationError("say who accepts it and why: --by and --reason")
    odd = [name for name in columns if name not in seen.open]
    if odd:
        raise ConfigurationError(f"{', '.join(odd)} is not open; open are {', '.join(seen.open) or 'none'}")
    accepted = {**seen.accepted, **dict.fromkeys(columns, who)}
    noted = known.model_copy(
        update={"kinds": {**known.kinds, kind: seen.model_copy(update={"accepted": accepted})}}
    )
    write_calibration(profile.calibration, noted)
    return noted


def numbers_of(before: Snapshot, deltas: Sequence[RowDelta], nature: Nature) -> tuple[NumberSeen, ...]:
    """Where new documents got their numbers from."""
    heads = [head for head in nature.heads if any(delta.table == head[0] for delta in deltas)]
    highest = {table: _highest(before, (table, *HISTORIES.get(table, ())), column) for table, column in heads}
    return tuple(numbers_seen(deltas, heads, highest))


def _one_kind(work: Work) -> str:
    if work.fact is None:
        return work.name
    kinds = kinds_of(work.fact, work.former.fact if work.former else None)
    if not kinds:
        raise ConfigurationError("name with --undoes the later snapshot of what was voided")
    if len(kinds) > 1:
        raise ConfigurationError(
            f"this is {' and '.join(kinds)} at once: key one thing at a time, so that each is seen alone"
        )
    return kinds[0]


def _compared(
    profile: Profile, first: Snapshot, second: Snapshot, work: Work, deltas: Sequence[RowDelta]
) -> tuple[Comparison, Nature]:
    if work.fact is None:
        nature = nature_of(profile, first)
        return compare(deltas, (), nature), nature
    _, plan = plan_on(profile, first, work.fact, second.taken_at, before=_former(profile, work, second))
    return compare(deltas, plan.rows, plan.nature), plan.nature


def _former(profile: Profile, work: Work, second: Snapshot) -> Entry | None:
    """Our plan for what was keyed before, with the numbers that Sage Pro drew for it."""
    if work.former is None:
        return None
    with Snapshot(work.former.before) as first, Snapshot(work.former.after) as later:
        planned, plan = plan_on(profile, first, work.former.fact, second.taken_at)
        seen = compare(changed_rows(first, later), plan.rows, plan.nature)
    return renumbered(planned.entry, seen.numbers)


def _outcome(kind: str, comparison: Comparison, first: Snapshot, numbers: tuple[NumberSeen, ...]) -> Outcome:
    tables = tuple(dict.fromkeys(finding.table for finding in comparison.findings))
    unread = tuple(f"{name}.{column}" for name in tables for column in first.sources[name].unread)
    return Outcome(kind=kind, comparison=comparison, numbers=numbers, tables=tables, unread=unread)


def _observed(known: Calibration, outcome: Outcome, first: Snapshot) -> Outcome:
    codes = frozenset[str]().union(
        *(code_columns(name, first.sources[name].format.shapes) for name in outcome.tables)
    )
    seen = observed_again(known.observed.get(outcome.kind), outcome.comparison, codes)
    return replace(outcome, observed=seen)


def _observing(known: Calibration, outcome: Outcome) -> Calibration:
    observed = {**known.observed, outcome.kind: outcome.observed}
    return known.model_copy(update={"observed": observed, "numbering": _numbering(known, outcome)})


def _seeing(
    known: Calibration, outcome: Outcome, fact: Fact, person: str, now: datetime, first: Snapshot
) -> Calibration:
    before = known.kinds.get(outcome.kind)
    findings = outcome.comparison.findings
    seen = KindSeen(
        fact=fact.summary,
        by=person,
        compared_at=now,
        program=__version__,
        structures={name: first.sources[name].format.structure for name in sorted(outcome.tables)},
        new_rows=_columns((each for each in findings if each.is_new), before.new_rows if before else {}),
        changed_rows=_columns(
            (each for each in findings if not each.is_new), before.changed_rows if before else {}
        ),
    )
    if before is not None:
        kept = {
            name: before.accepted[name] for name in before.accepted if _is_as_accepted(name, before, seen)
        }
        seen = seen.model_copy(update={"accepted": kept})
    kinds = {**known.kinds, outcome.kind: seen}
    return known.model_copy(update={"kinds": kinds, "numbering": _numbering(known, outcome)})


def _resting(known: Calibration, kind: str, profile: Profile) -> Calibration:
    """With what the comparison of the kind rests on beside the tables."""
    seen = known.kinds[kind]
    posting = posting_digest(profile, seen.structures)
    return known.model_copy(
        update={"kinds": {**known.kinds, kind: seen.model_copy(update={"posting": posting})}}
    )


def _columns(findings: Iterable[Finding], before: Mapping[str, Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for each in findings:
        agreed = before.get(each.name)
        is_again = agreed is not None and agreed.verdict is each.verdict is Verdict.AGREES
        differs = each.verdict is not Verdict.AGREES
        found[each.name] = Column(
            verdict=each.verdict,
            seen=agreed.seen + 1 if agreed is not None and is_again else 1,
            sage_pro=each.theirs if differs else "",
            counterfoil=each.ours if differs else "",
        )
    return found


def _is_as_accepted(name: str, before: KindSeen, now: KindSeen) -> bool:
    """Whether the column differs in the same way still; values may be other ones."""
    return all(
        (old.get(name) is None) == (new.get(name) is None)
        and (name not in old or old[name].verdict is new[name].verdict)
        for old, new in ((before.new_rows, now.new_rows), (before.changed_rows, now.changed_rows))
    )


def _numbering(known: Calibration, outcome: Outcome) -> dict[str, Numbered]:
    fresh = {
        seen.table: Numbered(kind=outcome.kind, number=seen.number, rule=seen.rule)
        for seen in outcome.numbers
    }
    return {**known.numbering, **fresh}


def _highest(snapshot: Snapshot, tables: Sequence[str], column: str) -> int:
    highest = 0
    for name in tables:
        source = snapshot.sources.get(name)
        if source is None or column not in source.format.shapes:
            continue
        for _, raw in snapshot.rows(name):
            text = source.format.text(raw, column)
            if text.isdecimal():
                highest = max(highest, int(text))
    return highest
